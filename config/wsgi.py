"""The door gunicorn opens; it stays shut while a check of the books' safety fails."""

import os

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
if not settings.MAY_SERVE:
    raise ImproperlyConfigured("Set SECRET_KEY to a long random text, or DEBUG=1 on a machine of your own.")
application = get_wsgi_application()
call_command("check", databases=["default"])
connections.close_all()  # gunicorn preloads: no connection may cross the fork
