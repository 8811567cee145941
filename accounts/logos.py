"""The lender's logo: what may be one, kept and taken off within accounts.actions.update_lender."""

import hashlib
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.attachments import ENDINGS, kind_of
from accounts.models import Logo
from accounts.pictures import BrokenPicture, size_of, without_metadata
from accounts.redrawing import MOST, redrawn

LARGEST = 200 * 1024  # bytes


@dataclass(frozen=True)
class Picture:
    kind: str
    content: bytes

    @property
    def name(self) -> str:
        """Another one for other content, so that browsers may keep what they have for ever."""
        return f"{hashlib.sha256(self.content).hexdigest()[:24]}.{ENDINGS[self.kind]}"


def picture_of(content: bytes) -> Picture:
    """Nothing is kept but what shows, drawn anew as small as it is shown. Raises ValidationError."""
    if len(content) > LARGEST:
        raise ValidationError(_("The picture is larger than 200 KB. Make it smaller and send it again."))
    kind = kind_of(content, Logo.Kind.values)
    if kind is None:
        raise ValidationError(_("The picture is neither PNG nor JPEG. Save it as one of these."))
    try:
        cleaned = without_metadata(content, kind)
        width, height = size_of(cleaned, kind)
        if max(width, height) <= MOST:
            return Picture(*redrawn(cleaned, kind))
    except BrokenPicture as error:
        raise ValidationError(_("The picture cannot be read. Save it anew and send it again.")) from error
    told = {"width": width, "height": height, "most": MOST}
    wide = _("The picture is %(width)s by %(height)s pixels. Make it at most %(most)s wide and %(most)s high.")
    raise ValidationError(wide % told)


def put(picture: Picture | None) -> str:
    """In place of the one that was there. The name for Lender.logo; "" where there is none now."""
    if picture is None:
        Logo.objects.all().delete()
        return ""
    told = {"kind": picture.kind, "content": picture.content}
    Logo.objects.update_or_create(id=1, defaults=told)
    return picture.name
