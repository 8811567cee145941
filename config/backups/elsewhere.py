"""manage.py on another database than that of the environment."""

import os
import subprocess
import sys

from django.conf import settings

from config.backups.container import BadBackup


def manage_on(url: str, *words: str, **more: str) -> str:
    """What the command said; more is for its environment. Raises BadBackup with what the command said when it fails."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *words]
    environment = {**os.environ, "DATABASE_URL": url, **more}
    done = subprocess.run(  # noqa: S603  our own words
        command, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = " ".join((done.stdout + done.stderr).split())
        raise BadBackup(f"{words[0]} fails on the restored books: {said[-500:]}")
    return done.stdout
