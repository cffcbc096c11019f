"""A phone whose browser has no room, throws things away or takes the database away says so, and the words stay."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Playwright

from tests.answers import visit_note
from tests.browser.conftest import Server
from tests.browser.device import QUIET, Device
from tests.browser.writing import write
from tests.people import Provider

STORY = "She is on the floor and her leg is bent."
NO_ROOM = "There is no room left on this phone."
#: Fills what the browser gives this origin, down to the last bytes, beside what Heed keeps.
FILL = """async () => {
    const opening = indexedDB.open("filler", 1)
    opening.onupgradeneeded = () => opening.result.createObjectStore("filler", { autoIncrement: true })
    const open = await new Promise(done => { opening.onsuccess = () => done(opening.result) })
    let full = false
    for (let size = 400_000; size >= 1_000; full && (size = Math.floor(size / 4))) {
        full = await new Promise(done => {
            const commit = open.transaction("filler", "readwrite", { durability: "strict" })
            commit.objectStore("filler").put(crypto.getRandomValues(new Uint8Array(Math.min(size, 65_536))))
            commit.oncomplete = () => done(false)
            commit.onabort = () => done(true)
        })
    }
    open.close()
}"""
EMPTY = """() => new Promise(done => { indexedDB.deleteDatabase("filler").onsuccess = done })"""
#: Another tab opens the database as a later version of Heed would, and lets it go.
AS_LATER = """() => new Promise((done, fail) => {
    const opening = indexedDB.open("heed", 99)
    opening.onerror = () => fail(opening.error)
    opening.onsuccess = () => { opening.result.close(); done() }
})"""
#: Another tab holds an old version open and does not let it go.
HOLD_OLD = """() => new Promise(done => {
    const opening = indexedDB.open("heed", 1)
    opening.onupgradeneeded = () => {
        for (const [name, keyPath] of [["worker", "worker"], ["device", "provider"], ["outbox", "key"]])
            opening.result.createObjectStore(name, { keyPath })
        opening.result.createObjectStore("outboxPhoto", { keyPath: ["key", "hash"] })
    }
    opening.onsuccess = () => { window.held = opening.result; done() }
})"""


def words_typed(phone: Device) -> str:
    return phone.page.get_by_role("textbox").input_value()


def clear(phone: Device, what: str) -> None:
    """The browser clears what this origin keeps, as it does when space is short."""
    devtools = phone.context.new_cdp_session(phone.page)
    devtools.send("Storage.clearDataForOrigin", {"origin": phone.address, "storageTypes": what})


def test_a_full_phone_says_so_while_typing_on_saving_and_on_fetching_and_the_words_stay(
    meadow: Provider, server: Server, device: Callable[..., Device], playwright: Playwright, chromium: str
):
    phone = device("amina")
    browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
    phone.context = browser.new_context(viewport={"width": 360, "height": 740}, locale="en-GB")
    phone.page = phone.context.new_page()
    devtools = phone.context.new_cdp_session(phone.page)
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": phone.address, "quotaSize": 6_000_000})
    phone.page.goto(phone.address)
    phone.sign_in("amina@meadow")
    write(phone, STORY)
    phone.page.wait_for_timeout(300)
    phone.page.evaluate(FILL)

    phone.page.get_by_role("textbox").fill(STORY * 90)
    phone.sees(NO_ROOM)
    assert words_typed(phone) == STORY * 90

    phone.page.get_by_role("button", name="Send now").click()
    phone.sees(NO_ROOM)
    assert phone.stored("outbox") == []
    assert words_typed(phone) == STORY * 90

    form = phone.page.evaluate("location.hash")
    north, grace = meadow.services["north"], meadow.people["grace"]
    note = visit_note(grace, note=STORY * 90)
    meadow.ben.send(meadow.ben.write("visit-note", note, service=north, person=grace))
    phone.go("home")
    phone.hears_signal()
    phone.sees("so what is new is not shown here", timeout=40_000)

    # Room again: the next keystroke keeps everything, and nothing was lost.
    phone.page.goto(f"{phone.address}/{form}")
    assert words_typed(phone) == STORY * 90
    phone.page.evaluate(EMPTY)
    phone.page.get_by_role("textbox").fill(STORY)
    phone.page.get_by_text(NO_ROOM).wait_for(state="detached")
    phone.page.get_by_role("button", name="Send now").click()
    phone.waits_until_empty("outbox")
    browser.close()


def test_a_browser_that_clears_what_heed_kept_under_an_open_form_is_told_of_at_once(
    meadow: Provider, server: Server, device: Callable[..., Device]
):
    phone = device("amina")
    phone.start()
    phone.sign_in("amina@meadow")
    # The app opens without signal once its service worker keeps it.
    phone.page.evaluate("navigator.serviceWorker.ready")
    phone.context.set_offline(True)
    write(phone, STORY)
    phone.page.get_by_role("button", name="Send now").click()
    phone.sees("Saved on this phone. Not sent yet.")
    write(phone, STORY)
    clear(phone, "indexeddb")
    phone.sees("This browser has cleared what Heed kept on this phone.")
    assert words_typed(phone) == STORY

    # Opened again it says what is gone, also without signal, and until somebody signs in.
    phone.page.reload()
    phone.sees("This browser has cleared Heed")
    phone.sees("1 thing was not sent. It is gone.")
    phone.context.set_offline(False)
    phone.page.get_by_role("link", name="Sign in again").click()
    phone.sign_in("amina@meadow")
    phone.page.reload()
    phone.unlock()


def test_a_phone_of_which_nothing_at_all_is_left_hears_from_the_server_what_was_here(
    meadow: Provider, server: Server, device: Callable[..., Device]
):
    phone = device("amina")
    phone.start()
    phone.sign_in("amina@meadow")
    # An open page would go home by itself; nobody has Heed open here while the browser clears it.
    phone.page.goto("about:blank")
    clear(phone, "indexeddb,local_storage,cache_storage,service_workers")
    phone.page.goto(phone.address)
    phone.sees("This browser has cleared Heed")
    phone.sees("everything had been sent")
    phone.page.get_by_role("button", name="I have read this").click()
    phone.page.get_by_label("Sign-in name").wait_for()


def test_a_newer_heed_in_another_tab_takes_nothing_from_an_open_form(
    meadow: Provider, server: Server, device: Callable[..., Device]
):
    phone = device("amina")
    phone.start()
    phone.sign_in("amina@meadow")
    write(phone, STORY)
    another = phone.context.new_page()
    another.goto(f"{phone.address}/healthz")
    another.evaluate(AS_LATER)
    phone.page.get_by_role("textbox").fill(STORY + " She is awake.")
    phone.page.wait_for_timeout(300)
    assert len(phone.stored("draft")) == 1
    phone.page.get_by_role("button", name="Send now").click()
    phone.page.wait_for_url("**/#/sent/**")
    phone.waits_until_empty("outbox")
    assert phone.stored("draft") == []


def test_an_old_tab_that_holds_the_database_is_named(
    meadow: Provider, server: Server, device: Callable[..., Device]
):
    phone = device("amina")
    phone.start()
    phone.page.goto("about:blank")
    clear(phone, "all")
    phone.page.route("**/old-heed", lambda route: route.fulfill(content_type="text/html", body="Old Heed"))
    phone.page.goto(f"{phone.address}/old-heed")
    phone.page.evaluate(HOLD_OLD)
    old, phone.page = phone.page, phone.context.new_page()
    phone.page.goto(phone.address)
    phone.sees("Heed is open in another tab, in an older version. Close that tab.")
    old.evaluate("held.close()")
    phone.page.get_by_label("Sign-in name").wait_for()


def test_a_browser_that_promises_nothing_is_told_of_in_settings(
    meadow: Provider, server: Server, device: Callable[..., Device]
):
    phone = device("amina")
    phone.start()
    phone.sign_in("amina@meadow")
    phone.go("settings")
    phone.sees("This browser may clear what is kept here when space is short.")
    phone.page.get_by_role("button", name="Ask the browser to keep it").click()
    phone.sees("The browser said no. Put Heed on the Home Screen")
