"""Papers to take home: a PDF says what the ledger says, to who may see it, and no text in it is ever more than text."""

import datetime
import random
from decimal import Decimal
from pathlib import Path

import pytest
import typst
from allauth.account import app_settings as allauth_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import paper
from accounts.models import Customer, Lender
from ledger import papers
from ledger.actions import add_due, give_loan, record_payment, refund_credit, reverse_payment
from ledger.models import Disbursement, Due, Payment
from ledger.papers import receipt_pdf, statement_pdf
from ledger.templatetags.money import day
from ledger.tests.reading_pdf import Row, amounts, table_of, text_of, value_of
from ledger.tests.routing import assert_routed
from ledger.tests.test_statement import KINDS, happen

D = Decimal
FIRST, LAST = datetime.date(2024, 1, 1), datetime.date(2024, 12, 31)
EVERY_SIGN = '# $x$ *b* _i_ `c` \\ <l> @r #eval("1") [t] //c /*'


def live(customer: Customer, chance: random.Random) -> None:
    """A year of somebody's life with the shop."""
    for number in range(chance.randrange(25)):
        on = FIRST + datetime.timedelta(chance.randrange(366))
        happen(customer, number, chance.choice(KINDS), on, D(chance.randint(1, 300_000)) / 100)


def ledger_says(customer: Customer, first: datetime.date, last: datetime.date) -> list[Row]:
    """The statement from the rows themselves, added up here and not by the product."""
    forgiving = {p.pk for p in Payment.objects.of(customer) if p.kind in ("waiver", "charge_off") or not p.is_money}
    dues = [(due.due_on, due.amount, due.amount, 0) for due in Due.objects.of(customer).order_by("due_on", "id")]
    paid = Payment.objects.of(customer).order_by("received_on", "id")
    moves = sorted([*dues, *((p.received_on, -p.amount, p.amount, p.pk) for p in paid)], key=lambda move: move[0])
    balance = opening = sum((move[1] for move in moves if move[0] < first), D(0))
    rows, sums = [(day(first), [opening])], [D(0), D(0), D(0)]
    for on, moved, shown, payment in moves:
        if first <= on <= last:
            balance += moved
            rows.append((day(on), [shown, balance]))
            sums[0 if not payment else 2 if payment in forgiving else 1] += shown
    shown_sums = [part for part in sums[:2] if part] + ([sums[2]] if sums[2] else [])
    return [*rows, (day(last), [*shown_sums, balance])]


def check(customers: int, seed: int) -> None:
    chance = random.Random(seed)
    for number in range(customers):
        customer = Customer.objects.create(pk=1000 + number, name=f"Customer {chance.random()}")
        live(customer, chance)
        first, last = sorted(FIRST + datetime.timedelta(chance.randrange(366)) for _ in range(2))
        for days in ((first, last), (FIRST, LAST)):
            text = text_of(statement_pdf(customer, *days))
            assert table_of(text) == ledger_says(customer, *days), (seed, number)
        owed = sum((due.balance for due in Due.objects.of(customer)), D(0))
        assert value_of("Closing balance", text) == owed - Payment.objects.of(customer).held()
        assert amounts(text.split("Open by age")[1])[5] == owed
        for payment in Payment.objects.of(customer)[:2]:
            told = text_of(receipt_pdf(payment))
            assert value_of("Together", told) == payment.amount == sum(amounts(told)[1:-1])


@pytest.mark.django_db
def test_a_statement_says_what_the_ledger_says(lender: Lender) -> None:
    check(5, seed=random.randrange(10**6))


@pytest.mark.django_db
def test_a_waiver_and_its_reversal_stand_with_their_amounts(lender: Lender, asha: Customer) -> None:
    due = add_due(Due(customer=asha, month=FIRST, amount=D(50)))
    for number, kind in enumerate(("waiver", "unwaiver")):
        happen(asha, number, kind, datetime.date(2024, 2 + number, 1), due.amount)
    told = table_of(text_of(statement_pdf(asha, FIRST, LAST)))
    assert told == ledger_says(asha, FIRST, LAST)
    assert [found for _, found in told[2:4]] == [[50, 0], [-50, 50]]


@pytest.mark.soak
@pytest.mark.django_db
def test_statements_of_two_hundred_customers_say_what_the_ledger_says(lender: Lender) -> None:
    check(200, seed=random.randrange(10**6))


