"""Which addresses of programs are kept, and how many."""

from typing import Any

import pytest

from accounts import hooks
from accounts.models import Endpoint, Lender
from accounts.transactions import Refused

pytestmark = pytest.mark.django_db
NO_ADDRESSES = (
    "",
    "ftp://a.example",
    "https://",
    "https://a b.example",
    "https://u:p@a.example",
    "https://a.example:99999/",
    "https://a.example/#part",
    "https://ä.example",
)


@pytest.mark.parametrize("url", NO_ADDRESSES)
def test_what_is_no_address_is_refused(lender: Lender, url: str) -> None:
    with pytest.raises(Refused):
        hooks.make_endpoint(url, ["payment.recorded"], "m1")
    assert Endpoint.objects.count() == 0


def test_ten_addresses_at_most_and_no_event_that_there_is_not(lender: Lender, settings: Any) -> None:
    for number in range(hooks.MOST_ON):
        hooks.make_endpoint(f"https://a{number}.example/", ["payment.recorded"], "m1")
    with pytest.raises(Refused, match="10 addresses are told already"):
        hooks.make_endpoint("https://a.example/", ["payment.recorded"], "m1")
    with pytest.raises(Refused, match="Choose at least one event"):
        hooks.make_endpoint("https://a.example/", ["customer.born"], "m1")
    settings.DEVELOPMENT = False
    with pytest.raises(Refused, match="must start with https"):
        hooks.make_endpoint("http://a.example/", ["payment.recorded"], "m1")
