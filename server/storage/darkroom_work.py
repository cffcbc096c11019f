"""The darkroom's own process: it holds nothing of Heed's but the picture that it is given, and can reach nothing.

Started as a program by darkroom.py, with Pillow alone, and no settings, keys or connections to lose. For each
picture it forks a process that may open no file and no connection, write nowhere, and use only so much memory and
time; whatever a picture does to the code that reads it, it does there. This file imports nothing of Heed's.
"""

from __future__ import annotations

import contextlib
import io
import os
import resource
import signal
import socket
import sys
import warnings

# Reading a JPEG can ask for the last two, and afterwards no file can be opened.
from PIL import Image, ImageFile, ImageOps, MpoImagePlugin, TiffImagePlugin

MOST_PIXELS = 40_000_000
#: What the app sends is 1,600 pixels long at most; a receipt is read well at this.
LONGEST_SIDE = 4096
QUALITY = 82
MEMORY = 512 * 1024 * 1024
#: Seconds of work, and seconds altogether.
WORK, ALTOGETHER = 5, 10
NOBODY = 65534

READERS = (MpoImagePlugin, TiffImagePlugin)


def made_anew(content: bytes) -> bytes:
    """The same picture, upright, built from its pixels alone. Raises whatever reading it raises."""
    # Pillow only warns of what looks wrong; for us that is a refusal.
    warnings.simplefilter("error")
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    with Image.open(io.BytesIO(content), formats=["JPEG"]) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise ValueError("The picture is too large.")
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    bare = Image.frombytes("RGB", upright.size, upright.tobytes())
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def shut_in(uid: int) -> None:
    """Give up everything that making a picture anew does not need."""
    # The kernel ends it, whatever it is doing.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(ALTOGETHER)
    if uid == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    limits = {"RLIMIT_AS": MEMORY, "RLIMIT_CPU": WORK, "RLIMIT_FSIZE": 0, "RLIMIT_CORE": 0, "RLIMIT_NPROC": 0}
    for name, most in (limits | {"RLIMIT_NOFILE": 0}).items():
        # Some systems know fewer limits; the others hold there.
        with contextlib.suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, name), (most, most))


def develop(given: int, wanted: int) -> None:
    """One picture, from one pipe to another: a first byte says that work began, and the rest is the picture."""
    os.write(wanted, b"+")
    with open(given, "rb", closefd=False) as source:
        content = source.read()
    anew = memoryview(made_anew(content))
    while anew:
        anew = anew[os.write(wanted, anew) :]


def warm_up() -> None:
    """Make one picture anew, so that all that Pillow loads when it is first needed is there."""
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    Image.new("CMYK", (8, 8)).save(out, "JPEG", exif=exif, progressive=True)
    made_anew(out.getvalue())


def main() -> None:
    """Take pictures until whoever started this is gone."""
    warm_up()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    door = socket.socket(fileno=int(sys.argv[1]))
    while True:
        said, fds, _, _ = socket.recv_fds(door, 1, 2)
        if not said:
            return
        if os.fork() == 0:
            try:
                door.close()
                shut_in(os.getuid())
                develop(*fds)
            finally:
                # Without a word: what went wrong stands in no log, since it may be made of the picture.
                os._exit(0)
        for each in fds:
            os.close(each)


if __name__ == "__main__":
    main()
