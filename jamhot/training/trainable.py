"""The network as it is trained quickly on a CPU: bfloat16, channels last, batch normalisation folded in.

Measured on two cores with avx512_bf16, EfficientNet-Lite2 at 160 px (docs/training.md tells the figures):

- Batch normalisation keeps ImageNet's means and variances, its scale and shift are trained, and all of it is
  folded into the convolution's weights at every step. The folding is arithmetic on weights, not on activations.
- The gradient of a depthwise filter is what oneDNN is slow at (10 to 100 times its forward pass in bfloat16).
  It is computed in float32 from every fourth picture of a batch and scaled up: the same mean, more noise.
- With stride 2 the gradient of a depthwise convolution's input is taken in float32, for the same reason.
"""

import math
from typing import Any

import torch
from torch.nn import functional

from jamhot.training.network import Network

# One picture of so many gives the depthwise filters' gradient.
FILTER_SHARE = 4

Pads = tuple[int, int, int, int]


class Trainable(torch.nn.Module):  # type: ignore[misc, unused-ignore]  # torch is no part of every environment
    """Runs `network`'s own parameters; the stem and the first `frozen` blocks are not trained.

    forward: float [N, 3, S, S], normalised → logits float32 [N, K], for any S.
    """

    def __init__(self, network: Network, frozen: int = 0) -> None:
        super().__init__()
        self.network = network
        self.frozen = frozen

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        backbone = self.network.backbone
        x = pixels.to(torch.bfloat16).contiguous(memory_format=torch.channels_last)
        learning = torch.is_grad_enabled()
        with torch.set_grad_enabled(learning and not self.frozen):
            x = _unit(backbone._conv_stem, backbone._bn0, x, active=True)
        for index, block in enumerate(backbone._blocks):
            with torch.set_grad_enabled(learning and index >= self.frozen):
                x = _block(block, x)
        x = _unit(backbone._conv_head, backbone._bn1, x, active=True)
        return self.network.head(x.float().mean((2, 3)))


def _block(block: Any, x: torch.Tensor) -> torch.Tensor:
    y = _unit(block._expand_conv, block._bn0, x, active=True) if hasattr(block, "_expand_conv") else x
    y = _unit(block._depthwise_conv, block._bn1, y, active=True)
    y = _unit(block._project_conv, block._bn2, y, active=False)
    return y + x if block.id_skip and y.shape == x.shape else y


def _unit(convolution: Any, norm: Any, x: torch.Tensor, *, active: bool) -> torch.Tensor:
    """Convolution, normalisation and ReLU6 in one."""
    scale = norm.weight * torch.rsqrt(norm.running_var + norm.eps)
    weight = convolution.weight * scale[:, None, None, None]
    bias = norm.bias - norm.running_mean * scale
    pads = _same(x.shape[2], x.shape[3], convolution.kernel_size[0], convolution.stride[0])
    if convolution.groups > 1:
        y = _Depthwise.apply(x, weight, bias, convolution.stride[0], pads)
    else:
        y = _convolve(x, weight, bias, convolution.stride[0], pads, 1)
    return functional.relu6(y, inplace=True) if active else y


def _same(height: int, width: int, kernel: int, stride: int) -> Pads:
    """Padding (left, right, top, bottom) of TensorFlow's SAME."""
    high = max((math.ceil(height / stride) - 1) * stride + kernel - height, 0)
    wide = max((math.ceil(width / stride) - 1) * stride + kernel - width, 0)
    return wide // 2, wide - wide // 2, high // 2, high - high // 2


def _padded(x: torch.Tensor, pads: Pads) -> tuple[torch.Tensor, tuple[int, int]]:
    """(x, padding left to the convolution): uneven padding is copied in, even padding is not."""
    left, right, top, bottom = pads
    if left == right and top == bottom:
        return x, (top, left)
    return functional.pad(x, pads), (0, 0)


def _convolve(
    x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, stride: int, pads: Pads, groups: int
) -> torch.Tensor:
    x, padding = _padded(x, pads)
    return functional.conv2d(x, weight.to(x.dtype), bias.to(x.dtype), stride, padding, 1, groups)


class _Depthwise(torch.autograd.Function):  # type: ignore[misc, unused-ignore]
    """Depthwise convolution with a quick backward pass."""

    @staticmethod
    def forward(
        ctx: Any, x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, stride: int, pads: Pads
    ) -> torch.Tensor:
        ctx.save_for_backward(x, weight)
        ctx.stride, ctx.pads = stride, pads
        return _convolve(x, weight, bias, stride, pads, x.shape[1])

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[Any, ...]:  # type: ignore[override, unused-ignore]
        x, weight = ctx.saved_tensors
        gradient = gradient.contiguous(memory_format=torch.channels_last)
        kind = gradient.dtype if ctx.stride == 1 else torch.float32
        padded, padding = _padded(x, ctx.pads)
        into = None
        if ctx.needs_input_grad[0]:
            into = _backward(gradient.to(kind), padded.to(kind), weight.to(kind), ctx.stride, padding, 0)
            into = _unpadded(into, x, padding, ctx.pads).to(x.dtype)
        few = slice(0, None, FILTER_SHARE)
        some = _backward(gradient[few].float(), padded[few].float(), weight, ctx.stride, padding, 1)
        factor = len(x) / len(x[few])
        return into, some * factor, gradient.sum((0, 2, 3), dtype=torch.float32), None, None


def _backward(
    gradient: torch.Tensor, x: torch.Tensor, weight: torch.Tensor, stride: int, padding: tuple[int, int], which: int
) -> torch.Tensor:
    """The gradient of x (which = 0) or of the weight (which = 1)."""
    mask = [which == 0, which == 1, False]
    channels_last = torch.channels_last
    result: torch.Tensor = torch.ops.aten.convolution_backward(
        gradient.contiguous(memory_format=channels_last),
        x.contiguous(memory_format=channels_last),
        weight,
        [0],
        [stride, stride],
        list(padding),
        [1, 1],
        False,
        [0, 0],
        x.shape[1],
        mask,
    )[which]
    return result


def _unpadded(into: torch.Tensor, x: torch.Tensor, padding: tuple[int, int], pads: Pads) -> torch.Tensor:
    if padding != (0, 0) or into.shape == x.shape:
        return into
    left, _, top, _ = pads
    return into[:, :, top : top + x.shape[2], left : left + x.shape[3]]
