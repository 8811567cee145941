"""An older backup brings nobody back: who was erased since is erased before the books are in place."""

import io
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Customer
from config.backups import erased
from config.backups.container import read_backup
from config.tests.saving import BINARIES, ask, restore, shell
from ledger.tests.racing import finish, start

NAME = "Zuleika Quince"
FILL = """
from pathlib import Path
from django.core.management import call_command
from accounts.actions import update_customer
from accounts.models import Customer, Lender
Lender.objects.update(retention_years=0)
for number, name in ((301, "Zuleika Quince"), (302, "Bo Lind")):
    customer = Customer.objects.create(id=number)
    customer.name = name
    update_customer(customer)
call_command("backup", to=Path("{folder}"))
call_command("erase_customer", 301)
"""


def names(url: str) -> dict[int, str]:
    return dict(ask(url, "SELECT id, name FROM accounts_customer WHERE id > 300"))


def facts(url: str) -> str:
    return str(ask(url, "SELECT facts FROM accounts_auditentry WHERE customer_id = 301"))


@pytest.mark.crash
def test_an_older_backup_is_put_back_without_who_was_erased_since(
    town: str, empty: Callable[[], str], tmp_path: Path
) -> None:
    held = {"BACKUP_DIR": str(tmp_path / "held")}
    words = shell(FILL.format(folder=tmp_path))
    code, said = finish(start(town, *words, PG_BIN=str(BINARIES), **held))
    assert code == 0, said
    (older,) = tmp_path.glob("*.backup")
    manifest = read_backup(older, tmp_path / "unpacked")
    assert NAME.encode() in (tmp_path / "unpacked").read_bytes(), "the control: it is in the backup"
    assert (NAME not in json.dumps(manifest), manifest["erased"]) == (True, [])
    aside = {"BACKUP_DIR": str(tmp_path / "aside")}
    shutil.copy(tmp_path / "held" / erased.FILE, tmp_path / erased.FILE)
    code, said = restore(empty(), older, "--drill", **aside)
    assert (code, "Customer 301 is erased again." in said) == (0, True), said
    assert not (tmp_path / "aside").exists(), "a drill changes nothing"
    (tmp_path / erased.FILE).unlink()
    code, said = restore(url := empty(), older, **held)
    assert (code, "Customer 301 is erased again." in said) == (0, True), said
    assert names(url) == {301: "erased", 302: "Bo Lind"}
    assert NAME not in facts(url)
    assert NAME not in (tmp_path / "held" / erased.FILE).read_text()


@pytest.mark.django_db
def test_the_list_names_each_once_and_only_who_is_meant(asha: Customer, tmp_path: Path) -> None:
    one = erased.told(asha)
    for _ in range(2):
        erased.remember(tmp_path, [one, (102, "2020-01-01T00:00:00.000000+00:00")])
    assert len((tmp_path / erased.FILE).read_text().splitlines()) == 2
    assert one in erased.read(tmp_path / erased.FILE)
    assert erased.read(tmp_path / "none") == set()
    (tmp_path / erased.FILE).write_text('{"customer": 1}\n')
    with pytest.raises(ValueError, match="cannot be read"):
        erased.read(tmp_path / erased.FILE)


@pytest.mark.parametrize("left", [1, 14, 30, 60])
def test_a_line_that_a_full_disk_tore_is_written_anew(tmp_path: Path, left: int) -> None:
    first, second = ((number, "2020-01-01T00:00:00.000000+00:00") for number in (101, 102))
    torn = erased.line_of(second)[:left]
    (tmp_path / erased.FILE).write_bytes(erased.line_of(first) + torn)
    assert erased.read(tmp_path / erased.FILE) == {first}
    erased.remember(tmp_path, [first, second])
    assert erased.read(tmp_path / erased.FILE) == {first, second}


def test_what_is_written_in_part_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.BytesIO):
        def write(self, given: Any) -> int:
            return super().write(given[:5])

        def fileno(self) -> int:
            return 0

    def full(number: int, *given: Any, **more: Any) -> Full:
        os.close(number)
        return Full()

    monkeypatch.setattr("os.fdopen", full)
    with pytest.raises(OSError, match="No space left"):
        erased.remember(tmp_path, [(101, "2020")])


@pytest.mark.django_db
def test_a_list_that_cannot_be_read_stops_no_erasing(
    asha: Customer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("BACKUP_DIR", str(tmp_path))
    (tmp_path / erased.FILE).write_text("no list\n")
    erased.note_down(asha)
    assert "The list of who was erased cannot be written" in caplog.text
