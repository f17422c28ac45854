"""The rows of the paper's table side by side: each network trained alike over one frozen image tower, then measured.

    python -m benchmarks.methods DATA --out DIR --minutes 6 [--resume] [--only joint sep] [--exhaustive]

DATA holds images/, captions.tsv, train.txt, dev.txt and test.txt. Text tower, projection and head begin with random
weights each time; the image tower is that of --model, whose maps are computed once and shared. What is trained or
measured already is not done again, so that the same command goes on after it was stopped. Writes what it found, with
every command, to docs/results/methods.json, of which `python -m benchmarks.paper_tables` makes a table, and prints it.
"""

from __future__ import annotations

import argparse
import json
import shlex
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.paper_markdown import SIX_HEADER, markdown, six
from benchmarks.paper_results import RESULTS, digest

SPLITS = ("--train", "train", "--dev", "dev", "--test", "test")
ALIKE = ("--stage", "adapter", "--set", "fresh=text", "--set", "kept_views=3")


@dataclass(frozen=True, slots=True)
class Training:
    """One folder of weights, or two for `sep`. `words`: what sets it apart. `whole`: also measured over every pair."""

    name: str
    label: str
    words: tuple[str, ...]
    whole: bool = False

    @property
    def apart(self) -> bool:
        return "sep" in self.words


JOINT, SEP = ("--method", "joint"), ("--method", "sep")
PAPER = ("--loss", "triplet", "--negatives", "random", "--set", "ce_loss=two_class", "--set", "alignment=false")
TRAININGS = (
    Training("joint", "JOINT: late fusion, alignment, InfoNCE, near negatives of the batch", JOINT, whole=True),
    Training("sep", "SEP: late fusion, alignment, InfoNCE, near negatives of the batch", SEP, whole=True),
    Training("joint_triplet", "JOINT, triplet", (*JOINT, "--loss", "triplet")),
    Training("joint_mined", "JOINT, mined negatives", (*JOINT, "--negatives", "mined")),
    Training("joint_single_stream", "JOINT, single stream", (*JOINT, "--fusion", "single_stream")),
    Training("joint_random", "JOINT, random negatives", (*JOINT, "--negatives", "random")),
    Training("joint_paper", "JOINT, no alignment, triplet, random negatives, two classes", (*JOINT, *PAPER)),
    Training("sep_paper", "SEP, no alignment, triplet, random negatives, two classes", (*SEP, *PAPER)),
    Training("sep_mined", "SEP, mined negatives", (*SEP, "--negatives", "mined")),
    Training("joint_verdict", "JOINT, no alignment", (*JOINT, "--set", "alignment=false")),
)
ROLES = {"be": "BE", "coop": "COOP, k = 20"}
WHOLE = {"ce_alone": "CE over every pair, first sentences"}


@dataclass(frozen=True, slots=True)
class Plan:
    """Where everything is, and how long each network is trained: `budget` is words of the command line.

    run: carries out a command of `afterimage` and gives what it prints.
    """

    data: Path
    out: Path
    model: str
    budget: tuple[str, ...]
    run: Callable[[list[str]], str]

    def train_words(self, training: Training) -> list[str]:
        kept = ("--cache", str(self.out / "cache"), "--out", str(self.out / training.name))
        asked = (*ALIKE, *training.words, *self.budget)
        return ["train", "--model", self.model, *self._files(), *SPLITS, *asked, *kept]

    def evaluate_words(self, training: Training, *, whole: bool) -> list[str]:
        folder = self.out / training.name
        apart = ("--model", str(folder / "be"), "--reranker", str(folder / "ce"))
        models = apart if training.apart else ("--model", str(folder))
        asked = ("--split", str(self.data / "test.txt"), "-k", "20", *(("--exhaustive",) if whole else ()))
        return ["evaluate", *models, *self._files(), *asked, "--cache", str(self.out / "scores"), "--json"]

    def results(self, training: Training, *, whole: bool) -> Path:
        return self.out / "results" / f"{training.name}{'_whole' if whole else ''}.json"

    def _files(self) -> tuple[str, ...]:
        return ("--captions", str(self.data / "captions.tsv"), "--photos", str(self.data / "images"))


