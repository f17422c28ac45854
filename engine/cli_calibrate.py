"""`afterimage calibrate`: what scores mean, fitted to a person's own photos, on this computer only."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from engine.engine_session import Session, open_session
from engine.errors import LibraryEmpty, UsageError
from engine.locations import Locations
from engine.messages import GetExamples, GetHits, Hits, Reply, Search, SearchResults

if TYPE_CHECKING:
    from engine.calibration import Calibration
    from engine.evaluation.recalibrate import Verdict
    from engine.model_store import LoadedModel

NO_BETTER = 1
ROWS = 300
JUDGED = 200  # captions that before and after are compared by


def calibrate(arguments: Namespace) -> int:
    """0 when a better calibration is kept, 1 when none is better. Raises UsageError, TrainingDataError, LibraryEmpty,
    ModelMissing, ModelAltered."""
    if not arguments.captions and (arguments.photos or arguments.split):
        raise UsageError("--photos and --split belong to --captions", remedy="add --captions TSV")
    locations = Locations.at(arguments.library)
    if not locations.exist():
        raise LibraryEmpty("There is no library here", path=locations.data, remedy="index photos first")
    with open_session(locations, device=arguments.device) as session:
        known = _known(session)
        said = [] if arguments.captions or arguments.reset else _judged(session, known["judgments"])
    loaded, path, before = _model(locations, known, arguments.device)
    if arguments.reset:
        return _reset(path)
    verdict, curves = _by_captions(arguments, loaded, before) if arguments.captions else _by_judgments(said, before)
    print(report(verdict))
    if arguments.plot:
        from engine.evaluation.calibration_plot import draw

        draw(arguments.plot, curves, title=f"{loaded.name}: probability of a match")
    return _keep(verdict, path, keep=not arguments.dry_run)


def _known(session: Session) -> dict[str, Any]:
    replies = [event for event in session.ask(GetExamples(1)) if isinstance(event, Reply)]
    known: dict[str, Any] = json.loads(replies[-1].value)
    return known


def _judged(session: Session, judgments: list[dict[str, Any]]) -> list[tuple[str, float, bool]]:
    """What the engine says now of each judged photo: (sentence, probability, verdict)."""
    verdicts: dict[str, dict[int, bool]] = {}
    for each in judgments:
        verdicts.setdefault(each["sentence"], {})[each["content"]] = each["verdict"] > 0
    found = []
    for sentence, wanted in verdicts.items():
        results = [event for event in session.ask(Search(1, sentence, limit=ROWS)) if isinstance(event, SearchResults)]
        hits = [event for event in session.ask(GetHits(2, results[-1].result, 0, ROWS)) if isinstance(event, Hits)]
        for hit in (hit for page in hits for hit in page.hits):
            if hit.content_id in wanted and hit.probability is not None:
                found.append((sentence, hit.probability, wanted[hit.content_id]))
    return found


def _model(
    locations: Locations, known: dict[str, Any], device: str | None
) -> tuple[LoadedModel, bytes, Calibration | None]:
    """The model in use with its head, where its calibration of this computer lies, and the one that is in use."""
    from engine import calibration
    from engine.cli_train_head import home_of

    loaded = home_of(locations).store({known["model"]: known["head"]}, device=device).load(known["model"])
    path = os.path.join(locations.model(loaded.model_id), calibration.own_file(loaded.head))
    own = calibration.read(path, model_id=loaded.model_id, head=loaded.head)
    return loaded, path, own or loaded.calibration


def _by_captions(
    arguments: Namespace, loaded: LoadedModel, before: Calibration | None
) -> tuple[Verdict, dict[str, list[list[float]]]]:
    from engine.captions.caption_files import read_captioned
    from engine.evaluation import recalibrate
    from engine.evaluation.calibrated import reliability
    from engine.evaluation.scorer import Measures

    photos = arguments.photos or os.path.dirname(os.path.abspath(arguments.captions))
    pairs = read_captioned(arguments.captions, photos=photos, split=arguments.split, partial=True)
    fitted_to, held = recalibrate.held_out(pairs)
    lexicon = before.lexicon if before is not None else None
    after = recalibrate.calibrate(loaded, fitted_to, lexicon=lexicon, progress=_progress)
    searches = recalibrate.search_captioned(loaded, held, measures=Measures(), progress=_progress, captions=JUDGED)
    both = {"before": before, "after": after}
    curves = {name: reliability(each, searches.all())["curve"] for name, each in both.items() if each is not None}
    return recalibrate.judge(after, before, searches), curves


def _by_judgments(
    said: list[tuple[str, float, bool]], before: Calibration | None
) -> tuple[Verdict, dict[str, list[list[float]]]]:
    import numpy as np

    from engine.evaluation.recalibrate import by_judgments

    if before is None:
        problem = "This model has no probabilities yet that ticks and crosses could put right"
        raise UsageError(problem, remedy="calibrate it with --captions TSV first")
    sentences, likely, verdicts = zip(*said, strict=True) if said else ((), (), ())
    verdict = by_judgments(before, np.array(likely, float), np.array(verdicts, bool), sentences)
    return verdict, {"before": _bins(np.array(likely, float), np.array(verdicts, bool))}


def _bins(said: Any, so: Any) -> list[list[float]]:
    import numpy as np

    parts = np.array_split(np.argsort(said, kind="stable"), 5)
    return [[float(said[part].mean()), float(so[part].mean()), len(part)] for part in parts if len(part)]


def report(verdict: Verdict) -> str:
    """Before and after, on what was held out."""
    lines = [f"On {verdict.examples:,} judgments, each held out:" if verdict.examples else "On photos held out:"]
    for name, figures in (("before", verdict.before), ("after", verdict.after)):
        if figures is not None:
            lines.append(f"  {name:7} log loss {figures[0]:.4f}, calibration error {100 * figures[1]:.1f} %")
    return "\n".join(lines)


def _keep(verdict: Verdict, path: bytes, *, keep: bool) -> int:
    from engine import calibration

    if not verdict.better:
        print("Nothing was changed: it is not better on what it was not fitted to.")
        return NO_BETTER
    if not keep:
        print("Nothing was changed, as you asked.")
        return 0
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    calibration.write(path, verdict.calibration)
    print("Kept. It is used from the next start on; to go back: afterimage calibrate --reset")
    return 0


def _reset(path: bytes) -> int:
    if not os.path.exists(path):
        print("Nothing was calibrated here.")
        return NO_BETTER
    os.unlink(path)
    print("Forgotten. What came with the model is used from the next start on.")
    return 0


def _progress(label: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{label} {done:,} of {total:,}", end="\n" if done == total else "", file=sys.stderr, flush=True)
