"""A photo becomes a verdict: bytes → pixels → calibrated probabilities → what may be said.

Knows nothing of HTTP, SQL or the catalogue. Imports NumPy, Pillow and ONNX Runtime, nothing heavier.
"""
