"""Words: every catalogue is whole, and what a customer reads comes from one."""

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, ClassVar

import pytest
from babel.core import Locale
from babel.messages import Catalog
from babel.messages.pofile import read_po
from django.test import Client
from django.utils.translation import trans_real

from accounts.models import Batch, Customer, Manager, User
from accounts.tests.cast import signed_in
from config import words
from config.tests.test_permissions import addresses, fill, objects
from config.typography import french, spanish

__all__ = ["objects"]
MADE_UP = "eo"  # Django and Babel know it, and nobody translates into it: what comes out of a catalogue is marked
MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
WORD = re.compile(r"[^\W\d_]{2,}")
# Names, currencies, kinds of files, and the languages each named in itself, are the same for everybody.
DATA = {
    *[
        "asha",
        "rao",
        "bo",
        "lind",
        "example",
        "com",
        "duebook",
        "usd",
        "us",
        "json",
        "csv",
        "pdf",
        "ofx",
        "qfx",
        "qif",
        "mt",
        "camt",
        "zip",
        "xlsx",
        "whatsapp",
        "mira",
        "moss",
        "utc",
        "true",  # the two of a picture in Django's lists, which has no other word for them
        "false",
        "de",  # the two between a day's figures, as Django writes a date in the made-up language
        "je",
    ],
    *["english", "español", "français", "हिन्दी", "العربية", "esperanto"],
}
GLOSSARY = words.ROOT / "docs" / "words.md"
SPOKEN = ("aria-label", "title", "placeholder", "alt")
LEFT = re.compile(r"(admin|api|manager|static|healthz|readyz)\b")
NOT_FOR_STAFF = re.compile(r"(api|static|healthz|readyz)\b")
Person = Customer | Manager


@pytest.mark.once
@pytest.mark.parametrize("language", words.languages())
@pytest.mark.parametrize("room", words.ROOMS)
def test_every_catalogue_is_whole(room: str, language: str) -> None:
    assert list(words.faults(room, language)) == []


@pytest.mark.once
def test_a_catalogue_that_is_not_whole_is_noticed(tmp_path: Path) -> None:
    """The control: empty ones are all faults; then one word is translated well, one with another placeholder."""
    words.collect("ledger", "es", tmp_path)
    waiting = list(words.faults("ledger", "es", tmp_path))
    assert waiting and all(": not translated: " in fault for fault in waiting)
    path = words.place("ledger", "es", tmp_path)
    with path.open("rb") as file:
        catalog = read_po(file, locale="es")
    named = next(one for one in catalog if isinstance(one.id, str) and "%(number)s" in one.id)
    named.string = "%(cuenta)s"
    catalog.add("No source says this", "Nadie lo dice")
    path.write_bytes(words.written(catalog))
    found = list(words.faults("ledger", "es", tmp_path))
    assert any("placeholders differ" in fault for fault in found)
    assert any("no longer said: 'No source says this'" in fault for fault in found)
    assert any("older than its .po" in fault for fault in found)


@pytest.mark.once
@pytest.mark.parametrize(("column", "language"), [(1, "es"), (2, "fr"), (3, "hi"), (4, "ar")])
def test_a_text_that_is_a_term_alone_is_said_as_the_glossary_says_it(column: int, language: str) -> None:
    """Wherever no context gives it another sense. The control: most terms are such texts somewhere."""
    terms = {
        term.strip().lower(): row[column].strip().split(", ")
        for row in (line.strip("|\n").split("|") for line in GLOSSARY.read_text().splitlines() if line.startswith("| "))
        for term in row[0].split(",")
    }
    said = [
        (message.id.lower(), str(message.string).lower())
        for room in words.ROOMS
        for message in words.kept(room, language)
        if isinstance(message.id, str) and not message.context and message.id.lower() in terms
    ]
    assert len({term for term, _ in said}) > len(terms) / 2
    assert [(term, word) for term, word in said if not any(ours in word for ours in terms[term])] == []


