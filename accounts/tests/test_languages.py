"""Who reads which language: picked at the door, kept on the profile, and followed by mails."""

import json
from collections.abc import Iterator

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import translation

from accounts import messages
from accounts.models import AuditEntry, Customer, HouseEntry, Lender, Manager, User
from accounts.tests.cast import PASSWORD, signed_in
from accounts.tests.post_office import PostOffice, deliver, html_of, post_office, send, text_of

pytestmark = pytest.mark.django_db
PICK, CHOOSE = "/language/", "/profile/language/"


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as one:
        yield one


def language_of(customer: Customer) -> str:
    return User.objects.get(customer=customer).language


def speak(customer: Customer, language: str) -> None:
    User.objects.filter(customer=customer).update(language=language)


def pick(client: Client, language: str) -> None:
    client.post(PICK, {"language": language, "next": "/"})


def test_a_stranger_picks_a_language_and_stays_where_he_was(lender: Lender, client: Client) -> None:
    before = client.get("/customer/login/")
    assert '<html lang="en" dir="ltr"' in before.text
    assert 'value="hi"' in before.text
    answer = client.post(PICK, {"language": "es", "next": "/customer/login/?next=/pay/"})
    assert (answer.status_code, answer["Location"]) == (303, "/customer/login/?next=/pay/")
    page = client.get(answer["Location"])
    assert '<html lang="es" dir="ltr"' in page.text
    assert "Inicio de sesión de clientes" in page.text
    pick(client, "ar")
    assert '<html lang="ar" dir="rtl"' in client.get("/").text


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_the_picker_leads_to_no_other_site(lender: Lender, client: Client, elsewhere: str) -> None:
    assert client.post(PICK, {"language": "es", "next": elsewhere})["Location"] == "/"
    assert client.post(PICK, {"language": "es", "next": "/register/"})["Location"] == "/register/"  # the control


def test_only_a_form_of_ours_picks_and_only_a_language_that_is_spoken(lender: Lender, client: Client) -> None:
    assert client.get(PICK, {"language": "es"}).status_code == 405
    assert Client(enforce_csrf_checks=True).post(PICK, {"language": "es"}).status_code == 403
    pick(client, "tlh")
    assert "django_language" not in client.cookies
    client.cookies["django_language"] = "../../etc"
    assert '<html lang="en"' in client.get("/").text


def test_a_customer_keeps_a_language_on_his_profile(as_asha: Client, bo: Customer, asha: Customer) -> None:
    answer = as_asha.post(CHOOSE, {"language": "fr"})
    assert (answer.status_code, answer["Location"]) == (303, "/profile/")
    page = as_asha.get("/profile/")
    assert '<html lang="fr"' in page.text
    assert "Votre langue est enregistrée." in page.text
    assert '<option value="fr" selected lang="fr">Français</option>' in page.text
    assert (language_of(asha), language_of(bo)) == ("fr", "")
    facts = AuditEntry.objects.get(customer=asha, act="choose_language").facts
    assert json.loads(facts) == {"login": "c101", "language": "fr", "language_was": ""}
    as_asha.post(CHOOSE, {"language": "fr"})
    assert AuditEntry.objects.filter(customer=asha, act="choose_language").count() == 1
    as_asha.post(CHOOSE, {"language": ""})
    assert language_of(asha) == ""


def test_as_the_lenders_is_the_lenders_whatever_was_picked_at_the_door(asha: Customer, lender: Lender) -> None:
    Lender.objects.update(language="es")
    client = signed_in(asha)
    pick(client, "fr")
    client.post(CHOOSE, {"language": "tlh"})
    assert '<html lang="fr"' in client.get("/profile/").text  # the control: what is refused forgets nothing
    client.post(CHOOSE, {"language": "hi"})
    assert '<html lang="hi"' in client.get("/profile/").text
    pick(client, "fr")
    client.post(CHOOSE, {"language": ""})
    page = client.get("/profile/").text
    assert '<html lang="es"' in page
    assert "Su idioma se ha guardado." in page
    assert client.cookies["django_language"].value == ""
    Lender.objects.update(language="")
    assert '<html lang="ar"' in client.get("/profile/", headers={"accept-language": "ar"}).text


def test_nobody_keeps_one_that_is_not_spoken(as_asha: Client, asha: Customer, client: Client) -> None:
    as_asha.post(CHOOSE, {"language": "tlh"})
    assert language_of(asha) == ""
    assert client.post(CHOOSE, {"language": "fr"})["Location"].startswith("/customer/login/")
    assert as_asha.get(CHOOSE).status_code == 405


def test_the_staff_keeps_one_for_itself_that_every_page_leads_to(as_mira: Client, as_clem: Client) -> None:
    assert 'href="/profile/#language"' in as_clem.get("/admin/").text
    assert 'id="language"' in as_clem.get("/profile/").text
    assert as_clem.post(CHOOSE, {"language": "ar"}).status_code == 303
    page = as_clem.get("/admin/accounts/customer/").text
    assert '<html lang="ar" dir="rtl">' in page
    assert "admin/css/rtl" in page and "العملاء" in page
    other = as_mira.get("/admin/accounts/customer/").text
    assert '<html lang="en-us" dir="ltr">' in other or '<html lang="en" dir="ltr">' in other
    entry = HouseEntry.objects.get(act="choose_language")
    assert json.loads(entry.facts) == {"login": "m2", "language": "ar", "language_was": ""}


