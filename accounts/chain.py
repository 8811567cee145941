"""The audit trail's arithmetic: what an entry's hash is made of, and where a chain of entries is broken."""

import datetime
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

FORM = "duebook audit 1"  # what the hashes are made of; another serialisation would be another form
HOUSE = "the house"

Breaks = Iterator[str]


@dataclass(frozen=True, slots=True)
class Link:
    """One entry as the database gave it: a damaged one may hold anything anywhere."""

    owner: str
    number: Any
    at: Any
    by: Any
    door: Any
    act: Any
    facts: Any
    before: Any
    hash: Any = ""
    left: Any = None  # blank_hash_of an entry whose facts were erased, as the erasure noted it


def canonical(facts: Any) -> str:
    """The one way to write these facts down."""
    return json.dumps(facts, ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def digest(*parts: Any) -> str:
    """The sha256 of the parts in their order, each told apart from its neighbours and from other types."""
    written = json.dumps([FORM, *parts], ensure_ascii=True, separators=(",", ":"), default=repr)
    return sha256(written.encode("ascii")).hexdigest()


def hash_of(link: Link) -> str:
    """Over everything the entry says and the hash of the entry before it."""
    return digest(link.owner, link.number, instant(link.at), link.by, link.door, link.act, link.facts, link.before)


def blank_hash_of(link: Link) -> str:
    """Over what is left of an entry whose facts are erased: all the rest, and the hash that nobody can make again."""
    return digest(
        "erased", link.owner, link.number, instant(link.at), link.by, link.door, link.act, link.before, link.hash
    )


def instant(at: Any) -> Any:
    """An instant as text, the same from either database; what is no instant stays what it is."""
    try:
        moment = datetime.datetime.fromisoformat(at) if isinstance(at, str) else at
        moment = moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
        return moment.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    except (AttributeError, OverflowError, TypeError, ValueError):
        return at


def breaks(links: Iterable[Link]) -> Breaks:
    """A line for each entry that breaks its chain; links come chain by chain, in the order of their numbers."""
    owner, last, number = "", "", 0
    for link in links:
        if link.owner != owner:
            owner, last, number = link.owner, "", 0
        if fault := _fault(link, number, last):
            yield f"{link.owner}, entry {link.number}: {fault}"
        number, last = link.number, link.hash


def _fault(link: Link, number: Any, last: Any) -> str:
    """What is wrong with a link that should follow this number and hash. One reason is enough."""
    if not isinstance(link.number, int) or not isinstance(number, int):
        return "has no number"
    if link.number > number + 1:
        gone = f"entries {number + 1} to {link.number - 1} before it are" if link.number > number + 2 else ""
        return f"{gone or f'entry {number + 1} before it is'} gone"
    if link.number <= number:
        return "its number is taken twice"
    if link.facts == "" and link.left is None:
        return "lost its facts, and no erasure names it"
    if (link.hash != hash_of(link)) if link.facts != "" else (link.left != blank_hash_of(link)):
        return "was changed since it was written"
    if link.before != last:
        return "does not follow the entry before it"
    return ""


class SealSum:
    """The digest of a seal: over its own words, then (customer, number, hash) of each end it notes, ascending."""

    def __init__(self, *words: Any) -> None:
        self._sum = sha256(digest(*words).encode("ascii"))

    def add(self, *head: Any) -> None:
        self._sum.update(digest(*head).encode("ascii"))

    def digest(self) -> str:
        return self._sum.hexdigest()
