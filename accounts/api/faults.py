"""What is wrong with a field of a request, in words for people: one sentence for each kind pydantic tells apart."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

OTHERWISE = _("This is not how it is written. The description of the API shows an example.")
NOT_WHOLE = _("This is not a whole number.")
NO_ANSWER = _("This is neither true nor false.")
NO_OBJECT = _("This is no object with named fields.")
SENTENCES = {
    "missing": _("This is missing."),
    "extra_forbidden": _("Nothing of this name can be sent here."),
    "string_type": _("This is no text."),
    "string_too_short": _("This is shorter than allowed; the fewest characters are %(min_length)s."),
    "string_too_long": _("This is longer than allowed; the most characters are %(max_length)s."),
    "too_short": _("There are fewer entries than allowed; the fewest are %(min_length)s."),
    "too_long": _("There are more entries than allowed; the most are %(max_length)s."),
    "greater_than_equal": _("This is less than %(ge)s."),
    "less_than_equal": _("This is more than %(le)s."),
    "int_type": NOT_WHOLE,
    "int_parsing": NOT_WHOLE,
    "int_parsing_size": NOT_WHOLE,
    "int_from_float": NOT_WHOLE,
    "bool_type": NO_ANSWER,
    "bool_parsing": NO_ANSWER,
    "list_type": _("This is no list."),
    "dict_type": NO_OBJECT,
    "model_type": NO_OBJECT,
    "model_attributes_type": NO_OBJECT,
    "literal_error": _("This is not one of %(expected)s."),
}


def in_words(fault: Mapping[str, Any]) -> str:
    """Our own validators have said it in the reader's language already."""
    told = fault.get("ctx", {})
    if fault["type"] == "value_error":
        return str(told["error"])
    if "expected" in told:
        told = told | {"expected": told["expected"].replace(" or ", ", ")}
    return gettext(SENTENCES.get(fault["type"], OTHERWISE)) % told
