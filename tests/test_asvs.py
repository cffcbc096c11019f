"""Held against the OWASP Application Security Verification Standard 5.0 (docs/asvs.toml), one by one."""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILE = tomllib.loads((ROOT / "docs" / "asvs.toml").read_text())

#: How many requirements each chapter of the standard has at levels 1 and 2.
CHAPTERS = {1: 27, 2: 11, 3: 19, 4: 10, 5: 9, 6: 35, 7: 18, 8: 7, 9: 7}
CHAPTERS |= {10: 29, 11: 14, 12: 9, 13: 13, 14: 9, 15: 13, 16: 16, 17: 7}
WAYS = {"held", "written", "not_ours", "deviates"}


def test_every_requirement_of_levels_1_and_2_is_answered() -> None:
    found = dict.fromkeys(CHAPTERS, 0)
    for number in FILE:
        found[int(number.split(".")[0])] += 1
    assert found == CHAPTERS
    levels = [each["level"] for each in FILE.values()]
    assert (levels.count(1), levels.count(2)) == (70, 183)


@pytest.mark.parametrize("number", FILE)
def test_an_answer_is_one_of_four_and_has_its_proof(number: str) -> None:
    answer: dict[str, Any] = FILE[number]
    [way] = WAYS & answer.keys()
    assert len(answer[way]) > 10, "an answer is a sentence"
    assert bool(answer.get("tests")) or way in ("not_ours", "deviates", "written")
    assert ("page" in answer) == (way == "written")
    for test in answer.get("tests", ()):
        assert _is_there(test), f"there is no test {test}"
    if "page" in answer:
        path, _, heading = answer["page"].partition("#")
        assert (ROOT / path).is_file(), f"there is no page {path}"
        assert not heading or heading in _headings(path), f"{path} has no heading {heading}"


def test_what_applies_and_is_not_held_is_said_on_the_page_about_security() -> None:
    page = (ROOT / "docs" / "security.md").read_text()
    for number, answer in FILE.items():
        assert "deviates" not in answer or f"**The deviation on {number}.**" in page


def _is_there(test: str) -> bool:
    path, _, function = test.partition("::")
    return (ROOT / path).is_file() and (not function or function in _functions(path))


@cache
def _functions(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@cache
def _headings(path: str) -> set[str]:
    """The anchors of a page, as readers of Markdown make them."""
    words = re.findall(r"^#+ (.+)$", (ROOT / path).read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in words}
