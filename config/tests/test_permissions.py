"""Every address x everybody x GET and POST is as config/tests/permissions.csv says; an address not in it fails."""

import csv
import datetime
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.audit import record_house
from accounts.models import AuditEntry, Batch, Customer, HouseEntry, Job, Lender, Manager, User
from accounts.seals import set_seal
from accounts.tests.cast import signed_in
from credit.actions import ask as ask_credit
from credit.models import CreditRequest, Outcome, ScoringModel, Training
from ledger.actions import add_due, give_loan, record_payment
from ledger.approving import ask, to_reverse
from ledger.models import Allocation, Disbursement, Due, Notice, Payment, StatementOrder
from ledger.noticing import give_notice

TABLE = Path(__file__).with_name("permissions.csv")
PEOPLE = ("anonymous", "owner", "other", "manager")
NUMBER = re.compile(r"/\d+/")  # keys differ from run to run


def addresses(resolver: Any = None, before: str = "") -> Iterator[str]:
    """Every pattern of the project, as Django would list it."""
    for pattern in (resolver or get_resolver()).url_patterns:
        whole = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, whole)
        elif isinstance(pattern, URLPattern):
            yield whole


def fill(address: str, objects: dict[str, Any]) -> str:
    """A real path for a pattern: asha's objects wherever it asks for one."""
    model = re.match(r"admin/\w+/(\w+)/", address)
    numbered = {
        "admin/customer/": "customer",
        "admin/batches/": "batch",
        "admin/credit/models/": "scoringmodel",
        "admin/credit/trainings/": "training",
        "admin/statements/": "statementorder",
        "credit/": "creditrequest",
        "notices/": "notice",
    }
    noun = next((noun for place, noun in numbered.items() if address.startswith(place)), "payment")
    path = address.replace("<int:number>", str(objects[noun])).replace("<str:kind>", "dues")
    path = path.replace("<int:payment>", str(objects["payment"]))
    path = path.replace("<int:pk>", "1").replace("<int:uid>", "1").replace("<str:token>", "no-token")
    path = path.replace("<int:due>", str(objects["due"])).replace("<int:year>/<int:month>", "2024/1")
    path = path.replace("<int:asked>", str(objects["creditrequest"]))
    path = re.sub(r"<int:(approval|notice|loan)>", lambda name: str(objects.get(name[1], 1)), path)
    path = re.sub(r"\^password/reset/.*", "password/reset/1-no-key/", path)
    path = path.replace("<path:object_id>", str(objects.get(model.group(1), 1) if model else 1))
    path = path.replace("<path:content_type_id>", "1")
    path = re.sub(r"\^\(\?P<app_label>.*?\)/\$", "ledger/", path)
    return "/" + path.replace("(?P<url>.*)$", "no-such-page")


def answer(client: Client, method: str, path: str) -> str:
    """The status, and for a redirect where it leads."""
    response = client.post(path, {}) if method == "POST" else client.get(path)
    for_location = response.headers.get("Location", "").split("?")[0]
    return f"{response.status_code} {NUMBER.sub('/N/', for_location)}".strip()


def audited() -> dict[str, Any]:
    """An entry of each chain, a seal, and a model that nobody trained."""
    day = datetime.date(2024, 1, 31)
    training = Training.objects.create(today=day, asked_by="m1")
    told = {"libraries": {}, "features": {}, "metrics": {}, "rows": 2, "bad": 1, "trained_by": "m1"}
    model = ScoringModel.objects.create(
        kind="scorecard", card=b"{}", sha256="0" * 64, outcomes="imported", first_as_of=day, last_as_of=day, **told
    )
    record_house("update_lender", {"name": "Corner Shop"})
    seal, _ = set_seal()
    entries = {"auditentry": AuditEntry.objects.earliest("pk"), "houseentry": HouseEntry.objects.earliest("pk")}
    ordered = StatementOrder.objects.create(
        first=day, last=day, asked_by="m1", job=Job.objects.create(kind="statements", state="done", ended_at=seal.at)
    )
    return {
        "statementorder": ordered.pk,
        "seal": seal.pk,
        "scoringmodel": model.pk,
        "training": training.pk,
        **{name: entry.pk for name, entry in entries.items()},
    }


