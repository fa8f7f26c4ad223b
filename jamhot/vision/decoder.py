"""The process that decodes heavy photos: `python -m jamhot.vision.decoder`, started and ended by `vision.heavy`.

Photos come on standard input and go to standard output as small pixels. Nobody else may read a photo here: what comes
in is a stranger's, and the libraries that read it are large. It gives way to the service at the processor, has a limit
of memory, may write no file, is the first to go when memory runs out, and ends when nothing comes for a while.
"""

import contextlib
import io
import json
import os
import resource
import select
import signal
import struct
import sys
from pathlib import Path
from typing import BinaryIO

from jamhot.errors import ImageTooLarge, InvalidImage, JamHotError
from jamhot.vision.photo import HEAVY_BUDGET, read_photo

REQUEST = struct.Struct(">QI")
"""Bytes of the photo, and the shortest side that is needed, px; the photo follows."""
ANSWER = struct.Struct(">I")
"""Bytes of the JSON that follows; the pixels, uint8 [H, W, 3], come behind it."""
IDLE_S = 30.0
NICE = 5
"""A third of the service's weight at the processor: JPEGs go first, and these still come through."""
DATA_LIMIT = HEAVY_BUDGET + 100 * 1024 * 1024
"""Bytes of memory of its own: what a photo may take, and Python with its libraries (50 MB reserved, 31 used)."""


def main() -> None:
    """Answers one photo after the other until nothing comes."""
    _give_way()
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while select.select([source], [], [], IDLE_S)[0] and (head := source.read(REQUEST.size)):
        size, needed = REQUEST.unpack(head)
        said, pixels = answer(io.BytesIO(source.read(size)), needed)
        text = json.dumps(said).encode()
        target.write(ANSWER.pack(len(text)) + text + pixels)
        target.flush()


def answer(photo: BinaryIO, needed: int) -> tuple[dict[str, object], bytes]:
    """What goes back for a photo: what is said of it or of its error, and its pixels."""
    try:
        found = read_photo(photo, needed)
    except (InvalidImage, ImageTooLarge) as error:
        return _refusal(error), b""
    except MemoryError:
        hint = "Send a smaller version of the photo."
        return _refusal(ImageTooLarge("This photo needs too much memory to be opened.", hint=hint)), b""
    height, width = found.pixels.shape[:2]
    said: dict[str, object] = {"format": found.format, "width": found.width, "height": found.height}
    return said | {"shape": (height, width, 3)}, found.pixels.tobytes()


def _refusal(error: JamHotError) -> dict[str, object]:
    return {"error": error.code, "message": error.message, "details": error.details, "hint": error.hint}


def _give_way() -> None:
    # Ctrl-C is the service's affair; it then ends us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_DATA, (DATA_LIMIT, DATA_LIMIT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    with contextlib.suppress(OSError):  # not every sandbox has it
        Path("/proc/self/oom_score_adj").write_text("1000")


if __name__ == "__main__":
    main()
