"""What a program shows to a person: each refusal in the language that is asked for, its codes the same in all."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client, override_settings
from django.utils import timezone
from django.utils.translation import gettext, override

from accounts.api.problems import BY_STATUS, KNOWN, of_status
from accounts.models import Customer, Lender, Manager, User
from accounts.tests.cast import PASSWORD
from accounts.tests.phone import set_up
from accounts.tests.programs import JSON, KEY, Program, program_of, token_of
from config.tests.test_words import MADE_UP, made_up, unmarked
from ledger.models import Payment

__all__ = ["made_up"]
pytestmark = pytest.mark.django_db
DOOR, ENTRIES, SUMMARY = "/api/customer/login", "/api/customer/expenses", "/api/customer/summary/101"
PAY = "/api/customer/payment"
ENTRY = {"day": "2025-03-04", "amount": "8.20", "category": "Food"}
# One fault of each kind that pydantic and our own fields find.
FAULTS = [
    {"day": "2025-02-30", "category": "", "kind": "loan", "note": "n" * 201, "currency": 5, "colour": "red"},
    {"day": "today", "amount": "12.345", "category": "Food"},
    {"day": "2025-03-04", "amount": 12.5, "category": " ", "currency": "eur"},
    {"day": "2025-03-04", "amount": "012", "category": ["Food"]},
    [],
]
Ask = Callable[..., Any]


def get(path: str, program: Program | None = None) -> Ask:
    """A request that can be asked again with other headers."""
    bearer = {"Authorization": f"Bearer {program.token}"} if program else {}
    return lambda **headers: Client().get(path, headers=bearer | headers)


def post(path: str, body: Any, program: Program | None = None) -> Ask:
    bearer = {"Authorization": f"Bearer {program.token}", "Idempotency-Key": KEY} if program else {}
    return lambda **headers: Client().post(path, body, content_type=JSON, headers=bearer | headers)


def sign_in(password: str = PASSWORD, **more: str) -> Ask:
    return post(DOOR, {"id": 101, "password": password, **more})


def under(ask: Ask, **settings: Any) -> Ask:
    def asked(**headers: str) -> Any:
        with override_settings(**settings):
            return ask(**headers)

    return asked


def after(done: Any, ask: Ask) -> Ask:
    return ask


def used_up(ask: Ask) -> Ask:
    """A token with one call a minute, which is made."""
    return after(ask(), under(ask, API_CALLS_A_MINUTE=1))


def closed(customer: Customer) -> int:
    return User.objects.filter(customer=customer).update(is_active=False)


HOOK = {"url": "https://books.example/", "events": ["payment.recorded"]}
# What is refused with each code.
REFUSED: dict[str, Callable[[Customer, Manager], Ask]] = {
    "unauthorized": lambda asha, mira: get(SUMMARY),
    "wrong_credentials": lambda asha, mira: sign_in("guess"),
    "otp_required": lambda asha, mira: after(set_up(asha), sign_in()),
    "otp_wrong": lambda asha, mira: after(set_up(asha), sign_in(otp="000000")),
    "sign_in_closed": lambda asha, mira: after(closed(asha), sign_in()),
    "second_factor_missing": lambda asha, mira: after(
        Lender.objects.update(staff_second_factor=True), get("/api/customers", program_of(mira))
    ),
    "scope_missing": lambda asha, mira: get("/api/customers", token_of(mira, "record")),
    "sign_in_again": lambda asha, mira: under(
        post("/api/webhooks", HOOK, program_of(mira)), ACCOUNT_REAUTHENTICATION_TIMEOUT=-1
    ),
    "forbidden": lambda asha, mira: get("/api/customers", program_of(asha)),
    "not_found": lambda asha, mira: get("/api/customer/summary/102", program_of(asha)),
    "method_not_allowed": lambda asha, mira: post("/api/me", {}),
    "bad_request": lambda asha, mira: post(DOOR, b"{"),
    "refused": lambda asha, mira: post(ENTRIES, ENTRY | {"day": "1960-01-01"}, program_of(asha)),
    "too_large": lambda asha, mira: post(DOOR, b" " * 20_000_000),
    "key_reused": lambda asha, mira: after(
        post(ENTRIES, ENTRY, program_of(asha))(), post(ENTRIES, ENTRY | {"amount": "9.00"}, program_of(asha))
    ),
    "too_many_requests": lambda asha, mira: used_up(get(SUMMARY, program_of(asha))),
    "invalid": lambda asha, mira: get(f"{SUMMARY}?colour=red", program_of(asha)),
}


def parted(answer: Any) -> tuple[dict[str, Any], list[str]]:
    """What is the same in every language, and the sentences."""
    body = answer.json()
    errors = body.pop("errors")
    sentences = [body.pop("title"), body.pop("detail"), *(one["message"] for one in errors)]
    return body | {"fields": [one["field"] for one in errors]}, sentences


def in_three(ask: Ask) -> None:
    """In English without the header, in French, and in the made-up language, whose words come from a catalogue."""
    english, french, marked = ask(), ask(**{"Accept-Language": "de, fr-CA;q=0.9"}), ask(**{"Accept-Language": MADE_UP})
    for answer, language in ((english, "en"), (french, "fr"), (marked, MADE_UP)):
        assert answer["Content-Type"] == "application/problem+json"
        assert (answer["Content-Language"], "Accept-Language" in answer["Vary"]) == (language, True)
    (same, said), (too, dit) = parted(english), parted(french)
    assert (same, english.status_code) == (too, french.status_code)
    assert [one for one, other in zip(said, dit, strict=True) if one == other] == []
    assert [text for one in parted(marked)[1] for text in unmarked(one)] == []
    with override("fr"):
        assert dit[0] == gettext(KNOWN[same["code"]][1])


@pytest.mark.parametrize("code", sorted(REFUSED))
def test_a_refusal_is_told_in_the_language_that_is_asked_for(
    asha: Customer, bo: Customer, mira: Manager, lender: Lender, made_up: None, code: str
) -> None:
    """Whoever is signed in: everybody's own language here is the made-up one."""
    with time_machine.travel(timezone.now(), tick=False):  # calls are counted by the minute
        ask = REFUSED[code](asha, mira)
        assert ask().json()["code"] == code
        in_three(ask)


