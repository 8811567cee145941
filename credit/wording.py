"""Reasons and changes in plain words, amounts in the reader's own format."""

from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from typing import Any

from babel.numbers import format_percent

from credit.changes import Change
from credit.features import BY_NAME
from credit.judging import Why
from ledger.money import active_locale, format_money, from_minor
from ledger.templatetags.money import day

NEVER = 1000  # how credit.measures says that there is no pace
PARTS = {"%": 1, "part": 100}
UNITS = {"days": "{:.0f} days", "months": "{:.1f} months", "times": "{:.1f} times"}


def reason_of(why: Why) -> dict[str, Any]:
    """As a decision keeps it: its sentence, and for a feature the points that it gave and could have given."""
    return {"text": _sentence(why), **(dict(why.facts) if why.kind == "feature" else {})}


def _sentence(why: Why) -> str:
    facts = why.facts
    match why.kind:
        case "feature":
            return f"{BY_NAME[facts['feature']].sentence}: {value_words(facts['feature'], facts['value'])}."
        case "percentage":
            of = "that fell due" if facts["fallen"] else "due in all"
            share, needed = percent(Fraction(100 * facts["paid"], facts["due"])), percent(facts["threshold"])
            return f"Of {money(facts['due'])} {of}, {money(facts['paid'])} is paid: {share}. {needed} is needed."
        case "average":
            share, needed = percent(facts["average"] * 100), percent(facts["threshold"] * 100)
            years = "one year" if facts["years"] == 1 else f"the last {facts['years']} years"
            return f"On average {share} of a year's dues is paid, over {years}. {needed} is needed."
        case "no_model":
            return "No trained model may judge this yet, so a manager decides."
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
        span = (
            f"for {change.months} months, until {day(change.until)},"
            if change.months > 1
            else f"until {day(change.until)}"
        )
        steps.append(f"pay what falls due on its day {span} and ask again after it")
    if change.ask is not None:
        steps.append(f"ask for {money(change.ask)} or less")
    said = ", then ".join(steps)
    return f"{said[:1].upper()}{said[1:]}."


def value_words(feature: str, value: float | None) -> str:
    if value is None:
        return "not known"
    unit = BY_NAME[feature].unit
    if feature == "months_to_clear" and value >= NEVER:
        return "never"
    if unit == "money":
        return money(round(value))
    if unit in PARTS:
        return percent(Decimal(repr(value)) * PARTS[unit], "0.1")
    words = UNITS.get(unit, "{:.0f}").format(value)
    words = words.replace(".0 months", " months").replace(".0 times", " times")
    return {"1 months": "1 month", "1 days": "1 day", "1 times": "once"}.get(words, words)


def money(minor: int) -> str:
    return format_money(from_minor(minor))


def percent(number: Decimal | Fraction, step: str = "0.01") -> str:
    """80%. Cut off, not rounded: below a threshold it never reads as the threshold."""
    exact = Decimal(number.numerator) / number.denominator if isinstance(number, Fraction) else number
    cut = exact.quantize(Decimal(step), ROUND_DOWN)
    return format_percent(cut / 100, "#,##0.##%", locale=active_locale())
