"""The running balance, where the file has one, proves how its amounts are to be read."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

Values = Sequence[Decimal | None]


def explains(amounts: Values, running: Values) -> bool:
    """Whether each balance is the one before it and the amount, reading down or up; signs may be inverted or absent."""
    return any(matches(amounts, running, how) for how in ("as is", "inverted", "unsigned"))


def matches(amounts: Values, running: Values, how: str) -> bool:
    """Whether nine in ten steps of the balance are the amount as is, inverted, or either way (unsigned)."""
    return any(_share(_steps(amounts, running, up), how) for up in (False, True))


def step_signs(amounts: Values, running: Values) -> dict[int, int]:
    """The sign of each amount that a step of the balance shows, by its place: for amounts written without signs."""
    up = _share(_steps(amounts, running, True), "unsigned")
    return {
        place: 1 if step > 0 else -1 for place, amount, step in _steps(amounts, running, up) if abs(step) == abs(amount)
    }


def _share(steps: list[tuple[int, Decimal, Decimal]], how: str) -> bool:
    good = sum(_agrees(amount, step, how) for _, amount, step in steps)
    return len(steps) >= 1 and good >= len(steps) * 0.9


def _agrees(amount: Decimal, step: Decimal, how: str) -> bool:
    if how == "unsigned":
        return abs(amount) == abs(step)
    return step == (amount if how == "as is" else -amount)


def _steps(amounts: Values, running: Values, up: bool) -> list[tuple[int, Decimal, Decimal]]:
    """(place, amount, step of the balance) where both it and its neighbour show a balance."""
    places = [place for place, amount in enumerate(amounts) if amount]
    found = []
    for before, after in pairwise(places):
        place, neighbour = (before, after) if up else (after, before)
        here, there, amount = running[place], running[neighbour], amounts[place]
        if here is not None and there is not None and amount is not None:
            found.append((place, amount, here - there))
    return found
