"""The weights of a bundle, folded apart again; needs the extra `train`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="the extra `train` is not installed")
pytest.importorskip("efficientnet_lite_pytorch", reason="the extra `train` is not installed")

import onnx
import torch

from jamhot.errors import BundleError
from jamhot.settings import SHIPPED_BUNDLE
from jamhot.training.network import PIXEL_SCALE, PIXEL_ZERO, trained
from jamhot.training.recover import recovered
from jamhot.vision.bundle_files import MODEL
from jamhot.vision.checks import check_pictures
from jamhot.vision.contract import INPUT, LOGITS
from jamhot.vision.session import OnnxSession


def test_the_recovered_network_says_what_the_file_does() -> None:
    pictures = check_pictures(224)
    there = OnnxSession(SHIPPED_BUNDLE / MODEL, threads=1).run(INPUT, pictures, [LOGITS])[0]
    network = trained(224, recovered(SHIPPED_BUNDLE / MODEL, 224)).eval()
    pixels = (torch.from_numpy(pictures).permute(0, 3, 1, 2).float() - PIXEL_ZERO) * PIXEL_SCALE
    with torch.no_grad():
        here = network(pixels)[0].numpy()
    cosine = (there * here).sum(axis=1) / np.linalg.norm(there, axis=1) / np.linalg.norm(here, axis=1)
    assert cosine.min() > 0.98


def test_another_network_is_refused(tmp_path: Path) -> None:
    model = onnx.load(SHIPPED_BUNDLE / MODEL)
    model.graph.node.remove(next(node for node in model.graph.node if node.op_type == "Conv"))
    onnx.save(model, tmp_path / MODEL)
    with pytest.raises(BundleError, match="63 convolutions, this project's network 64"):
        recovered(tmp_path / MODEL, 224)
