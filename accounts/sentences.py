"""What is said now and read later by somebody else: a sentence that is English, and knows its words and its figures.

It is a str, so what raises, compares or prints it goes on as with any English text. Whoever shows it to a person asks
accounts.telling; whoever keeps it, a field of accounts.models. The rules may use this file: it knows no Django.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure whose English is not the plain one: 3 April 2024, 1,250.00, $12.50. A currency makes it money."""

    value: datetime.date | Decimal
    english: str
    currency: str = ""


Fact = Any  # str, int, a day, an amount, Shown, Sentence, or a list of these


class Sentence(str):
    """Made by said() alone."""

    msgid: str
    facts: Mapping[str, Fact]

    def __new__(cls, msgid: str, facts: Mapping[str, Fact]) -> "Sentence":
        written = {name: in_english(fact) for name, fact in facts.items()}
        made = super().__new__(cls, filled(msgid, written))
        made.msgid, made.facts = msgid, facts
        return made

    def of(self, **facts: Fact) -> "Sentence":
        """The same words with figures; said() alone leaves their places open."""
        return Sentence(self.msgid, facts)

    def __getnewargs__(self) -> tuple[str, Mapping[str, Fact]]:  # type: ignore[override]
        return self.msgid, self.facts


def said(msgid: str, **facts: Fact) -> Sentence:
    """The collector of words (config.words) takes the msgid from the call, so it stands there as a plain text.

    text="" in a sentence that begins with %(text)s: it is said behind that text, without it and without a full stop.
    """
    return Sentence(msgid, facts)


def listed(facts: Iterable[Fact]) -> Sentence:
    """One, another, a third"""
    return Sentence("%(all)s", {"all": list(facts)})


def many(count: int) -> Shown:
    """100,000"""
    return Shown(Decimal(count), f"{count:,}")


def filled(msgid: str, written: Mapping[str, str]) -> str:
    if not written:
        return msgid
    sentence = msgid % written
    return sentence.strip(" .।") if written.get("text") == "" else sentence


def in_english(fact: Fact) -> str:
    if isinstance(fact, list | tuple):
        return ", ".join(map(in_english, fact))
    return fact.english if isinstance(fact, Shown) else str(fact)


def sentence_of(error: Exception) -> str:
    """What it was raised with; str() of it would be the English alone."""
    reason = getattr(error, "message", error.args[0] if error.args else "")
    if isinstance(reason, Sentence):
        return reason
    return str(getattr(error, "messages", [error])[0])


# --- as it is stored: {"said": msgid, "with": facts} ---

BROKEN = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError)
A_DAY, AN_AMOUNT = "a day", "an amount"  # no names that a fact may have


def as_stored(value: Any) -> Any:
    """The value with each Sentence in it as JSON takes it. Texts, numbers and the like stay as they are."""
    if isinstance(value, Sentence):
        return {"said": value.msgid, "with": {name: as_stored(fact) for name, fact in value.facts.items()}}
    if isinstance(value, Shown):
        return {**as_stored(value.value), "english": value.english, "currency": value.currency}
    if isinstance(value, datetime.date):
        return {A_DAY: value.isoformat()}
    if isinstance(value, Decimal):
        return {AN_AMOUNT: str(value)}
    if isinstance(value, list | tuple):
        return [as_stored(one) for one in value]
    return {name: as_stored(one) for name, one in value.items()} if isinstance(value, dict) else value


def as_said(told: dict[str, Any]) -> Any:
    """The way back, as json's object_hook: for each object from the innermost on; any other stays as it is, and so does
    what is broken, such as a sentence without one of its figures."""
    try:
        return _as_it_was(told)
    except BROKEN:
        return told


def _as_it_was(told: dict[str, Any]) -> Any:
    if told.keys() == {"said", "with"}:
        return Sentence(_text(told["said"]), {**told["with"]})
    if told.keys() & {A_DAY, AN_AMOUNT}:
        figure = datetime.date.fromisoformat(told[A_DAY]) if A_DAY in told else _finite(Decimal(told[AN_AMOUNT]))
        return Shown(figure, _text(told["english"]), _text(told["currency"])) if "english" in told else figure
    return told


def _text(told: Any) -> str:
    if not isinstance(told, str):
        raise TypeError(told)
    return told


def _finite(amount: Decimal) -> Decimal:
    if not amount.is_finite():
        raise ValueError(amount)
    return amount
