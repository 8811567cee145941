"""The scripts and the server stand: locked packages, clear refusals, limits that hold."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from conftest import fail_unless_its_file_names_its_sets

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ["bin/serve", "bin/test", "bin/lock", "bin/lib.sh"]


# --- Packages --------------------------------------------------------------------------------


def wanted(text):
    lines = (line.split("#")[0].strip() for line in text.splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def pins(text):
    found = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)", text, re.MULTILINE)
    return {canonicalize_name(name): version for name, version in found}


def unlocked(wishes, lock):
    """The wishes of an .in file that its lock does not fulfil."""
    pinned = pins(lock)
    return [
        str(wish)
        for wish in wanted(wishes)
        if not wish.specifier.contains(pinned.get(canonicalize_name(wish.name), "0"), prereleases=True)
        or canonicalize_name(wish.name) not in pinned
    ]


def read(name):
    return (ROOT / name).read_text()


def test_every_wanted_package_is_locked():
    assert unlocked(read("requirements.in"), read("requirements.txt")) == []
    assert unlocked(read("requirements-dev.in"), read("requirements-dev.txt")) == []


def test_both_locks_agree():
    run, dev = pins(read("requirements.txt")), pins(read("requirements-dev.txt"))
    assert {name: dev.get(name) for name in run} == run


@pytest.mark.parametrize("wish", ["flask", "Django~=6.0", "gunicorn>=99"])
def test_a_package_that_is_not_locked_is_seen(wish):
    assert unlocked(f"{wish}\nBabel\n", read("requirements.txt")) == [wish]


def test_every_locked_package_has_hashes_and_no_index():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = read(name)
        pinned = re.findall(r"^[A-Za-z0-9._\[\]-]+==", text, re.MULTILINE)  # numpy twice: by Python's version
        assert len(re.findall(r"==[^\n]* \\\n    --hash=sha256:", text)) == len(pinned) >= len(pins(text))
        assert "index-url" not in text


def test_every_wanted_package_has_its_reason():
    reasons = read("docs/dependencies.md").lower()
    for wish in wanted(read("requirements.in")) + wanted(read("requirements-dev.in")):
        assert f"| {wish.name.lower()}" in reasons, f"docs/dependencies.md does not say why {wish.name} is here"


# --- The scripts -----------------------------------------------------------------------------


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_is_posix_shell(script):
    assert subprocess.run(["sh", "-n", script], cwd=ROOT).returncode == 0
    assert not re.search(r"\[\[|\bfunction |\blocal |<<<|=\(", read(script))


def test_an_old_python_gets_a_clear_sentence(tmp_path):
    copy, tools = tmp_path / "a clone", tmp_path / "tools"
    shutil.copytree(ROOT / "bin", copy / "bin")
    tools.mkdir()
    for name in ("sh", "dirname", "cat"):
        (tools / name).symlink_to(shutil.which(name))
    old = tools / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit 0\nexit 1\n')
    old.chmod(0o755)
    run = subprocess.run(["bin/serve"], cwd=copy, env={"PATH": str(tools)}, capture_output=True, text=True)
    assert run.returncode == 1
    assert "Duebook needs Python 3.11 or newer, and found Python 3.9.2." in run.stderr


@pytest.fixture
def port():
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def serve(port):
    env = {"PATH": os.environ["PATH"], "PORT": port, "PYTHON": sys.executable}
    return subprocess.run([ROOT / "bin/serve"], env=env, capture_output=True, text=True, timeout=60)


def test_a_busy_port_gets_a_clear_sentence():
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        run = serve(str(port))
    assert run.returncode == 1
    assert f"Port {port} on 127.0.0.1 cannot be opened (Address already in use)." in run.stderr
    assert "PORT=8001 bin/serve" in run.stderr


@pytest.mark.parametrize("port", ["http", "0", "70000"])
def test_a_port_that_is_none_gets_a_clear_sentence(port):
    run = serve(port)
    assert run.returncode == 1
    assert run.stderr == f"PORT is {port!r}; it must be a number from 1 to 65535.\n"


# --- The server ------------------------------------------------------------------------------


@pytest.fixture
def server(tmp_path, port, migrated):
    """gunicorn as bin/serve starts it, over a database of its own; two processes, to see them part."""
    shutil.copy(migrated.removeprefix("sqlite:///"), tmp_path / "books.sqlite3")
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "HOST": "127.0.0.1", "PORT": port, "DEBUG": "1"}
    env |= {"DATABASE_URL": f"sqlite:///{tmp_path}/books.sqlite3", "WEB_CONCURRENCY": "2"}
    command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "config.wsgi"]
    with (tmp_path / "log").open("wb") as log, subprocess.Popen(command, cwd=ROOT, env=env, stderr=log) as process:
        try:
            wait_until_it_answers(port, tmp_path / "log")
            yield process
        finally:
            process.terminate()
            process.wait(20)


def wait_until_it_answers(port, log):
    for _ in range(600):
        try:
            return ask(port, b"GET /healthz HTTP/1.0\r\n\r\n")
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise AssertionError(log.read_text())


def ask(port, request):
    """The status line of the answer to these bytes."""
    with socket.create_connection(("127.0.0.1", int(port)), timeout=10) as line:
        line.sendall(request)
        return line.recv(4096).split(b"\r\n")[0].decode()


@pytest.mark.slow
def test_the_server_answers_holds_its_limits_and_stops(server, port):
    assert ask(port, b"GET /readyz HTTP/1.0\r\n\r\n") == "HTTP/1.0 200 OK"
    assert " 414 " in ask(port, b"GET /" + b"a" * 5000 + b" HTTP/1.0\r\n\r\n")
    assert " 431 " in ask(port, b"GET / HTTP/1.0\r\nX-Long: " + b"a" * 9000 + b"\r\n\r\n")
    many = b"".join(b"X-%d: a\r\n" % number for number in range(61))
    assert " 431 " in ask(port, b"GET / HTTP/1.0\r\n" + many + b"\r\n")
    assert ask(port, b"GET / HTTP/1.0\r\n" + many[:-9] + b"\r\n").startswith("HTTP/1.0 200")
    server.send_signal(signal.SIGTERM)
    assert server.wait(20) == 0


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc to see which files a process holds")
def test_no_connection_crosses_the_fork(server):
    holders = [process for process in family(server.pid) if holds_a_database(process)]
    assert holders == []


def test_an_open_database_is_seen(tmp_path):
    """The control of the test above."""
    with (tmp_path / "books.sqlite3").open("w"):
        assert holds_a_database(os.getpid())


def family(parent):
    for _ in range(100):
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        if len(children) == 2:
            return [parent, *map(int, children)]
        time.sleep(0.1)
    raise AssertionError(f"two processes were asked for, these are there: {children}")


def holds_a_database(process):
    links = Path(f"/proc/{process}/fd").iterdir()
    return any("books.sqlite3" in str(link.readlink()) for link in links if link.is_symlink())


# --- Nothing is skipped in silence -----------------------------------------------------------


def test_a_test_of_a_set_whose_file_does_not_name_it_is_refused(tmp_path):
    """For a run of the set would not read the file."""
    path = tmp_path / "test_hidden.py"
    racing = SimpleNamespace(
        nodeid="test_hidden.py::test_it", path=path, get_closest_marker=lambda name: name == "race"
    )
    path.write_text("from elsewhere import pytestmark")
    with pytest.raises(pytest.UsageError, match="is of the set"):
        fail_unless_its_file_names_its_sets(racing)
    path = racing.path = tmp_path / "test_seen.py"
    path.write_text("pytestmark = pytest.mark.race")
    fail_unless_its_file_names_its_sets(racing)


SKIPPING = """
import pytest

def test_a_tool():
    pytest.skip("no such tool")

@pytest.mark.data
def test_the_data():
    pytest.skip("no ../shared")

@pytest.mark.only_on("no such database")
def test_elsewhere():
    raise AssertionError("not left out")

def test_here():
    pass
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("env", "summary"),
    [
        ({"CI": "true"}, "1 failed, 1 passed, 1 skipped, 1 deselected"),
        ({}, "1 passed, 2 skipped, 1 deselected"),
    ],
    ids=["in CI", "at home"],
)
def test_in_ci_only_absent_data_is_skipped(tmp_path, env, summary):
    (tmp_path / "test_skipping.py").write_text(SKIPPING)
    shutil.copy(ROOT / "conftest.py", tmp_path)
    command = [sys.executable, "-m", "pytest", "-p", "config.tests.plugin", "-p", "no:cacheprovider"]
    clean = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), **env}
    command += ["-c", "pytest.ini", str(tmp_path / "test_skipping.py")]
    run = subprocess.run(command, cwd=ROOT, env=clean, capture_output=True, text=True, timeout=60)
    assert summary in run.stdout, run.stdout + run.stderr
