"""Reading JSON strictly, so that everybody who reads the same bytes understands the same.

RFC 8259 leaves repeated names, numbers beyond range and half characters to each reader. A message that two
readers may take differently is refused here.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from server.domain.errors import Unreadable

#: Nothing that Heed takes is nested more deeply.
DEEPEST = 32


#: Half characters and the null character, which no database keeps.
UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


def finite(literal: str) -> float:
    """A number with a fraction. Raises ValueError for one beyond what everybody can count to."""
    number = float(literal)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def read_json(raw: bytes, read_fraction: Callable[[str], Any] = finite) -> Any:
    """The value that these bytes stand for. Raises Unreadable when readers could differ about it."""
    try:
        text = raw.decode("utf-8")
        value = _decoder(read_fraction).decode(text)
    except RecursionError as e:
        raise Unreadable("What was sent is nested too deeply.") from e
    except UnicodeDecodeError as e:
        raise Unreadable("What was sent is not UTF-8 text.") from e
    except json.JSONDecodeError as e:
        where = f"line {e.lineno}, column {e.colno}"
        raise Unreadable(f"What was sent is not JSON: {e.msg.lower()} at {where}.") from e
    except ValueError as e:
        raise Unreadable(f"What was sent is not JSON that everybody reads alike: {e}.") from e
    if text.count("[") + text.count("{") >= DEEPEST:
        _refuse_too_deep(value, depth=1)
    if "\\u" in text:
        # Only written as an escape can they come: JSON takes no bare null character, UTF-8 no half of an emoji.
        _refuse_halves(value)
    return value


@cache
def _decoder(read_fraction: Callable[[str], Any]) -> json.JSONDecoder:
    return json.JSONDecoder(object_pairs_hook=_no_repeats, parse_constant=_refuse, parse_float=read_fraction)


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    parts = dict(pairs)
    if len(parts) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return parts


def _refuse(literal: str) -> Any:
    raise ValueError(f"{literal} is not a number")


def _refuse_too_deep(value: Any, depth: int) -> None:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if depth >= DEEPEST and parts:
        raise Unreadable("What was sent is nested too deeply.")
    for part in parts:
        if isinstance(part, (dict, list)):
            _refuse_too_deep(part, depth + 1)


def _refuse_halves(value: Any) -> None:
    """Refuse half characters and null characters, which no database keeps."""
    if isinstance(value, str):
        if UNKEEPABLE.search(value):
            raise Unreadable("What was sent holds a character that nobody can read.")
    elif isinstance(value, dict):
        for name, part in value.items():
            _refuse_halves(name)
            _refuse_halves(part)
    elif isinstance(value, list):
        for part in value:
            _refuse_halves(part)