@pytest.mark.once
@pytest.mark.parametrize("language", words.languages())
def test_two_rooms_translate_one_word_alike(language: str) -> None:
    assert list(words.quarrels(language)) == []


@pytest.mark.once
def test_a_word_that_two_rooms_translate_differently_is_noticed_and_settled(tmp_path: Path) -> None:
    for room, said in (("accounts", "Importe"), ("credit", "Monto")):
        path = words.place(room, "es", tmp_path)
        path.parent.mkdir(parents=True)
        catalog = Catalog(locale="es", fuzzy=False)
        catalog.add("Amount", said)
        path.write_bytes(words.written(catalog))
    assert list(words.quarrels("es", tmp_path)) == ["es, credit: 'Amount' is said otherwise by a room before it"]
    words.collect("credit", "es", tmp_path)
    assert list(words.quarrels("es", tmp_path)) == []


class Marked(trans_real.DjangoTranslation):
    """Marks what it is asked for, and notes it."""

    asked: ClassVar[set[str]] = set()

    def gettext(self, message: str) -> str:
        return self.ngettext(message, message, 1)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        self.asked.add(msgid1)
        said = (msgid1 if n == 1 else msgid2).rpartition(chr(4))[2]
        return f"⟦{said}⟧" if said else ""


class Visible(HTMLParser):
    """Gathers what is seen or read out, but what is inside of a script, a style, a picture of a code, and what somebody
    wrote, which stands in a <bdi>."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag in {"script", "style", "code", "pre", "bdi"} or ("lang" in told and tag != "html"):
            self.inside.append(tag)
        self.texts += [told[name] or "" for name in SPOKEN if told.get(name)]
        if tag == "input" and told.get("type") in {"submit", "button"}:
            self.texts.append(told.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self.texts.append(data)


def unmarked(html: str) -> Iterator[str]:
    """The texts that no catalogue gave, a link inside of a sentence with it. Months and days come from Babel."""
    while html != (html := MARKED.sub(" ", html)):
        pass
    seen = Visible()
    seen.feed(html)
    dates = Locale.parse(MADE_UP)
    known = {word.lower() for kind in (dates.months, dates.days) for widths in kind.values()
             for names in widths.values() for word in WORD.findall(" ".join(names.values()))}  # fmt: skip
    for text in seen.texts:
        if {word.lower() for word in WORD.findall(text)} - DATA - known:
            yield " ".join(text.split())


@pytest.fixture
def made_up(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.LANGUAGES = [*settings.LANGUAGES, (MADE_UP, "Esperanto")]
    monkeypatch.setattr("accounts.languages.SPOKEN", frozenset({MADE_UP}))
    monkeypatch.setitem(trans_real._translations, MADE_UP, Marked(MADE_UP))
    User.objects.update(language=MADE_UP)


def pages(objects: dict[str, Any], addresses: Iterable[str], *people: Person | None) -> Iterator[tuple[str, str]]:
    """Each page with what it says to these people; None is somebody who is not signed in."""
    for address in dict.fromkeys(addresses):
        for person in people:
            client = Client() if person is None else signed_in(person)
            client.cookies["django_language"] = MADE_UP
            response = client.get(fill(address, objects))
            if response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming:
                yield address, response.content.decode()


@pytest.mark.django_db
@pytest.mark.slow
def test_every_word_that_a_customer_reads_is_from_a_catalogue(objects: dict[str, Any], made_up: None) -> None:
    theirs = [address for address in addresses() if not LEFT.match(address)]
    assert untranslated(pages(objects, theirs, Customer.objects.get(pk=101), None)) == ""


@pytest.mark.django_db
@pytest.mark.slow
def test_every_word_that_the_staff_reads_is_from_a_catalogue(objects: dict[str, Any], made_up: None) -> None:
    theirs = [address for address in addresses() if not NOT_FOR_STAFF.match(address)]
    Batch.objects.update(name="Asha", file_name="asha.csv")  # else a name as English as our words
    assert untranslated(pages(objects, theirs, Manager.objects.get(pk=1))) == ""


def untranslated(pages: Iterator[tuple[str, str]]) -> str:
    """Texts on these pages from no catalogue, and words, ours or Django's, that a language lacks."""
    Marked.asked.clear()
    found = {f"{address}: {text}" for address, html in pages for text in unmarked(html)}
    return "\n".join(sorted(found | {f"not in {language}: {word}" for language, word in lacking(Marked.asked)}))


