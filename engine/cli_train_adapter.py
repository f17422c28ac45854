"""`afterimage train --adapter`: the head in use, fitted to a person's own examples, on this computer only."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from engine.cli_train_head import home_of, use
from engine.engine_session import open_session
from engine.errors import LibraryEmpty, UsageError
from engine.locations import Locations
from engine.messages import GetExamples, Reply

if TYPE_CHECKING:
    from engine.training.adapter_judge import Figures, Judgement

UNUSED = ("out", "train", "dev", "test", "resume", "config", "method", "stage", "fusion", "minutes", "epochs")


def train_adapter(arguments: Namespace) -> int:
    """0 when a better head is kept, or the one before is back; 1 when none is better, or there is none to go back to.
    Raises UsageError, TrainingDataError, LibraryEmpty, ModelMissing, ModelAltered."""
    for name in UNUSED:
        if getattr(arguments, name):
            raise UsageError(f"--{name} is not for --adapter", remedy="leave it out")
    locations = Locations.at(arguments.library)
    if not locations.exist():
        raise LibraryEmpty("There is no library here", path=locations.data, remedy="index photos first")
    known = _known(locations)
    return undo(locations, known) if arguments.undo else _fit(arguments, locations, known)


def _known(locations: Locations) -> dict[str, Any]:
    with open_session(locations) as session:
        replies = [event for event in session.ask(GetExamples(1)) if isinstance(event, Reply)]
    known: dict[str, Any] = json.loads(replies[-1].value)
    return known


def _fit(arguments: Namespace, locations: Locations, known: dict[str, Any]) -> int:
    from engine.training.adapter import AdapterRecipe
    from engine.training.adapter_examples import gather, see
    from engine.training.adapter_run import fit_adapter, keep_adapter

    recipe = AdapterRecipe(given_steps=arguments.steps or 0, seed=arguments.seed or 0).changed(arguments.settings)
    examples = gather(arguments.captions, arguments.photos, known, seed=arguments.seed or 0)
    home, name = home_of(locations), known["model"]
    loaded = home.store({name: known["head"]}, device=arguments.device).load(name)
    examples, seen = see(loaded.bi_encoder, examples, progress=_progress, notice=_say)
    fitted = fit_adapter(loaded, examples, seen, recipe=recipe, progress=_progress)
    print(report(fitted.judgement, len({each.photo for each in examples.each})))
    if not fitted.judgement.better:
        print("Nothing was changed: it is not surely better on examples that it did not learn from.")
        return 1
    if arguments.dry_run:
        print("Nothing was changed, as you asked; without --dry-run this head would be kept.")
        return 0
    facts = keep_adapter(loaded, fitted, home, base=known["head"])
    use(locations, name, facts.model_id, facts.key)
    print(f"It is in use, as head {facts.key}. One command back: afterimage train --adapter --undo")
    return 0


def undo(locations: Locations, known: dict[str, Any]) -> int:
    """Back to what was chosen before the head in use."""
    name, key = known["model"], known["head"]
    found = home_of(locations).head(key)
    if not key:
        print(f"{name} has its own head: there is nothing to undo.")
        return 1
    base = found.base if found is not None else ""
    use(locations, name, found.model_id if found is not None else "", base)
    print(f"{name} is back to " + (f"the head {base}." if base else "its own head."))
    return 0


def report(judgement: Judgement, photos: int) -> str:
    """Before and after, on examples that were held out."""
    count = judgement.before.right + judgement.before.wrong
    lines = [f"{count:,} examples of {photos:,} photos, each judged by a head that learned from other photos:"]
    lines += [f"  {title:7}{_figures(figures)}" for title, figures in _both(judgement)]
    sign = "+" if judgement.gain >= 0 else ""
    lines.append(
        f"  gain   {sign}{judgement.gain:.2f} points (90 % interval {judgement.low:+.2f} to {judgement.high:+.2f})"
    )
    return "\n".join(lines)


def _both(judgement: Judgement) -> list[tuple[str, Figures]]:
    return [("before", judgement.before), ("after", judgement.after)]


def _figures(figures: Figures) -> str:
    parts = []
    if figures.r1 is not None and figures.reciprocal is not None:
        parts.append(f"found first {figures.r1:.1f} %, mean of 1/rank {figures.reciprocal:.1f} %")
    if figures.pushed_down is not None:
        parts.append(f"crossed ones kept down {figures.pushed_down:.1f} %")
    return "; ".join(parts)


def _progress(label: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{label} {done:,} of {total:,}", end="\n" if done == total else "", file=sys.stderr, flush=True)


def _say(line: str) -> None:
    print(line, file=sys.stderr)
