"""The usual tutorial: FastAPI takes an upload, Pillow opens it, ONNX Runtime answers. No limits, no queue.

uvicorn benchmarks.serving.plain:app --host 127.0.0.1 --port 8000
"""

import io
import json
from pathlib import Path

import numpy as np
import onnxruntime
from fastapi import FastAPI, UploadFile
from PIL import Image

BUNDLE = Path(__file__).parents[2] / "data" / "trained_model"
LABELS = [label["name"] for label in json.loads((BUNDLE / "labels.json").read_text())["labels"]]

app = FastAPI()
session = onnxruntime.InferenceSession(BUNDLE / "model.onnx")
name = session.get_inputs()[0].name
size = session.get_inputs()[0].shape[1]


@app.post("/predict")
def predict(file: UploadFile) -> dict[str, object]:
    image = Image.open(io.BytesIO(file.file.read())).convert("RGB").resize((size, size))
    logits = session.run(["logits"], {name: np.asarray(image)[np.newaxis]})[0][0]
    powers = np.exp(logits - logits.max())
    probabilities = powers / powers.sum()
    best = int(probabilities.argmax())
    return {"fruit": LABELS[best], "confidence": float(probabilities[best])}
