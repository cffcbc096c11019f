"""Refresh tokens: lost replies and two tabs sign nobody out; a copy is found out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.refresh_token import AT_ONCE, Shown, Token, judge, read_token

KEY = b"k" * 32
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
FIRST = Token(UUID(int=1), UUID(int=2), b"s" * 32)


def test_a_token_is_read_back_from_its_cookie():
    assert read_token(FIRST.text(KEY), KEY) == FIRST


@given(st.text(max_size=120))
def test_what_we_did_not_make_is_nothing(text: str):
    assert read_token(text, KEY) is None


@pytest.mark.parametrize("place", range(4))
def test_a_token_with_a_part_of_another_is_nothing(place: int):
    other = Token(uuid4(), uuid4(), b"t" * 32).text(KEY).split(".")
    parts = FIRST.text(KEY).split(".")
    parts[place] = other[place]
    assert read_token(".".join(parts), KEY) is None
    assert read_token(FIRST.text(b"another key"), KEY) is None


class Server:
    """What the server keeps of one session."""

    def __init__(self, token: Token) -> None:
        self.current, self.previous, self.rotated_at = token.kept, b"", NOON
        self.ended = False

    def shown(self, token: Token, now: datetime) -> Token | None:
        if self.ended:
            return None
        match judge(token.kept, self.current, self.previous or None, self.rotated_at, now):
            case Shown.STALE:
                self.ended = True
                return None
            case Shown.AGAIN:
                return token.next(KEY, self.rotated_at)
            case Shown.CURRENT | Shown.BEFORE:
                following = token.next(KEY, now)
                self.current, self.previous, self.rotated_at = following.kept, token.kept, now
                return following


PAUSES = st.integers(0, 40_000).map(lambda seconds: timedelta(seconds=seconds))


@given(st.lists(st.tuples(PAUSES, st.booleans()), max_size=40))
def test_whatever_replies_are_lost_the_rightful_phone_stays_signed_in(asks: list[tuple[timedelta, bool]]):
    server, held, now = Server(FIRST), FIRST, NOON
    for pause, arrives in asks:
        now += pause
        answer = server.shown(held, now)
        assert answer is not None
        if arrives:
            held = answer


@given(st.integers(2, 6), PAUSES)
def test_tabs_that_ask_at_once_hold_the_same_token_and_go_on(tabs: int, pause: timedelta):
    server, now = Server(FIRST), NOON + pause
    answers = {server.shown(FIRST, now + n * AT_ONCE / 10) for n in range(tabs)}
    assert len(answers) == 1
    (following,) = answers
    assert following is not None
    assert server.shown(following, now + AT_ONCE) is not None


@given(st.lists(st.tuples(st.booleans(), st.integers(61, 40_000)), min_size=6, max_size=30))
def test_a_copy_and_the_rightful_token_do_not_both_go_on(asks: list[tuple[bool, int]]):
    """Thief and owner each go on with what they were given. Once both have asked twice, one was found out."""
    server, now = Server(FIRST), NOON
    held = {True: FIRST, False: FIRST}
    asked: list[bool] = []
    for thief, seconds in asks:
        now += timedelta(seconds=seconds)
        answer = server.shown(held[thief], now)
        if answer is None:
            break
        held[thief] = answer
        asked.append(thief)
    changes = sum(one != other for one, other in zip(asked, asked[1:], strict=False))
    assert changes <= 1
