"""HTTP: read, do, answer. The routes in the order of the story: get in, have at hand, write, be told."""

from server.api import (
    device,
    form,
    hand_in,
    health,
    home,
    join,
    people,
    photo,
    push_subscription,
    roster,
    security,
    session,
    set_up,
    sync,
    workers,
)

BLUEPRINTS = (
    health.blueprint,
    set_up.blueprint,
    join.blueprint,
    session.blueprint,
    security.blueprint,
    form.blueprint,
    hand_in.blueprint,
    home.blueprint,
    people.blueprint,
    workers.blueprint,
    roster.blueprint,
    device.blueprint,
    sync.blueprint,
    photo.blueprint,
    push_subscription.blueprint,
)
