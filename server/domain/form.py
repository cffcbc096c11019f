"""A form: what is asked, version by version, and what is wrong with answers to it, in plain words.

A published version is never changed and stays readable for ever, so that every entry can be read and judged
by the version it was written with. Source: schemas/README.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.domain.errors import NotFound
from server.domain.json_text import UNKEEPABLE

#: Answers nested more deeply than this are none of ours.
DEEPEST = 16
#: Where a fault belongs that is not in any one answer.
WHOLE = "answers"
#: The fault to tell when one answer has several: a missing answer before a wrong kind of answer, and so on.
ORDER = (
    "text",
    "depth",
    "required",
    "type",
    "enum",
    "const",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "minimum",
    "maximum",
    "unevaluatedProperties",
)

Path = Sequence[str | int]


class UnknownForm(NotFound):
    """No such form, or no such version of it, was ever published."""


@dataclass(frozen=True, slots=True)
class FormVersion:
    """One published version of a form. `sha256` is the hash of the exact bytes that are served."""

    form: str
    version: int
    title: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Failure:
    """An answer that the form refuses, with the keyword it fails and, where there is one, the limit."""

    field: str
    keyword: str
    limit: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """The same, with one plain sentence for whoever wrote the answer."""

    field: str
    keyword: str
    words: str


class FormCatalogue:
    """Which forms there are, in which versions, and which of them is current."""

    def __init__(self, versions: Iterable[FormVersion]) -> None:
        self._versions = {(each.form, each.version): each for each in versions}

    def __iter__(self) -> Iterator[FormVersion]:
        return iter(sorted(self._versions.values(), key=lambda each: (each.form, each.version)))

    def knows(self, form: str, version: int) -> bool:
        """Whether this version of this form was ever published."""
        return (form, version) in self._versions

    def version(self, form: str, version: int) -> FormVersion:
        """One version of a form. Raises UnknownForm."""
        if not self.knows(form, version):
            raise UnknownForm(f"There is no version {version} of a form called “{form}”.")
        return self._versions[form, version]

    def current(self, form: str) -> FormVersion:
        """The newest version of a form: the one to write with. Raises UnknownForm."""
        versions = [each for each in self if each.form == form]
        if not versions:
            raise UnknownForm(f"There is no form called “{form}”.")
        return versions[-1]


def field_at(path: Path) -> str:
    """The name of the answer at this path. A fault in the third photo is one in the list of photos."""
    end = len(path)
    while end and isinstance(path[end - 1], int):
        end -= 1
    return ".".join(map(str, path[:end])) if end else WHOLE


def first_of_each_field(failures: Iterable[Failure]) -> list[Failure]:
    """One fault for each answer: the one that is worth telling first, by its strictest limit."""

    def place(failure: Failure) -> tuple[int, int]:
        strictness = -failure.limit if failure.keyword.startswith("min") else failure.limit
        return ORDER.index(failure.keyword), strictness

    first: dict[str, Failure] = {}
    for failure in sorted(failures, key=place):
        first.setdefault(failure.field, failure)
    return list(first.values())


def unreadable(answers: Any) -> list[Failure]:
    """Text that no database keeps (a null character, half of an emoji), and answers nested too deeply."""
    found: list[Failure] = []
    waiting: list[tuple[Any, tuple[str | int, ...]]] = [(answers, ())]
    while waiting:
        value, path = waiting.pop()
        if len(path) > DEEPEST:
            return [Failure(WHOLE, "depth")]
        if isinstance(value, str) and not _is_readable(value):
            found.append(Failure(field_at(path), "text"))
        if isinstance(value, list):
            waiting.extend((part, (*path, index)) for index, part in enumerate(value))
        if isinstance(value, dict):
            if not all(map(_is_readable, value)):
                found.append(Failure(field_at(path), "text"))
            waiting.extend((part, (*path, name)) for name, part in value.items() if _is_readable(name))
    return first_of_each_field(found)


def fractions(answers: Any, path: tuple[str | int, ...] = ()) -> Iterator[Failure]:
    """Whole numbers written as fractions. JSON Schema takes 7.0 for whole; a ledger in pence must not."""
    if isinstance(answers, float) and answers.is_integer():
        yield Failure(field_at(path), "type")
    if isinstance(answers, list):
        for index, part in enumerate(answers):
            yield from fractions(part, (*path, index))
    if isinstance(answers, dict):
        for name, part in answers.items():
            yield from fractions(part, (*path, name))


def words_for(failure: Failure, form: Mapping[str, Any]) -> str:
    """One plain sentence about a fault, made from the question's title. Twin of `wordsFor` on the phone."""
    if failure.field == WHOLE:
        return "These answers could not be read."
    lines: list[str] = []
    part: Mapping[str, Any] = form
    asked: Mapping[str, Any] = {}
    name = failure.field
    for name in failure.field.split("."):
        if name.isascii() and name.isdigit():
            lines.append(f"{asked.get('x-item', 'Line')} {int(name) + 1}")
            part = _resolve(asked.get("items", {}), form)
        else:
            asked = _find(part, name, form) or {}
    where = f"{', '.join(lines)}: " if lines else ""
    return where + _say(failure, str(asked.get("title", name)), asked)


def _say(failure: Failure, title: str, asked: Mapping[str, Any]) -> str:
    widget, limit = asked.get("x-widget"), failure.limit
    if widget == "tick" and failure.keyword != "unevaluatedProperties":
        return f"Please tick this: {title}"
    match failure.keyword:
        case "text":
            return f"Some letters here cannot be read. Please write this again: {title}"
        case "minLength" if limit > 1:
            return f"Please write a little more: {title}"
        case "maxLength":
            return f"Please make this shorter, {limit} letters at most: {title}"
        case "maxItems":
            return f"Please keep {limit} at most: {title}"
        case "uniqueItems":
            return f"The same answer is here twice: {title}"
        case "minimum" | "maximum" if widget == "money":
            least, most = _pounds(asked.get("minimum", 0)), _pounds(asked.get("maximum", 0))
            return f"Please write an amount from {least} to {most}: {title}"
        case "pattern" | "format" if widget == "datetime":
            return f"Please choose a real day and time: {title}"
        case "pattern" if widget in ("text", "longtext"):
            return f"Please answer this: {title}"
        case "minimum" | "maximum" | "pattern" | "format":
            return f"Please choose this again: {title}"
        case "type" | "enum" | "const":
            return f"Please answer this again: {title}"
        case "unevaluatedProperties":
            return f"This was answered but not asked: {title}"
    return f"Please answer this: {title}"


def _find(part: Mapping[str, Any], name: str, form: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The question of this name, wherever in the form it is asked."""
    own = part.get("properties", {}).get(name)
    asked = _resolve(own, form) if own is not None else {}
    if "title" in asked:
        return asked
    for branch in part.get("allOf", ()):
        found = _find(branch.get("then", branch), name, form)
        if found:
            return found
    return None


def _resolve(schema: Mapping[str, Any], form: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in schema:
        return schema
    shared = form.get("$defs", {}).get(schema["$ref"].removeprefix("#/$defs/"), {})
    return {**_resolve(shared, form), **schema}


def _is_readable(text: str) -> bool:
    return UNKEEPABLE.search(text) is None


def _pounds(pence: int) -> str:
    return f"£{pence // 100:,}.{pence % 100:02}"
