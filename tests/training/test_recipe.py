"""The schedule, and the quick network against the plain one; needs the extra `train`."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="the extra `train` is not installed")
pytest.importorskip("efficientnet_lite_pytorch", reason="the extra `train` is not installed")

import torch

from jamhot.training import trainable
from jamhot.training.finetune import Recipe
from jamhot.training.network import Network

RECIPE = Recipe(samples=1000, warm_up=100, cool_down=400, batch=10, size=128, finish=((400, 160), (100, 192)))


def test_the_rate_climbs_stays_and_falls() -> None:
    rates = [RECIPE.rate(step) for step in range(RECIPE.steps)]
    assert rates[0] == pytest.approx(0.1)
    assert rates[9:60] == [1.0] * 51
    assert rates[60:] == sorted(rates[60:], reverse=True)
    assert rates[-1] == 0


def test_pictures_grow_towards_the_end() -> None:
    sizes = [RECIPE.size_at(step) for step in range(RECIPE.steps)]
    assert [sizes.count(size) for size in (128, 160, 192)] == [60, 30, 10]
    assert sizes == sorted(sizes)


def test_a_longer_recipe_begins_the_same() -> None:
    longer = Recipe(**{**RECIPE.__dict__, "samples": 3000})
    steps = range(RECIPE.level_steps)
    assert [(longer.rate(s), longer.size_at(s)) for s in steps] == [(RECIPE.rate(s), RECIPE.size_at(s)) for s in steps]


@pytest.fixture(scope="module")
def network() -> Network:
    torch.manual_seed(0)
    weight = np.random.default_rng(0).normal(0, 0.05, (5, 1280)).astype(np.float32)
    return Network(96, weight, np.zeros(5, np.float32)).eval()


def test_quick_and_plain_agree_forwards(network: Network) -> None:
    pixels = torch.randn(4, 3, 96, 96)
    with torch.no_grad():
        plain, quick = network(pixels)[0], trainable.Trainable(network)(pixels)
    assert torch.nn.functional.cosine_similarity(plain, quick).min() > 0.98


def test_quick_and_plain_agree_backwards(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainable, "FILTER_SHARE", 1)
    pixels, truth = torch.randn(4, 3, 96, 96), torch.tensor([0, 1, 2, 3])
    gradients = []
    for forward in (lambda: network(pixels)[0], lambda: trainable.Trainable(network)(pixels)):
        network.zero_grad()
        torch.nn.functional.cross_entropy(forward(), truth).backward()
        gradients.append([p.grad.clone() for p in network.parameters()])
    alike = [
        torch.nn.functional.cosine_similarity(a.flatten(), b.flatten(), 0).item()
        for a, b in zip(*gradients, strict=True)
    ]
    assert np.median(alike) > 0.95


def test_frozen_blocks_get_no_gradient(network: Network) -> None:
    network.zero_grad()
    trainable.Trainable(network, frozen=4)(torch.randn(2, 3, 64, 64)).sum().backward()
    backbone = network.backbone
    assert backbone._conv_stem.weight.grad is None
    assert backbone._blocks[3]._project_conv.weight.grad is None
    assert backbone._blocks[4]._project_conv.weight.grad is not None
