"""What is held on a customer: each app names its models here, and what becomes of every word when he asks.

A test walks all models and fails on one that nobody named. What is named is what is done: the same table drives the
erasing (accounts.erasing) and the handing out (accounts.handing_out).
"""

import datetime
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Case, Value, When
from django.db.models.functions import Cast, Concat

from accounts.models import Customer, Lender

STAYS = object()  # the value of a field that is kept
BY_HAND = object()  # of one that the app's own function erases, or blanks for good reason elsewhere
GONE = "erased"  # what stands where a text may not be empty


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one field when its customer is erased, and why; `shown` says if it is handed out to him."""

    why: str
    becomes: Any = STAYS
    shown: bool = True


def kept(why: str, *, shown: bool = True) -> Fate:
    return Fate(why, shown=shown)


def erased(to: Any = "", *, why: str = "free text", shown: bool = True) -> Fate:
    return Fate(why, to, shown)


def by_hand(why: str, *, shown: bool = True) -> Fate:
    return Fate(why, BY_HAND, shown)


def hushed(name: str) -> Fate:
    """For a text that a rule of the database wants: where there was one, `erased` stands instead."""
    return erased(Case(When(**{name: ""}, then=Value("")), default=Value(GONE)))


def numbered() -> Fate:
    """For a key that must stay unique."""
    made = Concat(Value(f"{GONE}-"), Cast("pk", models.CharField()))
    return erased(made, why="a program may have put words in it", shown=False)


@dataclass(frozen=True, slots=True)
class Holding:
    """One model. `whose` is the look-up that leads to the customer; "" where no row can be asked whose it is: then
    its erasing is done by the app's own function, or `why` says what makes it nobody's.

    `goes`: the whole rows are deleted. `private`: for the customer's eyes alone. Fates are of the texts, JSON and
    bytes; what `goes` needs none but for what is never handed out.
    """

    model: str
    why: str
    whose: str = "customer"
    goes: bool = False
    handed_out: bool = True
    private: bool = False
    fates: Mapping[str, Fate] = field(default_factory=dict)

    @property
    def noun(self) -> Any:
        return apps.get_model(self.model)

    def of(self, customer: int) -> models.QuerySet[Any]:
        """Withdrawn and trashed rows too; plain, so that what is only ever added can lose its words."""
        return models.QuerySet(self.noun).filter(**{self.whose: customer})

    def columns(self) -> list[str]:
        """What is handed out of a row."""
        hidden = {name for name, fate in self.fates.items() if not fate.shown}
        return [one.attname for one in self.noun._meta.concrete_fields if one.name not in hidden | {"customer"}]


def nobodys(model: str, why: str) -> Holding:
    return Holding(model, why, whose="", handed_out=False)


class Inside(str):
    """A reason not to erase that names what is the house's, or another's: for the staff's eyes alone."""


def never_asked(customer: Customer, lender: Lender) -> Iterator[str]:
    yield from ()


@dataclass(frozen=True, slots=True)
class Part:
    """What one app says: its holdings, what stands in the way of an erasing (sentences), the day of the last entry,
    what it erases besides, and which facts of the audit trail tell nothing personal."""

    holdings: tuple[Holding, ...] = ()
    refusals: Callable[[Customer, Lender], Iterator[str]] = never_asked
    last_entry: Callable[[Customer], datetime.date | None] = lambda customer: None
    erase: Callable[[Customer], None] = lambda customer: None
    plain_facts: frozenset[str] = frozenset()


PARTS: dict[str, Part] = {}  # by app; each enters its own when it is ready
AFTERWARDS: list[Callable[[Customer], None]] = []  # told of a customer once he is erased and that is stored


def holdings() -> Iterator[Holding]:
    for part in PARTS.values():
        yield from part.holdings


def plain_facts() -> frozenset[str]:
    return frozenset().union(*(part.plain_facts for part in PARTS.values()))


WORDS = (
    models.CharField,
    models.TextField,
    models.JSONField,
    models.BinaryField,
    models.GenericIPAddressField,
    models.FileField,
)


def unnamed(everything: list[type[models.Model]], told: list[Holding]) -> Iterator[str]:
    """A line for each model, and each text, JSON or bytes of one, of which nobody said what becomes of it."""
    known = {holding.model: holding for holding in told}
    yield from (f"{name}: is named twice" for name, times in Counter(one.model for one in told).items() if times > 1)
    for model in everything:
        holding = known.pop(model._meta.label, None)
        if holding is None:
            yield f"{model._meta.label}: name it in a personal.py"
        elif not holding.goes and (holding.whose or holding.fates):
            yield from _unnamed_fields(model, holding)
    yield from (f"{gone}: is named, and there is no such model" for gone in known)


def _unnamed_fields(model: type[models.Model], holding: Holding) -> Iterator[str]:
    there = {one.name: one for one in model._meta.concrete_fields}
    for name, one in there.items():
        if isinstance(one, WORDS) and not one.choices and name not in holding.fates:
            yield f"{holding.model}.{name}: say whether it is kept or erased, and why"
    yield from (
        f"{holding.model}.{name}: is named, and there is no such field" for name in set(holding.fates) - set(there)
    )
