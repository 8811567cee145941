"""The blanks, where a line may not break, that French sets before its signs and Spanish before its percents."""

import re

WIDE, NARROW = "\u00a0", "\u202f"
# Left as they are: code, tags, headers, addresses, times and ports, numbers to dial.
_LEFT = r"<code>.*?</code>|<[^>]*>|Authorization: \w+|\w+://\S*|\d:\d|\+\d[\d ]*\d"
_BLANKS = rf"[ {WIDE}{NARROW}]*"
_BLANK = rf"[ {WIDE}{NARROW}]+"
_ENDS = r"(?=$|[\s<»)…,.])"
_SIGNS = re.compile(
    rf"(?P<left>{_LEFT})"
    rf"|(?P<thousands>(?<=\d){_BLANK}(?=\d{{3}}(?!\d)))"
    rf"|(?P<opening>«){_BLANKS}"
    rf"|(?:(?<=[\w)>}}%…»’”]){_BLANKS}|{_BLANK})(?P<sign>[:;?!]+{_ENDS}|»)"
    rf"|(?:(?<=\d)|(?<=\)s)|(?<=}})){_BLANKS}(?P<unit>%%|%(?![(\w])|[KMG]o\b|€)",
    re.DOTALL,
)

_PERCENT = re.compile(rf"(?:(?<=\d)|(?<=\)s)){_BLANKS}(%%|%(?![(\w]))")


def spanish(text: str) -> str:
    """The text with a no-break blank between a number and its percent."""
    return _PERCENT.sub(rf"{WIDE}\1", text)


def french(text: str) -> str:
    """The text with a no-break blank before : and a number's unit and inside of « », a narrow one before ; ? ! and
    between thousands."""
    return _SIGNS.sub(_spaced, text)


def _spaced(found: re.Match[str]) -> str:
    if found["left"]:
        return found["left"]
    if found["opening"]:
        return f"«{WIDE}"
    if found["unit"]:
        return f"{WIDE}{found['unit']}"
    sign = found["sign"] or ""
    return f"{WIDE if sign and sign[0] in ':»' else NARROW}{sign}"
