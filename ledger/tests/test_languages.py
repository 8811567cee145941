"""Words for customers in their own language: pages, papers and mails; what is stored is the same whoever reads."""

import datetime
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from accounts.models import AuditEntry, Customer, Lender, Message, User
from config.tests.test_words import made_up, unmarked
from ledger import mails
from ledger.actions import Refused, add_due, record_payment
from ledger.charts import month_label
from ledger.models import Due, Notice, Payment
from ledger.money import format_money
from ledger.papers import receipt_pdf, statement_pdf
from ledger.portal.first_screen import season
from ledger.portal.statements import statement_of
from ledger.templatetags.money import day, listed, moment
from ledger.tests.reading_pdf import text_of
from ledger.tests.test_notices import form_of, hidden_of, text

__all__ = ["made_up"]
D = Decimal
JUNE, TODAY = datetime.date(2024, 6, 1), datetime.date(2024, 6, 15)
FIRST, LAST = datetime.date(2024, 1, 1), datetime.date(2024, 12, 31)
LRM = "\u200e"
ANSWER = re.compile(r'<(?:p|li|div|span) [^>]*class="(?:[^"]* )?(?:alert|invalid-feedback)\b[^>]*>.*?</', re.S)


def speaks(customer: Customer, language: str) -> None:
    User.objects.filter(customer=customer).update(language=language)


@pytest.fixture
def june(lender: Lender, asha: Customer) -> Due:
    due = Due(customer=asha, month=JUNE, due_on=datetime.date(2024, 6, 25), kind="interest", amount=D("1250"))
    return add_due(due)


@pytest.fixture
def told_first(lender: Lender) -> None:
    Lender.objects.update(payments_post_at_once=False)


def paid(customer: Customer, **more: Any) -> Payment:
    told = {"received_on": TODAY, "reference": "2024-06-77", "channel": "bank transfer"}
    return record_payment(Payment(customer=customer, amount=D(1300), **told | more))


# --- Pages --------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"),
    {
        "en": ("Month by month", "Overdue", "Jun", "$1,250.00"),
        "es": ("Mes por mes", "Vencido", "jun", "1.250,00\xa0US$"),
        "fr": ("Mois par mois", "En retard", "juin", "1\u202f250,00\xa0$US"),
        "hi": ("महीने के हिसाब से", "अतिदेय", "जून", "$1,250.00"),
        "ar": ("شهرًا بشهر", "متأخر", "يونيو", f"{LRM}1,250.00\xa0US${LRM}"),
    }.items(),
)
def test_the_dashboard_speaks_the_readers_language(
    as_asha: Client, asha: Customer, june: Due, language: str, words: tuple[str, ...]
) -> None:
    speaks(asha, language)
    page = text(as_asha.get("/dashboard/?year=2024"))
    assert [word for word in words if word not in page] == []
    assert ('dir="rtl"' in page) == (language == "ar")


@pytest.mark.django_db
def test_what_a_form_refuses_is_one_sentence_in_the_readers_language(
    as_asha: Client, asha: Customer, june: Due
) -> None:
    speaks(asha, "es")
    form = form_of(as_asha) | {"step": "preview", "amount": "12,5x"}
    page = text(as_asha.post("/pay/", form))
    assert "no es un importe; escriba los decimales después de un punto, como en 12.50." in page
    speaks(asha, "en")
    page = text(as_asha.post("/pay/", form))
    assert "is not an amount; write the decimals after a full stop, as in 12.50." in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"),
    {
        "en": ("The books", "Open by age", "Record a payment", "Month by month"),
        "es": ("Los libros", "Pendiente por antigüedad", "Registrar un pago", "Mes por mes"),
        "fr": ("Les comptes", "Restant dû par ancienneté", "Enregistrer un paiement", "Mois par mois"),
        "hi": ("खाते", "बाकी राशि, देरी के अनुसार", "भुगतान दर्ज करें", "महीने के हिसाब से"),
        "ar": ("الدفاتر", "المتبقي حسب مدة التأخر", "تسجيل دفعة", "شهرًا بشهر"),
    }.items(),
)
def test_the_staff_reads_the_book_in_its_own_language_not_in_the_customers(
    as_mira: Client, asha: Customer, june: Due, language: str, words: tuple[str, ...]
) -> None:
    speaks(asha, "fr" if language != "fr" else "es")
    User.objects.filter(manager=1).update(language=language)
    page = text(as_mira.get("/admin/customer/101/"))
    assert [word for word in words if word not in page] == []
    assert ('dir="rtl"' in page) == (language == "ar")


