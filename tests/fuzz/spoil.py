"""JSON text with something wrong that a JSON library would never write."""

from __future__ import annotations

from random import Random

WRONGS = (
    lambda text, dice: text[: dice.randrange(len(text) + 1)],
    lambda text, dice: text + dice.choice(["}", "]", ",", "\x00", " null", "\ufeff"]),
    lambda text, dice: dice.choice(["NaN", "-Infinity", "1e999", "\ufeff", "'a'"]) + text,
    lambda text, dice: text.replace('"', dice.choice(['"\ud800', '"\\ud800', '"\\u0000', "'"]), 2),
    lambda text, dice: text.replace("{", '{"id":1,"id":2' + ("" if text[1:2] == "}" else ","), 1),
    lambda text, dice: "[" * dice.choice([10, 500, 20_000]) + text,
    lambda text, dice: text.replace("1", "9" * dice.choice([30, 400, 5_000])),
    lambda text, dice: text + " " * dice.choice([10, 70_000]),
)
#: How text becomes bytes: half a character goes along where the encoding has room for it.
ENCODINGS = (
    ("utf-8", "surrogatepass"),
    ("utf-16", "surrogatepass"),
    ("utf-32", "surrogatepass"),
    ("latin-1", "replace"),
    ("cp037", "replace"),
)


def spoilt(text: str, dice: Random) -> bytes:
    """The text spoilt in one way, as bytes in some encoding."""
    wrong = dice.choice(WRONGS)(text, dice)
    encoding, errors = dice.choice(ENCODINGS) if dice.random() < 0.3 else ENCODINGS[0]
    return wrong.encode(encoding, errors)
