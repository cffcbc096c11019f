"""Two providers that live the same days, but for one concern that names somebody, and what each of them shows."""

from __future__ import annotations

import io
import json
import random
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from PIL import Image
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from server.domain.role import Role
from server.extensions import work_for
from server.services.scope import ProviderFacts
from tests.answers import concern, handover, managed_inside, receipt, review, visit_note
from tests.api.test_restricted import give_role
from tests.differing import in_any_order
from tests.people import Phone, Provider, Written
from tests.push_service import Subscription

SEED = 20_261_124
#: Whoever asks this is signed out.
ENDS_THE_SESSION = "session.sign_out"
CAST = ("ben", "carol", "esther", "farah", "gwen", "hana", "idris", "jo")

_TIME = re.compile(
    r"\d{4}-\d\d-\d\dT[0-9:.]+(?:Z|[+-]\d\d:\d\d)|\d\d:\d\d|\w{3}, \d\d \w{3} \d{4} [\d:]+ GMT"
)
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{30,}(?:\.[A-Za-z0-9_-]+)*")


@dataclass(frozen=True)
class DataSet:
    """One made-up provider and one concern in it: who holds what besides, who is named, how, and how grave it is."""

    number: int
    named: str
    how: str
    grave: bool
    photo: bool
    corrected: bool
    open_at_first: bool
    acted_on: bool
    roles: tuple[tuple[str, Role], ...]

    @classmethod
    def made(cls, number: int) -> DataSet:
        """The data set of a number, always the same one. The first ones go through every way of naming."""
        chance = random.Random(SEED + number)
        ways = ("picked", "by_name", "private", "a_manager", "quarantined", "in_the_story")
        given = chance.sample(
            [Role.DEPUTY_MANAGER, Role.SAFEGUARDING_LEAD, Role.TEAM_LEADER, Role.SERVICE_MANAGER], 2
        )
        how = ways[number % len(ways)]
        return cls(
            number,
            named="carol" if how == "a_manager" else CAST[(number * 5 + 1) % len(CAST)],
            how=how,
            grave=chance.random() < 0.6,
            photo=chance.random() < 0.5 and how != "quarantined",
            corrected=chance.random() < 0.5 and how != "quarantined",
            open_at_first=number % 4 == 1,
            acted_on=chance.random() < 0.6,
            roles=tuple((name, role) for name, role in zip(chance.sample(CAST, 2), given, strict=True)),
        )


