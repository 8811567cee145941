"""The OpenAPI file: the same for everybody, and built once, for anybody may ask for it."""

from unittest import mock

import pytest
from django.test import Client
from django.test.utils import override_script_prefix
from django.utils import translation

from config import api

AT = "/api/openapi.json"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh() -> None:
    """As in a process that has just begun."""
    api.built.cache_clear()


def test_it_is_built_once_whoever_asks_how_often() -> None:
    with mock.patch.object(api, "get_schema", wraps=api.get_schema) as building:
        first = Client().get(AT, headers={"Accept-Language": "fr"})
        again = Client().get(AT, headers={"Host": "localhost", "Accept-Language": "ar"})
        assert Client().get("/api/docs").status_code == 200
    assert building.call_count == 1
    assert (first.status_code, first.content) == (200, again.content)


def test_it_is_the_same_whatever_is_spoken_when_it_is_built() -> None:
    with translation.override("fr"):
        told = Client().get(AT).content
    api.built.cache_clear()
    assert Client().get(AT).content == told


def test_below_another_root_it_names_other_addresses() -> None:
    assert "/api/me" in Client().get(AT).json()["paths"]
    with override_script_prefix("/books/"):
        assert "/books/api/me" in api.api.get_openapi_schema()["paths"]
    assert "/api/me" in api.api.get_openapi_schema()["paths"]
    assert "/elsewhere/me" in api.api.get_openapi_schema(path_prefix="/elsewhere/")["paths"]
