"""LitServe as its guide to faster serving sets it up: base64 in JSON, one worker on the CPU, dynamic batches.

python -m benchmarks.serving.lit --port 8000
"""

import argparse
import base64
import io
import json
from pathlib import Path

import litserve
import numpy as np
import onnxruntime
from PIL import Image

BUNDLE = Path(__file__).parents[2] / "data" / "trained_model"


class FruitAPI(litserve.LitAPI):  # type: ignore[misc]  # a rival of the race, in an environment of its own
    """setup, decode, predict, encode: the four methods that the library asks for."""

    def setup(self, device: str) -> None:
        del device  # there is only the CPU
        self.labels = [label["name"] for label in json.loads((BUNDLE / "labels.json").read_text())["labels"]]
        self.session = onnxruntime.InferenceSession(BUNDLE / "model.onnx")
        self.name = self.session.get_inputs()[0].name
        self.size = self.session.get_inputs()[0].shape[1]

    def decode_request(self, request: dict[str, str]) -> np.ndarray:
        image = Image.open(io.BytesIO(base64.b64decode(request["image_data"]))).convert("RGB")
        return np.asarray(image.resize((self.size, self.size)))

    def predict(self, pictures: np.ndarray) -> np.ndarray:
        logits: np.ndarray = self.session.run(["logits"], {self.name: pictures})[0]
        return logits

    def encode_response(self, logits: np.ndarray) -> dict[str, object]:
        powers = np.exp(logits - logits.max())
        best = int(powers.argmax())
        return {"fruit": self.labels[best], "confidence": float(powers[best] / powers.sum())}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8000)
    api = FruitAPI(max_batch_size=8, batch_timeout=0.01)
    server = litserve.LitServer(api, accelerator="cpu", workers_per_device=1)
    server.run(host="127.0.0.1", port=parser.parse_args().port, generate_client_file=False, log_level="warning")
