"""A sentence that was said earlier (accounts.sentences), told to its reader: in his language, with his figures."""

import datetime
from decimal import Decimal

from babel.dates import format_date
from django.conf import settings
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, override

from accounts.sentences import Fact, Sentence, Shown, filled, in_english, sentence_of
from ledger.money import active_locale, apart, format_money, format_number


def told(text: object) -> str:
    """Also of an exception that was raised with one. What was stored as plain English stays so."""
    if isinstance(text, Exception):
        text = sentence_of(text)
    if not isinstance(text, Sentence):
        return str(text)
    return filled(gettext(text.msgid), {name: _written(fact) for name, fact in text.facts.items()})


def told_apart(text: object) -> SafeString:
    """For a page: what others wrote keeps its own direction, within a sentence of ours or alone."""
    if not isinstance(text, Sentence):
        return format_html("<bdi>{}</bdi>", text)
    facts = {
        name: told_apart(fact) if isinstance(fact, str) else escape(_written(fact)) for name, fact in text.facts.items()
    }
    return SafeString(filled(escape(gettext(text.msgid)), facts))


def money(amount: Decimal) -> Shown:
    """An amount of the lender's currency, to be said."""
    with override(settings.LANGUAGE_CODE):
        return Shown(amount, format_money(amount), settings.CURRENCY)


def _written(fact: Fact) -> str:
    if isinstance(fact, Sentence):
        return told(fact)
    if isinstance(fact, list | tuple):
        return gettext(", ").join(map(_written, fact))
    if active_locale().language == "en":
        return in_english(fact)
    return _figure(fact.value, fact.currency) if isinstance(fact, Shown) else _figure(fact)


def _figure(fact: Fact, currency: str = "") -> str:
    locale = active_locale()
    if isinstance(fact, datetime.date):
        return apart(format_date(fact, locale.datetime_skeletons["yMMMd"], locale=locale))
    if isinstance(fact, Decimal) and currency:
        return format_money(fact, currency)
    if isinstance(fact, Decimal):
        return format_number(fact, max(0, -int(fact.as_tuple().exponent)))
    return apart(fact)
