"""A currency for each entry: shown as it is, summed by itself, never added to another; and out and in again."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expenses.currencies import by_currency
from expenses.models import Expense
from expenses.tests.filing import send, standings, take
from expenses.tests.test_notebook import entry_of, fields
from expenses.tests.test_quick import line


def page(client, path="/expenses/"):
    return client.get(path).content.decode()


def exported(client):
    return b"".join(client.get("/expenses.csv").streaming_content)


def test_each_currency_has_totals_of_its_own_and_percentages_are_of_the_own(as_asha, asha):
    entry_of(asha, amount=Decimal(30))
    entry_of(asha, amount=Decimal(10), category="Fun")
    entry_of(asha, amount=Decimal(500), currency="EUR", category="Fun")
    entry_of(asha, amount=Decimal(100), currency="EUR", kind="refund")
    entry_of(asha, amount=Decimal(7000), currency="KES", kind="income")
    shown = page(as_asha)
    assert "75.00 %" in shown and "25.00 %" in shown and "$40.00" in shown
    assert "€400.00" in shown and "KES" in shown and "7,000.00" in shown
    assert not [wrong for wrong in ("$440", "$540", "$7,0", "440.00", "540.00") if wrong in shown]


def test_the_own_currency_by_its_name_is_no_other(as_asha, asha):
    as_asha.post("/expenses/quick/", fields(currency="usd"))
    as_asha.post("/expenses/quick/", line("12 EUR hotel"))
    assert list(Expense.objects.of(asha).order_by("id").values_list("currency", flat=True)) == ["", "EUR"]
    assert "Entered: <strong>€12.00</strong>" in page(as_asha, f"/expenses/?entered={Expense.objects.latest('id').pk}")


@pytest.mark.parametrize(
    ("amount", "currency"), [("12.50", "JPY"), ("12.50", "XX"), ("12.50", "XXYZ"), ("1.234", "KWD"), ("5", "1$2")]
)
def test_what_a_currency_does_not_have_is_refused(as_asha, asha, amount, currency):
    assert as_asha.post("/expenses/quick/", fields(amount=amount, currency=currency)).status_code == 422
    assert not Expense.objects.of(asha).exists()


def test_an_entrys_currency_can_be_changed_and_its_parts_keep_it(as_asha, asha):
    entry = entry_of(asha)
    as_asha.post(f"/expenses/{entry.pk}/", fields(currency="EUR"))
    shares = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "key": "k" * 20}
    for place, (amount, category) in enumerate((("10", "Food"), ("2.50", "Fun"))):
        shares |= {f"form-{place}-amount": amount, f"form-{place}-category": category}
    as_asha.post(f"/expenses/{entry.pk}/split/", shares)
    assert list(Expense.objects.of(asha).values_list("currency", flat=True)) == ["EUR", "EUR"]


def test_what_is_downloaded_is_there_already_and_comes_back_the_same(as_asha, asha, bo):
    for currency in ("", "EUR", "JPY"):
        entry_of(asha, amount=Decimal(12), currency=currency, note="=1+1")
    data = exported(as_asha)
    assert standings(send(asha, data)) == ["there"] * 3
    statement = send(bo, data)
    assert standings(statement) == ["new"] * 3
    take(bo, statement)
    told = ("day", "kind", "amount", "currency", "note", "category__name")
    rows = [sorted(Expense.objects.of(owner).values_list(*told)) for owner in (asha, bo)]
    assert rows[0] == rows[1] and len(rows[0]) == 3


def test_the_same_amount_in_another_currency_is_another_purchase(asha):
    entry_of(asha, amount=Decimal(4), note="A", day="2026-03-02")
    head = "Date,Description,Amount,Currency\n"
    found = send(asha, f"{head}2026-03-02,A,-4.00,USD\n2026-03-02,A,-4.00,EUR\n".encode())
    assert standings(found)[1] == "new" and standings(found)[0] != "new"


KINDS = ["spending", "refund", "income", "transfer"]
ROWS = st.tuples(st.sampled_from(["EUR", "KES"]), st.sampled_from(KINDS), st.decimals("0.01", "1000000", places=2))


@given(st.lists(ROWS))
def test_the_sums_are_those_of_the_rows_of_one_currency(rows):
    found = by_currency(rows)
    assert [sums.currency for sums in found] == sorted({currency for currency, _, _ in rows})
    for sums in found:
        own = [(kind, amount) for currency, kind, amount in rows if currency == sums.currency]
        assert sums.income == sum(amount for kind, amount in own if kind == "income")
        signs = {"spending": 1, "refund": -1}
        assert sums.spent == sum(signs.get(kind, 0) * amount for kind, amount in own)
