"""`python -m jamhot.training`: from the photos to the bundle; `… held-out`: the list of photos not learned from;
`… suspects`: photos whose label a person should look at."""

import argparse
import csv
import sys
import time
from collections.abc import Callable
from pathlib import Path

from jamhot.errors import BundleError
from jamhot.training import report
from jamhot.training.card import PROFILES
from jamhot.training.finetune import Recipe
from jamhot.training.labels import read_decisions
from jamhot.training.pipeline import held_out, list_suspects, run
from jamhot.training.plan import FURTHER, Plan
from jamhot.vision.bundle import verify

ROOT = Path(__file__).resolve().parents[2]
PHOTOS = ROOT.parent / "shared" / "data" / "fruit_photos"
COURSES = 2
WORK = Path.home() / ".cache" / "jamhot" / "training"


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 done, 2 photos missing or a wrong option, 130 interrupted (run it again to go on)."""
    options = _parser().parse_args(arguments)
    if not (options.photos / "index.csv").is_file():
        sys.stderr.write(f"No photos at {options.photos}: name the folder of index.csv with --photos.\n")
        return 2
    if options.onto and options.further == 0:
        sys.stderr.write("--onto trains further: it needs at least --further 1.\n")
        return 2
    if options.what == "held-out":
        return _list_held_out(options.photos)
    try:
        return _list_suspects(options) if options.what == "suspects" else _train(options)
    except BundleError as error:
        sys.stderr.write(f"{error.message}{f' Hint: {error.hint}.' if error.hint else ''}\n")
        return 2
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. What is done is kept: run the same command to go on.\n")
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m jamhot.training", description=__doc__)
    parser.add_argument("what", nargs="?", choices=["train", "held-out", "suspects"], default="train")
    parser.add_argument("--photos", type=Path, default=PHOTOS, help="folder of index.csv and the tars")
    parser.add_argument("--work", type=Path, default=WORK, help="folder of the checkpoints")
    parser.add_argument("--out", type=Path, default=ROOT / "data" / "trained_model", help="the bundle")
    parser.add_argument(
        "--onto", type=Path, metavar="FOLDER", help="a finished bundle whose network is trained further; not --out's"
    )
    parser.add_argument(
        "--further", type=int, choices=range(10), metavar="N",
        help=f"courses on larger pictures after the training, or of --onto's network ({COURSES}, with --onto 1)",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2, help="processes; one core each")
    parser.add_argument("--profile", choices=sorted(PROFILES), default="free", help="for how much memory it is made")
    parser.add_argument("--images", type=Path, default=ROOT / "docs" / "images", help="folder of the plots")
    parser.add_argument("--float", action="store_true", help="put the float network into the bundle, too")
    return parser


def _train(options: argparse.Namespace) -> int:
    bundle = run(_plan(options), _clocked(), _courses(options))
    sys.stdout.write(report.table(bundle.card))
    return 0


def _courses(options: argparse.Namespace) -> int:
    """Courses that follow the plan's own training, which with --onto is the first of them."""
    if options.onto:
        return 0 if options.further is None else options.further - 1
    return COURSES if options.further is None else options.further


def _list_suspects(options: argparse.Namespace) -> int:
    sys.stdout.write(f"{list_suspects(_plan(options), _clocked())}\n")
    return 0


def _clocked() -> Callable[[str], None]:
    """Says lines with the seconds since now."""
    begin = time.monotonic()

    def say(text: str) -> None:
        sys.stdout.write(f"[{time.monotonic() - begin:6.0f} s] {text}\n")
        sys.stdout.flush()

    return say


def _plan(options: argparse.Namespace) -> Plan:
    onto = verify(options.onto) if options.onto else None
    return Plan(
        photos=options.photos,
        work=options.work,
        out=options.out,
        images=options.images,
        profile=PROFILES[options.profile],
        seed=options.seed,
        workers=options.workers,
        with_float=options.float,
        command=_command(options),
        decisions=read_decisions(),
        onto=onto,
        recipe=FURTHER if onto else Recipe(),
    )


def _command(options: argparse.Namespace) -> str:
    """As the card tells it: no folder of this machine."""
    paid = f" --profile {options.profile}" if options.profile != "free" else ""
    further = "" if options.further is None else f" --further {options.further}"
    return f"python -m jamhot.training --seed {options.seed}{further}{paid}" + (" --float" if options.float else "")


def _list_held_out(photos: Path) -> int:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["path", "label", "source"])
    writer.writerows((s.row.path, s.label, s.row.source) for s in held_out(photos))
    return 0


if __name__ == "__main__":
    sys.exit(main())
