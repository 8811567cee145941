"""The catalogues of words: what the sources say, what each language makes of it, and what is wrong with that.

Every room has its own, locale/ROOM/LANGUAGE/LC_MESSAGES/django.po, beside the .mo that is read at run time and is made
from it. They are gathered by Babel, so that nobody needs GNU gettext.
"""

import datetime
import io
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.contrib.admin import site
from django.utils.translation.template import templatize

from accounts.nouns import names_of
from config.arabic import arabic_fault
from config.typography import french, spanish

ROOT = Path(settings.BASE_DIR)
HOUSE = "accounts"  # its catalogue has what belongs to no other room
SOURCES = {
    HOUSE: ("accounts", "config", "templates"),
    "ledger": ("ledger", "templates/ledger", "templates/pdf"),
    "portal": ("ledger/portal", "templates/ledger/portal"),
    "credit": ("credit", "templates/credit"),
    "expenses": ("expenses", "templates/expenses"),
}
ROOMS = tuple(SOURCES)
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop", "said"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
BLANKS = {"es": spanish, "fr": french}
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]")
NEVER = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)  # no line of a catalogue changes for the hour alone
Key = tuple[str, str]
Said = str | tuple[str, ...] | list[str] | None


def languages() -> list[str]:
    """Those to translate into."""
    return [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def place(room: str, language: str, root: Path = ROOT) -> Path:
    return root / "locale" / room / language / "LC_MESSAGES" / "django.po"


def sources(room: str) -> Iterator[Path]:
    """The files in its folders, but those of a folder in there that is a room of its own."""
    mine = [ROOT / folder for folder in SOURCES[room]]
    others = [ROOT / folder for name in ROOMS if name != room for folder in SOURCES[name]]
    inner = [other for other in others if any(other.is_relative_to(folder) for folder in mine)]
    for folder in mine:
        for path in sorted(folder.rglob("*")):
            ours = not any(path.is_relative_to(other) for other in inner)
            if ours and path.suffix in {".py", ".html", ".txt"} and "tests" not in path.parts:
                yield path


@cache
def gathered(room: str) -> Catalog:
    """What the room's sources say, and what its tables of the admin and their columns are called."""
    said = Catalog(fuzzy=False)
    for path in sources(room):
        for _line, words, comments, context in extract("python", io.BytesIO(_as_python(path)), KEYWORDS, ("Note:",)):
            said.add(words, locations=[(str(path.relative_to(ROOT)), 1)], auto_comments=comments, context=context)
    for model in site._registry:
        if model._meta.app_label == room:
            file = f"{model.__module__.replace('.', '/')}.py"
            for name in names_of(model):
                said.add(name, locations=[(file, 1)])
    return said


def _as_python(path: Path) -> bytes:
    """A template's words as calls, each on a line of its own: the blanks between them mean nothing."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        text = "\n".join(line.strip() for line in templatize(text, origin=str(path)).splitlines())
    return text.encode()


def kept(room: str, language: str, root: Path = ROOT) -> Catalog:
    path = place(room, language, root)
    if not path.exists():
        return _empty(language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _empty(language: str) -> Catalog:
    head = {"project": "Duebook", "version": "1", "copyright_holder": "Duebook", "charset": "utf-8"}
    return Catalog(
        locale=language,
        header_comment="# Duebook's words.",
        fuzzy=False,
        creation_date=NEVER,
        revision_date=NEVER,
        **head,
    )


def collect(room: str, language: str, root: Path = ROOT) -> None:
    """Bring the catalogue up to the sources: a word of several rooms is said as the first of them says it, for that one
    is shown; new words wait for a translation; gone ones go. Signs get their blanks."""
    known_in = [kept(place, language, root) for place in ROOMS]
    brought = _empty(language)
    for message in gathered(room):
        if message.id:
            known = [found for catalog in known_in if (found := catalog.get(_singular(message), message.context))]
            same = (found.string for found in known if _is_plural(found) == _is_plural(message))
            told = next((string for string in same if string and all(string)), None)
            said = _spaced(told, language)
            brought.add(message.id, said, auto_comments=message.auto_comments, context=message.context)
    path = place(room, language, root)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written(brought))
    path.with_suffix(".mo").write_bytes(compiled(brought))


def _spaced(told: Said, language: str) -> Said:
    spaced = BLANKS.get(language)
    if spaced is None or not told:
        return told
    return spaced(told) if isinstance(told, str) else tuple(spaced(form) for form in told)


def written(catalog: Catalog) -> bytes:
    file = io.BytesIO()
    write_po(file, catalog, width=120, sort_output=True, no_location=True)
    return file.getvalue()


def compiled(catalog: Catalog) -> bytes:
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def quarrels(language: str, root: Path = ROOT) -> Iterator[str]:
    """Words that two rooms translate differently: the first of them would be shown in both."""
    said: dict[Key, object] = {}
    for room in ROOMS:
        for message in kept(room, language, root):
            if message.id and said.setdefault(_key(message), message.string) != message.string:
                yield f"{language}, {room}: {_singular(message)!r} is said otherwise by a room before it"


def faults(room: str, language: str, root: Path = ROOT) -> Iterator[str]:
    """What is missing, not translated, no longer said, translated with other placeholders, or breakable before a sign;
    an old .mo."""
    there, said = kept(room, language, root), {_key(message): message for message in gathered(room) if message.id}
    path = place(room, language, root)
    for message in there:
        if message.id and _key(message) not in said:
            yield f"{path.relative_to(root)}: no longer said: {_singular(message)!r}"
    for (words, context), message in said.items():
        found = there.get(words, context or None)
        wrong = _fault(message, found) or _breakable(found, language)
        if wrong:
            yield f"{path.relative_to(root)}: {wrong}: {words!r}"
    for message in there if language == "ar" else ():
        if message.id and (wrong := arabic_fault(_forms(message))):
            yield f"{path.relative_to(root)}: {wrong}: {_singular(message)!r}"
    compact = path.with_suffix(".mo")
    if not compact.exists() or compact.read_bytes() != compiled(there):
        yield f"{compact.relative_to(root)} is older than its .po: run manage.py collect_words {room}"


def _fault(said: Message, found: Message | None) -> str:
    if found is None:
        return "not in the catalogue"
    forms = _forms(found)
    if found.fuzzy or _is_plural(found) != _is_plural(said) or not all(forms):
        return "not translated"
    named = {name for words in _ids(said) for name in PLACEHOLDER.findall(words)}
    told = [set(PLACEHOLDER.findall(form or "")) for form in forms]
    may_miss_one = len(forms) > 1  # "one payment": a form may leave the number out
    if any(names - named or len(named - names) > may_miss_one for names in told):
        return f"placeholders differ, {sorted(named)} are said"
    return ""


def _forms(message: Message) -> Sequence[str | None]:
    return message.string if isinstance(message.string, tuple | list) else (message.string,)


def _breakable(found: Message | None, language: str) -> str:
    """Whoever runs collect_words mends it."""
    told = found.string if found else None
    return "" if _spaced(told, language) == told else "no no-break blank beside a sign"


def _ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _singular(message: Message) -> str:
    return _ids(message)[0]


def _is_plural(message: Message) -> bool:
    return isinstance(message.id, tuple | list)


def _key(message: Message) -> Key:
    return _singular(message), message.context or ""
