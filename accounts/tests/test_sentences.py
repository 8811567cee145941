"""A sentence said in English is kept with its figures, and told to each reader in his language."""

import copy
import datetime
import json
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone, translation
from django.utils.html import escape

from accounts.models import Batch, Job
from accounts.sentences import Sentence, Shown, as_said, as_stored, listed, many, said, sentence_of
from accounts.telling import money, told
from accounts.transactions import Refused
from ledger.models import Upload, UploadLine

DAY = datetime.date(2026, 3, 31)
CLOSED = said("is in the books closed through %(day)s", day=DAY)


def in_spanish(sentence: object) -> str:
    with translation.override("es"):
        return told(sentence)


@pytest.mark.once
def test_its_text_is_english_in_every_language() -> None:
    with translation.override("es"):
        assert CLOSED == "is in the books closed through 2026-03-31" == str(CLOSED)
        assert f"{ValidationError(CLOSED).messages[0]}" == CLOSED
        assert f"{said('is not one of %(kinds)s', kinds=['fee', 'penalty'])}" == "is not one of fee, penalty"


@pytest.mark.once
def test_it_is_told_with_days_amounts_and_money_as_the_reader_writes_them() -> None:
    assert in_spanish(CLOSED) == "está en los libros cerrados hasta el 31 mar 2026"
    stands = said(
        "stands for %(amount)s received on %(day)s already", amount=Decimal("1250.50"), day=CLOSED.facts["day"]
    )
    assert in_spanish(stands) == "ya corresponde a 1.250,50 recibidos el 31 mar 2026"
    assert told(stands) == "stands for 1250.50 received on 2026-03-31 already"
    rows = said("The file has more than %(count)s rows. Send it in parts.", count=many(100_000))
    assert rows.startswith("The file has more than 100,000 rows.")
    assert in_spanish(rows).startswith("El archivo tiene más de 100.000 filas.")
    with translation.override("hi"):
        assert "1,00,000" in told(rows)
        assert "12,34,567.50" in told(said("stands for %(amount)s", amount=Decimal("1234567.50")))
    with translation.override("es"):
        assert money(Decimal("12.50")).english == "$12.50"


@pytest.mark.once
def test_a_sentence_in_a_sentence_is_told_with_it_and_a_plain_text_stays_as_it_is() -> None:
    line = said("line %(line)s: %(reason)s.", line=7, reason=said("is empty"))
    assert in_spanish(line) == "línea 7: está vacío."
    assert in_spanish(said("line %(line)s: %(reason)s.", line=7, reason="is empty")) == "línea 7: is empty."
    assert in_spanish("A row stored before.") == "A row stored before."
    assert in_spanish(listed([said("decimals after a comma"), "x"])) == "decimales tras una coma, x"


@pytest.mark.once
def test_what_follows_a_text_elsewhere_is_said_without_it_and_without_a_full_stop() -> None:
    reason = Sentence("%(text)s is not an amount.", {"text": ""})
    assert (reason, in_spanish(reason)) == ("is not an amount", "no es un importe")


@pytest.mark.once
def test_an_exception_gives_the_sentence_it_was_raised_with() -> None:
    for error in (ValueError(CLOSED), ValidationError(CLOSED), Refused(CLOSED)):
        assert sentence_of(error) is CLOSED
    assert in_spanish(Refused(CLOSED)) == in_spanish(CLOSED)
    assert sentence_of(ValidationError("%(n)s are wrong", params={"n": 2})) == "2 are wrong"


@pytest.mark.once
def test_a_form_shows_what_an_act_refused_in_the_readers_language() -> None:
    form = forms.Form({})
    form.is_valid()
    form.add_error(None, Refused(CLOSED))
    with translation.override("es"):
        assert in_spanish(CLOSED) in str(form.non_field_errors())
        assert Refused(CLOSED).messages == [in_spanish(CLOSED)]
        assert Refused(["one", "two"]).messages == ["one", "two"]
    assert str(CLOSED) in str(form.non_field_errors())


