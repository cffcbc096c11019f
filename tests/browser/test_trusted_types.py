"""The policy that lets nothing else run: the app itself never breaks it, and text that tries becomes nothing."""

from __future__ import annotations

from collections.abc import Callable

from tests.browser.device import TABLET, Device
from tests.people import Provider

SCREENS = [
    "home",
    "queue",
    "people",
    "receipts",
    "on-call",
    "join-codes",
    "notices",
    "outbox",
    "entries",
    "settings",
    "security",
    "phones",
    "more",
    "new/concern",
    "new/visit-note",
    "new/handover",
]
REMEMBER = """window.broken = []
document.addEventListener("securitypolicyviolation", ({effectiveDirective, blockedURI, sample}) =>
    broken.push(`${effectiveDirective} ${blockedURI} ${sample}`))"""
#: What an injected text would try. Each must throw or stay text.
TRIES = """() => [
    () => { document.body.insertAdjacentHTML("beforeend", "<img src=x>") },
    () => { document.createElement("div").innerHTML = "<b>x</b>" },
    () => { document.createElement("script").src = "/assets/x.js?evil" },
    () => { document.createElement("script").text = "window.ran = true" },
    () => { new Worker("data:text/javascript,1") },
    () => { new Worker("https://evil.example/x.js") },
    () => { trustedTypes.createPolicy("another", {}) },
    () => { document.createElement("iframe").srcdoc = "<script>1</script>" },
].map(each => { try { each(); return each.toString() } catch { return null } }).filter(each => each)"""


def test_no_screen_breaks_the_policy_and_no_text_becomes_script(
    meadow: Provider, device: Callable[..., Device]
):
    tablet = device("carol", TABLET)
    tablet.start(init_script=REMEMBER)
    tablet.sign_in("carol@meadow")
    tablet.page.evaluate("navigator.serviceWorker.ready")
    for screen in SCREENS:
        tablet.go(screen)
        tablet.page.get_by_role("heading").first.wait_for()
    tablet.go("home")
    tablet.page.reload()
    tablet.unlock()
    assert tablet.page.evaluate("broken") == []
    assert tablet.page.evaluate("crossOriginIsolated") is True
    assert tablet.page.evaluate(TRIES) == []
    assert tablet.page.evaluate("broken.length") > 0
