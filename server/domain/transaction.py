"""A transaction: somebody's money changed hands, with a receipt or a reason why there is none.

The balance is worked out from the entries alone, in order of corrected time, so two phones that wrote without
signal end with one balance and a flag that says what to check. No flag accuses anybody.
Source: docs/rules/transactions.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from server.domain.access import Permission
from server.domain.entry import Fact
from server.domain.review import Check, counting_reviews, outcome
from server.domain.rules import Rules
from server.domain.standing import (
    NONE,
    Deadline,
    Effect,
    Scope,
    Standing,
    Why,
    current_versions,
    in_order,
    opening,
)

#: A receipt is checked within this many working days.
CHECK_WITHIN = 5
#: Written down later than this, it is flagged.
WRITTEN_WITHIN = timedelta(hours=24)
#: A second missing receipt, or a second difference, counts within these.
NO_RECEIPT_WITHIN = timedelta(days=30)
DIFFERENCE_WITHIN = timedelta(days=90)
#: How much of a person's history the flags look back over.
HISTORY = max(NO_RECEIPT_WITHIN, DIFFERENCE_WITHIN)
#: A difference from here on worries a manager at once, in pence.
LARGE_DIFFERENCE = 500

CASH = {"their_cash", "cash_tin"}
STAFF_MONEY = {"used_their_card", "own_money"}
DIRECTION = {"spent": -1, "cash_out_with_them": -1, "money_in": 1, "given_back": 1, "count_only": 0}
STATE_AFTER = {Check.APPROVE: "approved", Check.QUERY: "queried"}
#: These flags tell a manager the same hour.
AMBER = {"F5", "F3-large"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a person's ledger. `expected` is what should be there before; differences are in pence."""

    balance: int | None
    flags: tuple[Why, ...]


@dataclass
class Ledger:
    """A person's money, line by line. Starts at `balance` when earlier lines are already known."""

    balance: int | None = None
    money_limit: int | None = None
    _no_receipt: list[tuple[datetime, UUID]] = field(default_factory=list)
    _differences: list[datetime] = field(default_factory=list)

    def add(self, fact: Fact) -> Line:
        """Write the next line, in order of time."""
        answers = fact.answers
        moves_cash = answers.get("paid_by") in CASH
        before = self.balance
        if before is None:
            # The first count opens the ledger: there is nothing yet that it could differ from.
            before = int(answers.get("start_count", answers.get("end_count", 0)))
        amount = int(answers.get("amount", 0)) * DIRECTION.get(str(answers.get("kind")), 0)
        self.balance = before + (amount if moves_cash else 0)
        flags = [
            *self._about_receipt(fact),
            *self._about_counts(fact, before, self.balance),
            *self._about_rules(fact),
        ]
        if self.balance < 0:
            flags.append(Why("F14", "Please check: the money adds up to less than nothing."))
        return Line(self.balance, tuple(flags))

    def line_of(self, thread: Sequence[Fact], scope: Scope) -> Line:
        """Write the line of a thread as it was last corrected. One that does not count moves nothing and tells its
        writer nothing of what is there.
        """
        if opening(in_order(thread)[0], scope).reason is not None:
            return Line(None, ())
        return self.add(latest(thread))

    def _about_receipt(self, fact: Fact) -> Iterable[Why]:
        if fact.answers.get("kind") != "spent" or fact.answers.get("receipt") == "photo":
            return
        yield Why("F1", "Please check: there is no receipt.")
        since = fact.recorded_at - NO_RECEIPT_WITHIN
        if any(at >= since for at, _ in self._no_receipt):
            yield Why("F2", "Please check: a second time without a receipt within 30 days.")
        self._no_receipt.append((fact.recorded_at, fact.author))

    def _about_counts(self, fact: Fact, before: int, after: int) -> Iterable[Why]:
        difference = 0
        for name, expected in (("start_count", before), ("end_count", after)):
            counted = fact.answers.get(name)
            if counted is None or counted == expected:
                continue
            difference = max(difference, abs(counted - expected))
            yield Why("F3", f"Please check: counted {_pounds(counted)}, expected {_pounds(expected)}.")
        if not difference:
            return
        since = fact.recorded_at - DIFFERENCE_WITHIN
        if difference >= LARGE_DIFFERENCE or any(at >= since for at in self._differences):
            yield Why("F3-large", "A manager must look: a large difference, or the second within 90 days.")
        self._differences.append(fact.recorded_at)

    def _about_rules(self, fact: Fact) -> Iterable[Why]:
        answers: Mapping[str, Any] = fact.answers
        if answers.get("consent") in ("no", "not_sure"):
            yield Why("F4", "Please check: it is not clear that the person agreed.")
        if answers.get("paid_by") in STAFF_MONEY:
            yield Why("F5", "Staff must not use a person's card or PIN, or their own money.")
        if self.money_limit is not None and int(answers.get("amount", 0)) > self.money_limit:
            yield Why(
                "F6",
                f"Over what the plan allows at once ({_pounds(self.money_limit)}). A manager must agree.",
            )
        if answers.get("checked_by") == str(fact.author):
            yield Why("F8", "Whoever checks it must not be whoever wrote it down.")
        if answers.get("offer") == "yes":
            yield Why("F7", "A gift, loan, tip or points were offered or asked for.")
        if fact.recorded_at - fact.observed_at > WRITTEN_WITHIN:
            yield Why("F12", "Written down more than a day later.")


def stand(thread: Sequence[Fact], line: Line, rules: Rules, scope: Scope) -> Standing:
    """The standing of a transaction, given its line in the person's ledger."""
    ordered = in_order(thread)
    root = ordered[0]
    effects = {root.key: opening(root, scope)}
    current_versions(ordered, effects)
    checks = counting_reviews(ordered, Permission.CHECK_TRANSACTION, scope, (), effects)
    # The one who recorded it may not check it; say so in the words that belong to money.
    for key, effect in effects.items():
        if effect.reason == "own_entry":
            effects[key] = Effect(NONE, "checked_by_recorder")
    decided = outcome(checks)
    approvals = [check for check in checks if check.answers["decision"] == Check.APPROVE]
    return Standing(
        root=root,
        form="transaction-receipt",
        state=STATE_AFTER[Check(decided.decision)] if decided else "recorded",
        severity="amber" if any(flag.rule in AMBER for flag in line.flags) else None,
        deadlines=_deadlines(root, line, checks, approvals, rules, scope),
        decided=decided,
        flags=line.flags,
        balance=line.balance,
        effects=effects,
    )


def _deadlines(
    root: Fact, line: Line, checks: Sequence[Fact], approvals: Sequence[Fact], rules: Rules, scope: Scope
) -> tuple[Deadline, ...]:
    approved_at = approvals[0].recorded_at if approvals else None
    check = rules.check_deadline(root.recorded_at, CHECK_WITHIN, approved_at, scope.division(root.service))
    if not any(flag.rule in AMBER for flag in line.flags):
        return (check,)
    amber = rules.minutes_deadline(
        rule="acknowledge",
        version=1,
        ladder="amber",
        start=root.received_at,
        within=timedelta(minutes=60),
        stop=checks[0].recorded_at if checks else None,
    )
    return (amber, check)


def latest(thread: Sequence[Fact]) -> Fact:
    """The version of a transaction that counts in the ledger, at the time of the first one."""
    return current_versions(in_order(thread), {})[-1]


def _pounds(pence: int) -> str:
    sign = "-" if pence < 0 else ""
    return f"{sign}£{abs(pence) // 100}.{abs(pence) % 100:02d}"