def main(argv: list[str] | None = None) -> int:
    given = _parser().parse_args(argv)
    budget = ("--steps", str(given.steps)) if given.steps else ("--minutes", f"{given.minutes:g}")
    plan = Plan(given.data, given.out, given.model, budget, run_command)
    chosen = [training for training in TRAININGS if not given.only or training.name in given.only]
    for training in chosen:
        train(plan, training, resume=given.resume)
        measure(plan, training, whole=False)
    for training in chosen:
        if given.exhaustive and training.whole:
            measure(plan, training, whole=True)
    found = collected(plan, chosen)
    given.results.mkdir(parents=True, exist_ok=True)
    (given.results / "methods.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print("\n".join(table(found["report"])))
    return 0


def train(plan: Plan, training: Training, *, resume: bool) -> None:
    """Nothing where the weights are there."""
    folder = plan.out / training.name
    if (folder / "ce" / "manifest.json" if training.apart else folder / "manifest.json").exists():
        return
    goes_on = ["--resume"] if resume and (folder / "training").exists() else []
    plan.run([*plan.train_words(training), *goes_on])


def measure(plan: Plan, training: Training, *, whole: bool) -> None:
    """Nothing where the result is there."""
    path = plan.results(training, whole=whole)
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    words = plan.evaluate_words(training, whole=whole)
    kept = {"command": _typed(words), "report": json.loads(plan.run(words))}
    path.write_text(json.dumps(kept, indent=1), encoding="utf-8")


def collected(plan: Plan, chosen: list[Training]) -> dict[str, Any]:
    """What is there by now, as docs/results keeps it: a row for each role of each training."""
    rows: list[dict[str, Any]] = []
    commands: list[str] = []
    for training in chosen:
        size = sum(file.stat().st_size for file in (plan.out / training.name).glob("**/model.safetensors"))
        for whole, roles in ((False, ROLES), (True, WHOLE)):
            path = plan.results(training, whole=whole)
            if not path.exists():
                continue
            kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            commands += [_typed(plan.train_words(training))] * (not whole) + [kept["command"]]
            facts = {"training": training.name, "label": training.label, "bytes": size}
            rows += [facts | {"role": role} | kept["report"][role] for role in roles if kept["report"].get(role)]
    names = {str(plan.data): "DATA", str(plan.out): "OUT", plan.model: Path(plan.model).name}
    for folder, name in names.items():
        commands = [command.replace(folder, name) for command in commands]
    asked = f"python -m benchmarks.methods DATA --out OUT {shlex.join(plan.budget)}"
    report = {"budget": " ".join(plan.budget), "rows": rows, "commands": commands}
    return {"command": asked, "models": [(Path(plan.model).name, digest(plan.model))], "label": "", "report": report}


def table(report: dict[str, Any]) -> list[str]:
    """Markdown of `collected`'s report."""
    rows = []
    for row in report["rows"]:
        label, *figures = six(f"{row['label']}: {(ROLES | WHOLE)[row['role']]}", row)
        rows.append([label, f"{row['bytes'] / 1e6:.0f} MB", *figures])
    note = f"Each network was trained alike, with `{report['budget']}`, over the same frozen image tower.\n"
    return [note, markdown([SIX_HEADER[0], "weights", *SIX_HEADER[1:]], rows)]


def run_command(words: list[str]) -> str:
    """In a process of its own. Raises SystemExit where it fails, with its status."""
    print(_typed(words), file=sys.stderr, flush=True)
    done = subprocess.run([sys.executable, "-m", "desktop_app", *words], stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(done.returncode)
    return done.stdout


def _typed(words: list[str]) -> str:
    return shlex.join(["afterimage", *words])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="weights, maps, scores and results")
    parser.add_argument("--model", default="starter", metavar="NAME|DIR", help="whose image tower (default: starter)")
    length = parser.add_mutually_exclusive_group(required=True)
    length.add_argument("--minutes", type=float, metavar="M", help="for each network, so twice for SEP")
    length.add_argument("--steps", type=int, metavar="N", help="rounds for each network")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", choices=[t.name for t in TRAININGS])
    parser.add_argument("--exhaustive", action="store_true", help="also CE over every pair, of JOINT and of SEP")
    parser.add_argument("--results", type=Path, default=RESULTS, metavar="DIR", help="(default: docs/results)")
    parser.add_argument("--resume", action="store_true", help="go on with a training that was stopped")
    return parser


if __name__ == "__main__":
    sys.exit(main())
