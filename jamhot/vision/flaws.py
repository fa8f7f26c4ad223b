"""Why a photo may not have been understood, measured from the picture as the network saw it.

The limits were set on photos that training did not see (docs/models.md, “When no fruit is found”).
"""

from typing import Literal

import numpy as np
import numpy.typing as npt

from jamhot.vision.photo import Pixels

Flaw = Literal["too_small", "too_dark", "too_bright", "too_blurred"]

# Shorter side of the photo as it came, px.
SMALLEST_SIDE = 48
# Rec. 601 luma, 0 to 255: the brightest twentieth of a dark picture stays below this.
DARK = 90.0
# All but the darkest fifth of an over-exposed picture lies above this, with hardly any contrast.
BRIGHT, BRIGHT_SPREAD = 200.0, 22.0
BLURRED = 0.74
# Side of the blur that sharpness is measured against, px of the network's input.
BOX = 9

Luma = npt.NDArray[np.float32]
_WEIGHTS = np.array([0.299, 0.587, 0.114], np.float32)


def flaw(pixels: Pixels, width: int, height: int) -> Flaw | None:
    """The likeliest reason why a picture is hard to read; None when none is to be seen.

    pixels: uint8 [S, S, 3], the network's input. width, height: of the photo as it came, px.
    """
    if min(width, height) < SMALLEST_SIDE:
        return "too_small"
    luma = pixels.astype(np.float32) @ _WEIGHTS
    dark, light = np.percentile(luma, [20, 95])
    if light < DARK:
        return "too_dark"
    if dark > BRIGHT and float(luma.std()) < BRIGHT_SPREAD:
        return "too_bright"
    return "too_blurred" if blur(luma) > BLURRED else None


def blur(luma: Luma) -> float:
    """0 sharp to 1 blurred, for luma [S, S]: how little of its steps a picture loses when it is blurred once more.

    Crete, Dolmiere, Ladret, Nicolas: The blur effect, Proc. SPIE 6492 (2007). A picture of one tone is blurred.
    """
    return max(_kept(luma), _kept(luma.T))


def _kept(luma: Luma) -> float:
    """Share of the steps from row to row that a box blur over rows leaves."""
    # From one row to the next a box's sum gains the row that enters it and loses the one that leaves it.
    after = np.abs(luma[BOX + 1 :] - luma[1:-BOX])
    middle = luma[BOX // 2 + 1 : BOX // 2 + 2 + len(after)]
    before = np.abs(middle[1:] - middle[:-1]) * BOX
    total = float(before.sum())
    return 1 - float(np.maximum(0, before - after).sum()) / total if total > 0 else 1.0
