"""The one file of a backup is refused when a byte of it is wrong, with a passphrase and without."""

import gzip
import random
from pathlib import Path
from unittest import mock

import pytest
from django.core.management import CommandError, call_command

from config.backups import container
from config.backups.container import BadBackup, read_backup, write_backup
from config.backups.sealing import PIECE, BadPassphrase
from config.backups.taking import clear_away

pytestmark = pytest.mark.once
WORD = "eleven quiet rivers"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small backup: of a file, for the container does not ask what it holds."""
    folder = tmp_path_factory.mktemp("container")
    (folder / "database").write_bytes(random.Random(5).randbytes(3000) + b"a" * 3000)
    manifest = {"database": container.described(folder / "database"), "taken_at": "2026-01-01T00:00", "rows": {"a": 1}}
    write_backup(folder / "whole.backup", manifest, folder / "database")
    write_backup(folder / "sealed.backup", manifest, folder / "database", WORD)
    return folder / "whole.backup"


def unnoticed(path: Path, folder: Path, word: str = "") -> list[int]:
    """Of 200 places, all of the first 100 and the rest by chance, those where a changed byte was not refused."""
    content, chance = path.read_bytes(), random.Random(11)
    places = [*range(100), *chance.sample(range(100, len(content)), 100)]
    found = []
    for place in places:
        damaged = bytearray(content)
        damaged[place] ^= chance.randrange(1, 256)
        (folder / "damaged.backup").write_bytes(damaged)
        (folder / "out").unlink(missing_ok=True)
        try:
            read_backup(folder / "damaged.backup", folder / "out", word)
            found.append(place)
        except (BadBackup, BadPassphrase):
            pass
    return found


@pytest.mark.parametrize(("name", "word"), [("whole", ""), ("sealed", WORD)])
def test_two_hundred_changed_bytes_are_two_hundred_refusals(whole, tmp_path, name, word):
    path = whole.with_stem(name)
    assert read_backup(path, tmp_path / "out", word)["rows"] == {"a": 1}
    assert unnoticed(path, tmp_path, word) == []


def test_without_the_sum_some_of_them_would_pass(whole, tmp_path):
    """The negative control: a figure of the manifest would change and nobody would know."""
    with mock.patch.object(container, "is_whole", return_value=True):
        assert unnoticed(whole, tmp_path)


@pytest.mark.parametrize("spoil", [lambda all: all[:-1], lambda all: all + b"x", lambda all: all[:40], lambda all: b""])
def test_a_file_cut_short_or_added_to_is_refused(whole, tmp_path, spoil):
    (tmp_path / "spoilt").write_bytes(spoil(whole.read_bytes()))
    with pytest.raises(BadBackup):
        read_backup(tmp_path / "spoilt", tmp_path / "out")


def test_pieces_of_a_sealed_backup_cannot_be_left_out_or_swapped(tmp_path):
    """Somebody who makes a new sum over the rest is found out by the seal."""
    (tmp_path / "database").write_bytes(random.Random(6).randbytes(3 * PIECE))
    manifest = {"database": container.described(tmp_path / "database")}
    write_backup(tmp_path / "sealed", manifest, tmp_path / "database", WORD)
    content = (tmp_path / "sealed").read_bytes()[: -container.SUM]
    start_ = content.index(b"\n", len(container.MAGIC)) + 1
    size = PIECE + 16
    pieces = [content[place : place + size] for place in range(start_, len(content), size)]
    for changed in (pieces[:-1], [pieces[1], pieces[0], *pieces[2:]], pieces[1:]):
        summed = container.hashlib.sha256(body := content[:start_] + b"".join(changed)).digest()
        (tmp_path / "changed").write_bytes(body + summed)
        with pytest.raises((BadPassphrase, BadBackup)):
            read_backup(tmp_path / "changed", tmp_path / "out", WORD)


def test_a_foreign_file_is_refused_at_the_door(tmp_path, whole):
    foreign = tmp_path / "books.backup"
    foreign.write_bytes(gzip.compress(b"SQLite format 3\0" * 100))
    with pytest.raises(CommandError, match=r"books.backup is no backup of Duebook. Nothing was changed."):
        call_command("restore", foreign)
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("restore", tmp_path / "missing")
    damaged = bytearray(whole.read_bytes())
    damaged[-40] ^= 1
    foreign.write_bytes(damaged)
    with pytest.raises(CommandError, match="is damaged: its bytes do not add up"):
        call_command("restore", foreign, "--drill")


def test_a_short_passphrase_seals_nothing(tmp_path, whole):
    with pytest.raises(BadPassphrase, match="at least 12"):
        write_backup(tmp_path / "short", {}, whole, "rivers")
    assert list(tmp_path.iterdir()) == []


def test_the_newest_are_kept_and_other_files_left_alone(tmp_path):
    names = [f"duebook-2026010{day}-050000-00a{day}.backup" for day in range(1, 6)]
    others = ["duebook-20260101-050000-before-migrating-00aa.backup", "notes.txt", "duebook-20250101.backup"]
    for name in names + others:
        (tmp_path / name).touch()
    assert [path.name for path in clear_away(tmp_path, 2)] == names[:3]
    assert {path.name for path in tmp_path.iterdir()} == {*names[3:], *others}
    assert [path.name for path in clear_away(tmp_path, 1, "before-migrating")] == []