@pytest.mark.django_db
def test_the_steps_of_paying_and_telling_have_no_word_from_no_catalogue(
    as_asha: Client, asha: Customer, june: Due, made_up: None
) -> None:
    speaks(asha, "eo")
    for at_once in (True, False):
        Lender.objects.update(payments_post_at_once=at_once)
        body = form_of(as_asha) | {"step": "preview", "reference": "7"}
        wrong = as_asha.post("/pay/", body | {"amount": "0", "month": "7"})
        preview = as_asha.post("/pay/", body | {"amount": "1300"})
        done = as_asha.post("/pay/", hidden_of(preview) | {"step": "confirm"}, follow=True)
        again = as_asha.post("/pay/", hidden_of(preview) | {"step": "confirm", "amount": "7"})
        for page in (wrong, preview, done, again):
            assert [left for left in unmarked(_main(page)) if not left.startswith("US$")] == []


def _main(page: Any) -> str:
    """Without the frame of every page, which has a catalogue of its own; a link inside of a sentence is part of it."""
    main = text(page).partition("<main")[2].partition("</main>")[0]
    return re.sub(r"</?(a|strong)\b[^>]*>", "", f"<main{main}")


# --- What is stored -----------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "said", "kept"),
    [
        ("ar", "تحويل بنكي", "bank transfer"),
        ("es", "Efectivo", "cash"),
        ("en", "bank transfer", "bank transfer"),
        ("es", "de mi tía", "de mi tía"),
    ],
)
def test_how_it_was_paid_is_kept_in_the_words_of_the_books(
    as_asha: Client, asha: Customer, june: Due, told_first: None, language: str, said: str, kept: str
) -> None:
    speaks(asha, language)
    offered = as_asha.get("/pay/").context["channels"]
    preview = as_asha.post("/pay/", form_of(as_asha) | {"step": "preview", "channel": said})
    as_asha.post("/pay/", hidden_of(preview) | {"step": "confirm"})
    notice = Notice.objects.get()
    assert notice.channel == kept
    shown = said.lower() if said.lower() in offered else said
    assert shown in text(as_asha.get(f"/notices/{notice.pk}/"))


@pytest.mark.django_db
@pytest.mark.parametrize(("said", "kept"), [("Efectivo", "cash"), ("cheque", "cheque"), ("de su tía", "de su tía")])
def test_the_staff_chooses_how_money_came_in_its_own_words(
    as_mira: Client, asha: Customer, june: Due, said: str, kept: str
) -> None:
    User.objects.filter(manager=1).update(language="es")
    asked = as_mira.get("/admin/customer/101/pay/")
    assert "efectivo" in asked.context["channels"] and 'value="efectivo"' in text(asked)
    body = {"key": asked.context["form"].initial["key"], "amount": "20", "received_on": "2024-06-15", "channel": said}
    preview = as_mira.post("/admin/customer/101/pay/", body | {"step": "preview"})
    receipt = as_mira.post("/admin/customer/101/pay/", hidden_of(preview) | {"step": "confirm"}, follow=True)
    assert Payment.objects.get().channel == kept
    assert (said.lower() if kept != said else said) in text(receipt)


@pytest.mark.django_db
def test_what_the_staff_is_told_after_an_act_has_no_word_from_no_catalogue(
    as_mira: Client, asha: Customer, june: Due, made_up: None
) -> None:
    """And what it writes is stored in English."""
    late = f"/admin/customer/101/dues/{june.pk}/"
    key = {"key": "k" * 16}
    bodies: list[tuple[str, dict[str, str], int]] = [
        ("/admin/customer/101/case/", {"act": "nothing"}, 200),
        ("/admin/customer/101/case/", {"act": "promise", "amount": "", "promised_on": "tomorrow"}, 422),
        (
            "/admin/customer/101/case/",
            {"act": "promise", "amount": "5", "promised_on": f"{timezone.localdate()}"},
            200,
        ),
        ("/admin/customer/101/case/", {"act": "next", "next_action_on": ""}, 200),
        ("/admin/customer/101/case/", {"act": "assign"}, 200),
        (f"{late}change/", {"amount": "1250", "due_on": "2024-06-26"}, 200),
        (f"{late}waive/", {"amount": "0", "reason": ""}, 422),
        (f"{late}waive/", key | {"amount": "9", "reason": "7"}, 200),
        ("/admin/customer/101/charge-off/", {"amount": "5", "reason": "7"}, 422),
        ("/admin/months/", {"act": "nothing"}, 422),
    ]
    for address, body, status in bodies:
        page = as_mira.post(address, body, follow=True)
        assert (address, page.status_code) == (address, status)
        answers = ANSWER.findall(text(page))
        assert (address, bool(answers)) == (address, True)
        assert (address, [words for words in unmarked(" ".join(answers)) if not words.startswith("US$")]) == (
            address,
            [],
        )
    assert [told for told in stored(asha) if not told.isascii()] == []


def stored(customer: Customer) -> Iterator[str]:
    """Every text of the books that an act of the customer's wrote."""
    for model in (Payment, Notice, Due):
        fields = [field.attname for field in model._meta.concrete_fields if field.get_internal_type() == "CharField"]
        for row in model.objects.of(customer).values_list(*fields):
            yield from row
    for entry in AuditEntry.objects.filter(customer=customer):
        yield entry.facts.encode().decode("unicode_escape")
    for message in Message.objects.of(customer):
        yield f"{message.kind} {message.about} {message.facts}"


