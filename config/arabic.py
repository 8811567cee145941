"""What a program sees wrong in an Arabic text: Latin signs, one sound spelled in two ways, figures that turn round."""

import re
from collections.abc import Sequence

_LETTER = re.compile("[\u0621-\u064a]")
_NOT_WORDS = re.compile(r"<code>.*?</code>|<[^>]*>|\w+://\S*", re.DOTALL)
_FAULTS = {
    "a Latin sign for ، ؛ or ؟": re.compile(r"[,;?](?=\s|$)|(?<=[\u0621-\u0652])[,;?]"),
    "اً for ًا": re.compile("\u0627\u064b"),
    # A minus, a plus, a dot or a hyphen beside figures or a Latin word is moved to its other side.
    "turns round without an isolate or a mark before it": re.compile(
        r"(?<![«\u2066\u200e\w\d.-])(?:\d{4}-\d\d|[-+]\d|\.[a-z]|--[a-z])"
    ),
}
_HUNDRED, _ELEVEN = 4, 5  # where Babel's rule for Arabic has 100 to 102, and 11 to 99
_ACCUSATIVE = "\u064b\u0627"


def arabic_fault(forms: Sequence[str | None]) -> str:
    """The first, "" where there is none. 11 to 99 of a thing are told with another ending than 100 of it."""
    for form in forms:
        words = _NOT_WORDS.sub("", form or "")
        for fault, sign in _FAULTS.items():
            if _LETTER.search(words) and sign.search(words):
                return fault
    if len(forms) > _ELEVEN:
        hundred, eleven = (str(forms[at]).count(_ACCUSATIVE) for at in (_HUNDRED, _ELEVEN))
        if hundred > eleven:
            return "100 is told as 11 is"
    return ""
