"""Two corrections that crossed are both shown, side by side, to whoever decides and to whoever wrote them."""

from __future__ import annotations

from collections.abc import Callable

from tests.answers import concern
from tests.browser.device import PHONE, TABLET, Device
from tests.people import Provider, Written


def test_corrections_that_crossed_stand_side_by_side_with_what_to_do(
    meadow: Provider, device: Callable[..., Device]
):
    north, grace = meadow.services["north"], meadow.people["grace"]

    def written(story: str, replaces: str | None = None) -> Written:
        said = concern(grace, what_happened=story)
        return meadow.amina.write("concern", said, service=north, person=grace, replaces=replaces)

    first = written("She fell this morning.")
    crossed = [written(story, first.key) for story in ("She fell in the bath.", "She fell on the stairs.")]
    outcomes = meadow.amina.send(first, *crossed)
    assert [each["outcome"] for each in outcomes] == ["accepted"] * 3, outcomes
    for name, size, advice in (
        ("hana", TABLET, "Read both before you decide."),
        ("amina", PHONE, "If something in one is wrong, correct that one."),
    ):
        tablet = device(name, size)
        tablet.start()
        tablet.sign_in(f"{name}@meadow")
        tablet.go("home")
        tablet.page.get_by_role("heading", name="Hello").wait_for()
        tablet.go(f"thread/{first.key}")
        tablet.sees("There are two versions of this.")
        tablet.sees(advice)
        side_by_side = tablet.page.get_by_label("Versions that crossed")
        assert side_by_side.get_by_text("She fell in the bath.").count() == 1
        assert side_by_side.get_by_text("She fell on the stairs.").count() == 1
