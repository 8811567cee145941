"""The lines of docs/api.md run as they stand, by sh and curl, and say what the page says."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django.live_server_helper import LiveServer

from accounts.models import Endpoint
from config.tests.house import ROOT
from credit.models import CreditRequest
from expenses.models import Expense, Statement
from ledger.models import Due, Payment

DOC = ROOT / "docs" / "api.md"


def lines() -> list[str]:
    """What stands indented on the page."""
    return [line[4:] for line in DOC.read_text(encoding="utf-8").splitlines() if line.startswith("    ")]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl here")
def test_the_lines_of_the_page_run_as_they_stand(live_server: LiveServer, tmp_path: Path) -> None:
    call_command("demo", verbosity=0)
    before = Payment.objects.filter(customer=101).count()
    script = "\n".join(["set -e", *lines()]).replace("http://127.0.0.1:8000", live_server.url)
    done = subprocess.run(["sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("204\n401\n")
    assert "urn:duebook:problem" not in done.stdout
    assert Payment.objects.filter(customer=101).count() == before + 1, "paid twice with one key: one payment"
    assert json.loads((tmp_path / "first.json").read_text())["state"] == "recorded"
    assert CreditRequest.objects.filter(customer=101).count() == 1
    assert (tmp_path / "statement.pdf").read_bytes().startswith(b"%PDF-")
    assert Statement.objects.get(customer=101).state == "reverted"
    due = Due.objects.get(customer__name="Dara Cole")
    assert (due.forgiven, due.paid) == (15, 5), "10 waived, 10 charged off, 5 of that came after all"
    assert not Endpoint.objects.get().is_on
    assert Expense.objects.filter(customer=101, note="", category__name="Food", amount="8.20").count() == 1
