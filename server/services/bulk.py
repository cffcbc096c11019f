"""Many rows in one statement: as one JSON value that PostgreSQL unpacks, which is several times faster than a
statement for each row.

Bytes go beside it, all in one piece, since JSON could only hold them twice as long: a row says where its own begin and
how many they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, LiteralString

import orjson
from sqlalchemy import LargeBinary
from sqlalchemy.types import TypeEngine

from server.extensions import Base, ask, db

Row = dict[str, Any]

#: Where bytes begin, and how many they are, as one whole number: a batch is far shorter than this.
_LONGEST = 2**32


def insert_rows(model: type[Base], rows: Sequence[Row]) -> None:
    """Insert rows. Every row has the same columns, the provider among them."""
    if rows:
        ask(_insert(model, tuple(rows[0]), ()), _packed(rows))


def upsert_rows(model: type[Base], rows: Sequence[Row], key: Sequence[str]) -> None:
    """Insert rows, or put them in the place of those with the same provider and key."""
    if rows:
        ask(_insert(model, tuple(rows[0]), ("provider_id", *key)), _packed(rows))


@cache
def _insert(model: type[Base], columns: tuple[str, ...], key: tuple[str, ...]) -> LiteralString:
    # Only names and types of our own models go into this text, never anything that came from outside.
    table = model.metadata.tables[model.__tablename__]
    kinds = {name: table.c[name].type for name in columns}
    types = ", ".join(f"{name} {_sent_as(kind)}" for name, kind in kinds.items())
    values = ", ".join(_value(name, kind) for name, kind in kinds.items())
    names = ", ".join(columns)
    unpacked = f"json_to_recordset(CAST(%(rows)s AS json)) AS row ({types})"
    statement = f"INSERT INTO {table.name} ({names}) SELECT {values} FROM {unpacked}, {_PACKED}"
    if key:
        changed = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key)
        statement += f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changed}"
    return statement


_PACKED = "CAST(%(packed)s AS bytea) AS packed"


def _sent_as(kind: TypeEngine[Any]) -> str:
    return "bigint" if isinstance(kind, LargeBinary) else kind.compile(db.engine.dialect)


def _value(name: str, kind: TypeEngine[Any]) -> str:
    if not isinstance(kind, LargeBinary):
        return name
    begins, long = f"CAST({name} / {_LONGEST} AS int)", f"CAST(mod({name}, {_LONGEST}) AS int)"
    return f"substring(packed FROM {begins} + 1 FOR {long})"


def _packed(rows: Sequence[Row]) -> dict[str, str | bytes]:
    pieces: list[bytes] = []
    length = 0

    def put_beside(value: object) -> int:
        nonlocal length
        if not isinstance(value, bytes):
            raise TypeError(f"a row cannot hold {type(value).__name__}")
        place = length * _LONGEST + len(value)
        pieces.append(value)
        length += len(value)
        return place

    written = orjson.dumps(rows, default=put_beside).decode()
    return {"rows": written, "packed": b"".join(pieces)}
