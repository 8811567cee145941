"""Bytes that no browser sends for a passkey are refused like a wrong passkey, wherever they are posted."""

import base64
import json

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.adapter import TOO_MANY
from accounts.models import Customer
from accounts.second_factor import forms
from accounts.tests.cast import PASSWORD
from accounts.tests.doors import is_in, knock
from accounts.tests.phone import STEP, confirmed, set_up

pytestmark = pytest.mark.django_db
ADD, CONFIRM = "/second-factor/passkeys/add/", "/second-factor/passkeys/confirm/"
FRAME = {"id": "AAAA", "rawId": "AAAA", "type": "public-key"}
NOISE = dict.fromkeys(("clientDataJSON", "authenticatorData", "signature", "attestationObject"), "AAAA")
NONSENSE = [
    "",
    "{",
    "{}",
    "[]",
    "[1, 2]",
    "null",
    "true",
    "1e999",
    '"x"',
    '"\\u0000"',
    '{"id": 1}',
    '{"rawId": null}',
    "[" * 3000,
    json.dumps({**FRAME, "response": None}),
    json.dumps({**FRAME, "response": []}),
    json.dumps({**FRAME, "response": {}}),
    json.dumps({**FRAME, "response": NOISE}),
    json.dumps({**FRAME, "response": {**NOISE, "clientDataJSON": "e30", "attestationObject": "oA"}}),
    json.dumps({**FRAME, "rawId": "ÄÄ", "response": {"clientDataJSON": 5}}),
]
each = pytest.mark.parametrize("nonsense", NONSENSE, ids=range(len(NONSENSE)))


@each
def test_the_second_step_refuses_it(asha: Customer, nonsense: str) -> None:
    set_up(asha)
    client = Client()
    knock(101, PASSWORD, client=client)
    client.get(STEP)
    answer = client.post(STEP, {"credential": nonsense})
    assert answer.status_code == 200
    assert str(forms.NO_PASSKEY) in answer.text
    assert not is_in(client)


@each
def test_adding_refuses_it(asha: Customer, nonsense: str) -> None:
    client = confirmed(asha)
    client.get(ADD)
    answer = client.post(ADD, {"credential": nonsense, "name": "mine"})
    assert answer.status_code == 200
    assert str(forms.NO_PASSKEY) in answer.text
    assert not Authenticator.objects.exists()


@each
def test_confirming_refuses_it(asha: Customer, nonsense: str) -> None:
    client = confirmed(asha)
    Authenticator.objects.create(user=asha.login, type="webauthn", data={"name": "mine", "credential": {}})
    assert client.post(CONFIRM, {"credential": nonsense}).status_code == 302


def well_formed() -> str:
    """What a browser would send for a key that nobody knows here."""
    told = {"type": "webauthn.get", "challenge": "AAAA", "origin": "http://testserver"}
    said = base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")
    data = base64.urlsafe_b64encode(bytes(37)).decode().rstrip("=")
    return json.dumps({**FRAME, "response": {**NOISE, "clientDataJSON": said, "authenticatorData": data}})


def test_wrong_passkeys_are_counted_together_with_wrong_codes(asha: Customer) -> None:
    set_up(asha)
    client = Client()
    knock(101, PASSWORD, client=client)
    answers = [client.post(STEP, {"credential": well_formed()}) for _ in range(3)]
    answers += [client.post(STEP, {"code": f"{number:06}"}) for number in range(3)]
    answers += [client.post(STEP, {"credential": well_formed()})]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert str(TOO_MANY) in answers[-1].text


def test_without_our_net_it_breaks_down(asha: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control."""
    monkeypatch.delattr(forms._ReadsPasskey, "full_clean")
    client = confirmed(asha)
    with pytest.raises(ValueError, match="Error parsing field"):
        client.post(ADD, {"credential": json.dumps({**FRAME, "response": NOISE})})
