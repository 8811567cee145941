"""The notebook in its reader's language: refusals, reports of a file, examples that work; what is stored is English."""

import ast
import html
import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from accounts.models import User
from expenses import own_data, sentences
from expenses.models import Statement
from expenses.own_data import nouns
from expenses.quick import Known, read_line
from expenses.sentences import said
from expenses.tests.filing import a_file, upload
from expenses.tests.test_quick import line
from expenses.tests.test_statement_pages import OPEN, ROWS, sent, text_of

HERE = Path(__file__).parents[1]
RULES = [HERE / "quick.py", HERE.parent / "accounts" / "pictures.py", HERE / "importing" / "reading.py"] + [
    HERE / "statement_files" / f"{name}.py"
    for name in ("layout", "money", "nouns", "ofx", "own", "qif", "reading", "records", "signs", "tables", "text")
]
# Words of files, of other programs and of parts of a sentence, which nobody reads by themselves.
NOT_SAID = {
    "as is",
    "oth a",
    "oth l",
    "opening balance",
    "saldo inicial",
    "solde initial",
    "unexpected end",
    " or ",
    "both 7 out and 7 in",
}
SENTENCE = re.compile(r"[\w' ()%./]*[a-z] [a-z(]")
LANGUAGES = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def fill(node: ast.expr, figure: str) -> str:
    """The sentence of a string or an f-string."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.FormattedValue):
        spec = fill(node.format_spec, "") if node.format_spec else ""
        return "May 2024" if "%B" in spec else "7.00" if "f" in spec else figure
    return "".join(fill(part, figure) for part in node.values) if isinstance(node, ast.JoinedStr) else ""


def spoken(path: Path) -> Iterator[ast.Constant | ast.JoinedStr]:
    """The sentences that a file of rules can say."""
    tree = ast.parse(path.read_text())
    passed = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)
              if part is not node}  # fmt: skip
    passed |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in passed:
            text = fill(node, "7")
            if SENTENCE.match(text) and text not in NOT_SAID and not text.startswith("7: 7 is"):
                yield node


def unknown(path: Path) -> list[str]:
    return [
        fill(node, "7") for node in spoken(path) if not is_known(fill(node, "7")) and not is_known(fill(node, "7 or 8"))
    ]


def is_known(sentence: str) -> bool:
    return any(pattern.fullmatch(sentence) for pattern in sentences.KNOWN.values())


@pytest.mark.once
@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_every_sentence_of_the_rules_can_be_said_in_another_language(path):
    assert list(spoken(path)) and unknown(path) == []


@pytest.mark.once
def test_a_sentence_that_the_list_lacks_is_noticed(monkeypatch):
    """The control."""
    monkeypatch.delitem(sentences.KNOWN, "The file has no rows.")
    assert unknown(HERE / "statement_files" / "tables.py") == ["The file has no rows."]


@pytest.mark.once
def test_in_english_every_sentence_stays_as_it_is():
    for sentence in (
        "'1.x' is not an amount", "day/month/year: 03/04/2024 is 3 April 2024", "1,234 is 1,234.00",
        "1,234 is 1.234", "column 2: 1, 2, 3", "an unknown 100 % sentence", "",
    ):  # fmt: skip
        assert said(sentence) == sentence


@pytest.mark.once
def test_figures_days_and_amounts_are_written_as_the_reader_does():
    with translation.override("es"):
        assert said("'1.x' is not an amount") == "'1.x' no es un importe"
        assert said("day/month/year: 03/04/2024 is 3 April 2024") == "día/mes/año: 03/04/2024 es 3 abril 2024"
        assert said("1,2345 is 12,345.00") == "1,2345 es 12.345,00"
        assert said("The file has more than 50000 rows. Download a shorter period.").startswith("El archivo tiene más")


@pytest.mark.once
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_examples_beside_the_line_are_read_as_they_promise(language):
    """None has a word that the line would read in another way, or keep as a note."""
    with translation.override(language):
        told = translation.gettext("Such as “120 dinner food yesterday”, “3.50 coffee”, “income 2000 salary 1 nov”.")
    quoted = re.findall(r"[“«]\s?(.+?)\s?[”»]", told)
    first, second, third = (read_line(text, Known(date(2026, 6, 1), "USD")) for text in quoted)
    assert (first.amount, first.kind) == (Decimal(120), "spending") and first.category and first.note
    assert first.day == (None if language == "hi" else date(2026, 5, 31))
    assert (second.amount, second.kind) == (Decimal("3.50"), "spending") and second.note
    assert (third.amount, third.kind, third.day) == (Decimal(2000), "income", date(2025, 11, 1))


@pytest.mark.once
def test_every_noun_of_the_notebook_has_its_name_in_the_catalogue():
    assert {str(noun._meta.verbose_name_plural) for noun in nouns()} == set(own_data.NAMES)


@pytest.fixture
def spanish(asha):
    User.objects.filter(customer=asha).update(language="es")
    return asha


@pytest.mark.django_db
def test_a_line_that_is_not_clear_is_refused_in_the_readers_language(as_asha, spanish, as_bo):
    refused = as_asha.post("/expenses/quick/", line("coffee"))
    assert refused.status_code == 422
    assert "En esta línea no hay importe." in refused.content.decode()
    assert "There is no amount in this line." in as_bo.post("/expenses/quick/", line("coffee")).content.decode()


@pytest.mark.django_db
def test_a_file_that_cannot_be_read_is_refused_in_the_readers_language(as_asha, spanish):
    refused = as_asha.post("/expenses/statements/", upload(b"%PDF-1.7"))
    assert refused.status_code == 422 and "Es un PDF." in refused.content.decode()


@pytest.mark.django_db
def test_a_report_names_line_and_value_in_the_readers_language_and_is_stored_in_english(as_asha, spanish):
    page = text_of(as_asha, sent(as_asha, a_file(*ROWS, "2026-03-05,RENT,abc")))
    assert "Línea 5" in page and "&#x27;abc&#x27; no es un importe" in page
    assert "1 línea con un problema, que no se importará" in page
    stored = Statement.objects.get()
    assert stored.problems[0][:2] == [5, "'abc' is not an amount"]


@pytest.mark.django_db
def test_a_question_about_a_file_is_asked_and_answered_in_the_readers_language(as_asha, spanish):
    place = sent(as_asha, OPEN)
    page = text_of(as_asha, place)
    assert "¿Qué va primero en las fechas del archivo, el día o el mes?" in page
    assert "día/mes/año: 03/04/2026 es 3 abril 2026" in page
    assert as_asha.post(place, {"date_order": "dmy"}).status_code == 303
    assert "Importar 2 apuntes" in text_of(as_asha, place)


@pytest.mark.django_db
def test_the_page_without_a_network_is_kept_in_the_language_of_who_installs_it(as_asha, spanish, client):
    assert 'const LANGUAGE = "es";' in as_asha.get("/expenses/worker.js").content.decode()
    page = client.get("/expenses/quick/offline/?language=ar").content.decode()
    assert '<html lang="ar" dir="rtl">' in page and "لا شبكة الآن." in page
    assert '<html lang="en" dir="ltr">' in client.get("/expenses/quick/offline/?language=xx").content.decode()
    assert json.loads(as_asha.get("/expenses/notebook.webmanifest").content)["short_name"] == "Cuaderno"


@pytest.mark.django_db
def test_what_waits_is_told_in_as_many_forms_as_the_language_has(as_asha, spanish):
    page = text_of(as_asha, "/expenses/quick/")
    words = json.loads(html.unescape(page.partition('data-words="')[2].partition('"')[0]))
    assert words["waits"]["one"] == "%(n)s apunte espera en este dispositivo para enviarse."
    assert words["waits"]["other"].startswith("%(n)s apuntes esperan")
