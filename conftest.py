"""What every test stands on: the cast, quick passwords, plain static files, and no quiet skipping in CI."""

import gc
import os
from collections.abc import Generator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

pytest_plugins = ["accounts.tests.cast", "config.tests.browsing", "config.tests.databases"]

# What a machine may lack without our having forgotten something: all other skips fail where CI is set.
MAY_BE_ABSENT = ("data",)


# Sets that run alone; whoever belongs to one says so by its name in its own file.
SETS = ("browser", "crash", "race")


def pytest_configure() -> None:
    """A real password hash costs 0.24 s; hashed static names need a collection that tests do not make, and one that
    bin/serve made would be read through again by each client: 50 ms."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.STATIC_ROOT = settings.BASE_DIR / "no" / "collection"


def pytest_collection_finish() -> None:
    """All that was loaded stays until the end: looking through it for garbage, again and again, costs a tenth."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what belongs to the other database, for it does not apply; and further cases, where one is enough."""
    for item in items:
        fail_unless_its_file_names_its_sets(item)
    out = {item for item in items if (mark := item.get_closest_marker("only_on")) and not applies(mark)}
    if config.getoption("one_case"):
        out |= further_cases([item for item in items if item not in out])
    if out:
        config.hook.pytest_deselected(items=list(out))
        items[:] = [item for item in items if item not in out]


def further_cases(items: list[pytest.Item]) -> set[pytest.Item]:
    """All but the first case of each test, but for those none of whose cases stands for the others."""
    seen: set[str] = set()
    further = set()
    for item in items:
        name = item.nodeid.partition("[")[0]
        mark = item.get_closest_marker("every_case")
        if name in seen and not (mark and (not mark.args or applies(mark))):
            further.add(item)
        seen.add(name)
    return further


def applies(mark: pytest.Mark) -> bool:
    return connection.vendor in mark.args


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Of a set that runs alone, the files that name it: reading all of them takes longer than many a test."""
    named, *more = config.getoption("markexpr").split()[:2] or [""]
    if named not in SETS or more == ["or"] or not collection_path.name.startswith("test_"):
        return None
    return True if named not in text_of(collection_path) else None


def fail_unless_its_file_names_its_sets(item: pytest.Item) -> None:
    if missed := [name for name in SETS if item.get_closest_marker(name) and name not in text_of(item.path)]:
        raise pytest.UsageError(f"{item.nodeid} is of the set {missed}, and its file does not say so.")


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8").lower()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    report = yield
    forgivable = any(item.get_closest_marker(name) for name in MAY_BE_ABSENT) or hasattr(report, "wasxfail")
    if report.skipped and os.environ.get("CI") and not forgivable:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and CI skips nothing for want of a tool: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, Any]:
    report = yield
    if report.skipped and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} was skipped whole, and CI skips nothing: {report.longrepr}"
    return report
