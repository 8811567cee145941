# What bin/serve, bin/test and bin/lock share: find a Python, make .venv, install the locked packages.
# Sourced from the project's folder; POSIX sh.

say() { printf '%s\n' "$*"; }
stop() { printf '%s\n' "$*" >&2; exit 1; }

# The settings' own reading of a switch: 1, true, yes and on are on.
is_on() {
    case "$1" in 1 | [Tt][Rr][Uu][Ee] | [Yy][Ee][Ss] | [Oo][Nn]) return 0 ;; *) return 1 ;; esac
}

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

# Sets $python: the environment's own, or the first that is new enough.
find_python() {
    for python in .venv/bin/python ${PYTHON:+"$PYTHON"} python3 python3.13 python3.12 python3.11; do
        if new_enough "$python"; then return 0; fi
    done
    stop "Duebook needs Python 3.11 or newer, and found $(python3 --version 2>&1 || :).
Install it, or name it: PYTHON=/path/to/python3.13 $0"
}

uv_works() { uv --version >/dev/null 2>&1; }

# A .venv copied from another machine, or whose Python is gone, is made again.
make_environment() {
    find_python
    if [ "$python" = .venv/bin/python ]; then return 0; fi
    say "Making .venv with $("$python" --version)"
    if uv_works; then
        "$python" -m venv --clear --without-pip .venv || stop "The folder .venv could not be made."
    elif "$python" -c 'import ensurepip' 2>/dev/null; then
        "$python" -m venv --clear .venv || stop "The folder .venv could not be made."
    elif python3 -m pip --version >/dev/null 2>&1; then
        "$python" -m venv --clear --without-pip .venv || stop "The folder .venv could not be made."
    else
        stop "$python can neither make virtual environments nor install packages: ensurepip and pip are both missing.
On Debian or Ubuntu: apt install python3-venv. Or put uv on the PATH (https://docs.astral.sh/uv/). Then run $0 again."
    fi
}

pip_install() {
    if uv_works; then
        uv pip install --quiet --require-hashes --python .venv/bin/python -r "$1"
    elif .venv/bin/python -m pip --version >/dev/null 2>&1; then
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$1"
    else
        python3 -m pip --python .venv/bin/python install --quiet --disable-pip-version-check --require-hashes -r "$1"
    fi
}

installed() { [ -f ".venv/installed-$1" ] && cmp -s "$1" ".venv/installed-$1"; }

# install_packages requirements.txt: only when that file differs from the one installed last. Nothing is ever
# uninstalled, so bin/serve leaves the packages of bin/test in place.
install_packages() {
    if installed "$1"; then return 0; fi
    say "Installing the packages of $1"
    pip_install "$1" || stop "The packages of $1 could not be installed; the reason stands above. Is the network up?"
    cp "$1" ".venv/installed-$1"
}

manage() { .venv/bin/python manage.py "$@"; }
