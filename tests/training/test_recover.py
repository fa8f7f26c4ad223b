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
from jamhot.training.network import PIXEL_SCALE, PIXEL_ZERO, export_normalised, trained, untrained
from jamhot.training.quantise import quantise
from jamhot.training.recover import recovered
from jamhot.training.trainable import as_int8
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


def folded(state: dict[str, torch.Tensor]) -> list[torch.Tensor]:
    """Each convolution's weights with its normalisation in them."""
    backbone = trained(96, state).backbone
    convolutions = [module for module in backbone.modules() if isinstance(module, torch.nn.Conv2d)]
    norms = [module for module in backbone.modules() if isinstance(module, torch.nn.BatchNorm2d)]
    scales = [norm.weight * torch.rsqrt(norm.running_var + norm.eps) for norm in norms]
    return [c.weight.detach() * s.detach()[:, None, None, None] for c, s in zip(convolutions, scales, strict=True)]


def test_weights_are_rounded_while_learning_as_the_file_rounds_them(tmp_path: Path) -> None:
    network = untrained(96)
    before = folded(network.state_dict())
    export_normalised(tmp_path / "float.onnx", network)
    quantise(tmp_path / "float.onnx", tmp_path / MODEL, check_pictures(96))
    after = folded(recovered(tmp_path / MODEL, 96))
    for asked, got in zip(before, after, strict=True):
        largest = asked.abs().amax((1, 2, 3), keepdim=True)
        on = (largest > 1e-5).flatten()  # what ImageNet's network had all but turned off is not recovered
        assert on.float().mean() > 0.8
        alike = (as_int8(asked) - got).abs() < largest / 127 / 100
        assert alike[on].float().mean() > 0.999, "but for what lies halfway between two steps"


def test_another_network_is_refused(tmp_path: Path) -> None:
    model = onnx.load(SHIPPED_BUNDLE / MODEL)
    model.graph.node.remove(next(node for node in model.graph.node if node.op_type == "Conv"))
    onnx.save(model, tmp_path / MODEL)
    with pytest.raises(BundleError, match="63 convolutions, this project's network 64"):
        recovered(tmp_path / MODEL, 224)