@pytest.mark.django_db
def test_a_figure_that_is_off_by_a_cent_is_noticed(lender: Lender, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the two above."""
    monkeypatch.setattr(papers, "money", lambda amount: f"${amount + D('0.01'):,.2f}")
    with pytest.raises(AssertionError):
        check(1, seed=1)


@pytest.fixture
def payment(asha: Customer) -> Payment:
    add_due(Due(customer=asha, month=datetime.date(2024, 1, 1), amount=D(50)))
    add_due(Due(customer=asha, month=datetime.date(2024, 2, 1), amount=D(40)))
    return record_payment(
        Payment(customer=asha, amount=D(100), received_on=datetime.date(2024, 3, 1), channel="cash", reference="r-7")
    )


@pytest.mark.django_db
def test_a_customer_takes_the_statement_of_a_year_home(as_asha: Client, payment: Payment) -> None:
    answer = as_asha.get("/statement.pdf?year=2024")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"]
    text = text_of(answer.content)
    for told in ("Asha Rao", "Customer 101", "Statement Jan 1, 2024 to Dec 31, 2024", "r-7", "-$10.00"):
        assert told in text


@pytest.mark.django_db
def test_a_paper_is_tagged_for_who_hears_it(lender: Lender, payment: Payment) -> None:
    pdf = receipt_pdf(payment)
    assert b"/StructTreeRoot" in pdf
    assert b"pdfuaid" in pdf


@pytest.mark.django_db
def test_the_receipt_says_where_the_money_is(as_asha: Client, payment: Payment) -> None:
    text = text_of(as_asha.get(f"/payments/{payment.pk}.pdf").content)
    parts = {"January 2024": 50, "February 2024": 40, "Held as credit": 10, "Together": 100}
    assert {label: value_of(label, text) for label in parts} == parts
    refund = refund_credit(Payment(customer=payment.customer, amount=D(-10)))
    assert value_of("Out of held credit", text_of(receipt_pdf(refund))) == -10
    payment.refresh_from_db()
    assert value_of("Handed or taken back", text_of(receipt_pdf(payment))) == 10
    reverse_payment(refund)
    payment.refresh_from_db()
    mirror = reverse_payment(payment)
    assert value_of("February 2024", text_of(receipt_pdf(mirror))) == -40
    payment.refresh_from_db()
    assert "This payment was taken back" in text_of(receipt_pdf(payment))


@pytest.mark.django_db
def test_a_loan_given_stands_under_the_lines(lender: Lender, asha: Customer) -> None:
    due = Due(month=datetime.date(2024, 5, 1), amount=D(90))
    loan = Disbursement(customer=asha, amount=D(90), paid_on=datetime.date(2024, 4, 30), reference="fridge")
    give_loan(loan, [due])
    text = text_of(statement_pdf(asha, FIRST, LAST))
    assert amounts(text.split("Loans given")[1])[0] == 90


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("from=2024-02-01&to=2024-01-01", "The first day is after the last"),
        ("from=x&to=2024-01-01", "Write the day as year-month-day"),
        ("from=0001-01-01&to=2024-01-01", "A statement lies between"),
        ("from=2024-01-01", "This field is required"),
        ("year=2024", "more than 2 dues"),
    ],
)
def test_days_that_make_no_statement_are_said_in_a_form(
    as_asha: Client, as_mira: Client, payment: Payment, monkeypatch: pytest.MonkeyPatch, asked: str, sentence: str
) -> None:
    monkeypatch.setattr(papers, "MOST_LINES", 2)
    monkeypatch.setattr(papers, "TOO_MANY", "These days hold more than 2 dues and payments.")
    for client, place in ((as_asha, "/"), (as_mira, "/admin/customer/101/")):
        answer = client.get(f"{place}statement.pdf?{asked}")
        assert answer.status_code == 422
        assert sentence in answer.content.decode()


@pytest.mark.django_db
def test_nobody_gets_a_paper_of_somebody_else(
    as_bo: Client, as_mira: Client, as_sten: Client, as_clem: Client, payment: Payment
) -> None:
    assert as_bo.get(f"/payments/{payment.pk}.pdf").status_code == 404
    assert "r-7" not in text_of(as_bo.get("/statement.pdf?year=2024").content)
    for path in ("statement.pdf", f"payments/{payment.pk}.pdf"):
        assert as_mira.get(f"/admin/customer/101/{path}").status_code == 200
        assert as_clem.get(f"/admin/customer/101/{path}").status_code == 200
        assert as_sten.get(f"/admin/customer/101/{path}").status_code == 403
        assert as_bo.get(f"/admin/customer/101/{path}").status_code in (302, 403)
        assert Client().get(f"/admin/customer/101/{path}").status_code == 302
    assert as_mira.get(f"/admin/customer/102/payments/{payment.pk}.pdf").status_code == 404
    assert Client().get("/statement.pdf").status_code == 302


@pytest.mark.django_db
def test_one_person_gets_so_many_papers_a_minute_and_others_are_not_kept_waiting(
    as_asha: Client, as_bo: Client, payment: Payment, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert allauth_settings.RATE_LIMITS["papers"] == "30/m/user"
    monkeypatch.setattr(allauth_settings, "RATE_LIMITS", {"papers": "2/m/user"})
    paths = ("/statement.pdf", f"/payments/{payment.pk}.pdf", "/statement.pdf")
    assert [as_asha.get(path).status_code for path in paths] == [200, 200, 429]
    assert as_asha.get("/statement/").status_code == 200
    assert as_bo.get("/statement.pdf").status_code == 200


@pytest.mark.django_db
def test_papers_ask_for_one_customer_and_no_more_often_for_a_long_history(lender: Lender, payment: Payment) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen, assert_routed():
            statement_pdf(payment.customer, FIRST, LAST)
            receipt_pdf(payment)
        return len(seen)

    few = queries()
    for month in range(1, 13):
        add_due(Due(customer=payment.customer, month=datetime.date(2024, month, 1), amount=D(5), reference="more"))
    assert queries() == few


@pytest.mark.django_db
def test_the_sums_of_a_statement_stand_below_each_other(lender: Lender, payment: Payment) -> None:
    lines = [line.rstrip() for line in text_of(statement_pdf(payment.customer, FIRST, LAST)).splitlines()]
    sums = [line for line in lines if line.startswith(("Opening balance,", "Fell due", "Paid", "Closing balance,"))]
    assert [amounts(line) for line in sums] == [[0], [90], [100], [-10]]
    assert len({len(line) for line in sums}) == 1


@pytest.mark.django_db
def test_a_page_break_repeats_the_head_of_the_table(lender: Lender, asha: Customer) -> None:
    month = datetime.date(2024, 1, 1)
    Due.objects.bulk_create(
        Due(customer=asha, month=month, due_on=month, amount=D(1), reference=f"n{n}") for n in range(120)
    )
    pages = text_of(statement_pdf(asha, FIRST, LAST)).split("\f")[:-1]
    assert len(pages) >= 3
    assert all("Balance" in page and f"of {len(pages)}" in page for page in pages[:-1])


def name_as_told(customer: Customer, name: str) -> str:
    Customer.objects.filter(pk=customer.pk).update(name=name)
    customer.refresh_from_db()
    return text_of(statement_pdf(customer, FIRST, LAST)).split(f"Customer {customer.pk}")[0]


@pytest.mark.django_db
def test_a_name_is_never_markup(lender: Lender, asha: Customer, payment: Payment) -> None:
    add_due(Due(customer=asha, month=datetime.date(2024, 6, 1), amount=D(5), reference="#panic() *x*"))
    assert EVERY_SIGN in name_as_told(asha, EVERY_SIGN)
    assert "#panic() *x*" in text_of(statement_pdf(asha, FIRST, LAST))


@pytest.mark.django_db
def test_a_template_that_evaluates_a_name_would_be_noticed(
    lender: Lender, asha: Customer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    evil = paper.TEMPLATE.read_text().replace(
        "facts.to.map(own).join(linebreak())", 'eval(facts.to.first(), mode: "markup")'
    )
    (tmp_path / "paper.typ").write_text(evil)
    monkeypatch.setattr(paper, "TEMPLATE", tmp_path / "paper.typ")
    with pytest.raises((AssertionError, typst.TypstError)):
        assert EVERY_SIGN in name_as_told(asha, EVERY_SIGN)


@pytest.mark.django_db
def test_names_of_other_scripts_are_right_with_their_font_and_legible_without(
    lender: Lender, asha: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Zoë Łęcka", "Анна Ελένη", "أحمد", "आशा"):
        assert name.split()[0][:2] in name_as_told(asha, name)
    monkeypatch.setattr(paper, "_fonts", lambda: typst.Fonts(include_system_fonts=False))
    assert "WangXiaoMing" in name_as_told(asha, "王小明")
    assert "Amina :smile:" in name_as_told(asha, "Amina 😄\u202e\x07")


@pytest.mark.django_db
def test_a_sign_that_no_paper_may_hold_is_left_out_wherever_it_stands(
    as_asha: Client, lender: Lender, payment: Payment, monkeypatch: pytest.MonkeyPatch
) -> None:
    Lender.objects.update(name="Corner\ufeff Shop", address="1 Market\ufeff Street")
    assert "Asha Rao" in name_as_told(payment.customer, "Asha\ufeff Rao")
    assert "Corner Shop" in text_of(as_asha.get("/statement.pdf?year=2024").content)
    monkeypatch.delitem(paper.UNSEEN, 0xFEFF)
    with pytest.raises(typst.TypstError):
        name_as_told(payment.customer, "Asha\ufeff Rao")


@pytest.mark.django_db
def test_a_chinese_name_is_chinese_where_a_font_is_installed(lender: Lender, asha: Customer) -> None:
    known = {"Droid Sans Fallback", "Noto Sans CJK SC", "Noto Serif CJK SC"}
    if not known & set(typst.Fonts().families()):
        pytest.skip("no Chinese font is installed: apt install fonts-droid-fallback")
    assert "王小明" in name_as_told(asha, "王小明")
