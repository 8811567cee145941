"""Fields that keep a Sentence and give it back; to the database they are Django's own, so they need no migration."""

import json
from typing import Any

from django.db import models

from accounts.sentences import Sentence, as_said, as_stored


class SaidText(models.CharField):
    """A text that may be a Sentence: that is kept as JSON. One too long for its column is kept as English, cut."""

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def get_prep_value(self, value: Any) -> Any:
        most = self.max_length
        if isinstance(value, Sentence):
            kept = json.dumps(as_stored(value), ensure_ascii=False, separators=(",", ":"))
            value = kept if most is None or len(kept) <= most else str(value)
        return value[:most] if isinstance(value, str) else super().get_prep_value(value)

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        if not value or not value.startswith('{"said":'):
            return value
        try:
            told = json.loads(value, object_hook=as_said)
        except ValueError:  # no JSON: it is shown as it lies there
            return value
        return told if isinstance(told, Sentence) else value


class SaidJSON(models.JSONField):
    """JSON in which any text may be a Sentence. One without any is read and written as fast as any JSON."""

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs

    def get_prep_value(self, value: Any) -> Any:
        return as_stored(super().get_prep_value(value))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if isinstance(value, str) and '"said"' in value:
            return json.loads(value, object_hook=as_said)
        return super().from_db_value(value, expression, connection)
