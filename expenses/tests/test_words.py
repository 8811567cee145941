"""The notebook in its reader's language: refusals, reports of a file, examples that work."""

import ast
import html
import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from accounts.models import User
from expenses import own_data
from expenses.models import Statement
from expenses.own_data import nouns
from expenses.quick import Known, read_line
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
    "as is", "oth a", "oth l", "opening balance", "saldo inicial", "solde initial", "unexpected end", " or ",
    "both 7 out and 7 in",
}  # fmt: skip
SENTENCE = re.compile(r"[\w' ()%./]*[a-z] [a-z(]")
LANGUAGES = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def fill(node: ast.expr) -> str:
    """The text of a string or an f-string."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.FormattedValue):
        return "7"
    return "".join(map(fill, node.values)) if isinstance(node, ast.JoinedStr) else ""


def unsaid(source: str) -> list[str]:
    """The sentences of a file of rules that do not go through said()."""
    tree = ast.parse(source)
    inside: list[ast.AST] = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr | ast.Expr)]
    inside += [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "said"]
    passed = {id(part) for node in inside for part in ast.walk(node) if part is not node}
    texts = [
        node for node in ast.walk(tree) if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in passed
    ]
    return [text for text in map(fill, texts) if SENTENCE.match(text) and text not in NOT_SAID]


@pytest.mark.once
@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_every_sentence_of_the_rules_can_be_said_in_another_language(path):
    assert "said(" in path.read_text() or "TOO_MANY" in path.read_text()
    assert unsaid(path.read_text()) == []


@pytest.mark.once
def test_a_sentence_that_is_not_said_is_noticed():
    """The control."""
    source = (HERE / "statement_files" / "tables.py").read_text()
    assert unsaid(source.replace('said("The file has no rows.")', '"The file has no rows."')) == [
        "The file has no rows."
    ]


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
def test_a_report_names_line_and_value_in_the_readers_language_and_is_stored_for_any(as_asha, spanish):
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
    assert "día/mes/año: 03/04/2026 es 3 abr 2026" in page
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
