"""HEIC through libheif. Imported only where a HEIC is read."""

from typing import Any, BinaryIO

import pi_heif
from pi_heif import options
from PIL import Image

# One core is what there is. Depth maps and the like are not looked at.
options.DECODE_THREADS = 1
options.THUMBNAILS = options.DEPTH_IMAGES = options.AUX_IMAGES = False


class Heic:
    """The primary picture of a HEIC file, upright: opened, it knows its size; loaded, it gives its rows.

    Raises ValueError, RuntimeError, SyntaxError, EOFError or OSError for a damaged file, when made and in `load`.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file: Any = pi_heif.open_heif(file, convert_hdr_to_8bit=True, remove_stride=False)
        self.size: tuple[int, int] = self._file.size

    def load(self) -> None:
        """Decodes; what a file says of its size may turn out to be another one."""
        self._pixels = memoryview(self._file.data)
        self._stride: int = self._file.stride
        self._raw_mode: str = self._file.mode
        self._mode = self._raw_mode.replace("a", "A")
        self.size = self._file.size

    def rows(self, top: int, bottom: int) -> Image.Image:
        """The rows from `top` up to `bottom`, as a picture."""
        part = bytes(self._pixels[top * self._stride : bottom * self._stride])
        size = (self.size[0], bottom - top)
        return Image.frombuffer(self._mode, size, part, "raw", self._raw_mode, self._stride, 1)
