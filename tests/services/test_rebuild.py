"""Whatever is wrong in what was derived is found, and mended from the entries alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import text

from server.extensions import db, work_for
from server.services import rebuild
from tests.answers import concern, handover, managed_inside, receipt, visit_note
from tests.people import Provider

BREAKS = {
    "a standing is gone": "DELETE FROM standing WHERE form = 'concern'",
    "a standing says something else": "UPDATE standing SET state = 'closed' WHERE form = 'concern'",
    "a standing is of no thread": "UPDATE standing SET thread_key = 'x' || thread_key WHERE form = 'concern'",
    "a restricted thread is open": "UPDATE standing SET restricted = false WHERE restricted",
    "a deadline is gone": "DELETE FROM deadline WHERE rule = 'review'",
    "a rung is stopped": "UPDATE rung SET stopped = NOT stopped",
    "an entry is in no thread": "UPDATE entry SET thread_key = 'nowhere' WHERE form = 'review'",
    "an entry is in a thread of its own": "UPDATE entry SET thread_key = key WHERE replaces IS NOT NULL",
    "an entry does not count": "UPDATE entry SET effect = 'none', effect_reason = 'not_allowed' WHERE form = 'review'",
    "the first entry does not count": "UPDATE entry SET effect = 'none' WHERE key = thread_key",
    "a waiting answer counts": "UPDATE entry SET effect = 'counted' WHERE effect_reason = 'waiting'",
    "a reader cannot fetch an entry": "DELETE FROM feed WHERE kind = 'entry' AND audience LIKE 'service%concern'",
    "a reader cannot fetch a standing": "DELETE FROM feed WHERE kind = 'standing' AND audience LIKE 'worker%'",
    "everybody can fetch what is restricted": """
        INSERT INTO feed (provider_id, audience, kind, key, seq, since)
        SELECT provider_id, 'service:' || service_id || '\\:concern', 'standing', thread_key, 1, 1
        FROM standing WHERE restricted
    """,
    "everybody can fetch an answer that waits": """
        INSERT INTO feed (provider_id, audience, kind, key, seq, since)
        SELECT provider_id, 'service:' || service_id || '\\:note', 'entry', key, 1, 1
        FROM entry WHERE effect_reason = 'waiting'
    """,
}


@pytest.fixture
def busy(meadow: Provider) -> Provider:
    """Meadow with something of everything."""
    north, grace, amina = meadow.services["north"], meadow.people["grace"], meadow.amina
    open_, secret = (
        amina.write("concern", concern(grace, **changes), service=north, person=grace)
        for changes in ({"safe_now": "no"}, {"who_caused": "our_staff", "who_name": "Ben"})
    )
    correction = amina.write("concern", concern(grace), service=north, person=grace, replaces=open_.key)
    given = amina.write("handover", handover(grace, [meadow.workers["ben"]]), service=north)
    never_sent = amina.write("visit-note", visit_note(grace), service=north)
    amina.send(
        open_, secret, correction, given,
        amina.write("visit-note", visit_note(grace, worried="yes", told="nobody_yet"), service=north),
        amina.write("transaction-receipt", receipt(grace), service=north, person=grace),
        amina.write("concern", {"nonsense": 1}, service=north),
    )  # fmt: skip
    carol = meadow.carol
    carol.send(
        carol.write("review", managed_inside(meadow.workers["carol"]), service=north, about=open_.key),
        carol.write("acknowledgement", {"how": "self"}, service=north, about=never_sent.key),
    )
    return meadow


def differences(app: Flask, provider: Provider) -> list[rebuild.Difference]:
    with app.app_context():
        work_for(provider.id)
        return rebuild.differences(app.extensions["rules"])


def test_nothing_differs_after_something_of_everything(busy: Provider, app: Flask):
    assert differences(app, busy) == []


@pytest.mark.parametrize("what", BREAKS)
def test_what_is_wrong_is_found_and_mended(busy: Provider, app: Flask, what: str):
    with app.extensions["owner_engine"].begin() as owner:
        owner.execute(text("SELECT set_config('heed.provider', :p, true)"), {"p": str(busy.id)})
        assert owner.execute(text(BREAKS[what])).rowcount > 0
    assert differences(app, busy)
    with app.app_context():
        work_for(busy.id)
        rebuild.rebuild(busy.id, app.extensions["rules"], datetime.now(UTC))
        db.session.commit()
    assert differences(app, busy) == []
