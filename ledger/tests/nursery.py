"""One process that has loaded Django and forks a child for each command: a test that needs thirty loads it once.

What a test starts is a small process that lends the child its output: whoever kills it kills the child, and the code
with which it ends is the child's. A command that needs other settings than the loaded ones is started the slow way.
"""

import array
import atexit
import gc
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path

import django
from django.conf import settings
from django.db import connections

ROOT = Path(__file__).resolve().parents[2]
# Read when a command runs; every other word of the environment may have been read when Django was loaded.
LATE = {"DATABASE_URL", "PATH", "PG_BIN", "BACKUP_DIR", "BACKUP_PASSPHRASE", "PYTEST_CURRENT_TEST"}
LONGEST = 200_000  # bytes of what is asked for
# The whole of what a test starts; without Django it is there in 20 ms.
LEND = """
import array, os, socket, sys
with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as nursery:
    nursery.connect(sys.argv[1])
    output = array.array("i", [1, 2])
    nursery.sendmsg([sys.argv[2].encode()], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, output)])
    ended = int(nursery.recv(20) or b"125")
if ended < 0:
    os.kill(os.getpid(), -ended)
sys.exit(ended)
"""


def client(words: Sequence[str], environment: Mapping[str, str]) -> list[str] | None:
    """What to start for a command of manage.py; None where its settings would not be those that were loaded."""
    place, loaded = nursery()
    if early(environment) != loaded:
        return None
    return [sys.executable, "-I", "-S", "-c", LEND, place, json.dumps([list(words), dict(environment)])]


def early(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name not in LATE}


@cache
def nursery() -> tuple[str, dict[str, str]]:
    """Started by the first who asks, ended with the process of the tests: its address, and what it was loaded with."""
    environment = {**os.environ, "DEBUG": "1", "DJANGO_SETTINGS_MODULE": "config.settings"}
    place = str(Path(tempfile.mkdtemp(prefix="duebook-nursery-")) / "socket")
    words = [sys.executable, "-m", "ledger.tests.nursery", place]
    process = subprocess.Popen(words, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdout.readline()  # it listens
    atexit.register(process.communicate)  # the end of its input is its own
    return place, early(environment)


def main(place: str) -> None:
    """Fork until the input ends; the child goes on as the command."""
    django.setup()
    for name in (settings.ROOT_URLCONF, "config.migrating"):  # the second asks for a driver that loads slowly
        import_module(name)
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as door:
        door.bind(place)
        door.listen(64)
        os.write(1, b"listens\n")
        while door.fileno() in select.select([door.fileno(), 0], [], [])[0]:
            asked, _ = door.accept()
            if not os.fork():
                door.close()
                words = keep(asked)
                break
            asked.close()
        else:
            Path(place).unlink()
            Path(place).parent.rmdir()
            return
    leave(code_of(words))


def code_of(words: list[str]) -> int:
    """Run the command; the code with which a Python that does nothing else would end."""
    try:
        run(words)
    except SystemExit as ended:
        if isinstance(ended.code, str):
            print(ended.code, file=sys.stderr)  # noqa: T201  as Python does
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def leave(code: int) -> None:
    """End without taking apart all that was loaded, a copy of the nursery's: that takes longer than most commands."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    connections.close_all()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)


def keep(asked: socket.socket) -> list[str]:
    """Returns in the child that is to be the command; its parent stays with it to its end, or to that of the asker."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    said, ancillary, *_ = asked.recvmsg(LONGEST, socket.CMSG_SPACE(8))
    words, environment = json.loads(said)
    output = array.array("i", ancillary[0][2])
    if child := os.fork():
        for place in (0, 1, 2, *output):
            os.close(place)
        with asked, suppress(BrokenPipeError):  # whoever asked is gone already
            ended = os.pidfd_open(child)
            if ended not in select.select([ended, asked.fileno()], [], [])[0]:
                os.kill(child, signal.SIGKILL)
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            asked.send(str(code).encode())
        os._exit(0)
    asked.close()
    for place, given in enumerate(output, 1):
        os.dup2(given, place)
        os.close(given)
    os.environ.clear()
    os.environ.update(environment)
    return list(words)


def run(words: list[str]) -> None:
    """As if Django had been loaded with this database."""
    databases = import_module("config.databases")  # found by name: ledger imports nothing of config
    settings.DATABASES["default"] = databases.database_of(os.environ["DATABASE_URL"])
    vars(connections).pop("settings", None)
    if hasattr(connections._connections, "default"):  # type: ignore[attr-defined]
        del connections["default"]
    connections._settings = None  # type: ignore[attr-defined]
    sys.argv = words
    runpy.run_path(words[0], run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1])
