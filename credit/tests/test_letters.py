"""The letters on a decision as PDFs: the same words as their page, the figures of the books, and nobody else's."""

from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import Customer, Lender
from credit import letters
from credit.actions import ask, override
from credit.letters import letter_of
from credit.models import CreditRequest, Decision
from credit.tests.asked import D, latest, owing, policy, request_of
from ledger.models import Due
from ledger.templatetags.money import day
from ledger.tests.reading_pdf import amounts, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def given(asha: Customer, mira: object) -> CreditRequest:
    """300.00 in three instalments at 12 %, approved by a manager."""
    policy(interest="declining", annual_rate=D(12), longest_term=12)
    request = request_of(asha, "300.00", instalments=3)
    ask(request)
    override(latest(request), Decision.Verdict.APPROVED, by="m1", reason="Known for years")
    request.refresh_from_db()
    return request


def told(pdf: bytes) -> str:
    """One line, single blanks: where the lines of a paper break is nobody's business."""
    return " ".join(text_of(pdf).split())


def owed_by_day(customer: Customer) -> list[tuple[str, Decimal, Decimal, Decimal]]:
    """What the books say of each instalment: its day, principal, interest and both together."""
    days: dict[str, dict[str, Decimal]] = {}
    for due in Due.objects.of(customer).order_by("due_on"):
        days.setdefault(day(due.due_on), {"principal": D(0), "interest": D(0)})[due.kind] += due.amount
    return [(on, one["principal"], one["interest"], sum(one.values(), D(0))) for on, one in days.items()]


def schedule_in(pdf: bytes) -> list[tuple[str, Decimal, Decimal, Decimal]]:
    rows = []
    for line in text_of(pdf).splitlines():
        if len(found := amounts(line)) == 4:
            principal, interest, whole, _ = found
            rows.append((" ".join(line.split()[1:4]), principal, interest, whole))
    return rows


def test_the_sanction_has_the_schedule_that_is_owed(given: CreditRequest, as_asha: Client, asha: Customer) -> None:
    answer = as_asha.get(f"/credit/{given.pk}/letter.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert schedule_in(answer.content) == owed_by_day(asha)
    assert len(owed_by_day(asha)) == 3
    for words in ("Your credit of $300.00 is sanctioned", "Dear Asha Rao,", f"credit-{given.pk}", str(letters.RATE)):
        assert words in told(answer.content)


def test_a_schedule_that_is_not_owed_is_noticed(
    given: CreditRequest, as_asha: Client, asha: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "money", lambda amount: f"${amount + 1:,.2f}")
    with pytest.raises(AssertionError):
        test_the_sanction_has_the_schedule_that_is_owed(given, as_asha, asha)


def test_page_and_pdf_say_the_same(asha: Customer, as_mira: Client, lender: Lender) -> None:
    owing(asha, "60.00")
    request = request_of(asha, "300.00")
    ask(request)
    place = f"/admin/customer/101/credit/{request.pk}/letter"
    page = as_mira.get(f"{place}/").content.decode().replace("&#x27;", "'")
    pdf = told(as_mira.get(f"{place}.pdf").content)
    paper = letter_of(request, lender)
    assert paper is not None
    words = [block["text"] for block in paper.blocks if block["kind"] == "heading"]
    words += [line for block in paper.blocks for line in (*block.get("lines", ()), *block.get("items", ()))]
    assert len(words) > 8
    for line in (paper.title, *words):
        assert line in page
        assert line in pdf


def test_there_is_no_letter_before_a_decision(asha: Customer, as_asha: Client, as_mira: Client) -> None:
    request = request_of(asha, "300.00")
    assert ask(request).verdict == "referred"
    assert as_asha.get(f"/credit/{request.pk}/letter.pdf").status_code == 404
    assert as_mira.get(f"/admin/customer/101/credit/{request.pk}/letter.pdf").status_code == 404
    assert "letter.pdf" not in as_asha.get(f"/credit/{request.pk}/").content.decode()


def test_nobody_gets_the_letter_of_somebody_else(
    given: CreditRequest, as_bo: Client, bo: Customer, as_mira: Client, as_clem: Client, as_sten: Client
) -> None:
    assert as_bo.get(f"/credit/{given.pk}/letter.pdf").status_code == 404
    staffs = f"/admin/customer/101/credit/{given.pk}/letter.pdf"
    assert [client.get(staffs).status_code for client in (as_mira, as_clem, as_sten)] == [200, 200, 403]
    assert as_mira.get(staffs.replace("/101/", "/102/")).status_code == 404
    assert Client().get(staffs).status_code == 302
