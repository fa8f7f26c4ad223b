"""`make prove`: what takes long, and what needs the network of a build.

The platform's build, made anew in an empty virtual environment from `requirements.txt` alone, and the service started
in it by the platform's own command, with a database and without; the steps of `deploy/Dockerfile`; a hundred people in
512 MB, twice; what an idle service sends. Results go to `benchmarks/results/`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx

from benchmarks import dockerfile, idle, load
from benchmarks.photos import phone_jpeg
from benchmarks.service import JPEG, ROOT, first_health, free_port
from jamhot.database.embedded import EmbeddedPostgres

RESULTS = Path(__file__).parent / "results" / "prove.json"


def build(folder: Path) -> dict[str, object]:
    """A virtual environment with nothing but production's requirements; seconds and megabytes."""
    started = time.monotonic()
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    pip = [
        folder / "bin" / "python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
    ]
    subprocess.run([*pip, "-r", ROOT / "requirements.txt"], check=True)
    packages = next((folder / "lib").glob("python*/site-packages"))
    size = sum(path.stat().st_size for path in packages.rglob("*") if path.is_file())
    return {"install_s": round(time.monotonic() - started, 1), "site_packages_mb": round(size / 1e6)}


def serve_and_ask(folder: Path, photo: bytes, database_url: str | None) -> dict[str, object]:
    """Starts the service in that environment through `bash -c`, asks for health and a photo, ends it with SIGTERM."""
    config = json.loads((ROOT / "railway.json").read_text())["deploy"]
    port = free_port()
    env = {"PATH": f"{folder / 'bin'}:/usr/bin:/bin", "PORT": str(port), "HOME": os.environ.get("HOME", "/")}
    if database_url:
        env["DATABASE_URL"] = database_url
        subprocess.run(["bash", "-c", config["preDeployCommand"]], cwd=ROOT, env=env, check=True)
    command = config["startCommand"].replace("--host 0.0.0.0", "--host 127.0.0.1")
    started = time.monotonic()
    process = subprocess.Popen(["bash", "-c", command], cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            health = first_health(client)
            answer = client.post("/api/classify", content=photo, headers=JPEG)
            answer.raise_for_status()
            first_answer_s = round(time.monotonic() - started, 2)
    finally:
        process.terminate()
        code = process.wait(timeout=30)
    return {
        "status": health["status"],
        "catalog_version": health["catalog_version"],
        "first_answer_s": first_answer_s,
        "photo": answer.json()["fruits"][0]["status"],
        "exit_after_sigterm": code,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=300, help="length of each run under load")
    parser.add_argument("--idle-minutes", type=float, default=12, help="how long the idle service is watched")
    asked = parser.parse_args()
    figures: dict[str, object] = {"date": datetime.now(UTC).isoformat(timespec="minutes")}
    photo = phone_jpeg()
    with tempfile.TemporaryDirectory(prefix="jamhot-prove-") as temporary:
        # PostgreSQL's own account must be able to enter.
        Path(temporary).chmod(0o755)
        environment = Path(temporary) / "environment"
        figures["build"] = build(environment)
        figures["without_a_database"] = serve_and_ask(environment, photo, None)
        with EmbeddedPostgres(Path(temporary) / "postgres", durable=False) as url:
            figures["with_a_database"] = serve_and_ask(environment, photo, url)
        image = Path(temporary) / "image"
        image.mkdir(mode=0o755)
        figures["dockerfile"] = dockerfile.replay(image, photo)
    figures["load"] = load.measure(100, asked.seconds, photo)
    figures["load_on_slow_lines"] = load.measure(100, asked.seconds, photo, mbit=1.0)
    figures["idle"] = idle.measure(asked.idle_minutes)
    print(json.dumps(figures, indent=2))
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
