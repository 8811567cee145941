"""How programs knock in the tests."""

from typing import Any

from django.test import Client

from accounts.models import Customer, Manager
from accounts.programs import make_token, open_session
from accounts.tests.cast import PASSWORD

JSON = "application/json"
KEY = "a-key-of-twenty-signs"


class Program(Client):
    """A client that sends JSON and a bearer's token."""

    def __init__(self, token: str = "", **more: Any) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        super().__init__(headers=headers, **more)
        self.token = token

    def send(self, path: str, body: Any = None, key: str = "", method: str = "POST") -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        return self.generic(method, path, _json(body), content_type=JSON, headers=headers)


def _json(body: Any) -> str:
    return "" if body is None else Client()._encode_json(body, JSON)


def program_of(person: Customer | Manager) -> Program:
    """Signed in, without the cost of a password."""
    return Program(open_session(person.login).access)


def token_of(person: Manager, *scopes: str) -> Program:
    return Program(make_token(person.login, "nightly", scopes, 30)[1])


def sign_in(number: object, password: str = PASSWORD, door: str = "customer", **more: Any) -> Any:
    return Program().send(f"/api/{door}/login", {"id": number, "password": password, **more})
