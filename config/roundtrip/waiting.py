"""Where a file waits for its confirmation: django-import-export's storage, closed to everybody but the sender.

The library's own keeps it in the machine's temporary folder, under a name that the browser sends back: whoever has the
right to import could confirm any file that lies there.
"""

import datetime
import hashlib
import secrets
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from import_export.tmp_storages import BaseStorage

from accounts.models import WaitingFile

LONGEST_WAIT = datetime.timedelta(days=1)


class WaitingFiles(BaseStorage):
    """The file that waits for this very user in this very session; a new one takes its place."""

    def __init__(self, request: HttpRequest, kind: str, **options: Any) -> None:
        super().__init__(**options)
        self.request, self.kind = request, kind

    def save(self, data: bytes, file_name: str = "") -> None:
        WaitingFile.objects.filter(sent_at__lt=timezone.now() - LONGEST_WAIT).delete()
        self.name = secrets.token_urlsafe(32)
        told = {"kind": self.kind, "name": self.name, "session": self._session(), "sent_at": timezone.now()}
        told |= {"file_name": file_name[:255], "content": data}
        WaitingFile.objects.update_or_create(user_id=self._user(), defaults=told)

    def find(self, *, held: bool = False) -> WaitingFile | None:
        """By its name, if this storage has one. Held until the end of the transaction: it is confirmed once."""
        files = WaitingFile.objects.select_for_update() if held else WaitingFile.objects.all()
        mine = {"user_id": self._user(), "session": self._session(), "kind": self.kind}
        mine |= {} if self.name is None else {"name": self.name}
        return files.filter(**mine, sent_at__gte=timezone.now() - LONGEST_WAIT).first()

    def read(self) -> bytes:
        file = self.find()
        return bytes(file.content) if file else b""

    def remove(self) -> None:
        if file := self.find():
            file.delete()

    def _user(self) -> int:
        return self.request.user.pk or 0

    def _session(self) -> str:
        """A hash, so that who can read this table cannot take over the session."""
        return hashlib.sha256(str(self.request.session.session_key).encode()).hexdigest()
