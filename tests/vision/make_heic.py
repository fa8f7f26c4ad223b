"""Makes the HEIC files of the tests: `python make_heic.py FOLDER`, in an environment of its own with `pillow-heif`.

The service's decoder, pi-heif, brings no encoder, so the few bytes that come out are kept in `tests/vision/heic`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pillow_heif
from PIL import Image

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def quarters(width: int = 320, height: int = 240) -> Image.Image:
    """Red, green over blue, white."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(GREEN, (width // 2, 0, width, height // 2))
    image.paste(BLUE, (0, height // 2, width // 2, height))
    image.paste(WHITE, (width // 2, height // 2, width, height))
    return image


def main(folder: Path) -> None:
    pillow_heif.register_heif_opener()
    quarters().save(folder / "quarters.heic", quality=60)
    quarters(1701, 1303).save(folder / "large.heic", quality=30)
    for orientation in range(2, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        quarters().save(folder / f"turned-{orientation}.heic", quality=60, exif=exif.tobytes())
    transparent = quarters().convert("RGBA")
    transparent.paste((0, 0, 0, 0), (0, 0, 160, 120))
    transparent.save(folder / "transparent.heic", quality=80)
    quarters().convert("L").save(folder / "gray.heic", quality=60)
    deep = (np.asarray(quarters()).astype(np.uint16) << 8) | 0xFF
    pillow_heif.from_bytes("RGB;16", (320, 240), deep.tobytes()).save(folder / "ten-bits.heic", quality=60)
    two = pillow_heif.HeifFile()
    two.add_from_pillow(Image.new("RGB", (320, 240), (9, 9, 9)))
    two.add_from_pillow(quarters())
    two.save(folder / "second-of-two.heic", primary_index=1, quality=60)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
