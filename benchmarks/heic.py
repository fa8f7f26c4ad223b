"""A HEIC that costs what a phone's costs: 12 megapixels with grain.

The service brings a decoder only, so the encoder (`pillow-heif`) is installed into an environment of its own, which is
thrown away. Encoding takes ten seconds.

    python -m benchmarks.heic photo.heic
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.photos import phone_jpeg

ENCODER = "pillow-heif==1.8.1"
_ENCODE = """
import sys, pillow_heif
from PIL import Image
pillow_heif.register_heif_opener()
Image.open(sys.argv[1]).save(sys.argv[2], quality=50, enc_params={"preset": "ultrafast"})
"""


def phone_heic() -> bytes:
    """A HEIC of about 2.5 MB at 12 megapixels. Raises CalledProcessError where the encoder cannot be installed."""
    with tempfile.TemporaryDirectory(prefix="jamhot-heic-") as temporary:
        folder = Path(temporary)
        subprocess.run([sys.executable, "-m", "venv", folder / "env"], check=True)
        python = str(folder / "env" / "bin" / "python")
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:"]
        subprocess.run([*pip, ENCODER], check=True)
        (folder / "photo.jpg").write_bytes(phone_jpeg())
        subprocess.run([python, "-c", _ENCODE, folder / "photo.jpg", folder / "photo.heic"], check=True)
        return (folder / "photo.heic").read_bytes()


def main() -> None:
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    Path(sys.argv[1]).write_bytes(phone_heic())


if __name__ == "__main__":
    main()
