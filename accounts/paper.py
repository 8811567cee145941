"""A paper of the lender's as a PDF: its blocks are data to templates/pdf/paper.typ, and no text in them is ever markup.

Each is a tagged PDF/UA-1, in which no sign may be without a picture. Signs that no font of this machine has are spelled
in Latin letters, so that a name stays legible where the fonts for its script are not installed.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

import typst
from anyascii import anyascii
from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.attachments import ENDINGS, served
from accounts.models import Customer, Lender, Logo
from accounts.pictures import BrokenPicture
from accounts.redrawing import ENOUGH, redrawn
from ledger.money import active_locale

TEMPLATE = settings.BASE_DIR / "templates" / "pdf" / "paper.typ"
TRIES = 5  # what stands in for a sign is spelled in its turn where it must be
WITHOUT_PICTURE = re.compile(r'the text `"(.*?)"` could not be displayed')
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
# Signs that turn the direction of what stands beside them, or are none: nobody's name may move an amount, or break a
# paper as U+FEFF does, which PDF/UA-1 forbids.
UNSEEN = dict.fromkeys((*range(32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF))
del UNSEEN[ord("\n")]

NO_LOGO = "null"

Block = dict[str, Any]


@dataclass
class Paper:
    """What stands on it. `made_on` is written as people write days; a paper of the house has no customer."""

    title: str
    lender: Lender
    made_on: str
    customer: Customer | None = None
    blocks: list[Block] = field(default_factory=list)

    def pdf(self) -> bytes:
        logo = Logo.objects.first() if self.lender.logo else None
        return render(self._facts(), as_data(bytes(logo.content), logo.kind) if logo else NO_LOGO)

    def _facts(self) -> dict[str, Any]:
        to = [self.customer.name, _("Customer %(number)s") % {"number": self.customer.pk}] if self.customer else []
        return {
            "title": self.title,
            "language": active_locale().language,
            "direction": active_locale().text_direction,
            "lender": self.lender.name,
            "address": self.lender.address.splitlines(),
            "to": to,
            "made_on": self.made_on,
            "logo": _("Logo"),
            "page": _("Page {page} of {pages}"),
            "blocks": self.blocks,
        }


def heading(text: str) -> Block:
    return {"kind": "heading", "text": text}


def text(*lines: str, look: str = "plain") -> Block:
    """A paragraph; `look` is plain, soft, strong or big."""
    return {"kind": "text", "lines": lines, "look": look}


def points(items: Iterable[str], numbered: bool = False) -> Block:
    return {"kind": "points", "items": list(items), "numbered": numbered}


def pairs(rows: Iterable[tuple[str, str]], sums: bool = False) -> Block:
    """Labels, each with its value; sums stand below each other to the cent."""
    return {"kind": "pairs", "rows": list(rows), "sums": sums}


def table(columns: str, rows: Iterable[Sequence[str]], foot: Sequence[str] = ()) -> Block:
    """Columns are named with | between them; one that ends in > holds amounts, one that ends in * takes the room."""
    named = columns.split("|")
    return {
        "kind": "table",
        "columns": [name.rstrip(">*") for name in named],
        "amounts": [name.endswith(">") for name in named],
        "wide": [name.endswith("*") for name in named],
        "rows": list(rows),
        "foot": foot,
    }


def as_file(pdf: bytes, name: str) -> HttpResponse:
    return served(pdf, "application/pdf", name)


def render(facts: Mapping[str, Any], logo: str = NO_LOGO) -> bytes:
    told: Any = _translated(facts, UNSEEN)
    for _try in range(TRIES):
        try:
            return _compiled(told, logo)
        except typst.TypstError as error:
            missing = _without_picture(error.diagnostic)
            if not missing:
                raise
            told = _translated(told, missing)
    raise RuntimeError("A paper holds signs that cannot be spelled.")


def _compiled(facts: Mapping[str, Any], logo: str) -> bytes:
    """Some 20 ms for a year; half a second for 1,000 rows."""
    return typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        font_paths=_fonts(),
        sys_inputs={"facts": json.dumps(facts), "logo": logo},
        pdf_standards="ua-1",
        format="pdf",
    )


@lru_cache(maxsize=1)
def as_data(picture: bytes, kind: str) -> str:
    """A picture as the template reads it. One that is kept from when none was drawn anew is drawn anew here, once."""
    if len(picture) > ENOUGH:
        with suppress(BrokenPicture):  # it was tried on a paper when it came, and is shown as it is
            kind, picture = redrawn(picture, kind)
    return json.dumps({"format": ENDINGS[kind], "content": list(picture)})


@cache
def _fonts() -> typst.Fonts:
    """Those that typst brings along, and the machine's own."""
    return typst.Fonts()


def _without_picture(diagnostic: str) -> dict[int, str]:
    """For each sign that could not be shown what stands in for it."""
    named = "".join(WITHOUT_PICTURE.findall(diagnostic))
    signs = set(ESCAPED.sub(lambda code: chr(int(code[1], 16)), named))
    return {ord(sign): anyascii(sign) or "?" for sign in signs if not sign.isascii()}


def _translated(value: Any, signs: Mapping[int, str | None]) -> Any:
    """The same facts with each of these signs replaced."""
    if isinstance(value, str):
        return value.translate(signs)
    if isinstance(value, Mapping):
        return {name: _translated(one, signs) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_translated(one, signs) for one in value]
    return value
