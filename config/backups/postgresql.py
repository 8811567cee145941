"""Taking and putting back books in PostgreSQL, with its own programs."""

import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db import connection
from psycopg import sql

from config.backups.container import BadBackup
from config.backups.facts import POSTGRESQL_TABLES, facts

PROGRAMS = ("pg_dump", "pg_restore", "psql")
USUAL = Path("/usr/lib/postgresql")
LIBPQ = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "sslmode": "PGSSLMODE"}
PATIENCE = "-c lock_timeout=30s"
CLEAN = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"


class PostgreSQL:
    """The books of the settings, or those of another database on the same server."""

    vendor = "postgresql"

    def __init__(self, parameters: dict[str, Any], name: str) -> None:
        self.parameters, self.name = parameters, name

    @classmethod
    def of_settings(cls) -> "PostgreSQL":
        parameters = connection.get_connection_params()
        kept = {key: str(value) for key, value in parameters.items() if key in LIBPQ and value not in (None, "")}
        return cls(kept, str(parameters["dbname"]))

    @property
    def url(self) -> str:
        return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{self.name}"))

    def is_empty(self) -> bool:
        with self._open() as books:
            return not books.execute(POSTGRESQL_TABLES).fetchall()

    def facts(self) -> dict[str, Any]:
        with self._open() as books, books.transaction():
            books.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            return facts(books, POSTGRESQL_TABLES)

    def version(self) -> str:
        with self._open() as books:
            return f"PostgreSQL {books.info.server_version // 10000}"

    def take(self, to: Path) -> dict[str, Any]:
        """pg_dump and the facts look at one snapshot."""
        with self._open() as books, books.transaction():
            books.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            row = books.execute("SELECT pg_export_snapshot()").fetchone()
            words = ("--format=custom", "--compress=0", "--no-owner", "--no-privileges")
            self._run("pg_dump", *words, f"--snapshot={row[0] if row else ''}", f"--file={to}", self.name)
            return facts(books, POSTGRESQL_TABLES)

    def put(self, database: Path) -> None:
        """All of it in one transaction: the old books or the new."""
        script = database.with_suffix(".sql")
        self._run("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(database))
        self._run("psql", "--quiet", "-1", "-v", "ON_ERROR_STOP=1", "-c", CLEAN, "-f", str(script), self.name)

    @contextmanager
    def scratch(self, database: Path) -> Iterator["PostgreSQL"]:
        """Another database on the same server, gone afterwards. Raises BadBackup where none may be made."""
        name = f"duebook_drill_{secrets.token_hex(6)}"
        with self._open() as server:
            try:
                server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            except psycopg.errors.InsufficientPrivilege:
                raise BadBackup(
                    f"A backup is tried out in a database of its own, and {server.info.user} may make none:"
                    f' ALTER ROLE "{server.info.user}" CREATEDB.'
                ) from None
        other = PostgreSQL(self.parameters, name)
        try:
            other.put(database)
            yield other
        finally:
            with self._open() as server:
                server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    @contextmanager
    def _open(self) -> Iterator[psycopg.Connection]:
        with psycopg.connect(dbname=self.name, autocommit=True, **self.parameters) as books:
            yield books

    def _run(self, program: str, *words: str) -> None:
        environment = {**os.environ, **{LIBPQ[key]: value for key, value in self.parameters.items()}}
        environment |= {"PGOPTIONS": PATIENCE}
        folder = self._programs()
        done = subprocess.run(  # noqa: S603  our own words, and no shell
            [folder / program, *words], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise BadBackup(f"{program} failed: {' '.join(done.stderr.split())[:500]}")

    def _programs(self) -> Path:
        """The folder of PostgreSQL's programs, not older than the server. Raises BadBackup where there is none."""
        with self._open() as books:
            server = books.info.server_version // 10000
        places = [os.environ.get("PG_BIN", ""), str(Path(shutil.which("pg_dump") or "").parent)]
        places += [str(path / "bin") for path in sorted(USUAL.glob("*"), reverse=True)]
        for place in filter(None, places):
            if all((Path(place) / program).exists() for program in PROGRAMS) and _major(Path(place)) >= server:
                return Path(place)
        raise BadBackup(
            f"PostgreSQL's programs {', '.join(PROGRAMS)}, version {server} or newer, are not on this machine."
            f" Install them (Debian: postgresql-client-{server}), or name their folder in PG_BIN."
        )


def _major(folder: Path) -> int:
    asked = [str(folder / "pg_dump"), "--version"]
    said = subprocess.run(asked, capture_output=True, text=True, check=False).stdout  # noqa: S603
    found = re.search(r"\) ([0-9]+)", said)
    return int(found[1]) if found else 0
