"""Plots as geometry for an inline SVG: lines, bars and dots in a frame with ticks. The page gives a table too."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from babel.numbers import format_percent

from ledger.money import active_locale

WIDTH, HEIGHT, START, TOP, BOTTOM, END = 440, 280, 52, 12, 44, 416
Point = tuple[float, float]
Range = tuple[float, float]


@dataclass(frozen=True)
class Line:
    """Points joined in their order. look is a class of the style sheet."""

    look: str
    points: Sequence[Point]


@dataclass(frozen=True)
class Bar:
    """A bar from `low` to `high` over a stretch of x."""

    look: str
    x: Range
    y: Range


@dataclass(frozen=True)
class Frame:
    """What the axes reach from and to, what they count, and how a tick is written."""

    x: Range
    y: Range
    x_name: str
    y_name: str
    x_text: Callable[[float], str]
    y_text: Callable[[float], str]
    ticks: int = 4
    x_at: Sequence[float] = ()  # where the ticks of x stand; else evenly

    def across(self, x: float) -> float:
        return START + (END - START) * (x - self.x[0]) / ((self.x[1] - self.x[0]) or 1)

    def up(self, y: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * (y - self.y[0]) / ((self.y[1] - self.y[0]) or 1)


@dataclass(frozen=True)
class Plot:
    """Numbers as text, which no locale rewrites. paths are (look, d), boxes (look, x, y, width, height)."""

    told: str
    x_name: str
    y_name: str
    x_ticks: Sequence[tuple[str, str]]
    y_ticks: Sequence[tuple[str, str]]
    paths: Sequence[tuple[str, str]] = field(default_factory=list)
    boxes: Sequence[tuple[str, str, str, str, str]] = field(default_factory=list)
    view_box: str = f"0 0 {WIDTH} {HEIGHT}"
    start: int = START
    end: int = END
    bottom: int = HEIGHT - BOTTOM
    label_y: int = HEIGHT - BOTTOM + 16
    name_y: int = HEIGHT - 6
    middle: int = (START + END) // 2


def plot(told: str, frame: Frame, lines: Sequence[Line] = (), bars: Sequence[Bar] = ()) -> Plot:
    """told is what a screen reader says of it."""
    return Plot(
        told,
        frame.x_name,
        frame.y_name,
        [(_text(frame.across(x)), frame.x_text(x)) for x in frame.x_at or _steps(frame.x, frame.ticks)],
        [(_text(frame.up(y)), frame.y_text(y)) for y in _steps(frame.y, frame.ticks)],
        [(line.look, _path(line.points, frame)) for line in lines if line.points],
        [_box(bar, frame) for bar in bars],
    )


def _steps(over: Range, ticks: int) -> list[float]:
    return [over[0] + (over[1] - over[0]) * place / ticks for place in range(ticks + 1)]


def _path(points: Sequence[Point], frame: Frame) -> str:
    return "M" + "L".join(f"{_text(frame.across(x))} {_text(frame.up(y))}" for x, y in points)


def _box(bar: Bar, frame: Frame) -> tuple[str, str, str, str, str]:
    left, right = (frame.across(x) for x in bar.x)
    foot, head = (frame.up(y) for y in bar.y)
    return bar.look, _text(left + 0.5), _text(head), _text(max(right - left - 1, 1)), _text(max(foot - head, 0))


def _text(number: float) -> str:
    return f"{number:.1f}"


def percent(part: float) -> str:
    return format_percent(round(part, 2), "#,##0 %", locale=active_locale())


def reaches(largest: float, ticks: int = 4) -> float:
    """A round number from which `ticks` equal steps lead down to 0: 1, 2, 2.5 or 5 times a power of ten each."""
    need, power = max(largest, 1e-9) / ticks, 1e-9
    while power * 10 <= need:
        power *= 10
    step = next((factor * power for factor in (1, 2, 2.5, 5) if factor * power >= need), 10 * power)
    return step * ticks
