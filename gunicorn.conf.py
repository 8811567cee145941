"""How gunicorn serves Duebook; the environment may change what depends on the machine."""

import os

on_sqlite = os.environ.get("DATABASE_URL", "sqlite").startswith("sqlite")
memory = "/dev/shm"

bind = f"{os.environ.get('HOST') or '0.0.0.0'}:{os.environ.get('PORT') or '8000'}"
worker_class = "gthread"
threads = 8
# SQLite has one writer at a time: a second process adds waiting, not speed.
workers = int(os.environ.get("WEB_CONCURRENCY") or (1 if on_sqlite else 2))
preload_app = True  # config/wsgi.py closes what its checks opened, so no connection crosses the fork

timeout = 60
graceful_timeout = 30
keepalive = 5

limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190

# Whose X-Forwarded-* headers gunicorn itself believes. Django's own trust is TRUSTED_PROXIES.
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS") or "127.0.0.1,::1"

# The heartbeat file must not wait for a disk.
worker_tmp_dir = memory if os.access(memory, os.W_OK) else None
control_socket_disable = True
errorlog = "-"
# No addresses after the question mark, and none from where somebody came: a search in the notebook stands there.
access_log_format = '%(h)s %(t)s "%(m)s %(U)s %(H)s" %(s)s %(b)s "%(a)s"'
accesslog = "-" if os.environ.get("ACCESS_LOG", "").lower() in {"1", "true", "yes", "on"} else None
