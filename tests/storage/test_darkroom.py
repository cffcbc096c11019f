"""Whatever is sent as a photo comes out as a bare, small JPEG, or is refused; nothing happens to the server."""

from __future__ import annotations

import io
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageOps

from server.storage import darkroom as darkrooms
from server.storage.darkroom import Darkroom, NotAPhoto
from tests.storage import hostile_photos
from tests.storage.hostile_photos import SECRET, photo

#: All that a JPEG needs to be shown: where it begins and ends, tables, frame, scan, and the plain JFIF mark.
NEEDED = {0xD8, 0xE0, 0xDB, 0xC0, 0xC4, 0xDA, 0xD9}


@pytest.fixture(scope="module")
def darkroom() -> Iterator[Darkroom]:
    made = Darkroom()
    yield made
    made.close()


def tried(darkroom: Darkroom, content: bytes) -> bytes | None:
    try:
        return darkroom.made_anew(content)
    except NotAPhoto:
        return None


def is_bare(anew: bytes) -> None:
    """Nothing stands in it but a picture, and nothing behind it."""
    assert anew.endswith(b"\xff\xd9")
    assert SECRET not in anew
    at = 2
    while True:
        marker = anew[at + 1]
        assert anew[at] == 0xFF
        assert marker in NEEDED, f"{marker:x}"
        if marker == 0xDA:
            break
        at += 2 + int.from_bytes(anew[at + 2 : at + 4])
    assert anew.find(b"\xff\xd9", at) == len(anew) - 2
    with Image.open(io.BytesIO(anew)) as picture:
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}
        assert not picture.getexif()
        assert picture.mode == "RGB"
        assert max(picture.size) <= 4096


def hostile() -> list[tuple[str, bytes]]:
    few = [*hostile_photos.impossible(), *hostile_photos.exif_bombs(), *hostile_photos.good()]
    return few + list(islice(hostile_photos.damaged(), 300 - len(few)))


def test_300_hostile_files_are_refused_or_come_out_bare(darkroom: Darkroom):
    files = hostile()
    assert len(files) == 300
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.monotonic()
    with ThreadPoolExecutor(8) as together:
        outcomes = list(together.map(lambda each: tried(darkroom, each[1]), files))
    assert time.monotonic() - begun < 60
    # In kilobytes: what reads the pictures is not this process.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 96 * 1024
    for (name, _), anew in zip(files, outcomes, strict=True):
        if anew is not None:
            is_bare(anew)
            assert len(anew) < 200_000, name
    made = sum(anew is not None for anew in outcomes)
    assert 60 < made < 240
    # And it goes on as before.
    assert darkroom.made_anew(photo())


@pytest.mark.parametrize(
    ("name", "content"), list(hostile_photos.good()), ids=lambda each: each if isinstance(each, str) else ""
)
def test_a_photo_comes_out_without_what_it_carried(darkroom: Darkroom, name: str, content: bytes):
    anew = darkroom.made_anew(content)
    is_bare(anew)
    with Image.open(io.BytesIO(content)) as was, Image.open(io.BytesIO(anew)) as now:
        upright = ImageOps.exif_transpose(was).convert("RGB")
        assert now.size == upright.size
        assert max(high for _, high in ImageChops.difference(upright, now).getextrema()) < 40


@pytest.mark.parametrize(
    ("name", "content"),
    list(hostile_photos.impossible()),
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_is_no_photo_is_refused(darkroom: Darkroom, name: str, content: bytes):
    with pytest.raises(NotAPhoto, match="not a photo that we can read"):
        darkroom.made_anew(content)


def test_a_photo_of_a_large_camera_is_kept_smaller(darkroom: Darkroom):
    anew = darkroom.made_anew(photo((7000, 5000)))
    with Image.open(io.BytesIO(anew)) as picture:
        assert picture.size == (4096, 2926)


def test_many_photos_at_once_are_each_their_own(darkroom: Darkroom):
    sizes = [(40 + number, 30) for number in range(24)]
    with ThreadPoolExecutor(8) as together:
        for size, anew in zip(
            sizes, together.map(lambda size: darkroom.made_anew(photo(size)), sizes), strict=True
        ):
            assert Image.open(io.BytesIO(anew)).size == size


def test_a_process_that_was_killed_is_replaced():
    made = Darkroom()
    try:
        for _ in range(3):
            assert made.made_anew(photo())
            assert made._process is not None
            os.kill(made._process.pid, signal.SIGKILL)
        assert made.made_anew(photo())
    finally:
        made.close()


def test_a_darkroom_that_cannot_start_blames_no_photo(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(darkrooms, "WORK", tmp_path / "gone.py")
    made = Darkroom()
    with pytest.raises(darkrooms.DarkroomClosed):
        made.made_anew(photo())
    made.close()


def test_the_process_ends_with_whoever_started_it():
    program = (
        "import os, signal; from server.storage.darkroom import Darkroom\n"
        "from tests.storage.hostile_photos import photo\n"
        "made = Darkroom(); made.made_anew(photo()); print(made._process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    process = Path(f"/proc/{int(ran.stdout)}")
    until = time.monotonic() + 10
    while process.exists() and "Z" not in (process / "stat").read_text().rsplit(")", 1)[1][:3]:
        assert time.monotonic() < until
        time.sleep(0.02)


#: Run in the darkroom's own process in place of reading a picture: each says what it could do after all.
ESCAPES = {
    "read a file": "open('/etc/hostname').read()",
    "write a file": "open('/tmp/escaped', 'w')",
    "connect": "socket.socket()",
    "run a program": "subprocess.run(['/bin/true'])",
    "fork": "os.fork() or os._exit(0)",
    "take a gigabyte": "bytearray(1024**3)",
    "be root again": "os.setuid(0) if before == 0 else os.seteuid(0)",
    "signal whoever started it": "os.kill(os.getppid(), 0) if before == 0 else 1/0",
    "learn a setting": "os.environ['PATH']",
}


@pytest.mark.parametrize("escape", ESCAPES)
def test_code_that_takes_the_process_over_can_do_nothing(escape: str):
    program = (
        "import os, socket, subprocess, sys; from server.storage import darkroom_work as work\n"
        "given, wanted = os.pipe(); before = os.getuid()\n"
        "os.environ.clear(); work.shut_in(before)\n"
        f"try:\n    {ESCAPES[escape]}\n"
        "except BaseException: os._exit(3)\n"
        "os._exit(0)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, timeout=60)
    assert ran.returncode == 3, f"It could {escape}."


def test_work_without_end_is_ended():
    program = (
        "import os, resource; from server.storage import darkroom_work as work\n"
        "work.WORK = 1; work.shut_in(os.getuid())\nwhile True: pass"
    )
    begun = time.monotonic()
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, timeout=60)
    assert ran.returncode in (-signal.SIGXCPU, -signal.SIGKILL)
    assert time.monotonic() - begun < 15
