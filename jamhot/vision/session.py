"""A network that runs, apart from which runtime runs it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

from jamhot.errors import ModelError
from jamhot.vision.photo import Pixels

Dimension = int | str | None

# Every error class that ONNX Runtime defines; they share no base but Exception.
_RUNTIME_ERRORS = (
    ort_errors.Fail,
    ort_errors.InvalidArgument,
    ort_errors.InvalidGraph,
    ort_errors.InvalidProtobuf,
    ort_errors.NoSuchFile,
    ort_errors.NotImplemented,
    ort_errors.RuntimeException,
    ort_errors.EPFail,
    ort_errors.NoModel,
)

# The runtime has no class of its own for it: its allocator's words, and the language's.
_OUT_OF_MEMORY = ("Failed to allocate memory", "std::bad_alloc")


@dataclass(frozen=True)
class Tensor:
    """Name, element type (`uint8`, `float32`) and shape of an input or output; a text stands for any size."""

    name: str
    dtype: str
    shape: tuple[Dimension, ...]


class Session(Protocol):
    """What a runtime has to offer. `run` may be called from several threads at once."""

    def inputs(self) -> list[Tensor]: ...

    def outputs(self) -> list[Tensor]: ...

    def run(self, name: str, pixels: Pixels, outputs: list[str]) -> list[npt.NDArray[np.float32]]: ...


class OnnxSession:
    """ONNX Runtime on the CPU. With one thread the calling thread does the work: no pool, no spinning."""

    def __init__(self, path: Path, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # Neither a block planned for all activations nor an arena: the heap keeps them between photos as well, and
        # gives them back when nobody comes (`operations.memory`).
        options.enable_mem_pattern = False
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except _RUNTIME_ERRORS as error:
            _raise_out_of_memory(error)
            raise ModelError(f"ONNX Runtime cannot load {path.name}: {_first_line(error)}") from error

    def inputs(self) -> list[Tensor]:
        return [_tensor(node) for node in self._session.get_inputs()]

    def outputs(self) -> list[Tensor]:
        return [_tensor(node) for node in self._session.get_outputs()]

    def run(self, name: str, pixels: Pixels, outputs: list[str]) -> list[npt.NDArray[np.float32]]:
        """Raises ModelError when the runtime fails, MemoryError when memory was not enough."""
        try:
            return list(self._session.run(outputs, {name: pixels}))
        except _RUNTIME_ERRORS as error:
            _raise_out_of_memory(error)
            raise ModelError(f"The model failed on a photo: {_first_line(error)}") from error


def _raise_out_of_memory(error: Exception) -> None:
    if any(text in str(error) for text in _OUT_OF_MEMORY):
        raise MemoryError(_first_line(error)) from error


def _tensor(node: Any) -> Tensor:
    dtype = str(node.type).removeprefix("tensor(").removesuffix(")")
    return Tensor(node.name, "float32" if dtype == "float" else dtype, tuple(node.shape))


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n")[0][:600]