def test_who_chose_none_reads_what_was_picked_at_the_door_then_the_lenders(asha: Customer, lender: Lender) -> None:
    Lender.objects.update(language="fr")
    client = signed_in(asha)
    assert '<html lang="fr"' in client.get("/profile/").text
    pick(client, "es")
    assert '<html lang="es"' in client.get("/profile/").text
    speak(asha, "hi")
    assert '<html lang="hi"' in client.get("/profile/").text
    assert '<html lang="hi"' in client.get("/admin/", follow=True).text  # which says that it is not his


def test_who_registers_keeps_the_language_of_the_form(lender: Lender, client: Client) -> None:
    Lender.objects.update(registration_open=True)
    pick(client, "es")
    form = {"name": "Iris", "email": "iris@example.com", "phone": "+254700000", "password": PASSWORD}
    assert client.post("/register/", form)["Location"] == "/welcome/"
    assert User.objects.get(email="iris@example.com").language == "es"
    again = {**form, "name": "Ivo", "email": "ivo@example.com"}
    assert Client().post("/register/", again)["Location"] == "/welcome/"
    assert User.objects.get(email="ivo@example.com").language == ""  # who picked none has none


@pytest.mark.parametrize(
    ("own", "lenders", "says", "frame"),
    [
        ("hi", "es", "अपना पासवर्ड चुनें", 'lang="hi"'),
        ("ar", "", "اختر كلمة مرورك", 'dir="rtl"'),
        ("", "es", "Elija su contraseña", 'lang="es"'),
        ("", "", "Choose your password", 'lang="en"'),
    ],
)
def test_a_mail_is_in_the_language_of_its_reader(
    asha: Customer, lender: Lender, office: PostOffice, own: str, lenders: str, says: str, frame: str
) -> None:
    Lender.objects.update(language=lenders)
    speak(asha, own)
    messages.put("invite", 101, "today", again=True)
    with translation.override("fr"):  # of whoever sends, which says nothing
        send()
        assert translation.get_language() == "fr"
    (mail,) = office.mails
    beginning = "\u200f" if "rtl" in frame else ""  # else the Latin name would turn the whole line round
    assert str(mail["Subject"]).strip() == f"{beginning}Duebook: {says}"
    assert frame in html_of(mail)
    assert ("customer number, 101" in text_of(mail)) is (frame == 'lang="en"')


def test_two_mails_of_one_run_are_in_two_languages(asha: Customer, bo: Customer, office: PostOffice) -> None:
    speak(asha, "es")
    for number in (101, 102):
        messages.put("invite", number, "today", again=True)
    send()
    subjects = {str(mail["To"]): str(mail["Subject"]) for mail in office.mails}
    assert subjects == {
        "asha@example.com": "Duebook: Elija su contraseña",
        "bo@example.com": "Duebook: Choose your password",
    }


def test_a_forgotten_password_is_mailed_in_the_readers_language_else_the_pages(
    asha: Customer, bo: Customer, client: Client, mailoutbox: list[EmailMessage]
) -> None:
    speak(asha, "es")
    pick(client, "fr")
    for address in ("asha@example.com", "bo@example.com", "nobody@example.com"):
        client.post("/password/reset/", {"email": address})
    deliver()
    assert [mail.subject for mail in mailoutbox] == [
        "Duebook: Una contraseña nueva",
        "Duebook : Un nouveau mot de passe",
    ]


def test_staff_who_chose_none_reads_what_was_picked_at_the_door_then_the_lenders(mira: Manager, lender: Lender) -> None:
    Lender.objects.update(language="es")
    client = signed_in(mira)
    assert '<html lang="es" dir="ltr"' in client.get("/profile/", headers={"accept-language": "fr"}).text
    pick(client, "ar")
    assert '<html lang="ar" dir="rtl"' in client.get("/profile/").text


@pytest.mark.parametrize(
    ("language", "short", "common"),
    [
        ("hi", "कम से कम 8 अक्षर होने चाहिए", "यह पासवर्ड बहुत आम है।"),
        ("ar", "يجب ألا تقل عن 8 أحرف", "كلمة المرور هذه شائعة جدًا."),
    ],
)
def test_a_refused_password_is_refused_in_the_readers_language(
    lender: Lender, client: Client, language: str, short: str, common: str
) -> None:
    """Django has these sentences in some languages alone."""
    Lender.objects.update(registration_open=True)
    pick(client, language)
    for password, says in (("qz7-a", short), ("password", common)):
        page = client.post("/register/", {"name": "Iris", "email": "iris@example.com", "password": password})
        assert says in page.text
        assert "This password" not in page.text


def test_a_body_that_is_too_large_is_refused_in_the_readers_language(lender: Lender, client: Client) -> None:
    for language, says in (("en", "The request is too large."), ("es", "La solicitud es demasiado grande.")):
        pick(client, language)
        answer = client.post("/register/", headers={"content-length": str(10**9)})
        assert (answer.status_code, answer.text) == (413, says)