@pytest.mark.django_db
def test_nothing_that_is_stored_is_in_the_readers_language(as_asha: Client, asha: Customer, june: Due) -> None:
    speaks(asha, "ar")
    for at_once, channel in ((True, ""), (False, "نقدًا")):
        Lender.objects.update(payments_post_at_once=at_once)
        preview = as_asha.post("/pay/", form_of(as_asha) | {"step": "preview", "channel": channel or "web"})
        as_asha.post("/pay/", hidden_of(preview) | {"step": "confirm"})
    assert Payment.objects.count() == Notice.objects.count() == 1
    assert [told for told in stored(asha) if not told.isascii()] == []
    Notice.objects.update(channel="نقدًا")  # the control
    assert [told for told in stored(asha) if not told.isascii()] == ["نقدًا"]


# --- Papers and mails ---------------------------------------------------------------------------
@pytest.mark.django_db
def test_papers_are_in_the_language_that_is_active(asha: Customer, june: Due) -> None:
    payment = paid(asha)
    with translation.override("es"):
        statement, receipt = text_of(statement_pdf(asha, FIRST, LAST)), text_of(receipt_pdf(payment))
    for words in ("Estado de cuenta del 1 ene 2024", "Saldo inicial", "Cuota de junio 2024, interés", "Cliente 101"):
        assert words in statement
    assert "Página 1 de 1" in receipt and "transferencia bancaria" in receipt and "Recibo" in receipt
    assert "Statement" not in statement and "bank" not in receipt
    assert "Statement Jan 1, 2024" in text_of(statement_pdf(asha, FIRST, LAST))


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["hi", "ar"])
def test_papers_of_other_scripts_are_made_whole(asha: Customer, june: Due, language: str) -> None:
    with translation.override(language):
        assert statement_pdf(asha, FIRST, LAST).startswith(b"%PDF-")
        assert receipt_pdf(paid(asha)).startswith(b"%PDF-")


@pytest.mark.django_db
def test_figures_keep_their_order_between_words_from_right_to_left(asha: Customer, june: Due) -> None:
    paid(asha)
    with translation.override("ar"):
        assert format_money(D("-242.35")) == f"{LRM}-242.35\xa0US${LRM}"
        told = [line.words for line in statement_of(asha, FIRST, LAST, TODAY).lines]
    assert f"{LRM}2024-06-77{LRM}" in told[0] and "قسط يونيو 2024، " in told[1]
    with translation.override("es"):
        assert LRM not in "".join(line.words for line in statement_of(asha, FIRST, LAST, TODAY).lines)
    assert format_money(D("-242.35")) == "-$242.35"


@pytest.mark.django_db
def test_a_receipt_and_a_reminder_are_written_in_the_language_that_is_active(asha: Customer, june: Due) -> None:
    row = Message(pk=1, customer=asha, kind="reminder", about="1", facts={"dues": [june.pk]})
    with translation.override("fr"):
        reminder = mails.reminders(asha, [row])[1]
        receipt = mails.receipts(asha, [Message(pk=2, customer=asha, kind="receipt", about=str(paid(asha).pk))])[2]
    assert reminder.subject == "1\u202f250,00\xa0$US en retard"
    assert reminder.rows[0][0] == "juin 2024, intérêts, à payer le 25 juin 2024"
    assert receipt.says == ["Merci. Nous avons reçu 1\u202f300,00\xa0$US de votre part le 15 juin 2024."]
    assert ("Moyen de paiement", "virement bancaire") in receipt.rows


@pytest.mark.django_db
def test_an_act_refuses_in_the_language_that_is_active(asha: Customer, june: Due) -> None:
    for language, sentence in (("fr", "est dans le futur"), ("en", "is in the future")):
        with translation.override(language), pytest.raises(Refused, match=sentence):
            paid(asha, received_on=datetime.date(2999, 1, 1))


# --- Days and lists -----------------------------------------------------------------------------
def test_days_months_and_lists_are_said_as_the_language_says_them() -> None:
    said, then = {}, datetime.datetime(2024, 6, 15, 14, 5, tzinfo=datetime.UTC)
    for language in ("en", "es", "hi", "ar"):
        with translation.override(language):
            april = season(datetime.date(2024, 4, 1))  # where there is room for three months, the name is whole
            said[language] = (day(TODAY), moment(then), month_label(JUNE), april, listed(["A", "B", "C"]))
    assert said == {
        "en": ("Jun 15, 2024", "Jun 15, 2024, 14:05", "Jun", "Apr", "A, B and C"),
        "es": ("15 jun 2024", "15 jun 2024, 14:05", "jun", "abr", "A, B y C"),
        "hi": ("15 जून 2024", "15 जून 2024, 14:05", "जून", "अप्रैल", "A, B, और C"),
        "ar": ("15 يونيو 2024", "15 يونيو 2024، 14:05", "6", "أبريل", "A وB وC"),
    }