@pytest.mark.parametrize("body", FAULTS)
def test_what_is_wrong_with_a_field_is_told_in_the_language_that_is_asked_for(
    asha: Customer, made_up: None, body: Any
) -> None:
    in_three(post(ENTRIES, body, program_of(asha)))


def test_each_code_is_asked_for_but_those_of_our_own_faults() -> None:
    assert KNOWN.keys() - REFUSED.keys() == {"broken", "unavailable"}


@pytest.mark.parametrize("status", sorted(BY_STATUS))
def test_a_status_alone_has_a_sentence_in_the_language(status: int) -> None:
    with override("fr"):
        answer = of_status(status).answer()
    title = json.loads(answer.content)["title"]
    assert (answer["Content-Language"], title != KNOWN[BY_STATUS[status]][1]) == ("fr", True)


def test_a_key_sent_again_in_another_language_is_the_same_payment(asha: Customer) -> None:
    program = program_of(asha)
    wish = {"year": 2025, "month": 3, "amount": "12.50"}
    first, again = (post(PAY, wish, program)(**{"Accept-Language": one}) for one in ("fr", "ar"))
    assert (first.status_code, first.json()) == (201, again.json())
    assert Payment.objects.of(asha).count() == 1


def test_a_cookie_and_the_page_for_programmers_choose_nothing(asha: Customer, made_up: None) -> None:
    """Only the header counts; what is written for those who write programs is English."""
    client = Client(headers={"Accept-Language": "fr"})
    client.cookies["django_language"] = "es"
    assert client.get("/api/nothing")["Content-Language"] == "fr"
    assert Client().get("/api/nothing")["Content-Language"] == "en"
    for page in ("/api/docs", "/api/openapi.json"):
        assert client.get(page)["Content-Language"] == "en"
