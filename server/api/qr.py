"""QR codes, for the app to draw."""

from __future__ import annotations

import segno


def modules(text: str) -> list[str]:
    """The QR code of a text as rows of 0 and 1, with the quiet border that scanners need."""
    code = segno.make(text, error="m", micro=False)
    return ["".join(str(module) for module in row) for row in code.matrix_iter(border=4)]
