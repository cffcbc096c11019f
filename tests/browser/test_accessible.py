"""Everybody can use the screens that matter most: on a phone and a tablet, by day and by night."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from server.instance.app_build import APP
from tests import answers
from tests.browser.conftest import Server
from tests.browser.device import PHONE, TABLET, Device
from tests.people import Provider

AXE = APP / "node_modules" / "axe-core" / "axe.min.js"
#: WCAG 2.2, levels A and AA
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
NARROWEST = {"width": 320, "height": 568}
#: In pixels, where it is 18 otherwise
TWICE_AS_LARGE = "document.documentElement.style.fontSize = '36px'"

LOOK = """async rules => {
    await Promise.all(document.getAnimations().map(each => each.finished.catch(() => null)))
    const found = await axe.run(document, {runOnly: {type: "tag", values: rules}, resultTypes: ["violations"]})
    const words = (rule, {html, failureSummary}) => `${rule}: ${html.slice(0, 90)}: ${failureSummary}`
    return found.violations.flatMap(({id, nodes}) => nodes.map(each => words(id, each)))
}"""

#: What sticks out beyond the right edge, when the page can be pushed sideways.
STICKS_OUT = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("*")]
    .filter(each => each.getBoundingClientRect().right > innerWidth + 1).map(each => each.outerHTML.slice(0, 120))"""


@pytest.fixture
def screens(
    meadow: Provider, server: Server, device: Callable[..., Device]
) -> Callable[[], Iterator[tuple[str, Device]]]:
    """Walks over the screens of a manager with something urgent to do, the lock last."""
    grace, north = meadow.people["grace"], meadow.services["north"]
    red = meadow.amina.write(
        "concern",
        answers.concern(grace, danger_now="yes", observed_at=datetime.now(UTC).isoformat()),
        service=north,
        person=grace,
    )
    low = meadow.amina.write("concern", answers.concern(grace), service=north, person=grace)
    meadow.amina.send(red, low)
    tablet = device("carol", TABLET)
    tablet.start()
    tablet.sign_in("carol@meadow")
    tablet.go("queue")
    tablet.page.get_by_role("link", name="Something worries me: Grace Adeyemi").first.wait_for()
    tablet.go("new/concern")
    tablet.page.wait_for_url("**/#/write/**")
    form = tablet.page.url.split("#/")[1]

    def walk() -> Iterator[tuple[str, Device]]:
        places = {
            "home": ("home", "Hello"),
            "queue": ("queue", "To do"),
            "thread": (f"thread/{red.key}", "Something worries me: Grace Adeyemi"),
            "form": (form, None),
            "check": (f"{form}/check", "Check"),
            "security": ("security", "Code app"),
            "change-passphrase": ("change-passphrase", "Change my passphrase"),
            "my-devices": ("my-devices", "My phones and tablets"),
            "workers": ("workers", "Workers"),
            "worker": (f"worker/{meadow.workers['amina']}", "Forgotten passphrase"),
        }
        for name, (place, heading) in places.items():
            tablet.go(place)
            if heading:
                tablet.page.get_by_role("heading", name=heading).first.wait_for()
            else:
                tablet.page.get_by_role("group", name="Is anyone in danger").first.wait_for()
            yield name, tablet
        tablet.page.reload()
        tablet.page.get_by_label("Passphrase", exact=True).wait_for()
        yield "lock", tablet
        tablet.go("home")
        tablet.unlock()

    return walk


def show_whole(device: Device, size: dict[str, int]) -> None:
    """All of the screen at once: what lies under the bar at the bottom can be scrolled above it.

    That nobody has to work under the bar is in test_small_phone.py.
    """
    device.page.set_viewport_size(size)
    height = device.page.evaluate("document.documentElement.scrollHeight")
    device.page.set_viewport_size({**size, "height": max(height, size["height"])})


def violations(device: Device) -> list[str]:
    """What axe finds on the screen as it is now."""
    if not device.page.evaluate("typeof axe === 'object'"):
        device.page.evaluate(AXE.read_text())
    found: list[str] = device.page.evaluate(LOOK, RULES)
    return found


def test_no_screen_breaks_a_rule_of_wcag_in_any_size_or_light(
    screens: Callable[[], Iterator[tuple[str, Device]]],
):
    found: dict[str, Any] = {}
    for size in (PHONE, TABLET):
        seen = []
        for name, device in screens():
            seen.append(name)
            show_whole(device, size)
            for light in ("light", "dark"):
                device.page.emulate_media(color_scheme=light)
                wrong = violations(device)
                if wrong:
                    found[f"{name} {size['width']} {light}"] = wrong
        assert seen[:5] == ["home", "queue", "thread", "form", "check"]
        assert seen[-1] == "lock"
    assert not found, "\n".join(f"{place}: {wrong}" for place, wrong in found.items())


def test_no_screen_scrolls_sideways_on_the_narrowest_phone_or_with_words_twice_as_large(
    screens: Callable[[], Iterator[tuple[str, Device]]],
):
    found = {}
    for name, device in screens():
        device.page.set_viewport_size(NARROWEST)
        wrong = device.page.evaluate(STICKS_OUT)
        if wrong:
            found[name] = wrong
        device.page.set_viewport_size(PHONE)
        device.page.evaluate(TWICE_AS_LARGE)
        wrong = device.page.evaluate(STICKS_OUT)
        if wrong:
            found[f"{name} twice as large"] = wrong
        device.page.evaluate("document.documentElement.style.fontSize = ''")
    assert not found, "\n".join(f"{place}: {wrong}" for place, wrong in found.items())