def declined(customer: Customer) -> dict[str, Any]:
    """A request for credit with its decision, under the rules of the house."""
    month = Lender.load().today().replace(day=1)
    decision = ask_credit(
        CreditRequest(customer=customer, month=month, amount=Decimal(9), method="percentage", asked_by="c101")
    )
    return {"creditrequest": decision.request_id, "decision": decision.pk, "creditpolicy": decision.policy_id}


def lent(customer: Customer) -> dict[str, Any]:
    """A loan that falls due in 2024."""
    due = Due(month=datetime.date(2024, 2, 1), amount=Decimal(9))
    loan = Disbursement(customer=customer, amount=Decimal(9), paid_on=datetime.date(2024, 1, 31), reference="loan")
    return {"loan": give_loan(loan, [due]).pk}


@pytest.fixture
def objects(asha: Customer, bo: Customer, mira: Manager) -> dict[str, Any]:
    """One of everything, all of it asha's."""
    batch = Batch.objects.create(kind="dues", name="first", file_name="dues.csv", sha256="0" * 64)
    due = add_due(Due(customer=asha, month=datetime.date(2024, 1, 1), amount=Decimal(50), batch=batch))
    payment = record_payment(Payment(customer=asha, amount=Decimal(20)))
    outcome = Outcome.objects.create(customer=asha, as_of=datetime.date(2024, 1, 31), defaulted=False)
    notice = give_notice(Notice(customer=asha, amount=Decimal(5), key="of-the-notice"))
    return {
        **audited(),
        **declined(asha),
        **lent(asha),
        "approval": ask(to_reverse(payment, "m4", "bounced")).pk,
        "notice": notice.pk,
        "batch": batch.pk,
        "customer": asha.pk,
        "due": due.pk,
        "payment": payment.pk,
        "allocation": Allocation.objects.get(payment=payment).pk,
        "outcome": outcome.pk,
        "lender": Lender.load().pk,
        "manager": mira.pk,
        "user": User.objects.get(customer=asha).pk,
    }


def as_it_is(objects: dict[str, Any]) -> list[list[str]]:
    """The table as the product answers now; each request by a client of its own, for some of them sign people out."""
    people = {
        "anonymous": None,
        "owner": Customer.objects.get(pk=101),
        "other": Customer.objects.get(pk=102),
        "manager": Manager.objects.get(pk=1),
    }
    rows = []
    for address in dict.fromkeys(addresses()):
        if address.startswith("api/"):
            continue  # programs sign in by a token: config/tests/test_api_permissions.py has a table of its own
        for method in ("GET", "POST"):
            path = fill(address, objects)
            clients = (Client() if person is None else signed_in(person) for person in people.values())
            rows.append([address, method, *(answer(client, method, path) for client in clients)])
    return rows


def table() -> list[list[str]]:
    with TABLE.open(newline="") as file:
        return list(csv.reader(file))[1:]


@pytest.mark.once
@pytest.mark.slow
@pytest.mark.django_db
def test_every_address_answers_everybody_as_the_table_says(objects: dict[str, Any]) -> None:
    wanted = {(row[0], row[1]): row[2:] for row in table()}
    found = {(row[0], row[1]): row[2:] for row in as_it_is(objects)}
    assert sorted(found.keys() - wanted.keys()) == [], "addresses that nobody decided on: add them to permissions.csv"
    assert sorted(wanted.keys() - found.keys()) == [], "addresses that are gone: take them out of permissions.csv"
    assert {key: row for key, row in found.items() if row != wanted[key]} == {}


def test_no_row_lets_a_stranger_or_another_customer_at_what_is_not_theirs() -> None:
    """The table itself is held to the rules, so that writing the wrong answer into it does not help."""
    for address, method, anonymous, owner, other, manager in table():
        if address.startswith("admin/") and not address.startswith(("admin/login", "admin/logout", "admin/jsi18n")):
            assert not anonymous.startswith("200"), (address, method)
            assert not owner.startswith("200") and not other.startswith("200"), (address, method)
        if address == "payments/<int:number>/":
            assert (owner, other) == (("200", "404") if method == "GET" else ("405", "405"))
        assert not any(cell.startswith("5") for cell in (anonymous, owner, other, manager)), (address, method)


@pytest.mark.django_db
def test_an_address_that_is_not_in_the_table_is_noticed(
    objects: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{__name__}.addresses", lambda: ["healthz", "healthz?new"])
    with pytest.raises(AssertionError, match="nobody decided on"):
        test_every_address_answers_everybody_as_the_table_says(objects)
