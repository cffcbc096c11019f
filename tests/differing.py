"""Where two things that somebody was shown differ, in words."""

from __future__ import annotations

import json
from typing import Any


def in_any_order(said: Any) -> Any:
    """Lists whose order hangs on ids, in an order that does not."""
    if isinstance(said, dict):
        return {name: in_any_order(value) for name, value in said.items()}
    if isinstance(said, list | tuple):
        return sorted(
            (in_any_order(each) for each in said), key=lambda each: json.dumps(each, sort_keys=True)
        )
    return said


def difference(without: Any, with_it: Any, where: str = "") -> str:
    """The first place where two things differ, in words; nothing when they are the same."""
    if type(without) is type(with_it) and isinstance(without, dict) and without.keys() == with_it.keys():
        found = (difference(without[name], with_it[name], f"{where}.{name}") for name in without)
        return next(filter(None, found), "")
    if (
        isinstance(without, list | tuple)
        and isinstance(with_it, list | tuple)
        and len(without) == len(with_it)
    ):
        found = (
            difference(*pair, f"{where}[{n}]") for n, pair in enumerate(zip(without, with_it, strict=True))
        )
        return next(filter(None, found), "")
    if without == with_it:
        return ""
    if isinstance(without, list) and isinstance(with_it, list):
        lacking = [each for each in without if each not in with_it]
        return f"{where}: without it also {lacking}, with it also {[e for e in with_it if e not in without]}"
    return f"{where}: {without} / {with_it}"
