"""Writes the tiny networks beside it, each with one thing wrong: `python tests/vision/make_networks.py`.

Needs the extra `train` (onnx); the tests do not, they read the files.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FOLDER = Path(__file__).with_name("networks")
SIZE, LABELS = 32, 4


def network(
    *,
    input_name: str = "pixels",
    dtype: int = TensorProto.UINT8,
    batch: str | int = "N",
    size: int = SIZE,
    labels: int = LABELS,
    bias: float = 0.0,
    features: str = "features",
) -> onnx.ModelProto:
    """Mean colour → linear head. Label 0 likes red, 1 green, 2 blue, 3 nothing."""
    weight = np.zeros((3, labels), np.float32)
    for index in range(min(3, labels)):
        weight[index, index] = 0.1
    constants = [
        numpy_helper.from_array(weight, "weight"),
        numpy_helper.from_array(np.full(labels, bias, np.float32), "bias"),
    ]
    nodes = [
        helper.make_node("Cast", [input_name], ["numbers"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["numbers"], [features], axes=[1, 2], keepdims=0),
        helper.make_node("Gemm", [features, "weight", "bias"], ["logits"]),
    ]
    graph = helper.make_graph(
        nodes,
        "colour",
        [helper.make_tensor_value_info(input_name, dtype, [batch, size, size, 3])],
        [
            helper.make_tensor_value_info("logits", TensorProto.FLOAT, [batch, labels]),
            helper.make_tensor_value_info(features, TensorProto.FLOAT, [batch, 3]),
        ],
        constants,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    future = network()
    future.opset_import[0].version = 99
    wrong = {
        "good": network(),
        "nan": network(bias=float("nan")),
        "input_name": network(input_name="image"),
        "input_float": network(dtype=TensorProto.FLOAT),
        "input_size": network(size=48),
        "input_batch": network(batch=1),
        "features_name": network(features="embedding"),
        "labels": network(labels=5),
        "opset": future,
    }
    for name, model in wrong.items():
        onnx.save(model, FOLDER / f"{name}.onnx")


if __name__ == "__main__":
    main()
