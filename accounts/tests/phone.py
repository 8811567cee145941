"""An authenticator app for the tests, written from RFC 6238 and nothing of the product's."""

import base64
import hashlib
import hmac
import html
import re
import struct
import time

from django.test import Client

from accounts.models import Customer, Manager
from accounts.tests.cast import PASSWORD, signed_in
from accounts.tests.doors import Answer

OVERVIEW, STEP, APP, CODES = (f"/second-factor/{page}" for page in ("", "code/", "app/", "codes/"))
CONFIRM_PASSWORD = "/confirm-password/"


class Phone:
    """Shows a code for its secret; `late` half minutes behind, or ahead when below 0."""

    def __init__(self, secret: str) -> None:
        self.secret = base64.b32decode(secret)

    def code(self, late: int = 0) -> str:
        steps = struct.pack(">Q", int(time.time()) // 30 - late)
        digest = hmac.new(self.secret, steps, hashlib.sha1).digest()
        at = digest[-1] & 15
        number = struct.unpack(">I", digest[at : at + 4])[0] & 0x7FFFFFFF
        return f"{number % 1_000_000:06}"

    def wrong_code(self) -> str:
        good = {self.code(late) for late in (-2, -1, 0, 1, 2)}
        return next(code for code in map("{:06}".format, range(10)) if code not in good)


def confirmed(person: Customer | Manager) -> Client:
    """A browser in which the person is signed in and has just typed the password once more."""
    client = signed_in(person)
    answer = client.post(f"{CONFIRM_PASSWORD}?next={OVERVIEW}", {"password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, OVERVIEW)
    return client


def secret_on(page: str) -> str:
    found = re.search(r'class="secret">([A-Z2-7 ]+)<', html.unescape(page))
    assert found, "the page shows no key to type"
    return found.group(1).replace(" ", "")


def set_up(person: Customer | Manager, client: Client | None = None) -> Phone:
    """Go through the set-up page as people do. The code typed there is an early one, so that a test has the rest."""
    client = client or confirmed(person)
    phone = Phone(secret_on(client.get(APP).text))
    answer = client.post(APP, {"code": phone.code(late=1)})
    assert (answer.status_code, answer["Location"]) == (302, CODES), answer.text
    return phone


def recovery_codes(person: Customer | Manager) -> list[str]:
    return re.findall(r"<li>(\d{8})</li>", confirmed(person).get(CODES).text)


def step(client: Client, code: str) -> Answer:
    return client.post(STEP, {"code": code})
