"""Every page there is to look at: of customers, of the staff and of strangers, each with something on it."""

import re
import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.webauthn.internal.auth import WebAuthn
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone
from fido2.cose import ES256
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorAttestationResponse,
    AuthenticatorData,
    CollectedClientData,
    RegistrationResponse,
)

from accounts import hooks, messages
from accounts.management.links import link
from accounts.models import Customer, Delivery, Lender, Manager, User
from accounts.tests.phone import confirmed, set_up
from accounts.tests.post_office import deliver
from config.tests.test_permissions import addresses, fill
from credit.actions import ask
from credit.tests.asked import D, owing, policy, request_of
from expenses import actions, receipts, splitting
from expenses.models import Recurring, Rule
from expenses.planning import set_limit, start_recurring
from expenses.splitting import Share
from expenses.tests.filing import a_file, send, taken
from expenses.tests.test_notebook import entry_of
from expenses.tests.test_receipts import png
from ledger.actions import record_payment
from ledger.models import Payment

FLAG, AAGUID, KEY = AuthenticatorData.FLAG, bytes(16), bytes(range(32))
NUMBER = "<int:number>"
# No customer's. What the API tells of itself is English, for programmers.
HOUSES = re.compile(r"(admin|manager|static|programs/new-token)\b|api/")
STAFFS = re.compile(r"(admin/(?!.*(history|logout)/)|manager/|programs/|profile/$|sessions/$|second-factor/$)")
# Of a customer's addresses those that are no page: files, and ways that lead on. What is only sent tells so itself.
NO_PAGES = {
    *["home/", "logo/<str:name>", "password/set/", "healthz", "readyz"],
    *["second-factor/codes/recovery-codes.txt", "notices/<int:number>/photo/", "payments/<int:number>.pdf"],
    *["statement.pdf", "payments.csv", "credit/<int:number>/letter.pdf", "expenses.csv", "expenses.json"],
    *["expenses/worker.js", "expenses/notebook.webmanifest", "expenses/<int:number>/receipt/"],
}
BANKS = a_file(
    "{day},CORNER CAFE AT THE OLD STATION,-4.00",
    "{day},RENT FOR THE SMALL FLAT BEHIND THE STATION INCLUDING WATER,-1500.00",
    "soon,NO DATE,-1.00",
    ",Total,-604.00",
).decode()
# Pages for who is not signed in yet: below, among those of strangers, and in the test of the door.
FOR_STRANGERS = {
    *["customer/login/", "register/", "invite/<int:uid>/<str:token>/", "unsubscribe/<str:token>/"],
    "second-factor/code/",
}


def page_at(client: Client, path: str) -> bool:
    """Whether a page is there, and not a file, another place or a refusal."""
    response: Any = client.get(path)
    html = response.headers.get("Content-Type", "").startswith("text/html")
    return response.status_code == 200 and html and not response.streaming and b"<html" in response.content


@pytest.fixture
def notebook(lender: Lender, asha: Customer) -> dict[str, list[int]]:
    """What asha wrote down, and the numbers by which each address of her notebook is found."""
    today = lender.today()
    entry_of(asha, kind="income", amount=D(2000), category="Work")
    lunch, split, gone = (entry_of(asha, note=note) for note in ("lunch", "market", "by mistake"))
    entry_of(asha, currency="EUR", note="hotel")
    actions.change(lunch, "Fun")
    food = actions.change(lunch, "Food").category
    receipts.attach(asha, lunch.pk, *receipts.cleaned(png()))
    splitting.split(asha, split.pk, [Share("Food", D("10.00")), Share("Fun", D("2.50"))], secrets.token_urlsafe(24))
    actions.put_in_trash(asha, gone.pk, timezone.now())
    Rule.objects.create(customer=asha, text="tea", category=food)
    set_limit(asha, food.pk, today.replace(day=1), D(15))
    rent = Recurring(customer=asha, amount=D(800), first_on=today - timedelta(days=40), key=secrets.token_urlsafe(24))
    start_recurring(rent, "Rent")
    rows = BANKS.format(day=today.isoformat()).encode()
    taken(asha, rows, rest="same")
    asked, ready = send(asha, BANKS.format(day="03/04/2026").encode()), send(asha, rows + b"\n")
    return {
        "expenses/categories/": [food.pk],
        "expenses/recurring/": [rent.pk],
        "expenses/statements/": [asked.pk, ready.pk, ready.pk - 2],
        "expenses/": [lunch.pk, split.pk],
    }


