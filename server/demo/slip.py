"""A receipt as a phone photographs it: a paper slip on a table, not quite straight."""

from __future__ import annotations

import io
import random
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from PIL import Image, ImageDraw, ImageFilter, ImageFont

PAPER, INK, TABLE = (250, 248, 242), (52, 50, 54), ((146, 112, 82), (94, 104, 110), (176, 164, 150))
WIDTH, MARGIN, LINE = 300, 20, 22
QUALITY = 72


def photographed(slip: Mapping[str, Any], at: datetime, chance: random.Random) -> bytes:
    """The slip of a shop, with its lines and their pence, as a JPEG."""
    paper = _printed(slip["shop"], slip["lines"], at, chance)
    wood = chance.choice(TABLE)
    table = Image.new("RGB", (WIDTH + 140, paper.height + 120), wood)
    _grain(table, wood, chance)
    turned = paper.rotate(chance.uniform(-4, 4), expand=True, resample=Image.Resampling.BICUBIC)
    place = (70 + chance.randint(-20, 20), 60 + chance.randint(-20, 20))
    shadow = turned.getchannel("A").point(lambda value: value // 3)
    table.paste((30, 26, 24), (place[0] + 5, place[1] + 7), shadow)
    table.paste(turned, place, turned)
    out = io.BytesIO()
    table.filter(ImageFilter.GaussianBlur(chance.uniform(0.2, 0.7))).save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _printed(shop: str, lines: Sequence[tuple[str, int]], at: datetime, chance: random.Random) -> Image.Image:
    total = sum(pence for _, pence in lines)
    rows = [
        (shop, None),
        (f"{at:%d/%m/%Y  %H:%M}   TILL {chance.randint(1, 6)}", None),
        ("", None),
        *lines,
        ("", None),
        ("TOTAL GBP", total),
        ("CASH", total),
        ("", None),
        (f"No. {chance.randint(1000, 9999)}  THANK YOU", None),
    ]
    paper = Image.new("RGBA", (WIDTH, MARGIN * 2 + LINE * len(rows)), (*PAPER, 255))
    pen, font = ImageDraw.Draw(paper), ImageFont.load_default(15)
    for number, (words, pence) in enumerate(rows):
        y = MARGIN + LINE * number
        if pence is None:
            pen.text((WIDTH // 2, y), words, INK, font, anchor="ma")
            continue
        pen.text((MARGIN, y), words, INK, font)
        pen.text((WIDTH - MARGIN, y), f"{pence // 100}.{pence % 100:02d}", INK, font, anchor="ra")
    return paper


def _grain(table: Image.Image, wood: tuple[int, int, int], chance: random.Random) -> None:
    pen = ImageDraw.Draw(table)
    for _ in range(60):
        y, shade = chance.randint(0, table.height), chance.randint(-14, 14)
        colour = tuple(max(0, min(255, part + shade)) for part in wood)
        pen.line([(0, y), (table.width, y + chance.randint(-6, 6))], colour, chance.randint(1, 3))
