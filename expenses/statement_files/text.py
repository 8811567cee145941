"""From a file's bytes to its text: the encoding is found in the bytes."""

import re
import unicodedata

from accounts.sentences import said
from expenses.statement_files.nouns import LARGEST_FILE, TOO_LARGE, BadFile

MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
OTHER_KINDS = (
    (b"PK\x03\x04", said("This is an Excel or other zipped file. Save the sheet as CSV, or download CSV, OFX or QIF.")),
    (b"\xd0\xcf\x11\xe0", said("This is an old Excel file. Save the sheet as CSV, or download CSV, OFX or QIF.")),
    (b"%PDF", said("This is a PDF. Download the statement as CSV, OFX or QIF.")),
    (b"{\\rtf", said("This is a word processor's file. Download the statement as CSV, OFX or QIF.")),
)

# Single-byte code pages in order of preference, with the letters that make each of them likely.
WESTERN = "äöüßàâçéèêëîïôùûñáíóúãõåøæœìòÄÖÜÀÂÇÉÈÊÎÔÑÁÍÓÚÃÕÅØÆ€£°–—’‘“”…«»§´"
CENTRAL = "ąćęłńóśźżĄĆĘŁŃÓŚŹŻáčďéěíňřšťúůýžÁČĎÉĚÍŇŘŠŤÚŮÝŽőűŐŰöüäÖÜÄß€–—’„”“"
TURKISH = "çğıöşüÇĞİÖŞÜâî€–’“”"
PAGES = (
    ("cp1252", WESTERN),
    ("cp1250", CENTRAL),
    ("iso-8859-2", CENTRAL),
    ("cp1254", TURKISH),
    ("cp850", "äöüßàâçéèêëîïôùûñáíóúãõÄÖÜÉÑ"),
)
SCRIPTS = (
    ("cp1251", "CYRILLIC"),
    ("koi8-r", "CYRILLIC"),
    ("cp1253", "GREEK"),
    ("cp1255", "HEBREW"),
    ("cp1256", "ARABIC"),
)
WIDE = (
    ("cp932", ("日付", "取引", "金額", "残高", "利用", "摘要")),
    ("gb18030", ("日期", "金额", "余额", "收入", "支出", "交易")),
)
WIDE_MORE = (("euc-kr", ("거래", "금액", "잔액", "일자")), ("big5", ("日期", "金額", "餘額", "摘要")))
SAMPLE = 60_000  # bytes that decide the code page


def decode(data: bytes) -> str:
    """The text with a plain line feed at the end of each line. Raises BadFile for what is no text."""
    if len(data) > LARGEST_FILE:
        raise BadFile(TOO_LARGE)
    if not data.strip():
        raise BadFile(said("The file is empty."))
    for sign, sentence in OTHER_KINDS:
        if data.startswith(sign):
            raise BadFile(sentence)
    text = _text(data)
    if "\0" in text:
        raise BadFile(said("This is not a text file. Download the statement as CSV, OFX or QIF."))
    if "\n" not in text:
        return text.replace("\r", "\n")
    return text.replace("\r\n", "\n")


def _text(data: bytes) -> str:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    if encoding := _without_mark(data):
        return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(_page(data), errors="replace")


def _without_mark(data: bytes) -> str:
    """UTF-16 with no mark shows as a NUL at every other byte."""
    head = data[:2000]
    if head[1::2].count(0) > len(head) * 0.35:
        return "utf-16-le"
    return "utf-16-be" if head[0::2].count(0) > len(head) * 0.35 else ""


def _page(data: bytes) -> str:
    high = [line for line in data.split(b"\n") if max(line, default=0) > 127]
    sample = b"\n".join(high)[:SAMPLE]
    if mostly_utf8(sample):
        return "utf-8"
    if encoding := _wide(data[:SAMPLE]) or _script(sample):
        return encoding
    return max(PAGES, key=lambda page: _likeness(sample, *page))[0]


def mostly_utf8(sample: bytes) -> bool:
    """A file in UTF-8 with a few broken bytes: long runs of it are no accident."""
    good = len(re.findall(rb"[\xc3-\xf4][\x80-\xbf]+", sample))
    high = sum(byte > 127 for byte in sample)
    return good >= 3 and good * 2 >= high * 0.9


def _wide(data: bytes) -> str:
    for encoding, words in WIDE + WIDE_MORE:
        text = data.decode(encoding, errors="ignore")
        if sum(word in text for word in words) >= 2:
            return encoding
    return ""


def _script(sample: bytes) -> str:
    """Where most letters of the words lie above 127, the writing is not Latin."""
    letters = sum(chr(byte).isalpha() for byte in sample if byte < 128)
    high = sum(byte > 127 for byte in sample)
    if high <= letters:
        return ""
    return max(SCRIPTS, key=lambda page: _of_script(sample.decode(page[0], errors="replace"), page[1]))[0]


def _of_script(text: str, script: str) -> float:
    """Small letters of the script: the wrong Cyrillic page turns small into capital."""
    return sum(char.islower() and script in unicodedata.name(char, "") for char in text) + 0.5 * sum(
        script in unicodedata.name(char, "") for char in text if ord(char) > 127
    )


def _likeness(sample: bytes, encoding: str, likely: str) -> int:
    """How much the text looks like words: likely letters count for it, controls and signs in words against."""
    text = sample.decode(encoding, errors="replace")
    score = 0
    for place, char in enumerate(text):
        if ord(char) < 128:
            continue
        before = text[place - 1] if place else " "
        after = text[place + 1] if place + 1 < len(text) else " "
        if char == "\ufffd" or unicodedata.category(char) == "Cc":
            score -= 5
        elif char in likely:
            score += 2 if not (char.isupper() and before.islower()) else -2
        elif not char.isalpha() and (before.isalpha() and after.isalpha()):
            score -= 2
        else:
            score -= char.isalpha()
    return score