@dataclass
class World:
    """A provider, what was written in it under which name, and what each observer was given."""

    meadow: Provider
    data: DataSet
    secret_sent: bool
    written: dict[str, Written] = field(default_factory=dict)
    pushes: dict[str, Subscription] = field(default_factory=dict)

    @property
    def north(self) -> UUID:
        return self.meadow.services["north"]

    def send(
        self, name: str, form: str, said: dict[str, Any], phone: Phone | None = None, **parts: Any
    ) -> None:
        """Write something that both worlds know, and send it."""
        phone = phone or self.meadow.amina
        person = self.meadow.people["grace"]
        self.written[name] = phone.write(form, said, service=self.north, person=person, **parts)
        phone.send(self.written[name])

    def begin(self) -> None:
        """A day with something of everything, and two low concerns, so that a third would weigh more."""
        grace = self.meadow.people["grace"]
        for name, role in self.data.roles:
            give_role(self.meadow, name, role)
        self.send("note", "visit-note", visit_note(grace, worried="yes", told="nobody_yet"))
        self.send("low", "concern", concern(grace))
        self.send("receipt", "transaction-receipt", receipt(grace))
        self.send("handover", "handover", handover(grace, [self.meadow.workers["ben"]]))

    def whisper(self) -> None:
        """Amina writes the concern that names somebody. In one of the two worlds she never sends it."""
        amina, data = self.meadow.amina, self.data
        photo = picture()
        said = concern(
            self.meadow.people["grace"], **self.naming(), **({"danger_now": "yes"} if data.grave else {})
        )
        photos = [photo] if data.photo else []
        if data.how == "quarantined":
            said = {"danger_now": "yes", "nonsense": 1, "what_happened": f"It was {data.named} again"}
        versions = [amina.write("concern", said, service=self.north, person=self.person, photos=photos)]
        if data.open_at_first and data.how != "quarantined":
            plain = concern(self.meadow.people["grace"])
            first = amina.write("concern", plain, service=self.north, person=self.person)
            versions = [
                first,
                amina.write("concern", said, service=self.north, person=self.person, replaces=first.key),
            ]
        if data.corrected:
            again = {**said, "what_happened": "I saw it again today, and it was the same one who did it."}
            versions.append(
                amina.write(
                    "concern", again, service=self.north, person=self.person, replaces=versions[0].key
                )
            )
        self.written["secret"], self.written["last"] = versions[0], versions[-1]
        # One after the other: between them others might have looked.
        for version in versions if self.secret_sent else ():
            amina.send(version)
        if self.secret_sent and data.photo:
            amina.send_photo(versions[0], photo)

    def naming(self) -> dict[str, Any]:
        """How the concern says whom it means."""
        worker, name = str(self.meadow.workers[self.data.named]), self.data.named.title()
        return {
            "picked": {"who_caused": "our_staff", "who_worker": [worker]},
            "by_name": {"who_caused": "not_sure", "who_name": name},
            "private": {"who_caused": "nobody", "private_from": [worker]},
            "a_manager": {"who_caused": "a_manager"},
            "in_the_story": {
                "who_caused": "our_staff",
                "what_happened": f"I went in at eight and saw {name} push her into the chair.",
            },
            "quarantined": {},
        }[self.data.how]

    def go_on(self) -> None:
        """Life goes on: somebody with authority acts on what is hidden, and on what is not."""
        grace = self.meadow.people["grace"]
        for name in sorted(set(CAST) - set(self.outsiders)):
            lead = self.meadow.phone(name)
            lead.fetch()
            if self.secret_sent and self.data.acted_on:
                has_it = lead.write(
                    "acknowledgement", {"how": "self"}, service=self.north, about=self.written["secret"].key
                )
                lead.send(has_it)
                decided = managed_inside(self.meadow.workers[name])
                lead.send(lead.write("review", decided, service=self.north, about=self.written["secret"].key))
        self.send("second low", "concern", concern(grace))
        self.send("third low", "concern", concern(grace))
        carol, farah = self.meadow.carol, self.meadow.farah
        decision = managed_inside(self.meadow.workers["gwen"])
        self.send("decision", "review", decision, phone=carol, about=self.written["low"].key)
        self.send("has it", "acknowledgement", {"how": "self"}, phone=farah, about=self.written["note"].key)

    @property
    def person(self) -> UUID:
        return self.meadow.people["grace"]

    @property
    def outsiders(self) -> list[str]:
        """Whom the concern is closed to: whoever is named, those under them, and whoever is no lead."""
        at = datetime.now(UTC)
        with self.meadow.app.app_context():
            work_for(self.meadow.id)
            facts = ProviderFacts()
            named = {self.meadow.workers[self.data.named]}
            if self.data.how == "a_manager":
                named |= set(facts.scope().managers(self.north, at))
            reading = facts.leads_for(self.north, named, self.meadow.workers["amina"], at)
        return [name for name in CAST if self.meadow.workers[name] not in reading]

    def answer(self, told: TestResponse) -> Any:
        """What an observer was answered, with ids, tokens and times taken out."""
        text = told.get_data(as_text=True)
        if told.mimetype == "application/json" and text:
            said = json.loads(text)
            for each in ("items", "outcomes"):
                if isinstance(said, dict) and each in said:
                    return told.status_code, [self.plain(item) for item in said[each]], said.get("more")
            return told.status_code, in_any_order(self.plain(said))
        return told.status_code, told.mimetype, self.plain(text)

    def told_by_push(self, name: str) -> list[tuple[Any, int]]:
        """What somebody's phone was told: each notice once, since a push that was tried twice shows once there."""
        received = self.pushes[name].received
        once = {push.said["notification"]["tag"]: push for push in received}
        return [(self.plain(push.said), push.size) for push in once.values()]

    def plain(self, said: Any) -> Any:
        """Something said, with what is opaque taken out."""
        if isinstance(said, dict):
            return {
                self.plain(name): "<time>" if name == "clock_skew_ms" else self.plain(value)
                for name, value in said.items()
            }
        if isinstance(said, list):
            return [self.plain(each) for each in said]
        if not isinstance(said, str):
            return said
        for known, name in self.names.items():
            said = said.replace(known, name)
        return _TOKEN.sub("<token>", _ID.sub("<id>", _TIME.sub("<time>", said)))

    @property
    def names(self) -> dict[str, str]:
        """What each id that both worlds know stands for."""
        known = {each.key: f"<{name}>" for name, each in self.written.items()}
        for named in (self.meadow.services, self.meadow.people, self.meadow.workers):
            known |= {str(id_): f"<{name}>" for name, id_ in named.items()}
        return known | {self.meadow.handle: "<handle>", str(self.meadow.id): "<provider>"}

    def everything(self, name: str) -> dict[str, Any]:
        """Everything that an observer gets to see, by how they asked."""
        phone, secret = self.meadow.phone(name), self.written["secret"]
        seen: dict[str, Any] = {}
        for rule in self.meadow.app.url_map.iter_rules():
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                if rule.endpoint == ENDS_THE_SESSION:
                    continue
                path = self.filled(rule)
                said = (
                    None
                    if method == "GET"
                    else {"thread": secret.key, "about": secret.key, "id": str(secret.id)}
                )
                asked = phone.ask(
                    method, path, headers={"Heed-Intake-Key": phone.intake_key["id"]}, json=said
                )
                told = self.answer(asked)
                # What a phone looks at first comes in no order.
                seen[f"{method} {rule.rule}"] = in_any_order(told) if rule.rule.endswith("/first") else told
        for limit in (1, 3, 500):
            seen[f"pages of {limit}"] = self.pages(phone, limit)
        seen["answers about it"] = self.answer_it(phone)
        seen["pages after that"] = self.pages(phone, 2)
        return seen

    def pages(self, phone: Phone, limit: int, cursor: str | None = None) -> list[Any]:
        """Every page from the beginning, and whether each said that there is more."""
        pages, more = [], True
        while more:
            query = {"limit": str(limit)} | ({"cursor": cursor} if cursor else {})
            told = phone.get("/api/sync/fetch", query_string=query)
            pages.append(self.answer(told))
            cursor, more = told.get_json()["cursor"], told.get_json()["more"]
        return pages

    def answer_it(self, phone: Phone) -> Any:
        """An observer who has the ids from somewhere writes about it, in every way that there is."""
        secret, grace = self.written["secret"], self.meadow.people["grace"]
        about, last = secret.key, self.written["last"].key
        answers = [
            phone.write("acknowledgement", {"how": "self"}, service=self.north, about=about),
            phone.write("review", review("no_further_action"), service=self.north, about=about),
            phone.write(
                "review", review("no_further_action", of="visit-note"), service=self.north, about=about
            ),
            phone.write("opening", self.opening(phone), service=self.north, about=about),
            phone.write("concern", concern(grace), service=self.north, about=about, person=grace),
            phone.write("concern", concern(grace), service=self.north, replaces=about, person=grace),
            phone.write("visit-note", visit_note(grace), service=self.north, replaces=about, person=grace),
            phone.write("acknowledgement", {"how": "self"}, service=self.north, replaces=about),
            phone.write("concern", concern(grace), service=self.north, person=grace, id=str(secret.id)),
        ]
        handed_in = phone.write("concern", concern(grace), service=self.north, replaces=last, person=grace)
        return [
            self.answer(phone.post("/api/sync/send", self.batch(answers))),
            self.answer(self.hand_in(phone, handed_in)),
            self.hand_in_photo(phone),
            [self.answer(phone.send_photo(secret, photo)) for photo in (picture(), b"not a picture")],
        ]

    def opening(self, phone: Phone) -> dict[str, Any]:
        """An observer opens it to themselves."""
        return {"to": phone.worker, "reason": "A manager must act on it"}

    def hand_in(self, phone: Phone, written: Written) -> TestResponse:
        """Hand something in without a session, from an address of this world's own: an address is slowed down."""
        return phone.client.post(
            "/api/sync/hand-in",
            json={"provider": str(self.meadow.id), **self.batch([written])},
            environ_base={"REMOTE_ADDR": f"198.18.{self.data.number}.{1 + self.secret_sent}"},
        )

    def hand_in_photo(self, phone: Phone) -> list[Any]:
        """Hand in a photo that the concern might name, without having it."""
        secret, content = self.written["secret"], bytes(100)
        named = [self.meadow.id, self.meadow.amina.welcome["key_id"], secret.id, self.hash_of_photo]
        path = f"/api/sync/hand-in/photo/{'/'.join(map(str, named))}/part"
        headers = {"Heed-Intake-Key": phone.intake_key["id"], "Heed-Photo-Size": str(len(content))}
        from_here = {"environ_base": {"REMOTE_ADDR": f"198.18.{self.data.number}.{1 + self.secret_sent}"}}
        return [
            self.answer(phone.client.get(path, **from_here)),
            self.answer(phone.client.put(f"{path}/0", data=content, headers=headers, **from_here)),
        ]

    @property
    def hash_of_photo(self) -> str:
        """The name of the photo of the concern; of none when it has none."""
        photos = self.written["secret"].body["photos"]
        return photos[0]["hash"] if photos else "0" * 64

    def batch(self, written: list[Written]) -> dict[str, Any]:
        """These as a phone sends them."""
        items = [each.item for each in written]
        return {"sent_at": datetime.now(UTC).isoformat(), "unsent": len(items), "items": items}

    def filled(self, rule: Rule) -> str:
        """The path of a route with the ids of the concern wherever it wants some."""
        secret = self.written["secret"]
        values = {
            "service": str(self.north),
            "form": "concern",
            "version": "1",
            "device_id": self.meadow.amina.device,
            "key_id": self.meadow.amina.welcome["key_id"],
            "entry_id": str(secret.id),
            "hash_": self.hash_of_photo,
        }
        return re.sub(r"<(?:[^:<>]+:)?(\w+)>", lambda part: values.get(part[1]) or str(secret.id), rule.rule)


def picture() -> bytes:
    """A photo."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "brown").save(out, "JPEG")
    return out.getvalue()
