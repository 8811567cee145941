"""Money: whole minor units in the database, Decimal in Python, the reader's own format on the page."""

import re
from decimal import Decimal
from functools import cache
from typing import Any

from babel.core import Locale
from babel.numbers import format_currency, format_decimal, get_currency_precision, list_currencies
from django import forms
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import models
from django.db.models.expressions import Combinable
from django.utils.translation import get_language, gettext, gettext_noop, to_locale

LARGEST = 10**11
MOST_DECIMALS = 6  # of a number that is no amount
_PLAIN = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?", re.ASCII)
# As people write it where a comma stands before the decimals: 12,50, 1250,5, 1.250,50, 1 250,50 and 1 250.
_COMMA = re.compile(r"([+-]?)([0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+),([0-9]+)", re.ASCII)
_BLANKS = re.compile(r"[+-]?[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+(?:,[0-9]+)?", re.ASCII)
_TWO_WAYS = re.compile(r"[+-]?[0-9]{1,3}[.,][0-9]{3}", re.ASCII)
ZERO = Decimal(0)
_LEFT_TO_RIGHT, _RIGHT_TO_LEFT = "\u200e", "\u200f"


@cache
def decimals(currency: str) -> int:
    """0, 2 or 3: the decimals ISO 4217 gives the currency."""
    if currency not in list_currencies():
        raise ImproperlyConfigured(f"CURRENCY {currency!r} is not an ISO 4217 code such as USD or KES.")
    return get_currency_precision(currency)


def currency_code(text: str) -> bool:
    """Whether ISO 4217 has such a code."""
    return text in list_currencies()


def places() -> int:
    return decimals(settings.CURRENCY)


def smallest() -> Decimal:
    """The smallest amount there is: 0.01 where the currency has two decimals."""
    return Decimal(1).scaleb(-places())


def fits(amount: Decimal, currency: str = "") -> bool:
    """Whether the amount is no finer than the currency, and than what the books can hold."""
    finest = min(decimals(currency or settings.CURRENCY), places())
    return amount == amount.quantize(Decimal(1).scaleb(-finest))


def to_minor(amount: Decimal) -> int:
    """12.50 -> 1250; an amount finer than the currency is an error, never rounded."""
    minor = amount.scaleb(places())
    if minor != minor.to_integral_value():
        raise ValueError(f"{amount} has more than {places()} decimals")
    return int(minor)


def from_minor(minor: int | Decimal) -> Decimal:
    return Decimal(int(minor)).scaleb(-places())


class NotAnAmount(ValueError):
    """Its text is the reason in English, to follow the text that was read."""

    def __init__(self, sentence: str, **told: object) -> None:
        self.sentence, self.told = sentence, told
        super().__init__((sentence % {**told, "text": ""}).strip(" ."))

    def about(self, text: str) -> str:
        """Both as one sentence in the reader's language."""
        return gettext(self.sentence) % {**self.told, "text": text}


def read_amount(text: str) -> Decimal:
    """Read an amount as people and files write it: ASCII digits, a full stop, nothing else.

    Decimal() alone would accept NaN, 1e400, 1_000 and Unicode digits. Zero and less are read: whether they may
    stand is for the caller's bounds. Raises NotAnAmount.
    """
    text = text.strip(" ")
    if not _PLAIN.fullmatch(text) or len(text) > 40:
        if "," in text:
            raise NotAnAmount(
                gettext_noop("%(text)s is not an amount; write the decimals after a full stop, as in 12.50.")
            )
        raise NotAnAmount(gettext_noop("%(text)s is not an amount."))
    amount = Decimal(text)
    if amount.copy_abs() > LARGEST:
        raise NotAnAmount(gettext_noop("%(text)s is more than the largest amount, %(largest)s."), largest=LARGEST)
    if amount != amount.quantize(smallest()):
        if places():
            raise NotAnAmount(gettext_noop("%(text)s has more than %(places)s decimals."), places=places())
        raise NotAnAmount(gettext_noop("%(text)s has decimals."))
    return amount.quantize(smallest())


def read_typed(text: str) -> Decimal:
    """read_amount for people, who in their language may write the decimals after a comma. What can be read in two
    ways, such as 1,250 of a currency with two decimals, is refused. Raises NotAnAmount."""
    text = text.strip(" ")
    if not writes_comma():
        return read_amount(text)
    if _TWO_WAYS.fullmatch(text) and places() < 3:
        raise NotAnAmount(
            gettext_noop(
                "%(text)s can be read in two ways; write thousands without a sign between, and the decimals after a"
                " full stop, as in 1250.50."
            )
        )
    plain = re.sub(r"\s", "", text) if _BLANKS.fullmatch(text) else text
    comma = _COMMA.fullmatch(plain)
    return read_amount(f"{comma[1]}{comma[2].replace('.', '')}.{comma[3]}" if comma else plain)


