"""Fairness: whether people of different groups are approved alike. Groups come from a file; none is a feature."""

import csv
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

Groups = Mapping[str, Mapping[str, str]]  # customer (as text, for JSON) to {name: group}
Row = dict[str, Any]
MOST_NAMES, MOST_GROUPS, LONGEST, FEWEST = 6, 12, 40, 30
FOUR_FIFTHS = 0.8


class BadGroups(ValueError):
    """This file names no groups; the text says which line to mend."""


def read_groups(lines: Iterable[str]) -> dict[str, dict[str, str]]:
    """The rows of a CSV file with the columns customer and one to six more. Raises BadGroups."""
    rows = csv.reader(lines)
    header = [cell.strip() for cell in next(rows, [])]
    if header[:1] != ["customer"] or not 2 <= len(set(header)) == len(header) <= MOST_NAMES + 1 or not all(header):
        raise BadGroups(
            _("The first line names the columns: customer, and 1 to %(most)s others, such as sex.")
            % {"most": MOST_NAMES}
        )
    found: dict[str, dict[str, str]] = {}
    for line, row in enumerate(rows, 2):
        if row:
            number, groups = _row(line, header[1:], row)
            if number in found:
                raise BadGroups(
                    _("Line %(line)s: customer %(customer)s stands in the file twice.")
                    % {"line": line, "customer": number}
                )
            found[number] = groups
    if not found:
        raise BadGroups(_("There is no customer in the file."))
    return {number: dict(zip(header[1:], row, strict=True)) for number, row in _banded(found, header[1:])}


def _row(line: int, names: list[str], row: list[str]) -> tuple[str, dict[str, str]]:
    if len(row) != len(names) + 1:
        told = {"line": line, "cells": len(row), "first": len(names) + 1}
        raise BadGroups(_("Line %(line)s has %(cells)s cells, and the first line has %(first)s.") % told)
    number, *groups = (cell.strip() for cell in row)
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        text = repr(number[:20])
        raise BadGroups(_("Line %(line)s: %(text)s is no customer number.") % {"line": line, "text": text})
    if any(len(group) > LONGEST for group in groups):
        told = {"line": line, "most": LONGEST}
        raise BadGroups(_("Line %(line)s: a group has a name of at most %(most)s characters.") % told)
    return str(int(number)), dict(zip(names, groups, strict=True))


def _banded(found: dict[str, dict[str, str]], names: list[str]) -> Iterable[tuple[str, list[str]]]:
    columns = [_bands(name, [groups[name] for groups in found.values()]) for name in names]
    for number, *groups in zip(found, *columns, strict=True):
        yield number, groups


def _bands(name: str, cells: list[str]) -> list[str]:
    """Numbers of many values, such as ages, in four bands of about as many people each, in signs that every language
    reads; names as they are."""
    if len(set(cells)) <= MOST_GROUPS:
        return cells
    try:
        numbers = np.array([float(cell) if cell else np.nan for cell in cells])
    except ValueError:
        told = {"name": name, "most": MOST_GROUPS}
        raise BadGroups(_("The column %(name)s has more than %(most)s groups.") % told) from None
    cuts = np.unique(np.nanquantile(numbers, [0.25, 0.5, 0.75], method="lower"))
    ends = [f"{cut:g}" for cut in cuts]
    labels = [f"≤ {ends[0]}", *(f"> {a}, ≤ {b}" for a, b in pairwise(ends)), f"> {ends[-1]}"]
    places = np.searchsorted(cuts, numbers, side="left")
    return ["" if np.isnan(number) else labels[place] for number, place in zip(numbers, places, strict=True)]


def fairness(
    groups: Groups, customers: NDArray[np.int64], approved: NDArray[np.bool_], repaid: NDArray[np.int8]
) -> list[Row]:
    """For each name its groups: the part approved, against the group approved most; and how approvals turned out."""
    names = dict.fromkeys(name for row in groups.values() for name in row)
    return [_of(name, groups, customers, approved, repaid) for name in names]


def _of(
    name: str, groups: Groups, customers: NDArray[np.int64], approved: NDArray[np.bool_], repaid: NDArray[np.int8]
) -> Row:
    belongs = np.array([groups.get(str(number), {}).get(name, "") for number in customers])
    rows = [_group(label, belongs == label, approved, repaid) for label in sorted(set(belongs) - {""})]
    most = max((row["approved"] for row in rows if row["rows"] >= FEWEST), default=0)
    for row in rows:
        enough = row["rows"] >= FEWEST and most
        row["ratio"] = round(row["approved"] / most, 6) if enough else None
        row["low"] = bool(enough and row["approved"] / most < FOUR_FIFTHS)
    return {"name": name, "groups": rows, "unknown": int((belongs == "").sum())}


def _group(label: str, inside: NDArray[np.bool_], approved: NDArray[np.bool_], repaid: NDArray[np.int8]) -> Row:
    taken, good = inside & approved, inside & (repaid == 1)
    return {
        "group": str(label),
        "rows": int(inside.sum()),
        "approved": round(float(approved[inside].mean()), 6),
        "bad": round(float(1 - repaid[taken].mean()), 6) if taken.any() else None,
        "good_approved": round(float(approved[good].mean()), 6) if good.any() else None,
    }
