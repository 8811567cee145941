"""The figures of papers in the other languages: read back from the PDF they are the ledger's, to the cent."""

import datetime
import random
import re
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import translation

from accounts.models import Customer, Lender
from ledger import papers
from ledger.papers import statement_pdf
from ledger.templatetags.money import money
from ledger.templatetags.portal import percent
from ledger.tests.reading_pdf import amounts, squeezed, text_of
from ledger.tests.test_papers import FIRST, ledger_says, live

D = Decimal


def told_of(on: str, language: str) -> list[str]:
    """What of a day stands in a line; signs of Devanagari leave a PDF in the order in which they are drawn."""
    return re.findall(r"\d+", on) if language == "hi" else [squeezed(on)]


def check_in(language: str, customers: int, seed: int) -> None:
    """The same in a language: its digits, separators and signs, and Arabic's columns from right to left."""
    chance = random.Random(seed)
    for number in range(customers):
        customer = Customer.objects.create(pk=1000 + number, name=f"Customer {chance.random()}")
        live(customer, chance)
        first, last = sorted(FIRST + datetime.timedelta(chance.randrange(366)) for _ in range(2))
        with translation.override(language):
            text, says = text_of(statement_pdf(customer, first, last)), ledger_says(customer, first, last)
        lines = [(squeezed(line), found) for line in text.splitlines() if (found := amounts(line, language))]
        figures = [found for _, found in says]
        sums = 4 if [found for _, found in lines[4:][: len(says)]] == figures else 5  # with what was forgiven
        told = lines[sums:][: len(says)]
        assert [found for _, found in told] == figures, (seed, number)
        for (on, _), (line, _) in zip(says, told, strict=True):
            assert all(part in line for part in told_of(on, language)), (seed, number)
        assert [lines[0][1], lines[sums - 1][1]] == [says[0][1], says[-1][1][-1:]]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["es", "fr", "hi", "ar"])
def test_a_statement_says_the_same_in_every_language(lender: Lender, language: str) -> None:
    check_in(language, 1, seed=random.randrange(10**6))


@pytest.mark.soak
@pytest.mark.django_db
@pytest.mark.parametrize("language", ["es", "fr", "hi", "ar"])
def test_statements_of_fifty_customers_say_the_same_in_every_language(lender: Lender, language: str) -> None:
    check_in(language, 50, seed=random.randrange(10**6))


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["es", "ar"])
def test_a_figure_that_is_off_in_a_language_is_noticed(
    lender: Lender, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """The negative control of the two above."""
    right = papers.money
    monkeypatch.setattr(papers, "money", lambda amount: right(amount + D("0.01")))
    with pytest.raises(AssertionError):
        check_in(language, 1, seed=1)


def test_a_share_is_written_as_the_language_writes_it() -> None:
    said = {}
    for language in ("en", "es", "fr", "hi", "ar"):
        with translation.override(language):
            said[language] = percent(D("0.3561"))
    assert said == {"en": "35.6%", "es": "35,6\xa0%", "fr": "35,6\xa0%", "hi": "35.6%", "ar": "35.6%"}


@pytest.mark.parametrize("language", ["en", "es", "fr", "hi", "ar"])
def test_a_count_is_written_as_the_amount_beside_it(language: str) -> None:
    page = Template("{{ many|number }} {{ part|number:2 }} {{ none|number }}")
    with translation.override(language):
        many, part, none = page.render(Context({"many": 1234567, "part": D("1234567.50"), "none": None})).split(" ")
        amount = money(D("1234567.50"))
    usual = {"es": "1.234.567", "fr": "1\u202f234\u202f567", "hi": "12,34,567", "ar": "\u200e1,234,567\u200e"}
    assert (many, none) == (usual.get(language, "1,234,567"), "")
    assert many.strip("\u200e") in amount
    assert part.strip("\u200e") in amount