def writes_comma() -> bool:
    """Whether the reader's language writes 12,50."""
    return str(active_locale().number_symbols["latn"]["decimal"]) == ","


def read_positive(text: str) -> Decimal:
    """read_amount for a sum of money that changes hands: smallest() or more."""
    amount = read_amount(text)
    if amount <= 0:
        raise NotAnAmount(gettext_noop("%(text)s is not more than 0."))
    return amount


def format_money(amount: Decimal, currency: str = "") -> str:
    """$1,250.00 in the active language's locale."""
    return apart(format_currency(amount, currency or settings.CURRENCY, locale=active_locale()))


def format_number(value: float | Decimal, decimals: int | None = None) -> str:
    """1,234.5 in the active language's locale, or with so many decimals."""
    locale, places = active_locale(), "#" * MOST_DECIMALS if decimals is None else "0" * decimals
    whole = locale.decimal_formats[None].pattern.partition(".")[0]
    return apart(format_decimal(value, f"{whole}.{places}", locale=locale))


def active_locale() -> Locale:
    return Locale.parse(to_locale(get_language() or settings.LANGUAGE_CODE))


def apart(text: object) -> str:
    """In a language from right to left: with marks that keep the order of figures, signs and Latin words in it."""
    shown = str(text)
    if not shown or active_locale().text_direction != "rtl":
        return shown
    return f"{_LEFT_TO_RIGHT}{shown.lstrip(_RIGHT_TO_LEFT)}{_LEFT_TO_RIGHT}"


def begun(text: str) -> str:
    """Of a line by itself, such as a mail's subject, whose first word may be Latin: in a language from right to left it
    begins on the right all the same."""
    return _RIGHT_TO_LEFT + text if active_locale().text_direction == "rtl" else text


class AmountInput(forms.NumberInput):
    """A browser keeps a comma out of a field of numbers, or reads it by its own language and not by the page's: where
    people write one, the field takes any text, and shows an amount as they write it."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        if not writes_comma():
            return super().get_context(name, value, attrs)
        shown = str(value).replace(".", ",") if isinstance(value, Decimal) and places() < 3 else value
        context = super().get_context(name, shown, attrs)
        context["widget"]["type"] = "text"
        for told in ("step", "min", "max"):
            context["widget"]["attrs"].pop(told, None)
        return context


class MoneyFormField(forms.DecimalField):
    """A decimal form field that reads what people type; what a page carries along unseen is written plainly."""

    widget = AmountInput

    def __init__(self, *, max_digits: int | None = None, decimal_places: int | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", smallest())
        kwargs.setdefault("max_value", Decimal(LARGEST))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if value in self.empty_values:
            return None
        try:
            return (read_amount if isinstance(self.widget, forms.HiddenInput) else read_typed)(str(value))
        except NotAnAmount as reason:
            raise ValidationError(reason.about(apart(repr(str(value)[:40]))), code="invalid") from None

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        return attrs | {"step": str(smallest()), "inputmode": "decimal", "autocomplete": "off"}


class MoneyField(models.DecimalField):
    """A Decimal of the lender's currency, stored as a BIGINT of minor units.

    Django's own DecimalField is REAL on SQLite, where 0.10 + 0.20 <= 0.30 is false. To forms, the admin and
    CSV this still is a decimal field. In arithmetic write F("paid") + Value(amount, MoneyField()).
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"max_digits": None, "decimal_places": None})

    # The currency's, not the field's: what Django would set is passed over.
    decimal_places = property(lambda self: places(), lambda self, value: None)
    max_digits = property(lambda self: len(str(LARGEST)) + places(), lambda self, value: None)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("max_digits", None)
        kwargs.pop("decimal_places", None)
        return name, path, args, kwargs

    def get_internal_type(self) -> str:
        return "BigIntegerField"

    def db_check(self, connection: Any) -> str | None:
        """SQLite columns take any type; this one takes whole numbers only."""
        if connection.vendor != "sqlite":
            return None
        types = "('integer', 'null')" if self.null else "('integer')"
        return f"typeof({connection.ops.quote_name(self.column)}) IN {types}"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is None or isinstance(value, Combinable):
            return value
        return to_minor(self.to_python(value))

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if hasattr(value, "as_sql"):
            return value
        return self.get_db_prep_value(value, connection)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Decimal | None:
        return None if value is None else from_minor(value)

    def formfield(self, **kwargs: Any) -> Any:
        return models.Field.formfield(self, **{"form_class": MoneyFormField, **kwargs})
