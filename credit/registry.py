"""The shelf of trained models: put one on it, switch, and take the active one down - checked, or not at all."""

import hashlib
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from django.db import transaction
from django.utils import timezone

from accounts.sentences import said
from credit.cards import BadCard, Card, read_card
from credit.features import BY_NAME
from credit.models import ScoringModel

LIBRARIES = ("scikit-learn", "numpy")


class NoModel(Exception):
    """No model may score; its sentence says why. Whoever asked refers, and never approves."""


@dataclass(frozen=True, slots=True)
class Shelved:
    """A card that passed every check, and the row it came from."""

    row: ScoringModel
    card: Card


def active_model() -> Shelved:
    """Raises NoModel."""
    row = ScoringModel.objects.filter(active=True).first()
    if row is None:
        raise NoModel(said("No model is active."))
    return take_down(row)


def take_down(row: ScoringModel) -> Shelved:
    """The card of the very bytes whose sum was compared. Raises NoModel for anything out of order."""
    data = bytes(row.card or b"")
    if not data:
        raise NoModel(said("The file of %(model)s is missing.", model=row.named))
    if hashlib.sha256(data).hexdigest() != row.sha256:
        raise NoModel(said("The file of %(model)s was changed after it was trained.", model=row.named))
    trained_with, installed = row.libraries.get("scikit-learn"), _installed("scikit-learn")
    if trained_with != installed:
        wrong = said("%(model)s was trained with scikit-learn %(version)s, and %(installed)s is installed.")
        raise NoModel(wrong.of(model=row.named, version=trained_with, installed=installed))
    try:
        card = read_card(data)
    except BadCard as error:
        raise NoModel(said("The model does not read as a card: %(fault)s", fault=error.fault)) from None
    if strange := [name for name, direction in row.features.items() if not _known(name, direction)]:
        raise NoModel(said("%(model)s uses what is no longer measured: %(names)s.", model=row.named, names=strange))
    if {table.feature for table in card.tables} != set(row.features):
        raise NoModel(said("The features of %(model)s are not those of its file.", model=row.named))
    return Shelved(row, card)


def shelve(row: ScoringModel, card: Card) -> ScoringModel:
    """Keep a card with the row that tells of its training."""
    row.card = card.as_bytes()
    row.sha256 = hashlib.sha256(row.card).hexdigest()
    row.libraries = {name: _installed(name) for name in LIBRARIES}
    row.features = {table.feature: BY_NAME[table.feature].direction for table in card.tables}
    row.save(force_insert=True)
    return row


def activate(row: ScoringModel, by: str) -> ScoringModel:
    """Score by this one from now on; credit.actions.activating says who may. Raises NoModel for a faulty one."""
    with transaction.atomic():
        shelf = {one.pk: one for one in ScoringModel.objects.select_for_update().order_by("pk")}
        take_down(shelf[row.pk])
        ScoringModel.objects.filter(active=True).update(active=False)
        ScoringModel.objects.filter(pk=row.pk).update(active=True, activated_by=by, activated_at=timezone.now())
    row.refresh_from_db()
    return row


def put_away() -> None:
    """Score by none from now on."""
    ScoringModel.objects.filter(active=True).update(active=False)


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def _known(name: str, direction: int) -> bool:
    return name in BY_NAME and BY_NAME[name].direction == direction
