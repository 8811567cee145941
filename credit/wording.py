"""Reasons and changes in plain words, made when they are shown: in the reader's language, amounts in his own format."""

import datetime
import json
from collections.abc import Mapping
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from typing import Any

from babel.numbers import format_decimal, format_percent
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, ngettext_lazy, override
from django.utils.translation import gettext_lazy as _

from accounts.sentences import as_said
from accounts.telling import told
from credit.changes import Change
from credit.features import BY_NAME
from credit.judging import Why
from credit.naming import name_of
from credit.rules import Missing
from ledger.money import active_locale, apart, format_money, from_minor, to_minor
from ledger.templatetags.money import day

Json = dict[str, Any]
NEVER = 1000  # how credit.measures says that there is no pace
PARTS = {"%": 1, "part": 100}
MANY = 100  # a number in whose form a fraction is said: 2.5 months
LACKS = {
    Missing.NOTHING_FELL_DUE.value: _("No due has fallen due yet."),
    Missing.NOTHING_DUE.value: _("There is no due to judge by."),
    Missing.FEW_DUES.value: _("Only %(seen)s of the %(least)s dues that are needed to judge by have been seen."),
    Missing.ALL_LET_OFF.value: _("All that was due was let off, so nothing says how it would have been paid."),
    "no_model": _("No trained model may judge this yet, so a manager decides."),
}
PAY = _("Pay %(pay)s more.")
ASK = _("Ask for %(ask)s or less.")
PAY_AND_ASK = _("Pay %(pay)s more, then ask for %(ask)s or less.")
WAIT = ngettext_lazy(
    "Pay what falls due on its day until %(until)s and ask again after it.",
    "Pay what falls due on its day for %(months)s months, until %(until)s, and ask again after it.",
    "months",
)
PAY_AND_WAIT = ngettext_lazy(
    "Pay %(pay)s more, then pay what falls due on its day until %(until)s and ask again after it.",
    "Pay %(pay)s more, then pay what falls due on its day for %(months)s months, until %(until)s, "
    "and ask again after it.",
    "months",
)
WAIT_AND_ASK = ngettext_lazy(
    "Pay what falls due on its day until %(until)s and ask again after it, then ask for %(ask)s or less.",
    "Pay what falls due on its day for %(months)s months, until %(until)s, and ask again after it, "
    "then ask for %(ask)s or less.",
    "months",
)
ALL_THREE = ngettext_lazy(
    "Pay %(pay)s more, then pay what falls due on its day until %(until)s and ask again after it, "
    "then ask for %(ask)s or less.",
    "Pay %(pay)s more, then pay what falls due on its day for %(months)s months, until %(until)s, "
    "and ask again after it, then ask for %(ask)s or less.",
    "months",
)
# By what is to be done: pay, wait, ask for less.
STEPS: dict[tuple[bool, bool, bool], Any] = {
    (True, False, False): PAY,
    (False, True, False): WAIT,
    (False, False, True): ASK,
    (True, True, False): PAY_AND_WAIT,
    (True, False, True): PAY_AND_ASK,
    (False, True, True): WAIT_AND_ASK,
    (True, True, True): ALL_THREE,
}


def reason_of(why: Why) -> Json:
    """As a decision keeps it: its kind and facts, to be said anew to each reader, and its sentence in English."""
    facts = {
        name: str(Fraction(value)) if isinstance(value, Decimal | Fraction) else value
        for name, value in why.facts.items()
    }
    with override(settings.LANGUAGE_CODE):
        return {"text": _sentence(why.kind, facts), "kind": why.kind, **facts}


def reason_words(reason: Mapping[str, Any]) -> str:
    """A kept reason to whoever reads now; one of before there were kinds as far as it has no figures."""
    kind = reason.get("kind", "feature" if "feature" in reason else None)
    text: str = reason["text"]
    return _sentence(kind, reason) if kind else gettext(text)


def no_model_words(figures: Mapping[str, Any]) -> str:
    """What was wrong with the model that should have judged; "" where nothing was."""
    kept = figures.get("no_model")
    if isinstance(kept, dict):
        return told(json.loads(json.dumps(kept), object_hook=as_said))
    return gettext(kept) if kept else ""


