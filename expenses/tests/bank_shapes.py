"""Statements in the shapes that banks of many countries give, written for these tests, with the rows they hold.

bank_shapes*.txt: a line "=== name", a line "--> date amount; ...", for some one "-?> answers as JSON", then the file.
"""

import json
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path


@dataclass(frozen=True)
class Shape:
    name: str
    text: str
    answers: dict[str, str]
    rows: Counter[tuple[str, Decimal]]


def shapes() -> list[Shape]:
    files = sorted(Path(__file__).parent.glob("bank_shapes*.txt"))
    texts = (path.read_text(encoding="utf-8") for path in files)
    return [_shape(part) for text in texts for part in text.split("=== ")[1:]]


def _shape(part: str) -> Shape:
    name, rows, text = part.split("\n", 2)
    answers = "{}"
    if text.startswith("-?> "):
        answers, text = text.removeprefix("-?> ").split("\n", 1)
    pairs = (pair.split() for pair in rows.removeprefix("--> ").split(";"))
    return Shape(name, text, json.loads(answers), Counter((day, Decimal(amount)) for day, amount in pairs))