def lacking(asked: Iterable[str]) -> Iterator[tuple[str, str]]:
    for language in set(words.languages()) - {MADE_UP}:
        there: Any = trans_real.translation(language)._catalog  # type: ignore[attr-defined]
        yield from ((language, word) for word in asked if word and not {word, (word, 0), (word, 1)} & set(there.keys()))


def test_a_word_that_is_from_none_is_noticed() -> None:
    assert sorted(lacking(["Amount", "No source says this"])) == [
        (one, "No source says this") for one in ("ar", "es", "fr", "hi")
    ]
    assert list(unmarked('<p>⟦Owed ⟦today⟧⟧ $5.00</p><a title="More">Asha Rao</a>')) == ["More"]
    assert list(unmarked('<p>⟦See <a href="/">your dues</a> here⟧</p>')) == []
    assert list(unmarked("<p>⟦Owed⟧ by you</p><script>let a</script>")) == ["by you"]


@pytest.mark.parametrize(
    ("loose", "held"),
    [
        ("Payé : 5", "Payé\u00a0: 5"),
        ("Payé: 5", "Payé\u00a0: 5"),
        ("Supprimer ?", "Supprimer\u202f?"),
        ("Fini ; rien à payer !", "Fini\u202f; rien à payer\u202f!"),
        ("Le « %(name)s » : ici", "Le «\u00a0%(name)s\u00a0»\u00a0: ici"),
        ("%(rate)s %% par an, 100%", "%(rate)s\u00a0%% par an, 100\u00a0%"),
        ("1 000 lignes, 3 Mo", "1\u202f000 lignes, 3\u00a0Mo"),
        ('<a href="?page=2">%(month)s</a> ?', '<a href="?page=2">%(month)s</a>\u202f?'),
    ],
)
def test_french_signs_hold_to_their_word(loose: str, held: str) -> None:
    assert french(loose) == held
    assert french(held) == held


@pytest.mark.parametrize(
    "text",
    [
        "https://books.example/?year=2026",
        "à 10:30",
        "+254 700 000 000",
        "<code>camt: 053</code>",
        "Authorization: Bearer x",
        ":?.!",
        "%(a)s%(b)s",
    ],
)
def test_addresses_times_code_and_placeholders_get_no_blank(text: str) -> None:
    assert french(text) == text


def test_spanish_percents_hold_to_their_number() -> None:
    assert spanish("%(rate)s %% al año, 100% (%(a)s)%(b)s") == "%(rate)s\u00a0%% al año, 100\u00a0% (%(a)s)%(b)s"


@pytest.mark.once
def test_french_that_may_break_before_a_sign_is_noticed_and_mended(tmp_path: Path) -> None:
    """The control: another language may."""
    for language in ("fr", "hi"):
        path = words.place("portal", language, tmp_path)
        path.parent.mkdir(parents=True)
        catalog = Catalog(locale=language, fuzzy=False)
        catalog.add("Paid", "Payé : oui")
        path.write_bytes(words.written(catalog))
    breakable = "no no-break blank beside a sign: 'Paid'"
    assert [fault for fault in words.faults("portal", "fr", tmp_path) if breakable in fault]
    assert not [fault for fault in words.faults("portal", "hi", tmp_path) if breakable in fault]
    words.collect("portal", "fr", tmp_path)
    assert not [fault for fault in words.faults("portal", "fr", tmp_path) if breakable in fault]