@pytest.fixture
def customers(notebook: dict[str, list[int]], objects: dict[str, Any], asha: Customer) -> dict[str, list[str]]:
    """The places of each address. asha owes, has paid, was declined, and signs in with a second factor."""
    policy(longest_term=12, interest="declining", annual_rate=D(12))
    owing(asha, "100.00", "20.00", "0", "30.00", amount="1250.00")
    objects["payment"] = record_payment(Payment(customer=asha, amount=D(100), channel="cash")).pk
    ask(declined := request_of(asha, "5000.00", instalments=6))
    objects["creditrequest"] = declined.pk
    set_up(asha)
    key = WebAuthn.add(User.objects.get(customer=asha), "blue key", a_passkey()).instance
    asked = [address.replace("<int:pk>", str(key.pk)) for address in addresses() if not HOUSES.match(address)]
    return {address: list(places_of(address, objects, notebook)) for address in asked}


def places_of(address: str, objects: dict[str, Any], notebook: dict[str, list[int]]) -> Iterator[str]:
    numbers = next((found for place, found in notebook.items() if address.startswith(place)), [])
    if NUMBER in address and numbers:
        yield from (f"/{address.replace(NUMBER, str(number))}" for number in numbers)
    else:
        yield fill(address, objects)


def a_passkey() -> dict[str, Any]:
    """What a key tells of itself when it is added."""
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    told = AuthenticatorData.create(bytes(32), FLAG.UP | FLAG.AT, 0, AttestedCredentialData.create(AAGUID, KEY, public))
    asked = CollectedClientData.create("webauthn.create", b"challenge", "https://books.example")
    response = AuthenticatorAttestationResponse(
        client_data=asked, attestation_object=AttestationObject.create("none", told, {})
    )
    return dict(RegistrationResponse(raw_id=KEY, response=response))


@pytest.fixture
def strangers(lender: Lender, bo: Customer, mailoutbox: list[EmailMessage]) -> list[str]:
    """Doors, links that came by mail, those that are over, and a place where nothing is."""
    Lender.objects.update(registration_open=True)
    Client().post("/password/reset/", {"email": bo.email})
    deliver()
    [new_password] = re.findall(r"http://[\w:.]+(/password/reset/\S+)", str(mailoutbox[0].body))
    return [
        *["/", "/customer/login/", "/manager/login/", "/register/", "/sign-in-closed/", "/nowhere/"],
        *["/password/reset/", "/password/reset/sent/", "/password/reset/done/", "/password/reset/1-no-key/"],
        *[new_password, link(bo.login, ""), "/invite/1/no-token/", "/expenses/quick/offline/"],
        *[f"/unsubscribe/{messages.unsubscribe_token(bo.pk)}/", "/unsubscribe/no-token/"],
    ]


@pytest.fixture
def staffs(objects: dict[str, Any], asha: Customer, mira: Manager) -> list[str]:
    """What a manager may look at, where it is a page with something on it."""
    endpoint, _secret = hooks.make_endpoint("https://books.example/webhooks", ["payment.recorded"], "m1")
    record_payment(Payment(customer=asha, amount=D(5)))
    told = f"told/{asha.pk}/{Delivery.objects.get().pk}/"
    asked = [fill(address, objects) for address in addresses() if STAFFS.match(address)]
    hooked = [f"/admin/webhooks/{endpoint.pk}/{more}" for more in ("", "change/", "secret/", told)]
    client = confirmed(mira)
    return [place for place in dict.fromkeys([*asked, *hooked]) if page_at(client, place)]
