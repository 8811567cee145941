"""A decision is kept in English and said in the reader's language: on its page, in its letter, in its mail."""

import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import override

from accounts.models import Customer, Lender, User
from accounts.tests.post_office import post_office, send
from accounts.transactions import Refused
from credit import wording
from credit.actions import ask
from credit.changes import Change
from credit.judging import Why
from credit.letters import letter_of
from credit.models import CreditRequest, Decision
from credit.naming import NAMES
from credit.offers import offer_of
from credit.rules import Missing
from credit.tests.asked import latest, owing, policy, request_of, this_month
from credit.wording import change_of, change_words, kept_change_words, reason_of, reason_words
from ledger.tests.reading_pdf import text_of

OTHERS = [code for code, _ in settings.LANGUAGES if code != "en"]
END = datetime.date(2027, 3, 31)
WHYS = [
    *[Why(kind.value, {"seen": 1, "least": 3}) for kind in Missing],
    Why("no_model"),
    Why("percentage", {"due": 20000, "paid": 15999, "needed": 1, "threshold": Decimal("80.00"), "fallen": True}),
    Why("percentage", {"due": 20000, "paid": 15999, "needed": 1, "threshold": Decimal(80), "fallen": False}),
    *[Why("average", {"average": Fraction(2, 3), "years": years, "threshold": Decimal("0.8")}) for years in (1, 2, 5)],
    Why("largest", {"largest": 100}),
    Why("limit", {"outstanding": 1, "together": 2, "limit": 1}),
    *[Why("feature", {"feature": name, "value": 2.0, "points": 1, "best": 3}) for name in NAMES],
]
CHANGES = [
    Change(pay=pay, ask=less, months=months, until=END if months else None)
    for pay in (0, 34000)
    for less in (None, 5000)
    for months in (0, 1, 2, 3, 11)
    if pay or less or months
]


@pytest.fixture
def declined(asha: Customer) -> CreditRequest:
    """Asked for by somebody who reads Spanish."""
    policy(methods="both")
    owing(asha, "100.00", "20.00")
    request = request_of(asha)
    with override("es"):
        ask(request)
    return request


def in_spanish(client: Client, customer: Customer) -> Client:
    customer.login.language = "es"
    customer.login.save()
    return client


@pytest.mark.once
@pytest.mark.parametrize("language", OTHERS)
def test_every_reason_and_change_can_be_said_in(language: str) -> None:
    english = [reason_words(reason_of(why)) for why in WHYS] + [change_words(change) for change in CHANGES]
    with override(language):
        said = [reason_words(reason_of(why)) for why in WHYS] + [kept_change_words(change_of(one)) for one in CHANGES]
    assert [text for text, other in zip(english, said, strict=True) if text == other or "%(" in other] == []
    assert len(set(said)) == len(set(english))


@pytest.mark.once
@pytest.mark.parametrize("why", WHYS[:12], ids=str)
def test_what_is_kept_is_english_whoever_asked(why: Why) -> None:
    with override("ar"):
        kept = reason_of(why)
        assert reason_words(kept) != kept["text"]
    assert reason_words(kept) == kept["text"]


@pytest.mark.once
def test_a_reason_of_before_there_were_kinds_is_said_where_it_has_no_figures() -> None:
    old, figures = {"text": "No due has fallen due yet."}, {"text": "Of $200.00 that fell due, $120.00 is paid."}
    points: dict[str, Any] = {"text": "Missed.", "feature": "missed", "value": 3.0, "points": 1, "best": 9}
    with override("es"):
        assert reason_words(old) == "Todavía no ha vencido ninguna cuota."
        assert reason_words(figures) == figures["text"]
        assert reason_words(points) == "Meses sin un pago apreciable: 3 meses."


@pytest.mark.django_db
def test_the_books_hold_english(declined: CreditRequest) -> None:
    decision = latest(declined)
    assert [one["text"] for one in decision.reasons] == [
        "Of $200.00 that fell due, $120.00 is paid: 60%. 80% is needed."
    ]
    assert decision.changes[0]["text"] == "Pay $40.00 more."


