"""The steps of `deploy/Dockerfile` without an engine: each stage in a clean folder, its result run as its own user.

What it cannot show: that the base image has what the steps use (python 3.11 with venv, sh), which is little.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from benchmarks.service import JPEG, ROOT, first_health, free_port

DOCKERFILE = ROOT / "deploy" / "Dockerfile"


@dataclass(frozen=True)
class Step:
    """One instruction, its arguments on one line."""

    name: str
    text: str

    @property
    def words(self) -> list[str]:
        found = json.loads(self.text) if self.text.startswith("[") else shlex.split(self.text)
        return [str(word) for word in found]


def steps(text: str) -> list[Step]:
    """The instructions of a Dockerfile, in order."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    return [Step(*line.split(maxsplit=1)) for line in joined.splitlines()]


def value_of(name: str, text: str) -> str:
    """The arguments of the last instruction of that name, which is the one that counts."""
    return [step.text for step in steps(text) if step.name == name][-1]


def environment_of(text: str) -> dict[str, str]:
    """What the last stage sets."""
    return dict(word.split("=", 1) for step in steps(text) if step.name == "ENV" for word in step.words)


@dataclass
class Build:
    """Folders instead of layers. `root` stands for `/` of the stage that is being built."""

    folder: Path
    python: Path
    stages: dict[str, Path] = field(default_factory=dict)
    current: str = ""
    workdir: str = "/"

    @property
    def root(self) -> Path:
        return self.folder / "root"

    def inside(self, path: str) -> Path:
        return self.root / (Path(self.workdir) / path).as_posix().lstrip("/")

    def take(self, step: Step) -> None:
        """Does one step. Raises KeyError for an instruction that is not known here, CalledProcessError."""
        known = {"FROM": self._from, "WORKDIR": self._workdir, "COPY": self._copy, "RUN": self._run}
        if step.name not in ("ENV", "USER", "EXPOSE", "HEALTHCHECK", "CMD"):
            known[step.name](step)

    def _from(self, step: Step) -> None:
        if self.root.exists():
            kept = self.folder / f"stage-{len(self.stages)}"
            self.root.rename(kept)
            self.stages[self.current] = kept
        self.current = step.words[-1]
        self.root.mkdir()

    def _workdir(self, step: Step) -> None:
        self.workdir = step.text
        self.inside("").mkdir(parents=True, exist_ok=True)

    def _copy(self, step: Step) -> None:
        *sources, target = [word for word in step.words if not word.startswith("--")]
        stage = next((word.removeprefix("--from=") for word in step.words if word.startswith("--from=")), None)
        for source in sources:
            found = self.stages[stage] / source.lstrip("/") if stage else ROOT / source
            into = self.inside(target) / found.name if target.endswith("/") or target == "." else self.inside(target)
            if found.is_dir():
                ignored = None if stage else shutil.ignore_patterns("__pycache__")
                shutil.copytree(found, into, symlinks=True, ignore=ignored, dirs_exist_ok=True)
            else:
                shutil.copy(found, into)

    def _run(self, step: Step) -> None:
        command = self.real(step.text)
        path = f"{self.python.parent}:/usr/bin:/bin"
        # No compiler: a package that has to be built fails here as it would in the image.
        env = {"PATH": path, "HOME": str(self.folder), "CC": "/bin/false", "CXX": "/bin/false"} | _index()
        subprocess.run(["sh", "-c", command], cwd=self.inside(""), env=env, check=True)

    def real(self, text: str) -> str:
        """A command whose absolute paths lead into `root`; `python` is this machine's."""
        text = text.replace("/opt/venv", f"{self.root}/opt/venv")
        return text.replace("python -m venv", f"{self.python} -m venv")


def _index() -> dict[str, str]:
    """Where this machine's pip looks for packages."""
    return {name: value for name, value in os.environ.items() if name.startswith("PIP_") or name.endswith("_CERT")}


def replay(folder: Path, photo: bytes) -> dict[str, object]:
    """Builds in `folder`, which others must be able to enter, serves one photo; megabytes and seconds."""
    text = DOCKERFILE.read_text()
    build = Build(folder, interpreter())
    started = time.monotonic()
    for step in steps(text):
        build.take(step)
    built_s = time.monotonic() - started
    size = sum(path.lstat().st_size for path in build.root.rglob("*") if path.is_file())
    return {"build_s": round(built_s, 1), "layers_mb": round(size / 1e6), **_serve(build, text, photo)}


def interpreter() -> Path:
    """A Python 3.11 that every account may run; else the one that runs us."""
    found = shutil.which("python3.11", path="/usr/local/bin:/usr/bin")
    return Path(found or sys.executable).resolve()


def _serve(build: Build, text: str, photo: bytes) -> dict[str, object]:
    command = Step("CMD", value_of("CMD", text)).words
    command = [word.replace("--host 0.0.0.0", "--host 127.0.0.1") for word in command]
    env = {name: build.real(value) for name, value in environment_of(text).items()} | {"PORT": str(free_port())}
    uid = int(value_of("USER", text).partition(":")[0])
    may_change = os.geteuid() == 0 and interpreter() != Path(sys.executable).resolve()
    options: dict[str, Any] = {"user": uid, "group": uid, "extra_groups": []} if may_change else {}
    process = subprocess.Popen(command, cwd=build.inside(""), env=env, stdout=subprocess.DEVNULL, **options)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{env['PORT']}", timeout=30) as client:
            health = first_health(client)
            client.post("/api/classify", content=photo, headers=JPEG).raise_for_status()
    finally:
        process.terminate()
        code = process.wait(timeout=30)
    return {"user": uid if may_change else os.geteuid(), "status": health["status"], "exit_after_sigterm": code}
