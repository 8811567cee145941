"""Four eyes: who trained a model does not put it to use alone, and a lender with one manager is not locked out."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import HouseEntry, User
from accounts.tests.cast import signed_in
from accounts.transactions import Refused
from credit.actions import activating
from credit.actions.activating import activate, confirm, refuse, stop_scoring, withdraw
from credit.models import Activation, ScoringModel
from credit.registry import NoModel, active_model
from credit.tests.shelf import shelved

pytestmark = pytest.mark.django_db
MODELS = reverse("admin:credit_models")


def trained_by(who: str) -> ScoringModel:
    row = shelved()
    ScoringModel.objects.filter(pk=row.pk).update(trained_by=who)
    return ScoringModel.objects.get(pk=row.pk)


def scoring() -> ScoringModel | None:
    return ScoringModel.objects.filter(active=True).first()


def test_who_trained_it_asks_and_a_colleague_confirms(lender, mira, mona):
    model = trained_by("m1")
    asked = activate(model, "m1")
    assert asked.state == "waiting"
    assert scoring() is None
    with pytest.raises(Refused, match="Nobody confirms a request of his own"):
        confirm(asked, "m1")
    done = confirm(asked, "m4")
    assert (done.state, done.decided_by) == ("done", "m4")
    assert active_model().row == model
    assert list(HouseEntry.objects.order_by("number").values_list("act", flat=True)) == [
        "ask_to_activate",
        "activate_model",
    ]


def test_without_the_rule_one_person_would_do(lender, mira, mona, monkeypatch):
    """The control."""
    monkeypatch.setattr(activating, "takes_second", lambda row, by: False)
    assert activate(trained_by("m1"), "m1").state == "done"


def test_a_colleague_puts_to_use_what_another_trained(lender, mira, mona):
    assert activate(trained_by("m1"), "m4").state == "done"
    assert activate(trained_by("root (command)"), "m1").state == "done"


def test_a_single_manager_is_not_locked_out(lender, mira, clem, nina, sten):
    """A clerk, an auditor and one without a role could not confirm."""
    model = trained_by("m1")
    assert activate(model, "m1").state == "done"
    assert scoring() == model
    assert "Nobody else could confirm it." in HouseEntry.objects.latest("pk").facts


def test_the_trail_says_so_of_nobody_who_had_a_colleague(lender, mira, mona):
    activate(trained_by("m1"), "m4")
    assert "Nobody else could confirm it." not in HouseEntry.objects.latest("pk").facts


def test_a_colleague_who_is_shut_out_is_no_colleague(lender, mira, mona):
    User.objects.filter(username="m4").update(is_active=False)
    assert activate(trained_by("m1"), "m1").state == "done"


def test_going_back_takes_one_person_and_stopping_too(lender, mira, mona):
    first, second = trained_by("m1"), trained_by("m4")
    confirm(activate(first, "m1"), "m4")
    activate(second, "m1")
    back = activate(first, "m1")
    assert (back.state, back.before, scoring()) == ("done", second, first)
    assert stop_scoring("m1").before == first
    with pytest.raises(NoModel, match="No model is active"):
        active_model()
    with pytest.raises(Refused, match="nothing to stop"):
        stop_scoring("m1")


def test_one_request_waits_at_a_time_and_its_end_is_told(lender, mira, mona):
    model = trained_by("m1")
    asked = activate(model, "m1")
    with pytest.raises(Refused, match=r"by m1 for .* waits already"):
        activate(trained_by("m4"), "m4")
    with pytest.raises(Refused, match="Withdraw it instead"):
        refuse(asked, "m1", "no")
    with pytest.raises(Refused, match="Say why"):
        refuse(asked, "m4", " ")
    with pytest.raises(Refused, match="Only m1"):
        withdraw(asked, "m4")
    assert refuse(asked, "m4", "too few defaults").state == "refused"
    with pytest.raises(Refused, match="already refused, by m4"):
        confirm(asked, "m4")
    assert withdraw(activate(model, "m1"), "m1").state == "withdrawn"
    assert scoring() is None


def test_what_changed_meanwhile_is_not_confirmed(lender, mira, mona):
    asked = activate(trained_by("m1"), "m1")
    activating.activate_at_once(trained_by("m4"), "the operator")
    with pytest.raises(Refused, match="Another model scores since"):
        confirm(asked, "m4")


def test_a_model_that_was_changed_is_put_to_use_by_nobody(lender, mira, mona):
    model = trained_by("m1")
    asked = activate(model, "m1")
    ScoringModel.objects.filter(pk=model.pk).update(card=b"{}")
    with pytest.raises(Refused, match=r"was changed after it was trained\. It cannot score"):
        confirm(asked, "m4")
    withdraw(asked, "m1")
    with pytest.raises(Refused, match="It cannot score"):
        activate(model, "m4")
    assert scoring() is None


def test_the_database_knows_no_request_that_its_asker_decided(lender, mira):
    with pytest.raises(IntegrityError), transaction.atomic():
        Activation.objects.create(model=trained_by("m1"), state="done", asked_by="m1", decided_by="m1")


def test_the_pages_ask_confirm_and_go_back(as_mira, mona):
    model, as_mona = trained_by("m1"), signed_in(mona)
    address = reverse("admin:credit_model", args=[model.pk])
    assert "Ask a colleague to put it to use" in as_mira.get(address).content.decode()
    assert "A colleague is asked" in as_mira.post(address, {"act": "activate"}, follow=True).content.decode()
    asked = Activation.objects.get()
    assert "Withdraw it" in as_mira.get(MODELS).content.decode()
    assert "Nobody confirms" in as_mira.post(MODELS, _told("confirm", asked), follow=True).content.decode()
    assert "Confirm: score by it" in as_mona.get(MODELS).content.decode()
    said = as_mona.post(MODELS, _told("confirm", asked), follow=True).content.decode()
    assert f"{model} scores from now on." in said
    assert "Stop scoring by it" in said
    assert "No model scores" in as_mona.post(MODELS, {"act": "stop"}, follow=True).content.decode()
    assert "Go back to it" in as_mira.get(address).content.decode()
    as_mira.post(address, {"act": "activate"})
    assert scoring() == model


def _told(act: str, asked: Activation) -> dict[str, str]:
    return {"act": act, "activation": str(asked.pk)}


@pytest.mark.parametrize("number", ["", "x", "²", "9" * 30])
def test_a_request_that_does_not_exist_is_not_found(as_mira, number):
    assert as_mira.post(MODELS, {"act": "confirm", "activation": number}).status_code == 404
