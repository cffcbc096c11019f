"""PostgreSQL's own programs for copying a database out and in, of a version that fits the server."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from server.backup.trouble import BackupTrouble
from server.instance.postgres_place import INSTALLED, POSTGRES_VERSION, wheel

#: The role that may read everything and change nothing.
BACKUP_ROLE = "heed_backup"

#: libpq's variables for what an address may hold, so that no password stands in a list of processes.
_VARIABLES = {
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "passfile": "PGPASSFILE",
    "channel_binding": "PGCHANNELBINDING",
    "connect_timeout": "PGCONNECT_TIMEOUT",
}

#: A newer pg_restore says this at the top of every script, and a server before 17 does not know it.
_TOO_NEW = b"SET transaction_timeout = 0;\n"
_HEADER = 8192


@dataclass(frozen=True)
class Programs:
    """The programs in one folder, working on one database."""

    folder: Path
    url: str

    @classmethod
    def fitting(cls, url: str, server_version: int) -> Programs:
        """Those that Heed brings, else newer ones on this machine. `server_version` is the major one."""
        if server_version <= int(POSTGRES_VERSION):
            return cls(wheel() / INSTALLED / "bin", url)
        for folder in (Path(f"/usr/lib/postgresql/{server_version}/bin"), *_on_path()):
            if (folder / "pg_dump").exists() and _version(folder) >= server_version:
                return cls(folder, url)
        raise BackupTrouble(
            f"The database is PostgreSQL {server_version}; install that version's pg_dump on this machine."
        )

    def dump(self, snapshot: str, file: Path) -> None:
        """Copy the database out, exactly as a snapshot saw it."""
        options = ["--format=custom", "--no-owner", f"--role={BACKUP_ROLE}", f"--snapshot={snapshot}"]
        self._run("pg_dump", *options, f"--file={file}")

    def read_through(self, file: Path) -> None:
        """Read a copy from its first byte to its last, as bringing it back would. Raises when it is damaged."""
        self._run(
            "pg_restore", "--list", str(file), what="The copy of the database in this backup is damaged"
        )
        self._run(
            "pg_restore",
            "--file=/dev/null",
            str(file),
            what="The copy of the database in this backup is damaged",
        )

    def bring_in(self, file: Path, database: str) -> None:
        """Put a copy into an empty database: all of it in one commit, or nothing."""
        script = [str(self.folder / "pg_restore"), "--no-owner", "--exit-on-error", "--file=-", str(file)]
        into = [str(self.folder / "psql"), "-X", "--quiet", "--single-transaction", "-v", "ON_ERROR_STOP=1"]
        with (
            tempfile.TemporaryFile() as said,
            subprocess.Popen(script, stdout=subprocess.PIPE, stderr=said) as reading,
            subprocess.Popen(
                [*into, f"--dbname={database}"],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=said,
                env=self._surroundings() | {"PGDATABASE": database},
            ) as writing,
        ):
            if reading.stdout is None or writing.stdin is None:
                raise BackupTrouble("The database's programs could not be joined.")
            try:
                writing.stdin.write(reading.stdout.read(_HEADER).replace(_TOO_NEW, b"", 1))
                shutil.copyfileobj(reading.stdout, writing.stdin)
                writing.stdin.close()
            except BrokenPipeError:
                # It ended early; what it said tells why.
                reading.kill()
            failed = writing.wait() or reading.wait()
            said.seek(0)
            words = said.read().decode(errors="replace")
        if failed:
            raise BackupTrouble(f"The database did not take the copy: {_last_line(words)}")

    def _run(self, program: str, *options: str, what: str = "The database could not be copied") -> None:
        done = subprocess.run(
            [str(self.folder / program), *options],
            env=self._surroundings(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
        if done.returncode:
            raise BackupTrouble(f"{what}: {_last_line(done.stderr.decode(errors='replace'))}")

    def _surroundings(self) -> dict[str, str]:
        known = conninfo_to_dict(self.url)
        named = {_VARIABLES[name]: str(value) for name, value in known.items() if name in _VARIABLES}
        return {"PATH": os.environ.get("PATH") or os.defpath, "LC_ALL": "C", **named}


def _on_path() -> Sequence[Path]:
    found = shutil.which("pg_dump")
    return [Path(found).parent] if found else []


def _version(folder: Path) -> int:
    said = subprocess.run(
        [str(folder / "pg_dump"), "--version"], capture_output=True, text=True, check=False
    ).stdout
    words = [word for word in said.split() if word[:1].isdigit()]
    return int(words[0].split(".")[0]) if words else 0


def _last_line(words: str) -> str:
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
