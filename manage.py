#!/usr/bin/env python
"""Django's command line for Duebook."""

import gc
import os
import sys

from django.core.management import execute_from_command_line

from accounts.actor import COMMAND, acting, os_user

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if "migrate" in sys.argv:  # it makes thousands of classes, and spent a fifth of its time looking for garbage
        gc.set_threshold(100_000, 50, 100)
    with acting(os_user(), COMMAND):
        execute_from_command_line(sys.argv)
