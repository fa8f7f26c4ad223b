"""Photos made by code that cost what phone photos cost: 12 megapixels with grain, at a phone's JPEG quality."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image


def phone_jpeg(width: int = 4032, height: int = 3024, seed: int = 7) -> bytes:
    """A JPEG of about 3 MB at 12 megapixels: soft shapes and sensor noise, quality 85, 4:2:0."""
    rng = np.random.default_rng(seed)
    small = rng.uniform(40, 215, (height // 96 + 1, width // 96 + 1, 3)).astype(np.uint8)
    soft = np.asarray(Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC), dtype=np.int16)
    grain = rng.normal(0, 7, (height, width, 1)).astype(np.int16)
    picture = Image.fromarray(np.clip(soft + grain, 0, 255).astype(np.uint8))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=85, subsampling=2)
    return buffer.getvalue()