def _sentence(kind: str, facts: Mapping[str, Any]) -> str:
    match kind:
        case "feature":
            told = {"figure": name_of(facts["feature"]), "value": value_words(facts["feature"], facts["value"])}
            return gettext("%(figure)s: %(value)s.") % told
        case "percentage":
            return _percentage(facts)
        case "average":
            return _average(facts)
        case "largest":
            return gettext("The most that is lent at once is %(largest)s.") % {"largest": money(facts["largest"])}
        case "limit":
            told = {name: money(facts[name]) for name in ("outstanding", "together", "limit")}
            return (
                gettext("With %(outstanding)s that is owed already it would be %(together)s; the limit is %(limit)s.")
                % told
            )
    return str(LACKS[kind]) % facts


def _percentage(facts: Mapping[str, Any]) -> str:
    told = {
        "due": money(facts["due"]),
        "paid": money(facts["paid"]),
        "share": percent(Fraction(100 * facts["paid"], facts["due"])),
        "needed": percent(Fraction(facts["threshold"])),
    }
    if facts["fallen"]:
        return gettext("Of %(due)s that fell due, %(paid)s is paid: %(share)s. %(needed)s is needed.") % told
    return gettext("Of %(due)s due in all, %(paid)s is paid: %(share)s. %(needed)s is needed.") % told


def _average(facts: Mapping[str, Any]) -> str:
    share, needed = (percent(100 * Fraction(facts[name])) for name in ("average", "threshold"))
    return ngettext(
        "On average %(share)s of a year's dues is paid, over one year. %(needed)s is needed.",
        "On average %(share)s of a year's dues is paid, over the last %(years)s years. %(needed)s is needed.",
        facts["years"],
    ) % {"share": share, "needed": needed, "years": facts["years"]}


def change_of(change: Change) -> Json:
    """As a decision keeps it, in English; amounts as the books write them."""
    with override(settings.LANGUAGE_CODE):
        return {
            "text": change_words(change),
            "pay": str(from_minor(change.pay)) if change.pay else None,
            "ask": str(from_minor(change.ask)) if change.ask is not None else None,
            "months": change.months,
            "until": change.until.isoformat() if change.until else None,
        }


def kept_change_words(told: Mapping[str, Any]) -> str:
    """What change_of kept, to whoever reads now."""
    pay, ask = (None if told[name] is None else to_minor(Decimal(told[name])) for name in ("pay", "ask"))
    until = datetime.date.fromisoformat(told["until"]) if told["until"] else None
    return change_words(Change(pay or 0, ask, told["months"], until))


def change_words(change: Change) -> str:
    words: str | Promise = STEPS[bool(change.pay), bool(change.until), change.ask is not None]
    return words % {
        "pay": money(change.pay),
        "ask": money(change.ask or 0),
        "months": change.months,
        "until": day(change.until),
    }


def value_words(feature: str, value: float | None) -> str:
    if value is None:
        return gettext("not known")
    unit = BY_NAME[feature].unit
    if feature == "months_to_clear" and value >= NEVER:
        return gettext("never")
    match unit:
        case "money":
            return money(round(value))
        case "%" | "part":
            return percent(Decimal(repr(value)) * PARTS[unit], "0.1")
        case "days":
            return ngettext("%(number)s day", "%(number)s days", round(value)) % _number(value, 0)
        case "months":
            return ngettext("%(number)s month", "%(number)s months", _form(value)) % _number(value, 1)
        case "times":
            return ngettext("once", "%(number)s times", _form(value)) % _number(value, 1)
    return _number(value, 0)["number"]


def _number(value: float, decimals: int) -> dict[str, str]:
    return {"number": format_decimal(round(value, decimals) + 0.0, "0.#", locale=active_locale())}


def _form(value: float) -> int:
    """Which form of a word goes with a number of one decimal."""
    shown = round(value, 1)
    return int(shown) if shown >= 0 and shown == int(shown) else MANY


def money(minor: int) -> str:
    return format_money(from_minor(minor))


def percent(number: Decimal | Fraction, step: str = "0.01") -> str:
    """80%. Cut off, not rounded: below a threshold it never reads as the threshold."""
    exact = Decimal(number.numerator) / number.denominator if isinstance(number, Fraction) else number
    cut = exact.quantize(Decimal(step), ROUND_DOWN)
    return format_percent(cut / 100, locale=active_locale(), decimal_quantization=False)


def rate_words(rate: Decimal | None) -> str:
    """12.68 %; a dash where there is none."""
    return "–" if rate is None else apart(f"{format_decimal(rate, '0.00' if rate else '0', locale=active_locale())} %")
