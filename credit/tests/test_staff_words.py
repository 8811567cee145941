"""What the staff reads of credit, in the states that a walk through an empty shop does not meet."""

import datetime
import re

import pytest
from django.test import Client

from accounts.models import Customer, Lender, Manager
from accounts.tests.chores import work
from config.tests.test_words import made_up, unmarked
from credit import drift
from credit.actions import ask, withdraw
from credit.actions.activating import activate
from credit.actions.watching import ask_to_watch
from credit.models import CreditPolicy, CreditRequest, Decision, ScoringModel, Training
from credit.quality import quality
from credit.reporting import Trained, Wishes, report
from credit.scorecard import Sample, chances
from credit.tests.asked import D, policy, request_of
from credit.tests.shelf import CARD, books, sample, shelved

__all__ = ["made_up"]
pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.once]
WANTED = {"outcomes": "imported", "days": 90, "months": 12, "least_dues": 1, "gain": 10, "loss": 60}
MAIN = re.compile(r"<h1.*</main>", re.DOTALL)
NAMES = re.compile(r"\b(Customer \d+|customer|[Ss]ex|[Aa]ge|credit-\d+|example shop)\b")
CREDIT = "/admin/credit/"


@pytest.fixture
def shop(as_mira: Client, mona: Manager, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A model that scores and drifts, one that waits for a colleague, requests in each state; the pages of all that."""
    monkeypatch.setattr(drift, "LEAST", 5)
    books(100)
    told = sample(100)
    first, second = reported(told, sampled(as_mira)), reported(told, None)
    activate(first, "m4")
    approve_some(first)
    ask_to_watch("m1")
    work()
    activate(second, "m1")
    policy(interest="declining", annual_rate=D("12.5"), longest_term=12, largest_amount=D(900))
    found = [asked(11, "50.00"), asked(12, "50.00", "model"), asked(13, "5000.00", instalments=6)]
    policy(least_dues=99, methods="percentage", largest_multiple=None)
    found += [asked(14, "50.00"), withdraw(asked(15, "50.00"), "m1")]
    pages = [f"customer/{row.customer_id}/credit/{row.pk}/{more}" for row in found for more in ("", "letter/")]
    return [
        *[f"{CREDIT}{place}/" for place in ("models", "trainings/new", "monitoring", "requests")],
        *[f"{CREDIT}models/{model.pk}/{more}" for model in (first, second) for more in ("", "card/")],
        *[f"/admin/{page}" for page in pages],
        f"{CREDIT}trainings/{first.training_id}/",
        "/admin/customer/11/credit/",
    ]


def sampled(client: Client) -> Training:
    """Asked for on the page and counted by the worker."""
    client.post(f"{CREDIT}trainings/new/", WANTED)
    work()
    return Training.objects.get()


def reported(told: Sample, row: Training | None) -> ScoringModel:
    """A small model with the report that training would have left."""
    p_repays = chances(CARD, told)
    groups = {f"{number}": {"sex": "FM"[number % 2]} for number in range(1, 90)}
    model = shelved()
    model.metrics, model.trained_by, model.training = quality(p_repays, told.repaid), "m1", row
    model.report = report(Trained(CARD, lambda _: CARD, told, p_repays), Wishes(10, 60, groups), CARD)
    model.save()
    return model


def approve_some(model: ScoringModel) -> None:
    """Before their books end, with a chance that was too good."""
    day, rules = datetime.date(2024, 12, 31), CreditPolicy.on(Lender.load().today())
    told = {"month": datetime.date(2024, 12, 1), "amount": 10, "method": "model", "asked_by": "c1", "state": "approved"}
    for customer in range(21, 36):
        request = CreditRequest.objects.create(customer_id=customer, **told)
        Decision.objects.create(
            customer_id=customer, request=request, method="model", verdict="approved", score="0.950000",
            threshold="0.8", policy=rules, model=model, as_of=day,
        )  # fmt: skip


def asked(number: int, amount: str, method: str = "percentage", **more: int) -> CreditRequest:
    return ask(request_of(Customer.objects.get(pk=number), amount, method, **more)).request


def texts(response: object) -> list[str]:
    """What no catalogue gave, but for the names that the lender gave."""
    html = MAIN.search(response.content.decode())  # type: ignore[attr-defined]
    assert html
    return list(unmarked(NAMES.sub(" ", html[0])))


def test_every_state_of_credit_is_from_a_catalogue(as_mira: Client, shop: list[str], made_up: None) -> None:
    found = {(place, text) for place in shop for text in texts(as_mira.get(place))}
    assert sorted(found) == []
