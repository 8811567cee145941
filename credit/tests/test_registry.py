"""The shelf: a model that was changed, that is missing, or that another library made scores nobody."""

import hashlib
import pickle
import random
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from credit import registry
from credit.cards import BadCard, read_card
from credit.models import ScoringModel
from credit.registry import NoModel, activate, active_model, take_down
from credit.rules import ModelPolicy, Verdict, judge_chance
from credit.tests.shelf import CARD, shelved

pytestmark = pytest.mark.django_db


class Canary:
    """Pickled, it writes a file as soon as it is read back."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return Path.write_text, (self.path, "it ran")


def test_what_was_shelved_is_taken_down_as_it_was():
    found = take_down(shelved())
    assert found.card == CARD
    assert found.row.features == {"missed": -1, "percent_overall": 1}
    assert set(found.row.libraries) == {"scikit-learn", "numpy"}


def test_a_thousand_flipped_bits_are_a_thousand_refusals():
    row, chance = shelved(), random.Random(2026)
    whole = bytes(row.card)
    for _ in range(1_000):
        place = chance.randrange(len(whole) * 8)
        changed = bytearray(whole)
        changed[place // 8] ^= 1 << place % 8
        row.card = bytes(changed)
        with pytest.raises(NoModel, match="was changed after it was trained"):
            take_down(row)
    row.card = whole
    assert take_down(row).card == CARD


def test_without_the_sum_some_flips_would_score_otherwise_and_nobody_would_know():
    """The control: bits that leave a readable card with other points."""
    whole, silent = CARD.as_bytes(), 0
    for place in range(len(whole) * 8):
        changed = bytearray(whole)
        changed[place // 8] ^= 1 << place % 8
        try:
            silent += read_card(bytes(changed)) != CARD
        except BadCard:
            continue
    assert silent > 20


def test_a_pickle_never_runs_even_with_the_right_sum(tmp_path):
    canary, row = tmp_path / "canary", shelved()
    row.card = pickle.dumps(Canary(canary))
    with pytest.raises(NoModel, match="was changed"):
        take_down(row)
    row.sha256 = hashlib.sha256(row.card).hexdigest()
    with pytest.raises(NoModel, match="does not read as a card"):
        take_down(row)
    assert not canary.exists()
    pickle.loads(row.card)  # noqa: S301  the control: this pickle does run where pickles are read
    assert canary.read_text() == "it ran"


def test_another_scikit_learn_refuses(monkeypatch):
    row = activate(shelved(), "mira")
    assert active_model().row == row
    monkeypatch.setattr(registry, "version", lambda name: "9.9.9")
    with pytest.raises(NoModel, match=r"was trained with scikit-learn 1\..*, and 9\.9\.9 is installed"):
        active_model()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"card": b""}, "is missing"),
        ({"sha256": "0" * 64}, "was changed"),
        ({"features": {"missed": 1, "percent_overall": 1}}, "no longer measured: missed"),
        ({"features": {"missed": -1, "height": 1}}, "no longer measured: height"),
        ({"features": {"missed": -1}}, "are not those of its file"),
        ({"libraries": {}}, "was trained with scikit-learn None"),
    ],
)
def test_a_row_that_is_out_of_order_scores_nobody_and_becomes_no_active_model(change, why):
    good, bad = activate(shelved(), "mira"), shelved()
    ScoringModel.objects.filter(pk=bad.pk).update(**change)
    with pytest.raises(NoModel, match=why):
        activate(bad, "mira")
    assert active_model().row == good
    ScoringModel.objects.filter(pk=good.pk).update(**change)
    with pytest.raises(NoModel, match=why):
        active_model()
    assert judge_chance(None, ModelPolicy()) == Verdict.REFERRED


def test_without_an_active_model_there_is_a_reason_and_no_score():
    shelved()
    with pytest.raises(NoModel, match="No model is active"):
        active_model()


def test_one_model_is_active_and_going_back_is_activating_the_old_one():
    first, second = shelved(), shelved()
    activate(first, "mira")
    assert activate(second, "mona").activated_by == "mona"
    assert active_model().row == second
    activate(first, "mira")
    assert [row.pk for row in ScoringModel.objects.filter(active=True)] == [first.pk]
    with pytest.raises(IntegrityError), transaction.atomic():
        ScoringModel.objects.update(active=True)


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"{}", b'{"tables": 1}', b"\xff", b'{"tables":[{"cuts":[1]}]}'])
def test_bytes_that_are_no_card_are_refused(data):
    with pytest.raises(BadCard):
        read_card(data)