@pytest.mark.once
def test_it_comes_back_from_json_and_from_a_copy_as_it_went() -> None:
    shown = Shown(datetime.date(2026, 4, 3), "3 April 2024", "")
    facts = {
        "day": datetime.date(2026, 1, 2),
        "amount": Decimal("1.50"),
        "one": CLOSED,
        "all": [1, "a"],
        "shown": shown,
    }
    whole = said("%(day)s %(amount)s %(one)s %(all)s %(shown)s", **facts)
    for back in (
        json.loads(json.dumps(as_stored([whole, {"day": 1}])), object_hook=as_said)[0],
        copy.deepcopy(whole),
    ):
        assert (back, back.msgid, dict(back.facts)) == (whole, whole.msgid, facts)
    assert json.loads('{"day": 1, "said": "x"}', object_hook=as_said) == {"day": 1, "said": "x"}


@pytest.mark.django_db
def test_a_column_of_text_keeps_it_and_one_stored_before_stays_english() -> None:
    job = Job.objects.create(kind="read", message=CLOSED)
    job.refresh_from_db()
    assert (job.message, in_spanish(job.message)) == (CLOSED, in_spanish(CLOSED))
    Job.objects.filter(pk=job.pk).update(message="Cancelled by hand.")
    job.refresh_from_db()
    assert in_spanish(job.message) == "Cancelled by hand."


@pytest.mark.django_db
def test_one_too_long_for_its_column_is_kept_as_english_cut() -> None:
    job = Job.objects.create(kind="read", message=said("line %(line)s: %(reason)s.", line=1, reason="x" * 600))
    job.refresh_from_db()
    assert job.message == "line 1: " + "x" * 492


BROKEN = [
    '{"said":"line %(line)s: %(reason)s.","with":{"line":1}}',
    '{"said":"100% of %(all)s","with":{"all":1}}',
    '{"said":"is empty","with":5}',
    '{"said":5,"with":{}}',
    '{"said":"is empty","with":',
]
BROKEN_FIGURES = [{"a day": "yesterday"}, {"an amount": "much"}, {"an amount": "NaN"}, {"a day": 7, "english": "7"}]
BROKEN_FIGURES += [{"an amount": "1", "english": "1", "currency": 7}]


@pytest.mark.django_db
def test_one_that_is_broken_is_told_as_it_lies_there(as_mira: Client) -> None:
    batch = Batch.objects.create(name="march.csv", kind="dues", recorded_by="m1")
    for kept in BROKEN:
        job = Job.objects.create(kind="post", batch=batch, state="failed", ended_at=timezone.now())
        Job.objects.filter(pk=job.pk).update(message=kept)
        job.refresh_from_db()
        assert in_spanish(job.message) == job.message == kept
    page = as_mira.get("/admin/jobs/", headers={"Accept-Language": "es"})
    assert page.status_code == 200
    assert [kept for kept in BROKEN if escape(kept) not in page.text] == []


@pytest.mark.once
@pytest.mark.parametrize("figure", BROKEN_FIGURES, ids=str)
@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_a_figure_that_is_broken_breaks_no_sentence(figure: dict[str, object], language: str) -> None:
    kept = json.dumps({"said": "%(all)s", "with": {"all": figure}})
    with translation.override(language):
        assert str(figure) in told(json.loads(kept, object_hook=as_said))


@pytest.mark.django_db
def test_a_broken_one_leaves_the_others_beside_it_whole() -> None:
    upload = Upload.objects.create(batch=Batch.objects.create(name="march", kind="dues"), size=1)
    line = UploadLine.objects.create(upload=upload, line=2, cells=[])
    kept = [["is empty", "month", ""], [json.loads(BROKEN[0]), "", ""], [as_stored(CLOSED), "", ""]]
    UploadLine.objects.filter(pk=line.pk).update(problems=kept)
    line.refresh_from_db()
    assert [in_spanish(reason) for reason, *_ in line.problems] == [
        "is empty", str(json.loads(BROKEN[0])), in_spanish(CLOSED)
    ]  # fmt: skip


@pytest.mark.django_db
def test_words_of_no_catalogue_are_told_as_they_are() -> None:
    job = Job.objects.create(kind="read", message=said("An old word for %(count)s.", count=3))
    job.refresh_from_db()
    assert isinstance(job.message, Sentence)
    assert in_spanish(job.message) == "An old word for 3."
