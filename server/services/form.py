"""The forms of this installation, read once from their folder, and the judgement on answers to them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError

from server.domain.form import (
    Failure,
    FormCatalogue,
    FormVersion,
    Problem,
    field_at,
    first_of_each_field,
    fractions,
    unreadable,
    words_for,
)


@dataclass(frozen=True)
class _Published:
    """A version of a form as it lies on the shelf."""

    about: FormVersion
    raw: bytes
    schema: Mapping[str, Any]
    validator: Draft202012Validator


class FormShelf:
    """Every published version of every form, ready to be served and to judge answers."""

    def __init__(self, published: Iterable[_Published]) -> None:
        self._published = {(each.about.form, each.about.version): each for each in published}
        self.catalogue = FormCatalogue(each.about for each in self._published.values())

    @classmethod
    def from_folder(cls, folder: Path) -> FormShelf:
        """Read `<form>/v<number>.json` under a folder."""
        return cls(_read(path) for path in sorted(folder.glob("*/v[0-9]*.json")))

    def knows(self, form: str, version: int) -> bool:
        """Whether this version of this form was ever published."""
        return self.catalogue.knows(form, version)

    def raw(self, form: str, version: int) -> bytes:
        """The exact bytes of a form, as the phone gets them. Raises UnknownForm."""
        return self._find(form, version).raw

    def schema(self, form: str, version: int) -> Mapping[str, Any]:
        """What a form asks. Raises UnknownForm."""
        return self._find(form, version).schema

    def fits(self, form: str, version: int, answers: Any) -> bool:
        """Whether answers that stood in a body will do: there `read_body` refused half characters and fractions.

        Most answers will, and to say so takes a tenth of the time that naming their problems takes. Raises UnknownForm.
        """
        return self._find(form, version).validator.is_valid(answers)

    def problems(self, form: str, version: int, answers: Any) -> list[Problem]:
        """What is wrong with answers to this version of a form, each field once; nothing if they will do.

        Raises UnknownForm.
        """
        published = self._find(form, version)
        return [
            Problem(each.field, each.keyword, words_for(each, published.schema))
            for each in _failures(published.validator, answers)
        ]

    def _find(self, form: str, version: int) -> _Published:
        about = self.catalogue.version(form, version)
        return self._published[about.form, about.version]


def _read(path: Path) -> _Published:
    raw = path.read_bytes()
    schema = json.loads(raw)
    about = FormVersion(
        form=path.parent.name,
        version=int(path.stem.removeprefix("v")),
        title=schema["title"],
        sha256=hashlib.sha256(raw).hexdigest(),
    )
    return _Published(about, raw, schema, Draft202012Validator(schema, validate_formats=True))


def _failures(validator: Draft202012Validator, answers: Any) -> list[Failure]:
    # The validator cannot take in text that is not text, so that is looked for first.
    cannot_be_read = unreadable(answers)
    if cannot_be_read:
        return cannot_be_read
    found = [failure for error in validator.iter_errors(answers) for failure in _named(error)]
    found += fractions(answers)
    # A branch that fails leaves its other questions unknown: only the real fault is worth telling.
    real = [failure for failure in found if failure.keyword != "unevaluatedProperties"]
    return first_of_each_field(real or found)


def _named(error: ValidationError) -> Iterable[Failure]:
    """The answers that an error is about: a missing one is named by its own field."""
    # Each kind carries what it is about under a name of its own, which the library's types do not say.
    kind: Any = error.kind
    path = list(error.instance_path)
    if kind.name == "required":
        return [Failure(field_at([*path, kind.property]), kind.name)]
    if kind.name == "unevaluatedProperties":
        return [Failure(field_at([*path, name]), kind.name) for name in kind.unexpected]
    return [Failure(field_at(path), kind.name, getattr(kind, "limit", 0))]
