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
