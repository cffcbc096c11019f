"""Answers as the cast would give them; a test names only what matters to it."""

from __future__ import annotations

from typing import Any
from uuid import UUID


def visit_note(person: UUID, **changes: Any) -> dict[str, Any]:
    """A quiet visit."""
    return {
        "person": str(person),
        "note": "Helped with a wash and breakfast. Ate all her porridge, chatty, home warm.",
        "as_usual": "yes",
        "worried": "no",
    } | changes


def concern(person: UUID, **changes: Any) -> dict[str, Any]:
    """Something small that worried somebody: nothing in it makes it urgent."""
    return {
        "danger_now": "no",
        "person": str(person),
        "what_happened": "She was quiet today and left her lunch, which is not like her at all.",
        "how_known": "i_saw_it",
        "observed_at": "2026-11-20T10:00:00+00:00",
        "category": ["neglect_omission"],
        "harm": "no",
        "safe_now": "yes",
        "who_caused": "nobody",
        "actions": ["stayed_with_them"],
        "told_person": "yes_agree",
        "others_at_risk": "no",
    } | changes


def review(decision: str, **changes: Any) -> dict[str, Any]:
    """A manager's decision about a concern."""
    return {
        "of": "concern",
        "conflict": "no",
        "decision": decision,
        "rationale": "Spoke to her and to Amina. A visit tomorrow morning will show if she eats.",
        "categories": ["neglect_omission"],
        "severity_now": "low",
        "wishes_considered": "yes",
        "consent_basis": "they_agree",
        "notify_cqc": "no",
        "notify_cqc_why": "No abuse is alleged and nobody was hurt.",
        "candour": "does_not_apply",
        "candour_why": "Nobody was harmed by our care.",
        "police": "not_needed",
    } | changes


def managed_inside(owner: UUID, **changes: Any) -> dict[str, Any]:
    """A decision to deal with it in the service, with somebody who carries it on."""
    kept_safe = {"protection": "Two carers at each visit until Friday.", "owner": str(owner)}
    return review("manage_inside", **kept_safe, **changes)


def receipt(person: UUID, **changes: Any) -> dict[str, Any]:
    """Money spent from somebody's purse, counted before and after."""
    answers = {
        "person": str(person),
        "kind": "spent",
        "amount": 735,
        "when": "2026-11-20T10:00:00+00:00",
        "what_for": "food",
        "where": "Corner shop",
        "paid_by": "their_cash",
        "start_count": 2000,
        "end_count": 1265,
        "receipt": "photo",
        "consent": "yes_said_so",
        "seen_by": "the_person",
        "offer": "no",
        "worry": "no",
    } | changes
    if answers["receipt"] == "photo":
        answers.setdefault("receipt_photo", ["0" * 64])
    if answers["paid_by"] not in ("their_cash", "cash_tin"):
        for counted in ("start_count", "end_count"):
            answers.pop(counted, None)
    return answers


def handover(person: UUID, readers: list[UUID], **changes: Any) -> dict[str, Any]:
    """A shift with one change, for those who come next."""
    item = {
        "person": str(person),
        "level": "act_now",
        "changed": "Coughing with tea at lunch.",
        "safeguarding": "no",
        "do_next": [
            {"what": "Thicken every drink", "who": "Everyone", "by_when": "2026-11-24T20:00:00+00:00"}
        ],
        "if_then": "If she coughs again then ring the nurse.",
    }
    return {
        "shift_from": "2026-11-24T07:00:00+00:00",
        "shift_until": "2026-11-24T14:30:00+00:00",
        "for": [str(reader) for reader in readers],
        "items": [item],
        "nobody_else_changed": True,
    } | changes
