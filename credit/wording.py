"""Reasons and changes in plain words, amounts in the reader's own format."""

from decimal import ROUND_DOWN, Decimal
from typing import Any

from credit.changes import Change
from credit.features import BY_NAME
from credit.judging import Why
from ledger.money import format_money, from_minor
from ledger.templatetags.money import day

UNITS = {"%": "{:.1f} %", "days": "{:.0f} days", "months": "{:.1f} months", "times": "{:.1f} times"}


def reason_of(why: Why) -> dict[str, Any]:
    """As a decision keeps it: its sentence, and for a feature the points that it gave and could have given."""
    return {"text": _sentence(why), **(dict(why.facts) if why.kind == "feature" else {})}


def _sentence(why: Why) -> str:
    facts = why.facts
    match why.kind:
        case "feature":
            return f"{BY_NAME[facts['feature']].sentence}: {value_words(facts['feature'], facts['value'])}."
        case "percentage" | "percentage_met":
            of = "that fell due" if facts["fallen"] else "due in all"
            share = percent(Decimal(100 * facts["paid"]) / facts["due"])
            needed = percent(facts["threshold"])
            return f"Of {money(facts['due'])} {of}, {money(facts['paid'])} is paid: {share}. {needed} is needed."
        case "average" | "average_met":
            needed = percent(facts["threshold"] * 100)
            return f"The average of {facts['years']} yearly percentages is looked at; {needed} is needed."
        case "largest":
            return f"The most that is lent at once is {money(facts['largest'])}."
        case "limit":
            return (
                f"With {money(facts['outstanding'])} that is owed already it would be {money(facts['together'])}; "
                f"the limit is {money(facts['limit'])}."
            )
    return str(facts["text"])


def change_of(change: Change) -> dict[str, Any]:
    """As a decision keeps it; amounts as the books write them."""
    return {
        "text": change_words(change),
        "pay": str(from_minor(change.pay)) if change.pay else None,
        "ask": str(from_minor(change.ask)) if change.ask is not None else None,
        "months": change.months,
        "until": change.until.isoformat() if change.until else None,
    }


def change_words(change: Change) -> str:
    steps = []
    if change.pay:
        steps.append(f"pay {money(change.pay)} more")
    if change.until:
        months = "one month" if change.months == 1 else f"{change.months} months"
        steps.append(f"pay what falls due on its day until {day(change.until)} ({months}) and ask again after it")
    if change.ask is not None:
        steps.append(f"ask for {money(change.ask)} or less")
    said = ", then ".join(steps)
    return f"{said[:1].upper()}{said[1:]}."


def value_words(feature: str, value: float | None) -> str:
    if value is None:
        return "not known"
    unit = BY_NAME[feature].unit
    if unit == "money":
        return money(round(value))
    if unit == "part":
        return percent(Decimal(repr(value)) * 100, "0.1")
    words = UNITS.get(unit, "{:.0f}").format(value)
    words = words.replace(".0 months", " months").replace(".0 times", " times")
    return {"1 months": "1 month", "1 days": "1 day", "1 times": "once"}.get(words, words)


def money(minor: int) -> str:
    return format_money(from_minor(minor))


def percent(number: Decimal, step: str = "0.01") -> str:
    """Cut off, not rounded: below a threshold it never reads as the threshold."""
    cut = Decimal(number).quantize(Decimal(step), ROUND_DOWN)
    return f"{cut.normalize():f} %"
