"""`make prove`: what takes long, and what needs the network of a build.

The platform's build, made anew in an empty virtual environment from `requirements.txt` alone, and the service started
in it by the platform's own command, with a database and without; the steps of `deploy/Dockerfile`; a hundred people in
512 MB, on slow lines, with HEIC among their photos, and in 1 GB; cold starts; what an idle service sends and takes;
where a photo's time goes; the races against other servers, for photos and for recipes; three copies behind nginx;
every fault with traffic running, twenty thousand broken pictures, the OpenAPI asked in earnest; axe, Lighthouse and a
slow line over all screens; every recipe on paper; an hour of mixed traffic. Results go to `benchmarks/results/`. All
of it takes three and a half hours.

    python -m benchmarks.prove --list
    python -m benchmarks.prove --only load slow
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import httpx

from benchmarks import dockerfile
from benchmarks.heic import phone_heic
from benchmarks.photos import phone_jpeg
from benchmarks.service import JPEG, ROOT, first_health, free_port
from jamhot.database.embedded import EmbeddedPostgres

RESULTS = Path(__file__).parent / "results" / "prove.json"
INSTALLERS = ("pip*", "setuptools*", "pkg_resources", "_distutils_hack")
"""What every virtual environment brings; requirements.txt names none of it."""


def build(folder: Path) -> dict[str, object]:
    """A virtual environment with nothing but production's requirements; seconds and megabytes."""
    started = time.monotonic()
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    pip = [
        str(folder / "bin" / "python"),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
    ]
    subprocess.run([*pip, "-r", ROOT / "requirements.txt"], check=True)
    packages = next((folder / "lib").glob("python*/site-packages"))
    took = round(time.monotonic() - started, 1)
    every = size_of([packages])
    installers = size_of(folder for name in INSTALLERS for folder in packages.glob(name))
    return {"install_s": took, "site_packages_mb": every - installers, "pip_and_setuptools_mb": installers}


def size_of(folders: Iterable[Path]) -> int:
    """MB of all files in them."""
    return round(sum(f.stat().st_size for folder in folders for f in folder.rglob("*") if f.is_file()) / 1e6)


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


def platform() -> None:
    """The platform's build and the image's, each made anew and asked for a photo; writes `results/prove.json`."""
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
    print(json.dumps(figures, indent=2))
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(figures, indent=2) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=300, help="length of each run under load")
    parser.add_argument("--minutes", type=int, default=60, help="length of the mixed traffic")
    parser.add_argument("--idle-minutes", type=float, default=12, help="how long the idle service is watched")
    parser.add_argument("--only", nargs="+", metavar="SHOW", help="some of them, by name; --list tells which")
    parser.add_argument("--list", action="store_true", help="what there is, and the command of each")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jamhot-prove-") as temporary:
        heic = Path(temporary) / "photo.heic"
        wanted = {
            name: command
            for name, command in shows(asked.seconds, asked.minutes, asked.idle_minutes, heic).items()
            if asked.only is None or name in asked.only
        }
        if asked.list:
            print("\n".join(f"{name:10} python -m {' '.join(command)}" for name, command in wanted.items()))
            return
        failed = [name for name, command in wanted.items() if not shown(name, command, heic)]
    if failed:
        raise SystemExit(f"not shown: {', '.join(failed)}")


def shows(seconds: int, minutes: int, idle_minutes: float, heic: Path) -> dict[str, list[str]]:
    """Name of each show → the module that shows it, with its arguments. Each writes its figures to `results/`."""
    load = ["benchmarks.load", "--users", "100", "--seconds", str(seconds)]
    with_heic = ["--heic", str(heic)]
    return {
        "platform": ["benchmarks.prove", "--platform"],
        "load": load,
        "slow": [*load, "--mbit", "1"],
        "heic": [*load, *with_heic],
        "paid": [*load, "--limit-mb", "1024"],
        "cold": ["benchmarks.cold_start"],
        "idle": ["benchmarks.idle", "--minutes", str(idle_minutes)],
        "memory": ["benchmarks.quick"],
        "stages": ["benchmarks.stages"],
        "race": ["benchmarks.serving.race"],
        "shelf": ["benchmarks.serving.shelf"],
        "replicas": ["benchmarks.replicas"],
        "models": ["benchmarks.models"],
        "axe": ["benchmarks.axe"],
        "lighthouse": ["benchmarks.lighthouse"],
        "kitchen": ["benchmarks.kitchen_flow"],
        "paper": ["benchmarks.paper"],
        "faults": ["benchmarks.faults"],
        "fuzz": ["benchmarks.fuzz"],
        "contract": ["benchmarks.contract"],
        "soak": ["benchmarks.soak", "--minutes", str(minutes), *with_heic],
    }


def shown(name: str, command: list[str], heic: Path) -> bool:
    """Runs one in a process of its own, with a HEIC where it wants one; whether it came to its end."""
    print(f"== {name}: python -m {' '.join(command)}", flush=True)
    if str(heic) in command and not heic.exists():
        heic.write_bytes(phone_heic())
    return subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=False).returncode == 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--platform"]:
        platform()
    else:
        main()
