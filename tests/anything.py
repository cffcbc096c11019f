"""Anything at all, and what is right but for one place, as strategies for hypothesis."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from hypothesis import strategies as st

TEXT = st.text(max_size=30) | st.sampled_from(
    [
        "",
        "\x00",
        "\ud800",
        "' OR 1=1 --",
        "../..",
        "٣",
        "1e999",
        "null",
        "A" * 3000,
        str(uuid4()),
        "2026-13-01",
    ]
)
NUMBER = st.integers(-(2**70), 2**70) | st.floats()
ANYTHING = st.recursive(
    st.none() | st.booleans() | NUMBER | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=8,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document where something stands."""
    found = [path]
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in inner:
        found += places(part, (*path, name))
    return found


@st.composite
def nearly(draw: st.DrawFn, document: Any) -> Any:
    """A document that is right but for one place: something else stands there, or nothing, or more."""
    *way, last = draw(st.sampled_from([path for path in places(document) if path]))
    changed = copy.deepcopy(document)
    holder = changed
    for step in way:
        holder = holder[step]
    match draw(st.sampled_from(["other", "gone", "more"])):
        case "gone":
            del holder[last]
        case "more" if isinstance(holder, dict):
            holder[draw(TEXT)] = draw(ANYTHING)
        case _:
            holder[last] = draw(ANYTHING)
    return changed


@dataclass(frozen=True)
class Damage:
    """What happens to bytes on their way, whatever they are."""

    kind: str
    place: int
    length: int
    more: bytes

    def __call__(self, raw: bytes) -> bytes:
        begin = self.place % (len(raw) or 1)
        before, there, after = raw[:begin], raw[begin : begin + self.length], raw[begin + self.length :]
        match self.kind:
            case "cut":
                return before
            case "without":
                return before + after
            case "other":
                return before + self.more + after
            case "more":
                return raw + self.more
            case "twice":
                return before + there + there + after
            case _:
                return before + bytes([(there or b"\0")[0] ^ 1 << self.length % 8]) + raw[begin + 1 :]


DAMAGE = st.builds(
    Damage,
    kind=st.sampled_from(["cut", "without", "other", "more", "twice", "one bit"]),
    place=st.integers(0, 100_000),
    length=st.integers(1, 16),
    more=st.binary(max_size=64),
)


def damaged(raw: bytes) -> st.SearchStrategy[bytes]:
    """Bytes that were right until something happened to them on the way."""
    return DAMAGE.map(lambda damage: damage(raw))
