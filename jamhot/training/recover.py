"""The weights of a finished bundle as a state of `Network`: what a further course of training starts from.

A bundle's network has its normalisation folded into its convolutions and rounded to 8 bits. Folded apart again by
ImageNet's means, variances and scales, which training leaves as they were or near it, it computes the same.
"""

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from jamhot.errors import BundleError
from jamhot.training.network import Matrix, Network

# A channel that ImageNet's network had all but turned off cannot be divided by its scale.
FAINT = 1e-3


def recovered(model: Path, size: int) -> dict[str, torch.Tensor]:
    """State of a `Network` for pictures of `size` px that computes what the ONNX file does, but for the rounding of
    its activations.

    Raises:
        BundleError: the file holds another network than this project's.
    """
    graph = onnx.load(model).graph
    constants = _constants(graph)
    head, bias = constants.get("head.weight"), constants.get("head.bias")
    if head is None or bias is None:
        raise BundleError(f"{model.name} has no head of this project's network")
    network = Network(size, head, bias)
    convolutions = [node for node in graph.node if node.op_type == "Conv"]
    modules = [m for m in network.backbone.modules() if isinstance(m, torch.nn.Conv2d)]
    norms = [m for m in network.backbone.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    if not len(convolutions) == len(modules) == len(norms):
        raise BundleError(f"{model.name} has {len(convolutions)} convolutions, this project's network {len(modules)}")
    for node, convolution, norm in zip(convolutions, modules, norms, strict=True):
        _unfold(constants[node.input[1]], constants[node.input[2]], convolution, norm)
    state: dict[str, torch.Tensor] = network.state_dict()
    return state


def _constants(graph: onnx.GraphProto) -> dict[str, Matrix]:
    """Name of a constant, or of what a DequantizeLinear makes of one → its values, float32."""
    raw = {constant.name: numpy_helper.to_array(constant) for constant in graph.initializer}
    found = {name: values.astype(np.float32) for name, values in raw.items()}
    for node in graph.node:
        if node.op_type == "DequantizeLinear" and node.input[0] in raw:
            values, scale, zero = (raw[name].astype(np.float32) for name in node.input)
            along = (-1, *(1,) * (values.ndim - 1)) if scale.size > 1 else ()
            found[node.output[0]] = (values - zero.reshape(along)) * scale.reshape(along)
    return found


def _unfold(weight: Matrix, bias: Matrix, convolution: torch.nn.Conv2d, norm: torch.nn.BatchNorm2d) -> None:
    if weight.shape != tuple(convolution.weight.shape):
        raise BundleError(f"a convolution of {weight.shape}, not of {tuple(convolution.weight.shape)}")
    with torch.no_grad():
        norm.weight[norm.weight.abs() < FAINT] = FAINT
        scale = norm.weight * torch.rsqrt(norm.running_var + norm.eps)
        convolution.weight.copy_(torch.from_numpy(weight) / scale[:, None, None, None])
        norm.bias.copy_(torch.from_numpy(bias) + norm.running_mean * scale)
