"""What probabilities, "nothing matches", counts, NOT, explanations and binding are worth, beside what was aimed at.

`python -m benchmarks.scores DATA [--json] [--scores DIR]` (DATA: images/, captions.tsv, train.txt, dev.txt, test.txt,
perhaps judgments_expert.tsv; DIR: a folder that keeps scores, as `afterimage evaluate --cache` does) measures the
calibration that ships with the model on the test split.

`python -m benchmarks.scores DATA --fit [--scores DIR]` fits it anew on dev, writes it beside the weights and measures
it. That is needed whenever the weights change. How well the model sees each word is taken from the calibration that is
there, if it is of the same towers; otherwise the photos for training are encoded, which takes minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.scores_text import as_text
from engine import calibration
from engine.calibration import Calibration
from engine.calibration_features import Lexicon
from engine.captions.caption_files import read_captioned
from engine.captions.pairs import CaptionedPhotos
from engine.evaluation import binding, calibrated, deletion, missing_words
from engine.evaluation.agreement import read_judgments
from engine.evaluation.asked import Searched
from engine.evaluation.calibrating import fit, lexicon_of
from engine.evaluation.concepts import AGREED, Named
from engine.evaluation.pool import read_pool
from engine.evaluation.recalibrate import Searches, search_captioned
from engine.evaluation.scorer import Measures, Scorer
from engine.model_store import LoadedModel, ModelStore
from engine.presets import Presets

PARTS = ("scores", "negation", "deletion", "missing", "binding")
CAPTION_HEAD = 20  # what `evaluate -k 20` scores anyway; sentences of concepts have the head of a search
EVERY = 10**9
FITTED_WORDS = 400
SMALLEST_LOSS = 0.05


@dataclass(frozen=True, slots=True)
class Data:
    """One folder of captioned photos with its splits, and where scores are kept; how well words are seen is measured on
    `words_of`, in the files of other `languages` too, even where a calibration knows them if `look_again`."""

    folder: Path
    measures: Measures
    words_of: str = "train"
    languages: tuple[str, ...] = ()
    look_again: bool = False

    def pairs(self, split: str, *, captions: str = "captions.tsv") -> CaptionedPhotos:
        photos, path = (os.fsencode(self.folder / name) for name in ("images", captions))
        return read_captioned(path, photos=photos, split=os.fsencode(self.folder / f"{split}.txt"), partial=True)


def main(argv: list[str] | None = None) -> int:
    given = _parser().parse_args(argv)
    measures = Measures(cache=os.fsencode(given.scores) if given.scores else None)
    data = Data(given.data, measures, given.words_of, tuple(given.languages), given.look_again)
    model = ModelStore().load(given.model)
    if given.fit:
        path = os.fsencode(_folder_of(given.model) / calibration.FILE)
        calibration.write(path, calibration_of(model, data, path))
        model = ModelStore().load(given.model)
    if model.calibration is None:
        raise SystemExit(f"{given.model} has no calibration for these weights: add --fit")
    report = measure(model, model.calibration, data, parts=given.only or PARTS)
    if given.plot:
        from engine.evaluation.calibration_plot import draw

        curves = {"every photo of the head": report["all"]["curve"], "the first hit": report["all"]["curve_first"]}
        draw(os.fsencode(given.plot), curves, title=f"{model.name} on the test split")
    if given.plot_left_out:
        from engine.evaluation.calibration_plot import draw_left_out

        left_out, title = report["left_out"], f"{model.name}: captions of the test split"
        draw_left_out(os.fsencode(given.plot_left_out), left_out["curve"], ceiling=left_out["ceiling"], title=title)
    print(json.dumps(report) if given.json else as_text(report))
    return 0


def calibration_of(model: LoadedModel, data: Data, path: bytes) -> Calibration:
    """Fitted on dev; the lexicon comes from the photos for training, or from a calibration of the same towers at this
    path."""
    before = calibration.read(path, model_id=model.model_id, head=None)
    lexicon = before.lexicon if before is not None and not data.look_again else _lexicon(model, data)
    searches = search_captioned(
        model,
        data.pairs("dev"),
        measures=data.measures,
        progress=_progress,
        words=FITTED_WORDS,
        captions=EVERY,
        head=CAPTION_HEAD,
    )
    facts = {"fitted_on": "Flickr8k dev", "lexicon_of": f"Flickr8k {data.words_of}", "searches": len(searches.all())}
    return fit(model, lexicon, searches.all() + searches.thirds, facts=facts)


def _lexicon(model: LoadedModel, data: Data) -> Lexicon:
    """In every language; a photo with one caption shows what that one names."""
    photos = data.pairs(data.words_of)
    pool = read_pool(photos, named=len(photos.photos), notice=data.measures.notice)
    embeddings = Scorer(model, pool, data.measures, _progress).encoded().embeddings
    rows = {name: row for row, name in enumerate(photos.photos)}
    words: dict[str, tuple[float, float]] = {}
    doing: dict[str, tuple[float, float]] = {}
    for name in (*data.languages[::-1], "captions.tsv"):
        pairs = data.pairs(data.words_of, captions=name)
        seen = embeddings[[rows[photo] for photo in pairs.photos]]
        agreed = AGREED if min(map(len, pairs.captions)) >= AGREED else 1
        lexicon = lexicon_of(model, Named(pairs), seen, agreed=agreed)
        words |= lexicon.words
        doing |= lexicon.doing
    return Lexicon(words, lexicon.usual, doing)


def measure(model: LoadedModel, known: Calibration, data: Data, *, parts: Sequence[str]) -> dict[str, Any]:
    """Every part that is asked for, and "targets": {name: {"value", "target", "met"}}."""
    pairs = data.pairs("test")
    report: dict[str, Any] = {"model": model.name, "model_id": model.model_id, "head": model.head}
    if "scores" in parts:
        found = search_captioned(
            model, pairs, measures=data.measures, progress=_progress, words=60, captions=EVERY, head=CAPTION_HEAD
        )
        report |= scores(known, found) | _judged(known, found, data, pairs)
    if "negation" in parts:
        from engine.evaluation import negation

        report["negation"] = negation.measure(
            model, pairs, dev=data.pairs("dev"), measures=data.measures, progress=_progress
        )
    if "deletion" in parts:
        report["deletion"] = deletion.measure(model, pairs, progress=_progress)
    if "missing" in parts:
        report["missing"] = missing_words.measure(model, pairs, progress=_progress)
    if "binding" in parts:
        report["binding"] = binding.measure(model, pairs, progress=_progress)
    return report | {"targets": targets(report)}


def scores(known: Calibration, found: Searches) -> dict[str, Any]:
    """Probabilities, "nothing matches" and counts."""
    kinds = {kind: [each for each in found.concepts if each.asked.kind == kind] for kind in ("scene", "small")}
    return {
        "all": calibrated.reliability(known, found.all()),
        "concepts": calibrated.reliability(known, found.concepts),
        "captions": calibrated.reliability(known, found.captions),
        "phrases": calibrated.reliability(known, found.phrases),
        "without_rerank": calibrated.reliability(known, found.all(), rerank=False),
        "nothing": calibrated.by_concept(known, kinds["scene"]),
        "nothing_without_rerank": calibrated.by_concept(known, kinds["scene"], rerank=False),
        "nothing_small": calibrated.by_concept(known, kinds["small"]),
        "nothing_thirds": calibrated.by_concept(known, [each for each in found.thirds if each.asked.kind == "scene"]),
        "thirds": calibrated.reliability(known, found.thirds),
        "left_out": calibrated.left_out(known, found.captions),
        "counts": calibrated.counts(known, found.concepts),
        "counts_scene": calibrated.counts(known, kinds["scene"]),
        "sizes": _sizes(known, found.concepts),
    }


def _sizes(known: Calibration, searches: Sequence[Searched]) -> dict[str, Any]:
    """Whether the size of a library matters: the same searches among the first of the photos alone."""
    return {str(size): calibrated.among(known, searches, size) for size in (100, 300, 1_000)}


def _judged(known: Calibration, found: Searches, data: Data, pairs: CaptionedPhotos) -> dict[str, Any]:
    path = data.folder / "judgments_expert.tsv"
    if not path.is_file():
        return {}
    return {
        "people": calibrated.by_people(known, found.captions, read_judgments(os.fsencode(path), pairs), pairs=pairs)
    }


def targets(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What was aimed at: {name: {"value", "target", "met"}}, of the parts that were measured."""
    rows: list[tuple[str, float, str, bool]] = []
    if "all" in report:
        every, nothing, counts = report["all"], report["nothing"], report["counts"]
        rows += [
            ("calibration error over the head", every["ece"], "<= 0.05", every["ece"] <= SMALLEST_LOSS),
            ("calibration error of first hits", every["ece_first"], "<= 0.05", every["ece_first"] <= SMALLEST_LOSS),
            ("Brier skill", every["brier_skill"], "> 0", every["brier_skill"] > 0),
            ("nothing, where there is nothing, %", nothing["nothing"], ">= 80", nothing["nothing"] >= 80),
            ("found, where there is something, %", nothing["found"], ">= 80", nothing["found"] >= 80),
            ("range of the count holds, %", counts["holds"], "75 to 85", 75 <= counts["holds"] <= 85),
        ]
    if report.get("negation"):
        gain = report["negation"]["gain"]
        rows.append(("NOT over vector subtraction, points of precision@10", gain, ">= 10", gain >= 10))
    if report.get("deletion", {}).get("pairs"):
        share = report["deletion"]["share"]
        rows.append(("deletion of what is pointed at lowers more, %", share, ">= 80", share >= 80))
    if report.get("missing", {}).get("pairs"):
        share = report["missing"]["absent"]["share"]
        rows.append(("a thing that is not there is told to be missing, %", share, ">= 80", share >= 80))
    if report.get("binding", {}).get("pairs"):
        gain = report["binding"]["coop_minus_be"]
        rows.append(("exchanged words: head over retriever, points", gain["difference"], "> 0", gain["low"] > 0))
    return {name: {"value": value, "target": target, "met": bool(met)} for name, value, target, met in rows}


def _folder_of(name: str) -> Path:
    return Path(name) if os.sep in name or Path(name).is_dir() else Presets().require(name)


def _progress(what: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{what} {done:,} of {total:,}", end="\n" if done == total else "", file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.scores", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--model", default="starter", metavar="NAME|DIR")
    parser.add_argument("--scores", type=Path, metavar="DIR", help="scores that runs share")
    parser.add_argument("--fit", action="store_true", help="fit on dev and write it beside the weights first")
    parser.add_argument(
        "--words-of", default="train", metavar="SPLIT", help="where words are looked at (default: train)"
    )
    parser.add_argument("--look-again", action="store_true", help="at the words, whatever calibration there is")
    parser.add_argument(
        "--languages",
        nargs="+",
        default=[],
        metavar="FILE",
        help="captions in DATA in other languages, for their words",
    )
    parser.add_argument("--only", nargs="+", choices=PARTS, default=[], metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--plot", type=Path, metavar="PNG", help="draw the reliability diagram")
    parser.add_argument(
        "--plot-left-out", type=Path, metavar="PNG", help="draw what leaving a caption's photo out shows"
    )
    parser.add_argument("--json", action="store_true")
    return parser


if __name__ == "__main__":
    sys.exit(main())
