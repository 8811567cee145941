"""Which category a text probably belongs to: by the owner's rules, by what he entered last, by what he corrected."""

import re
from collections.abc import Iterable, Mapping, Sequence

SHORTEST = 3  # letters; a rule for "a" would catch everything
_WORD = re.compile(r"[^\W_]+(?:['’&-][^\W_]+)*")


def folded(text: str) -> str:
    return " ".join(text.casefold().split())


def by_rule(text: str, rules: Mapping[str, str]) -> str:
    """The category of the longest rule whose text stands in it as whole words; empty where none does."""
    line = f" {' '.join(_words(text))} "
    fitting = [rule for rule in rules if f" {' '.join(_words(rule))} " in line]
    return rules[max(fitting, key=len)] if fitting else ""


def by_memory(text: str, entered: Iterable[tuple[str, str]]) -> str:
    """The category of the latest entry with the same note; (note, category), the latest first."""
    sought = folded(text)
    return next((category for note, category in entered if sought and folded(note) == sought), "")


def in_common(first: str, second: str) -> str:
    """The longest run of words that both have: what a rule could look for. It has no digit in it, for those change."""
    one, other = _words(first), _words(second)
    runs = (run for run in _runs(one) if _has(other, run) and not re.search(r"\d", "".join(run)))
    best = max(runs, key=lambda run: (sum(map(len, run)), len(run)), default=())
    text = " ".join(best)
    return text if len(text) >= SHORTEST else ""


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _runs(words: Sequence[str]) -> Iterable[tuple[str, ...]]:
    return (tuple(words[start:end]) for start in range(len(words)) for end in range(start + 1, len(words) + 1))


def _has(words: Sequence[str], run: tuple[str, ...]) -> bool:
    return any(tuple(words[start : start + len(run)]) == run for start in range(len(words) - len(run) + 1))
