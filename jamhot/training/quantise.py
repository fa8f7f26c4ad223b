"""Static int8: the float network in, the same network with 8-bit weights and activations out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static

from jamhot.training.network import NORMALISED, PIXEL_ZERO
from jamhot.vision.photo import Pixels

# What is quantised. The head stays float: 0.4 MB, and its logits are what confidence is made of.
QUANTISED = ["Conv", "Clip", "Add"]
BATCH = 8


class _Photos(CalibrationDataReader):  # type: ignore[misc]  # the base class is untyped
    """Calibration photos, normalised as the float network takes them."""

    def __init__(self, pixels: Pixels) -> None:
        self._batches = self._normalised(pixels)

    def get_next(self) -> dict[str, npt.NDArray[np.float32]] | None:
        return next(self._batches, None)

    @staticmethod
    def _normalised(pixels: Pixels) -> Iterator[dict[str, npt.NDArray[np.float32]]]:
        for start in range(0, len(pixels), BATCH):
            batch = (pixels[start : start + BATCH].astype(np.float32) - PIXEL_ZERO) / 128
            yield {NORMALISED: np.ascontiguousarray(batch.transpose(0, 3, 1, 2))}


def quantise(source: Path, target: Path, pixels: Pixels, **choices: Any) -> None:
    """Quantise `source` with the ranges seen on pixels, uint8 [N, S, S, 3]; `choices` replace the settings."""
    settings: dict[str, Any] = {
        "quant_format": QuantFormat.QDQ,
        "activation_type": QuantType.QUInt8,
        "weight_type": QuantType.QInt8,
        "per_channel": True,
        "reduce_range": False,
        "op_types_to_quantize": QUANTISED,
        "calibrate_method": CalibrationMethod.MinMax,
    }
    quantize_static(onnx.load(source), target, _Photos(pixels), **{**settings, **choices})
