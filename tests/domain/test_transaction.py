"""A person's money: the balance that the entries give, what is flagged, and who may check it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain import transaction
from server.domain.access import Permission, may
from server.domain.entry import Fact
from server.domain.role import Role
from server.domain.standing import Standing
from server.domain.transaction import Ledger, Line
from tests import answers
from tests.domain.threads import (
    AMINA,
    BEN,
    CAROL,
    FRIDAY,
    GRACE,
    ROLES,
    RULES,
    answered,
    corrected,
    scope,
    wrote,
)

#: What each thing that can happen to money does to what is in the purse.
DIRECTION = {"spent": -1, "cash_out_with_them": -1, "money_in": 1, "given_back": 1, "count_only": 0}
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
LIMIT = 3000


def bought(at: datetime = FRIDAY, *, observed_at: datetime | None = None, **changes: Any) -> Fact:
    return wrote("transaction-receipt", answers.receipt(GRACE, **changes), at=at, observed_at=observed_at)


def lines(*facts: Fact, opening: int | None = 2000) -> list[Line]:
    ledger = Ledger(opening, LIMIT)
    return [ledger.add(fact) for fact in facts]


def rules_of(line: Line) -> list[str]:
    return [flag.rule for flag in line.flags]


def checked(about: Fact, decision: str, *, by=BEN, at=FRIDAY + 60 * MINUTE) -> Fact:
    said = {"of": "transaction-receipt", "decision": decision, "reason": "Receipt, amount and date match"}
    return answered(about, "review", said, by=by, at=at)


def stand(root: Fact, *rest: Fact, roles=ROLES) -> Standing:
    (line,) = lines(transaction.latest([root, *rest]))
    return transaction.stand([root, *rest], line, RULES, scope(roles))


def test_twenty_pounds_less_seven_thirty_five_is_twelve_sixty_five():
    (line,) = lines(bought(amount=735, start_count=2000, end_count=1265))
    assert line == Line(1265, ())


def test_nine_pence_too_few_is_a_question_and_no_accusation():
    (line,) = lines(bought(amount=735, start_count=2000, end_count=1256))
    assert line.balance == 1265
    assert [flag.words for flag in line.flags] == ["Please check: counted £12.56, expected £12.65."]


def test_two_phones_that_both_counted_from_twenty_pounds_end_with_twelve():
    first = bought(amount=500, start_count=2000, end_count=1500)
    second = bought(FRIDAY + MINUTE, amount=300, start_count=2000, end_count=1700)
    one, other = lines(first, second)
    assert one == Line(1500, ())
    assert other.balance == 1200
    assert "Please check: counted £17.00, expected £12.00." in [flag.words for flag in other.flags]


def test_the_first_count_opens_a_ledger_and_differs_from_nothing():
    assert lines(bought(amount=735, start_count=2000, end_count=1265), opening=None) == [Line(1265, ())]
    only_counted = bought(kind="count_only", amount=0, start_count=4250, end_count=4250)
    assert lines(only_counted, opening=None) == [Line(4250, ())]


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("F1", {"receipt": "lost"}),
        ("F3", {"end_count": 1256}),
        ("F3", {"start_count": 1990}),
        ("F4", {"consent": "no"}),
        ("F4", {"consent": "not_sure"}),
        ("F5", {"paid_by": "used_their_card"}),
        ("F5", {"paid_by": "own_money"}),
        ("F6", {"amount": 3001, "paid_by": "their_card_themselves"}),
        ("F7", {"offer": "yes"}),
        ("F8", {"seen_by": "other_staff", "checked_by": str(AMINA)}),
    ],
)
def test_each_flag_is_raised_by_what_it_is_for_and_by_nothing_else(rule, changes):
    (line,) = lines(bought(**changes))
    assert rules_of(line) == [rule]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"consent": "in_plan"},
        {"consent": "yes_showed_me"},
        {"amount": 3000, "paid_by": "their_card_themselves"},
        {"seen_by": "other_staff", "checked_by": str(BEN)},
        {"offer": "no"},
        {"offer": "not_sure"},
        {"kind": "money_in", "amount": 1000, "end_count": 3000, "receipt": "lost"},
    ],
)
def test_what_is_in_order_raises_no_flag(changes):
    (line,) = lines(bought(**changes))
    assert line.flags == ()


@pytest.mark.parametrize(("late", "flags"), [(24 * 60, []), (24 * 60 + 1, ["F12"])])
def test_what_is_written_more_than_a_day_later_is_flagged(late, flags):
    (line,) = lines(bought(observed_at=FRIDAY - late * MINUTE))
    assert rules_of(line) == flags


def test_spending_more_than_there_was_is_flagged():
    (line,) = lines(bought(amount=2100, start_count=2000, end_count=0))
    assert line.balance == -100
    assert rules_of(line) == ["F3", "F14"]


@pytest.mark.parametrize(("apart", "second"), [(30 * DAY, ["F1", "F2"]), (30 * DAY + MINUTE, ["F1"])])
def test_a_second_time_without_a_receipt_counts_within_thirty_days(apart, second):
    missing = {"receipt": "shop_gave_none", "amount": 100}
    one = bought(FRIDAY - apart, start_count=2000, end_count=1900, **missing)
    other = bought(start_count=1900, end_count=1800, **missing)
    assert [rules_of(line) for line in lines(one, other)] == [["F1"], second]


@pytest.mark.parametrize(("apart", "second"), [(90 * DAY, ["F3", "F3-large"]), (90 * DAY + MINUTE, ["F3"])])
def test_a_second_difference_counts_within_ninety_days(apart, second):
    one = bought(FRIDAY - apart, amount=100, start_count=2000, end_count=1890)
    other = bought(amount=100, start_count=1900, end_count=1790)
    assert [rules_of(line) for line in lines(one, other)] == [["F3"], second]


@pytest.mark.parametrize(("short", "flags"), [(499, ["F3"]), (500, ["F3", "F3-large"])])
def test_five_pounds_short_is_for_a_manager_at_once(short, flags):
    (line,) = lines(bought(amount=735, end_count=1265 - short))
    assert rules_of(line) == flags


@pytest.mark.parametrize(
    ("changes", "severity"),
    [
        ({}, None),
        ({"end_count": 1256}, None),
        ({"end_count": 700}, "amber"),
        ({"paid_by": "own_money"}, "amber"),
    ],
)
def test_a_manager_is_told_the_same_hour_of_staff_money_and_large_differences(changes, severity):
    stands = stand(bought(**changes))
    assert stands.severity == severity
    acknowledge = [d.due - d.start for d in stands.deadlines if d.rule == "acknowledge"]
    assert acknowledge == ([timedelta(hours=1)] if severity else [])


def test_the_page_about_money_names_every_flag_that_there_is():
    root = Path(__file__).parents[2]
    page = (root / "docs/rules/transactions.md").read_text(encoding="utf-8")
    code = (root / "server/domain/transaction.py").read_text(encoding="utf-8")
    raised = set(re.findall(r'Why\(\s*"(F[^"]+)"', code))
    assert len(raised) >= 10
    assert set(re.findall(r"^\| (F\d\S*) \|", page, re.MULTILINE)) == raised


def test_a_receipt_is_checked_within_five_working_days():
    (check,) = stand(bought()).deadlines
    assert (check.rule, check.start, check.due) == ("check", FRIDAY, datetime(2026, 11, 27, 17, tzinfo=UTC))


def test_a_question_does_not_stop_the_clock_and_an_approval_does():
    root = bought()
    asked = checked(root, "query")
    stands = stand(root, asked)
    assert (stands.state, stands.deadlines[0].stop) == ("queried", None)
    stands = stand(root, asked, checked(root, "approve", by=CAROL, at=FRIDAY + DAY))
    assert (stands.state, stands.deadlines[0].stop) == ("approved", FRIDAY + DAY)
    assert stands.due is None


def test_nobody_checks_what_they_recorded_whatever_their_role():
    root = wrote("transaction-receipt", answers.receipt(GRACE), by=CAROL)
    own = checked(root, "approve", by=CAROL)
    stands = stand(root, own)
    assert stands.effects[own.key].reason == "checked_by_recorder"
    assert stands.state == "recorded"


@pytest.mark.parametrize("role", list(Role))
def test_a_check_counts_just_when_the_role_may_check(role):
    root = bought()
    check = checked(root, "approve", by=BEN)
    stands = stand(root, check, roles={**ROLES, BEN: role})
    allowed = may(Permission.CHECK_TRANSACTION, [role])
    assert stands.effects[check.key].reason == (None if allowed else "not_allowed")
    assert stands.state == ("approved" if allowed else "recorded")


def test_a_decision_meant_for_a_concern_decides_nothing_about_money():
    root = bought()
    stray = answered(root, "review", answers.review("no_further_action"), by=CAROL, at=FRIDAY + MINUTE)
    assert stand(root, stray).effects[stray.key].reason == "wrong_form"


def test_a_correction_counts_in_the_ledger_at_the_time_of_the_first():
    root = bought(amount=735, end_count=1265)
    fixed = corrected(root, at=FRIDAY + DAY, amount=753, end_count=1247)
    assert transaction.latest([fixed, root]) == fixed
    assert stand(root, fixed).balance == 1247


def test_when_two_corrections_cross_the_later_one_counts_and_both_are_kept():
    root = bought(amount=735, end_count=1265)
    one = corrected(root, at=FRIDAY + MINUTE, amount=700, end_count=1300)
    other = corrected(root, at=FRIDAY + 2 * MINUTE, amount=800, end_count=1200)
    assert transaction.latest([root, one, other]) == other
    assert transaction.latest([other, root, one]) == other
    effects = stand(root, one, other).effects
    assert {effects[each.key].effect for each in (one, other)} == {"counted"}


movements = st.lists(
    st.tuples(
        st.sampled_from(sorted(DIRECTION)),
        st.integers(0, 200_000),
        st.sampled_from(["their_cash", "cash_tin", "their_card_themselves", "own_money"]),
    ),
    max_size=30,
)


@given(st.integers(0, 100_000), movements)
def test_a_balance_is_what_was_there_and_every_pound_in_and_out_of_the_purse(opening, moves):
    facts = [bought(FRIDAY + n * MINUTE, kind=k, amount=a, paid_by=p) for n, (k, a, p) in enumerate(moves)]
    balances = [line.balance for line in lines(*facts, opening=opening)]
    expected = opening
    for (kind, amount, paid_by), balance in zip(moves, balances, strict=True):
        if paid_by in ("their_cash", "cash_tin"):
            expected += DIRECTION[kind] * amount
        assert balance == expected


@given(movements)
def test_counts_that_all_agree_raise_no_difference(moves):
    balance, facts = 1_000_000, []
    for n, (kind, amount, _) in enumerate(moves):
        after = balance + DIRECTION[kind] * amount
        counts = {"start_count": balance, "end_count": after}
        facts.append(bought(FRIDAY + n * MINUTE, kind=kind, amount=amount, paid_by="cash_tin", **counts))
        balance = after
    assert not [line for line in lines(*facts, opening=1_000_000) if "F3" in rules_of(line)]
