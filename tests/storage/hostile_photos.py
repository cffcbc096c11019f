"""300 files that somebody could send as a photo to do harm, made the same way each time."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator

from PIL import Image

#: Stands in what must never come out again.
SECRET = b"SECRET-51.5072N-0.1276W"
SEED = 27

SCRIPT = b"<html><script>alert(1)</script>" + SECRET
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj " + SECRET + b"\ntrailer<</Root 1 0 R>>\n%%EOF"


def photo(size: tuple[int, int] = (160, 120), mode: str = "RGB", **options: object) -> bytes:
    """A good photo with something to see on it."""
    rng = random.Random(SEED)
    picture = Image.frombytes("L", (16, 12), rng.randbytes(16 * 12)).resize(size).convert(mode)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80, **options)
    return out.getvalue()


def gps() -> bytes:
    """What a phone writes beside a photo: where, when, with what."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x013B] = "Phone Maker", "Phone 9", SECRET.decode()
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 30.0, 26.0), 3: "W", 4: (0.0, 7.0, 39.0)})
    exif.get_ifd(0x8769).update({0x9286: SECRET, 0x927C: SECRET})
    return exif.tobytes()


def segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content


def with_segments(*segments: bytes) -> bytes:
    whole = photo()
    return whole[:2] + b"".join(segments) + whole[2:]


def claiming(width: int, height: int, whole: bytes) -> bytes:
    """The same file, but its header says that it is so large."""
    for marker in (b"\xff\xc0", b"\xff\xc2"):
        at = whole.find(marker)
        if at >= 0:
            return whole[: at + 5] + struct.pack(">HH", height, width) + whole[at + 9 :]
    raise ValueError("no frame header")


def png(width: int, height: int, depth: int = 8, color: int = 2, rows: bytes = b"") -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def saved(kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, kind, **options)
    return out.getvalue()


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bag:
        bag.writestr("run.html", SCRIPT)
    return out.getvalue()


def good() -> Iterator[tuple[str, bytes]]:
    """Photos that carry more than the picture: each comes out, without it."""
    yield "gps", photo(exif=gps())
    yield "comment", photo(comment=SECRET)
    yield "icc", photo(icc_profile=SECRET * 40)
    yield "xmp", with_segments(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + SECRET))
    yield "photoshop", with_segments(segment(0xED, b"Photoshop 3.0\0" + SECRET))
    yield "many comments", with_segments(*[segment(0xFE, SECRET * 100)] * 200)
    yield "grey", photo(mode="L")
    yield "four inks", photo(mode="CMYK")
    yield "progressive", photo(progressive=True)
    yield (
        "thumbnail",
        with_segments(segment(0xE0, b"JFIF\0\x01\x02\0\0\x01\0\x01\0\0"), segment(0xE2, SECRET)),
    )
    for name, trailer in TRAILERS:
        yield f"with {name} behind", photo() + trailer


TRAILERS = [
    ("zip", zipped()),
    ("html", SCRIPT),
    ("pdf", PDF),
    ("another photo", photo(comment=SECRET)),
    ("zeros", bytes(100_000) + SECRET),
]


def impossible() -> Iterator[tuple[str, bytes]]:
    """No photos at all, or none that may be read."""
    yield "empty", b""
    for name, other in (
        ("html", SCRIPT),
        ("pdf", PDF),
        ("zip", zipped()),
        ("svg", b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT),
    ):
        yield name, other
        yield f"{name} that begins like a photo", b"\xff\xd8\xff\xe0" + other
        yield f"{name} with a photo behind", other + photo()
    for kind in ("PNG", "WEBP", "GIF", "BMP", "TIFF", "ICO", "PPM", "TGA"):
        yield kind, saved(kind)
    yield "animated gif", saved("GIF", save_all=True, append_images=[Image.new("RGB", (40, 30))] * 20)
    yield "png bomb", png(15_000, 15_000, rows=bytes(2_000_000))
    yield "png of 16 bits", png(4, 4, depth=16, rows=bytes(4 * 25))
    yield "png that says it is huge", png(2**31 - 1, 2**31 - 1)
    for side in ((65_500, 65_500), (65_500, 700), (700, 65_500), (6_400, 6_400), (0, 0), (0, 9), (1, 65_535)):
        yield f"says it is {side[0]} by {side[1]}", claiming(*side, photo())
        yield f"progressive and says it is {side[0]} by {side[1]}", claiming(*side, photo(progressive=True))
    whole = photo()
    at = whole.find(b"\xff\xc0")
    yield "of 16 bits", whole[: at + 4] + b"\x10" + whole[at + 5 :]
    yield "of 200 colours", whole[: at + 9] + b"\xc8" + whole[at + 10 :]
    scan = photo(progressive=True)
    start = scan.find(b"\xff\xda")
    yield "scans without end", scan[:-2] + scan[start:-2] * 400
    yield "lossless", whole.replace(b"\xff\xc0", b"\xff\xc3", 1)
    yield "segments without end", whole[:2] + segment(0xE1, b"Exif\0\0" + bytes(60_000)) * 100
    yield "only the start", b"\xff\xd8\xff"
    yield "too many bytes", whole + bytes(8 * 1024 * 1024)


def exif_bombs() -> Iterator[tuple[str, bytes]]:
    """What stands beside the picture is made to trap whoever reads it."""
    heads = [
        b"Exif\0\0II*\0\xff\xff\xff\xff",
        b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\x12\x01\x03\0\xff\xff\xff\xff\0\0\0\0" * 2000,
        b"Exif\0\0II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x08\0\0\0\x08\0\0\0",
        b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\xff\xff\0\0",
        b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x02\0\xff\xff\xff\x7f\x08\0\0\0",
        b"Exif\0\0" + bytes(60_000),
        b"MPF\0II*\0\x08\0\0\0\x03\0\x00\xb0\x07\0\x04\0\0\x000100\x01\xb0\x04\0\x01\0\0\0\xff\xff\0\0",
    ]
    for number, head in enumerate(heads):
        for marker in (0xE1, 0xE2):
            yield f"exif {number} in {marker:x}", with_segments(segment(marker, head))


def damaged() -> Iterator[tuple[str, bytes]]:
    """A good photo, cut off or changed somewhere."""
    rng = random.Random(SEED)
    whole, layered = photo(exif=gps()), photo(progressive=True)
    for number in range(60):
        cut = 1 + number * (len(whole) - 1) // 60
        yield f"cut off at {cut}", whole[:cut]
    tables = [at for at in range(len(whole)) if whole[at : at + 2] == b"\xff\xc4"]
    for number in range(40):
        broken = bytearray(whole)
        for _ in range(4):
            broken[tables[number % len(tables)] + rng.randrange(2, 60)] = rng.randrange(256)
        yield f"with a broken table, {number}", bytes(broken)
    number = 0
    while True:
        source = (whole, layered)[number % 2]
        broken = bytearray(source)
        for _ in range(rng.choice((1, 3, 20, 200))):
            broken[rng.randrange(2, len(broken))] = rng.randrange(256)
        yield f"changed at random, {number}", bytes(broken)
        number += 1
