"""The command prints one file's rows, questions and errors as JSON; the shared files come out as expected."""

import json
from collections import Counter
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

pytestmark = pytest.mark.once

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "bank_csv"
# What the file leaves open, as the expected rows take it.
ANSWERS = {"app_ynab.csv": {"date_order": "mdy"}, "in_hdfc_lakh_grouping_total_row.csv": {"date_order": "dmy"}}

EXPECTED = [path for path in sorted((SHARED / "expected").glob("*.json")) if "rows" in json.loads(path.read_text())]


def run(path: Path, **answers: str) -> dict:
    out = StringIO()
    call_command("read_statement", str(path), answers=json.dumps(answers), stdout=out)
    return json.loads(out.getvalue())


def rows(found: list[dict]) -> Counter:
    return Counter((row["date"], Decimal(row["amount"])) for row in found)


@pytest.fixture
def statement(tmp_path):
    path = tmp_path / "statement.csv"
    path.write_text("Date,Description,Amount\n03/04/2026,Tea,-1.00\n,Total,-1.00\n")
    return path


def test_a_question_is_printed_with_its_choices_and_no_row(statement):
    printed = run(statement)
    assert printed["rows"] == []
    (question,) = printed["asked"]
    assert question["key"] == "date_order"
    assert [choice["value"] for choice in question["choices"]] == ["dmy", "mdy"]


def test_an_answer_gives_the_rows_and_the_question_stays_on_record(statement):
    printed = run(statement, date_order="dmy")
    assert printed["rows"] == [{"date": "2026-04-03", "amount": "-1.00", "description": "Tea", "line": 2}]
    assert [question["answer"] for question in printed["asked"]] == ["dmy"]
    assert [note["line"] for note in printed["not_transactions"]] == [3]


@pytest.mark.parametrize("answers", ["[1]", "nonsense", '{"date_order": 1}', '{"date_order": "x"}', "@/no/such/file"])
def test_answers_that_are_none_are_refused(statement, answers):
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("read_statement", str(statement), answers=answers, stdout=out)
    assert json.loads(out.getvalue())["errors"]


def test_a_missing_file_exits_1_and_says_why(tmp_path):
    out = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("read_statement", str(tmp_path / "none.csv"), stdout=out)
    assert stopped.value.code == 1
    assert "cannot be opened" in json.loads(out.getvalue())["errors"][0]["why"]


@pytest.mark.data
@pytest.mark.skipif(not EXPECTED, reason="../shared is not here")
@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: path.name.removesuffix(".json"))
def test_the_shared_files_come_out_as_expected(expected):
    want = json.loads(expected.read_text())
    name = Path(want["file"]).name
    printed = run(SHARED / want["file"], **ANSWERS.get(name, {}))
    assert rows(printed["rows"]) == rows(want["rows"])
    assert bool(printed["asked"]) == bool(want.get("must_ask"))
