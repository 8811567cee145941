"""What backup and restore share at the command line: the folder and the passphrase."""

import os
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError, CommandParser


def folder_of_backups() -> Path:
    return Path(os.environ.get("BACKUP_DIR", "") or settings.VAR_DIR / "backups")


def add_passphrase(parser: CommandParser, help_text: str) -> None:
    parser.add_argument("--passphrase-file", type=Path, help=f"{help_text}; else BACKUP_PASSPHRASE, where it is set")


def passphrase_of(path: Path | None) -> str:
    """The file's first line, or the environment's; "" without either."""
    if path is None:
        return os.environ.get("BACKUP_PASSPHRASE", "")
    try:
        return path.read_text(encoding="utf-8").partition("\n")[0].strip("\r")
    except (OSError, UnicodeDecodeError):
        raise CommandError(f"The passphrase cannot be read from {path}.") from None
