"""Who acts, and through which door, for the whole of a request, command or job."""

import getpass
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

PORTAL, WEB, COMMAND, API, IMPORT = DOORS = ("portal", "web", "command", "api", "import")


@dataclass(frozen=True, slots=True)
class Actor:
    """`by` may be asked for only when something is recorded: a page that records nothing asks for no user."""

    by: str | Callable[[], str] = ""
    door: str = COMMAND

    @property
    def name(self) -> str:
        return self.by if isinstance(self.by, str) else self.by()


NOBODY = Actor()
_actor: ContextVar[Actor] = ContextVar("actor", default=NOBODY)


def actor() -> Actor:
    return _actor.get()


@contextmanager
def acting(by: str | Callable[[], str], door: str) -> Iterator[None]:
    """Whatever is recorded inside was done by this person or program through this door."""
    if door not in DOORS:
        raise ValueError(f"{door!r} is not a door. Take one of {', '.join(DOORS)}.")
    token = _actor.set(Actor(by, door))
    try:
        yield
    finally:
        _actor.reset(token)


def os_user() -> str:
    """The machine's name of whoever runs this; "" where it has none, as in some containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
