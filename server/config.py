"""Every setting, read once from the environment. What is wrong is named all at once; then nothing starts."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent

#: Passwords that a stranger would try first; none of them guards real people's records.
GUESSED_FIRST = {"", "postgres", "password", "heed", "secret", "changeme", "change-me", "admin", "example"}

PHOTO_PLACES = ("file", "s3", "s3a", "gs", "az", "azure", "https", "memory")

SETTINGS = {
    "PORT",
    "DATABASE_URL",
    "HEED_BACKUP_HOURS",
    "HEED_BACKUP_RECIPIENT",
    "HEED_CONTACT",
    "HEED_ENV",
    "HEED_HOME",
    "HEED_HOST",
    "HEED_JOBS_PROCESSES",
    "HEED_OWNER_DATABASE_URL",
    "HEED_PHOTOS",
    "HEED_PROXIES",
    "HEED_PUBLIC_URL",
    "HEED_PUSH_HOSTS",
    "HEED_REQUESTS_A_SECOND",
    "HEED_WEB_PROCESSES",
    "HEED_WEB_THREADS",
}

#: Settings of the tests begin so; the server neither reads nor minds them.
OF_THE_TESTS = "HEED_TEST_"

Environment = Literal["development", "production"]
T = TypeVar("T")


class WrongSettings(ValueError):
    """Some settings are wrong. `faults` holds one plain sentence for each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Config:
    """How this instance of Heed runs. docs/operate.md says what each setting is for."""

    environment: Environment
    home: Path
    host: str
    port: int
    public_url: str
    database_url: str
    owner_database_url: str
    photos: str
    proxies: int
    push_hosts: tuple[str, ...]
    contact: str
    requests_a_second: int
    web_processes: int
    web_threads: int
    jobs_processes: int
    oldest_backup: timedelta
    backup_recipient: str
    root: Path = ROOT

    @property
    def production(self) -> bool:
        return self.environment == "production"

    @property
    def embedded(self) -> bool:
        """Does Heed bring its own PostgreSQL, because no other was named?"""
        return not self.database_url

    @property
    def migrating_url(self) -> str:
        """The database as its owner reaches it, who makes and changes the tables."""
        return self.owner_database_url or self.database_url

    @property
    def schemas(self) -> Path:
        return self.root / "schemas"

    @property
    def migrations(self) -> Path:
        return self.root / "migrations"

    @property
    def built_app(self) -> Path:
        return self.root / "pwa" / "dist"

    @property
    def keys(self) -> Path:
        return self.home / "keys"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Config:
        """Read every setting, or raise `WrongSettings` with all that is wrong."""
        return _Reader(os.environ if environ is None else environ).config()


