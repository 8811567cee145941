"""One file from any bank: what kind it is, and its rows."""

import re
from collections.abc import Mapping

from accounts.sentences import said
from expenses.statement_files.dates import read_parts
from expenses.statement_files.nouns import Asking, BadFile, Reading
from expenses.statement_files.numbers import marks, read_number
from expenses.statement_files.ofx import is_ofx, read_ofx
from expenses.statement_files.own import read_own
from expenses.statement_files.qif import is_qif, read_qif
from expenses.statement_files.tables import read_table
from expenses.statement_files.text import decode
from expenses.statement_files.words import plain, rank

WEB_PAGE = said(
    "This is a web page, not a statement: the bank's sign-in had probably ended. Sign in and download it again."
)
XML = said("This is an XML file that is not OFX. Download the statement as CSV, OFX or QIF.")
OTHER = (
    (r"\s*<(!doctype html|html|head|body)", WEB_PAGE),
    (
        r"\s*(<\?xml[^>]*>)?\s*<",
        said("This is an XML file that is not OFX. Download the statement as CSV, OFX or QIF."),
    ),
    (r"\s*[\[{]", said("This is a JSON file. Download the statement as CSV, OFX or QIF.")),
    (r"\s*(\{1:|:20:|0000 |:61:)", said("This is an MT940 file. Download the statement as CSV, OFX or QIF.")),
)


def read_statement_file(data: bytes, answers: Mapping[str, str] | None = None) -> Reading:
    """The file's rows; none while a question is open. Raises BadFile, with what to do instead.

    `answers` maps a question's key to the value (or the label) of one of its choices.
    """
    text = decode(data)
    asking = Asking(answers or {})
    try:
        reading = _read(text, asking)
    finally:
        _forget()
    reading.asked = asking.asked
    if reading.open:
        reading.rows = []
    elif not reading.rows and not reading.errors:
        raise BadFile(said("There is no transaction in the file."))
    return reading


def _forget() -> None:
    """What was remembered to read this file faster is somebody's private text: it does not stay in memory."""
    for remembered in (read_parts, read_number, marks, plain, rank):
        remembered.cache_clear()


def _read(text: str, asking: Asking) -> Reading:
    if own := read_own(text):
        return own
    if is_ofx(text):
        return read_ofx(text)
    for shape, sentence in OTHER:
        if re.match(shape, text, re.IGNORECASE):
            raise BadFile(sentence)
    return read_qif(text, asking) if is_qif(text) else read_table(text, asking)