@pytest.mark.django_db
def test_without_the_guard_the_books_would_hold_spanish(asha: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same in the reader's language."""
    monkeypatch.setattr(wording, "override", lambda _: override("es"))
    owing(asha, "100.00", "20.00")
    assert "vencieron" in ask(request_of(asha)).reasons[0]["text"]


@pytest.mark.django_db
def test_the_customer_reads_his_language_and_the_staff_english(
    declined: CreditRequest, asha: Customer, as_asha: Client, as_mira: Client
) -> None:
    page = in_spanish(as_asha, asha).get(f"/credit/{declined.pk}/").content.decode()
    for words in ("De los 200,00\xa0US$ que vencieron", "Pague 40,00\xa0US$ más.", "Rechazado"):
        assert words in page
    assert "that fell due" not in page
    staffs = as_mira.get(f"/admin/customer/101/credit/{declined.pk}/").content.decode()
    assert "Of $200.00 that fell due, $120.00 is paid: 60%." in staffs
    assert "vencieron" not in staffs


@pytest.mark.django_db
def test_the_staff_settles_a_given_loan_early_in_its_own_language(asha: Customer, as_mira: Client) -> None:
    policy(interest="declining", annual_rate=Decimal(12), longest_term=12)
    owing(asha, "100.00")
    request = request_of(asha, "300.00", instalments=3)
    ask(request)
    at = f"/admin/customer/101/credit/{request.pk}/"
    assert "Settle it early</a>" in as_mira.get(at).text
    User.objects.filter(manager__isnull=False).update(language="es")
    page = as_mira.get(at).text
    assert "Liquidarlo por anticipado</a>" in page
    assert "Settle it early" not in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Instalments of $1,250.50 never pay back $900,000.00:", "$900,000.00 in more than 600 months.")),
        (
            "es",
            (
                "Con cuotas de 1.250,50\xa0US$ nunca se devuelven 900.000,00\xa0US$:",
                "más de 600 meses en devolver 900.000,00\xa0US$.",
            ),
        ),
        ("ar", ("\u200e1,250.50\xa0US$\u200e", "\u200e900,000.00\xa0US$\u200e")),
    ],
)
def test_what_is_never_paid_back_is_said_in_money(language: str, words: tuple[str, str], asha: Customer) -> None:
    request = request_of(asha, "900000.00", instalment=Decimal("1250.50"))
    for rate, says in zip((12, 0), words, strict=True):
        rules = policy(interest="declining" if rate else "none", annual_rate=Decimal(rate), longest_term=12)
        with override(language), pytest.raises(Refused) as refused:
            offer_of(request, rules, this_month())
        assert says in refused.value.messages[0]


@pytest.mark.django_db
def test_a_refusal_is_said_in_the_language_of_who_asked(asha: Customer, as_asha: Client) -> None:
    form = {"year": "2020", "month": "1", "amount": "50.00", "key": "k" * 20}
    page = in_spanish(as_asha, asha).post("/credit/request/", form).content.decode()
    assert "2020 no es una de las opciones disponibles" in page
    form |= {"year": str(this_month().year), "month": str(this_month().month), "rules": "0"}
    assert "Las reglas de préstamo cambiaron entretanto." in as_asha.post("/credit/request/", form).content.decode()


@pytest.mark.django_db
def test_the_letter_is_in_the_language_of_who_takes_it(
    declined: CreditRequest, asha: Customer, as_asha: Client, as_mira: Client
) -> None:
    his = " ".join(text_of(in_spanish(as_asha, asha).get(f"/credit/{declined.pk}/letter.pdf").content).split())
    assert "Ahora no podemos prestarle 50,00 US$" in his
    assert "Lo decidieron nuestras reglas de préstamo" in his
    staffs = " ".join(text_of(as_mira.get(f"/admin/customer/101/credit/{declined.pk}/letter.pdf").content).split())
    assert "We cannot lend you $50.00 now" in staffs


@pytest.mark.django_db
def test_the_mail_is_in_the_language_of_its_reader(declined: CreditRequest, asha: Customer) -> None:
    asha.login.language = "es"
    asha.login.save()
    with post_office() as office:
        send()
    assert "La respuesta a su solicitud de 50,00" in str(office.mails[-1]["Subject"])


@pytest.mark.django_db
@pytest.mark.parametrize("language", OTHERS)
def test_both_letters_can_be_printed_in(language: str, declined: CreditRequest, asha: Customer, lender: Lender) -> None:
    Customer.objects.filter(pk=asha.pk).update(credit_limit=None)
    owing(asha, *["100.00"] * 20, ago=2)
    given = request_of(asha, "30.00")
    assert ask(given).verdict == Decision.Verdict.APPROVED
    with override(language):
        for request in (given, declined):
            letter = letter_of(request, lender)
            assert letter is not None
            assert letter.pdf().startswith(b"%PDF")
