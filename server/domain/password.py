"""What a password must be. Length is what counts; no rules about signs and digits, and no forced changes.

Source: NIST SP 800-63B section 5.1.1.2 and OWASP ASVS 5.0 section 6.2, as docs/rules/signing-in.md says.
"""

from __future__ import annotations

from server.domain.errors import BadInput

SHORTEST = 10
LONGEST = 200

#: What a stranger tries first among those that are long enough.
GUESSED_FIRST = {
    "password", "passw0rd", "qwertyuiop", "1q2w3e4r5t", "letmein", "welcome", "safeguarding", "carehome",
    "iloveyou", "administrator", "abcdefghij", "changeme", "sunshine", "football", "liverpool", "manchester",
}  # fmt: skip


def check_password(password: str, *names: str) -> None:
    """Raise BadInput when anybody who knows these names would soon guess the password."""
    fault = _fault(password, names)
    if fault:
        raise BadInput("That passphrase cannot be used.", {"password": [fault]})


def _fault(password: str, names: tuple[str, ...]) -> str | None:
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} letters. Three or four words are easy to remember."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} letters."
    bare = "".join(letter for letter in password.casefold() if letter.isalnum())
    without_tail = bare.rstrip("0123456789")
    if len(set(bare)) < 4 or without_tail in GUESSED_FIRST or bare in "01234567890123456789":
        return "Strangers try this passphrase first. Choose three or four words that do not go together."
    if without_tail in {"".join(filter(str.isalnum, name.casefold())) for name in names if name}:
        return "Your passphrase must not be your name."
    return None
