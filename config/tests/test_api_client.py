"""A client that a public generator makes from /api/openapi.json, without a word about it, does the customer's work."""

import importlib
import io
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from accounts.models import Customer, Lender
from accounts.tests.cast import PASSWORD
from credit.models import CreditRequest
from ledger.models import Payment
from ledger.tests.shop import due

NAME = "duebook_client"
# What the generator has to be told: a PDF is bytes. The hooks would only pretty its files.
CONFIG = "post_hooks: []\ncontent_type_overrides: {application/pdf: application/octet-stream}\n"
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


class Made:
    """The generated package, by its parts."""

    def __init__(self, url: str) -> None:
        self.url, self.opened = url, ExitStack()
        self.models, self.types = self.part("models"), self.part("types")

    def part(self, path: str) -> Any:
        return importlib.import_module(f"{NAME}.{path}")

    def stranger(self) -> Any:
        return self._open("Client")

    def signed_in(self, token: str) -> Any:
        return self._open("AuthenticatedClient", token=token)

    def _open(self, kind: str, **told: str) -> Any:
        client = getattr(self.part("client"), kind)(base_url=self.url, raise_on_unexpected_status=True, **told)
        return self.opened.enter_context(client)


@pytest.fixture
def made(live_server: LiveServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Made]:
    """Of what the server itself hands out; a part of the file that the generator cannot use would be a failure."""
    (tmp_path / "config.yaml").write_text(CONFIG)
    told = ["--url", f"{live_server.url}/api/openapi.json", "--config", "config.yaml", "--output-path", NAME]
    generate = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none", "--fail-on-warning", *told]
    done = subprocess.run(generate, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (done.returncode, "warning" in (done.stdout + done.stderr).lower()) == (0, False), done.stdout + done.stderr
    monkeypatch.syspath_prepend(tmp_path)
    with (made := Made(live_server.url)).opened:
        yield made
    for name in [name for name in sys.modules if name.split(".")[0] == NAME]:
        del sys.modules[name]


def sign_in(made: Made, number: int = 101) -> Any:
    told = made.models.Credentials(id=number, password=PASSWORD)
    return made.part("api.sign_in.customer_login").sync(client=made.stranger(), body=told)


def test_a_generated_client_signs_in_pays_asks_and_is_shut_out(
    made: Made, asha: Customer, bo: Customer, lender: Lender
) -> None:
    due(asha.pk, "2025-01", "100.00")
    tokens = sign_in(made)
    mine = made.signed_in(tokens.access_token)
    assert made.part("api.customer.customer_summary").sync(101, client=mine).balance == "100.00"

    wish, key, pay = made.models.Wish(year=2025, month=1, amount="60.00"), str(uuid.uuid4()), _pay(made)
    first, again = (pay.sync(client=mine, body=wish, idempotency_key=key) for _ in range(2))
    assert (first.state, first.to_dict()) == ("recorded", again.to_dict())
    assert Payment.objects.count() == 1, "paid twice with one key: one payment"
    more = made.models.Wish(year=2025, month=1, amount="61.00")
    assert pay.sync(client=mine, body=more, idempotency_key=key).code == "key_reused"
    pay.sync(client=mine, body=wish, idempotency_key=str(uuid.uuid4()))
    _takes_papers_and_a_file(made, mine, first.payment.id)
    assert Payment.objects.count() == 2, "the control: another key is another payment"

    today = lender.today()
    method = made.models.WantedMethod.PERCENTAGE
    wanted = made.models.Wanted(year=today.year, month=today.month, amount="25.00", method=method)
    asked = made.part("api.credit.request_credit").sync(client=mine, body=wanted, idempotency_key=str(uuid.uuid4()))
    assert (asked.verdict, asked.id) == ("approved", CreditRequest.objects.get().pk)

    renewal = made.models.Renewal(refresh_token=tokens.refresh_token)
    fresh = made.part("api.sign_in.refresh").sync(client=made.stranger(), body=renewal)
    mine, who = made.signed_in(fresh.access_token), made.part("api.sign_in.me")
    assert who.sync(client=mine).customer_id == 101
    assert made.part("api.sign_in.logout").sync_detailed(client=mine).status_code == 204
    assert who.sync(client=mine).status == 401
    late = made.models.Renewal(refresh_token=fresh.refresh_token)
    assert made.part("api.sign_in.refresh").sync(client=made.stranger(), body=late).code == "unauthorized"


def _takes_papers_and_a_file(made: Made, mine: Any, payment: int) -> None:
    paper = made.part("api.customer.receipt").sync(101, payment, client=mine)
    assert paper.payload.read(5) == b"%PDF-"
    assert made.part("api.customer.account_statement").sync(102, client=mine).code == "not_found"
    bank = io.BytesIO(b"Date,Description,Amount\n2026-03-02,CAFE,-4.00\n")
    body = made.models.SendStatementFileParams(file=made.types.File(payload=bank, file_name="bank.csv"))
    sent = made.part("api.notebook.send_statement").sync(client=mine, body=body)
    assert (sent.state, sent.rows) == ("ready", 1)


def _pay(made: Made) -> ModuleType:
    return made.part("api.customer.pay")
