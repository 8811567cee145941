"""What every test stands on: the cast, quick passwords, plain static files, and no quiet skipping in CI."""

import gc
import os
from collections.abc import Generator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

pytest_plugins = ["accounts.tests.cast", "config.tests.browsing", "config.tests.databases"]

# What a machine may lack without our having forgotten something: all other skips fail where CI is set.
MAY_BE_ABSENT = ("data",)


def pytest_configure() -> None:
    """A real password hash costs 0.24 s; hashed static names need a collection that tests do not make."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


def pytest_collection_finish() -> None:
    """All that was loaded stays until the end: looking through it for garbage, again and again, costs a tenth."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what belongs to the other database, for it does not apply; and further cases, where one is enough."""
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
        if name in seen and not item.get_closest_marker("every_case"):
            further.add(item)
        seen.add(name)
    return further


def applies(mark: pytest.Mark) -> bool:
    return connection.vendor in mark.args


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
