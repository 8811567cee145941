"""How the tests knock."""

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.test import Client

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer
else:
    Answer = HttpResponse

CUSTOMER_DOOR = "/customer/login/"
MANAGER_DOOR = "/manager/login/"


def knock(name: object, password: str, door: str = CUSTOMER_DOOR, client: Client | None = None, **more: str) -> Answer:
    return (client or Client()).post(door, {"login": str(name), "password": password, **more})


def is_in(client: Client) -> bool:
    return client.get("/profile/").status_code == 200