class _Reader:
    """Reads settings and collects what is wrong with them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = {name: value.strip() for name, value in environ.items()}
        self.faults: list[str] = []

    def config(self) -> Config:
        self._name_unknown()
        environment = self._environment()
        home = Path(self.environ.get("HEED_HOME") or ROOT / "var").expanduser().absolute()
        if home.exists() and not home.is_dir():
            self.faults.append(f"HEED_HOME must be a folder, and {home} is a file.")
        port = self._number("PORT", 8000, 1, 65535)
        public_url = self._read("HEED_PUBLIC_URL", f"http://localhost:{port}", _web_address)
        config = Config(
            environment=environment,
            home=home,
            host=self.environ.get("HEED_HOST") or "127.0.0.1",
            port=port,
            public_url=public_url,
            database_url=self._read("DATABASE_URL", "", _database),
            owner_database_url=self._read("HEED_OWNER_DATABASE_URL", "", _database),
            photos=self._read("HEED_PHOTOS", (home / "photos").as_uri(), _photo_place),
            proxies=self._number("HEED_PROXIES", 0, 0, 10),
            push_hosts=self._read("HEED_PUSH_HOSTS", (), _hosts),
            contact=self._read("HEED_CONTACT", _default_contact(public_url), _contact),
            requests_a_second=self._number("HEED_REQUESTS_A_SECOND", 50, 1, 100_000),
            web_processes=self._number("HEED_WEB_PROCESSES", 2, 1, 64),
            web_threads=self._number("HEED_WEB_THREADS", 8, 1, 64),
            jobs_processes=self._number("HEED_JOBS_PROCESSES", 1, 1, 64),
            oldest_backup=timedelta(hours=self._number("HEED_BACKUP_HOURS", 26, 1, 24 * 366)),
            backup_recipient=self._read("HEED_BACKUP_RECIPIENT", "", _recipient),
        )
        if config.owner_database_url and config.embedded:
            self.faults.append("HEED_OWNER_DATABASE_URL needs DATABASE_URL beside it, for serving.")
        if config.production:
            self._guard_production(config)
        if self.faults:
            raise WrongSettings(self.faults)
        return config

    def _name_unknown(self) -> None:
        for name in sorted(self.environ):
            if not name.startswith("HEED_") or name.startswith(OF_THE_TESTS) or name in SETTINGS:
                continue
            near = difflib.get_close_matches(name, SETTINGS, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            self.faults.append(f"{name} is not a setting of Heed.{hint}")

    def _environment(self) -> Environment:
        value = self.environ.get("HEED_ENV") or "development"
        if value == "production":
            return "production"
        if value != "development":
            self.faults.append(f"HEED_ENV must be development or production, not {value}.")
        return "development"

    def _number(self, name: str, default: int, low: int, high: int) -> int:
        def whole(value: str) -> int:
            if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
                raise ValueError(f"must be a whole number from {low} to {high}, not {value}")
            return int(value)

        return self._read(name, default, whole)

    def _read(self, name: str, default: T, read: Callable[[str], T]) -> T:
        value = self.environ.get(name)
        if not value:
            return default
        try:
            return read(value)
        except ValueError as fault:
            self.faults.append(f"{name} {fault}.")
            return default

    def _guard_production(self, config: Config) -> None:
        """What is handy on a laptop and dangerous with real people's records in it."""
        if not config.public_url.startswith("https://"):
            self.faults.append(
                "HEED_PUBLIC_URL must be the https:// address that phones use when HEED_ENV is production."
            )
        if config.push_hosts:
            self.faults.append("HEED_PUSH_HOSTS is for tests and is refused when HEED_ENV is production.")
        if config.photos.startswith("memory:"):
            self.faults.append(
                "HEED_PHOTOS may not be in memory when HEED_ENV is production: photos would be lost."
            )
        addresses = {
            "DATABASE_URL": config.database_url,
            "HEED_OWNER_DATABASE_URL": config.owner_database_url,
        }
        for name, address in addresses.items():
            if address and _password_is_guessable(address):
                self.faults.append(
                    f"{name} has a password that anybody would guess; give the database a long random one."
                )


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"must be a web address such as https://heed.example.org, not {value}")
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise ValueError("must be a web address alone, without path, query or name")
    return f"{parts.scheme}://{parts.netloc}"


def _database(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("postgres", "postgresql", "postgresql+psycopg"):
        raise ValueError("must begin with postgresql://, since Heed runs on PostgreSQL alone")
    if not parts.path.strip("/"):
        raise ValueError("must name a database, as in postgresql://heed:password@localhost/heed")
    return "postgresql+psycopg" + value[len(parts.scheme) :]


def _password_is_guessable(database_url: str) -> bool:
    parts = urlsplit(database_url)
    over_a_socket = not parts.hostname or parts.hostname.startswith("%2F")
    if over_a_socket and parts.password is None:
        return False
    return (parts.password or "").lower() in GUESSED_FIRST or parts.password == parts.username


def _photo_place(value: str) -> str:
    if urlsplit(value).scheme not in PHOTO_PLACES:
        raise ValueError(
            f"must be a place for photos such as file:///srv/photos or s3://bucket/heed, not {value}"
        )
    return value


def _recipient(value: str) -> str:
    if not value.startswith("age1"):
        raise ValueError(
            "must be the public half of a key, which begins with age1, and never the secret half"
        )
    return value


def _hosts(value: str) -> tuple[str, ...]:
    hosts = tuple(host.strip() for host in value.split(",") if host.strip())
    if any("/" in host or " " in host for host in hosts):
        raise ValueError("must be host names with commas between them, such as localhost:9000")
    return hosts


def _contact(value: str) -> str:
    mail = value.startswith("mailto:") and "@" in value
    if not mail and not value.startswith("https://"):
        raise ValueError(f"must begin with mailto: or https://, not {value}")
    return value


def _default_contact(public_url: str) -> str:
    """Push services want to know whom to ask when our pushes trouble them (RFC 8292, section 2.1)."""
    return public_url if public_url.startswith("https://") else "mailto:heed@example.org"
