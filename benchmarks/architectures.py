"""What models of different architectures cost here: random weights of the published sizes cost what trained ones do.

    python -m benchmarks.architectures [--only NAME ...] [--seconds 6] [--json | --keep]

For each: photos/s of our bi-encoder (from ready pixels to embedding and stored tokens) beside the bare forward pass of
open_clip's image tower in the same number format, in turns; milliseconds to embed a sentence and to score a candidate
with a head whose gates are shut; bytes that a photo takes. `--keep` writes docs/results/architectures.json; with
`--only` it replaces the rows of those that are named.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import importlib.resources
import json
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import open_clip
import torch

from benchmarks.paper_results import RESULTS, digest
from engine.allocator import keep_freed_memory
from engine.bi_encoder import BiEncoder, ModelFacts
from engine.config import RERANK_HEAD, ModelInput
from engine.cross_encoder import CrossEncoder
from engine.joint_model import TOKEN_WIDTH, HeadConfig, JointModel, build_clip
from engine.model_estimate import CATALOG_BYTES
from engine.model_import import patch_width_of
from engine.model_store import ModelStore
from engine.placed_model import PlacedModel
from engine.presets import Presets, write_whole
from engine.token_store import row_bytes
from engine.tokenizer import Tokenizer
from engine.tokenizer_clip import clip_description
from engine.vector_index import vector_bytes

NAMES = (
    "starter",
    "ViT-B-32",
    "ViT-B-32-256",
    "ViT-B-32-SigLIP2-256",
    "ViT-B-16-SigLIP2-256",
    "MobileCLIP2-S0",
    "coca_ViT-B-32",
    "convnext_tiny",
)
BATCH = 8
LIBRARY = 100_000  # photos, for what an index takes
SENTENCE = "two children in red jackets play with a black dog in the snow"
READINGS = 5
LONGEST = 40  # turns


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.architectures",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES, metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--seconds", type=float, default=6.0, help="of forward passes for each (default: 6)")
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="one JSON object")
    output.add_argument("--keep", action="store_true", help="write it among the results")
    given = parser.parse_args(argv)
    keep_freed_memory()
    rows = {}
    for name in given.only:
        rows[name] = measure(name, seconds=given.seconds)
        print(f"{name}: {json.dumps(rows[name])}", file=sys.stderr, flush=True)
        gc.collect()
    report = {"threads": torch.get_num_threads(), "batch": BATCH, "head": RERANK_HEAD, "architectures": rows}
    if given.keep:
        _keep(report, given.seconds)
    print(json.dumps(report) if given.json else "\n".join(table(report)))
    return 0


def measure(name: str, *, seconds: float) -> dict[str, Any]:
    """All figures of one architecture."""
    if name == "starter":
        loaded = ModelStore(device="cpu").load(name)
        shape, cross_encoder = loaded.token_shape, loaded.cross_encoder
        if shape is None or cross_encoder is None:
            raise AssertionError("the starter has a head")
        config = json.loads((Presets().require(name) / "config.json").read_bytes())
        bare = build_clip(config["model_cfg"]).eval().visual
        found = figures(loaded.bi_encoder, cross_encoder, bare, shape=shape, seconds=seconds)
        return {**found, "shut_head_keeps_order": None}  # its gates are open
    return measure_config(open_clip.get_model_config(name), seconds=seconds)


def measure_config(config: dict[str, Any], *, seconds: float, description: str | None = None) -> dict[str, Any]:
    """Of open_clip's own kind of config. Sentences are made of CLIP's word pieces (or those of a tokenizer's
    `description`): other tokenizers come with their weights."""
    torch.manual_seed(0)
    if config["vision_cfg"].get("timm_model_name"):
        config = {**config, "vision_cfg": {**config["vision_cfg"], "timm_model_pretrained": False}}
    text = config["text_cfg"]
    head = HeadConfig(layers=min(HeadConfig().layers, text.get("layers", 12)), alignment=True)
    model = JointModel(build_clip(config), head, patch_width=patch_width_of(config)).eval()
    tokenizer = Tokenizer(description or _clip_words(), context_length=text.get("context_length", 77))
    placed = PlacedModel(model, torch.device("cpu"))
    model_input = ModelInput(int(config["vision_cfg"].get("image_size", 224)))
    bi_encoder = BiEncoder(placed, tokenizer, ModelFacts("random", model_input))
    shape = (bi_encoder.token_count, TOKEN_WIDTH)
    return figures(bi_encoder, CrossEncoder(placed, tokenizer), model.clip.visual, shape=shape, seconds=seconds)


def figures(
    bi_encoder: BiEncoder, cross_encoder: CrossEncoder, bare: Any, *, shape: tuple[int, int], seconds: float
) -> dict[str, Any]:
    """`bare`: open_clip's image tower, in the way that it wants photos."""
    ours_s, bare_s = _in_turns(bi_encoder, bare.to(memory_format=torch.channels_last), seconds)
    candidate_ms, kept = _candidate(cross_encoder, shape)
    stored = row_bytes(*shape)
    return {
        "tower_parameters_m": round(sum(value.numel() for value in bare.parameters()) / 1e6, 1),
        "input": bi_encoder.model_input.size,
        "precision": bi_encoder.precision,
        "photos_per_s": round(BATCH / ours_s, 1),
        "bare_photos_per_s": round(BATCH / bare_s, 1),
        "share_of_bare": round(bare_s / ours_s, 3),
        "sentence_ms": round(1000 * _best(lambda: bi_encoder.encode_sentences([SENTENCE]), READINGS), 1),
        "candidate_ms": round(candidate_ms, 2),
        "shut_head_keeps_order": kept,
        "bytes_per_photo": 2 * bi_encoder.dimension
        + CATALOG_BYTES
        + vector_bytes(bi_encoder.dimension, LIBRARY)
        + stored,
        "token_bytes": stored,
    }


@torch.inference_mode()
def _in_turns(bi_encoder: BiEncoder, bare: Any, seconds: float) -> tuple[float, float]:
    """Seconds for one batch, ours and the bare pass: the better of each, so that no other program's work decides."""
    size = bi_encoder.model_input.size
    pixels = np.random.default_rng(0).integers(0, 256, (BATCH, size, size, 3), np.uint8)
    ready = torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 255 - 0.5
    ready = ready.contiguous(memory_format=torch.channels_last)
    kind = getattr(torch, bi_encoder.precision)

    def plainly() -> None:
        with torch.autocast("cpu", kind, enabled=kind is not torch.float32):
            bare(ready)

    works: list[Callable[[], Any]] = [lambda: bi_encoder.encode_images(pixels), plainly]
    best = [_best(work, 1) for work in works]
    deadline = time.perf_counter() + seconds
    for turn in range(LONGEST):
        if turn > 1 and time.perf_counter() > deadline:
            break
        best = [min(known, _best(work, 1)) for known, work in zip(best, works, strict=True)]
    return best[0], best[1]


def _candidate(cross_encoder: CrossEncoder, shape: tuple[int, int]) -> tuple[float, bool]:
    """Milliseconds for one of a whole head, the sentence's own share among them, and whether the head left the order of
    the cosines as it was."""
    random = np.random.default_rng(0)
    values = random.integers(-127, 128, (RERANK_HEAD, *shape), np.int8)
    scales = np.full((RERANK_HEAD, shape[0]), 0.01, np.float16)
    cosines = np.sort(random.random(RERANK_HEAD).astype(np.float32))[::-1].copy()

    def score() -> np.ndarray:
        return cross_encoder.score(cross_encoder.prepare(SENTENCE), values, scales, cosines)

    kept = bool((np.diff(score()) <= 0).all())
    return 1000 * _best(score, READINGS) / RERANK_HEAD, kept


def _best(work: Callable[[], Any], times: int) -> float:
    found = float("inf")
    for _ in range(times):
        started = time.perf_counter()
        work()
        found = min(found, time.perf_counter() - started)
    return found


def _clip_words() -> str:
    packed = importlib.resources.files("open_clip").joinpath("bpe_simple_vocab_16e6.txt.gz").read_bytes()
    return clip_description(gzip.decompress(packed).decode())


def table(report: dict[str, Any]) -> list[str]:
    """For people: one architecture a line."""
    head = ("", "photos/s", "bare", "share", "sentence", "candidate", "bytes a photo", "format")
    lines = [head]
    for name, row in report["architectures"].items():
        lines.append(
            (
                name,
                f"{row['photos_per_s']:.1f}",
                f"{row['bare_photos_per_s']:.1f}",
                f"{row['share_of_bare']:.0%}",
                f"{row['sentence_ms']:.1f} ms",
                f"{row['candidate_ms']:.2f} ms",
                f"{row['bytes_per_photo']:,}",
                row["precision"],
            )
        )
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]


def _keep(report: dict[str, Any], seconds: float) -> None:
    path = RESULTS / "architectures.json"
    before = json.loads(path.read_bytes())["report"] if path.is_file() else {}
    if {**before, "architectures": 0} == {**report, "architectures": 0}:  # measured in the same way
        rows = before["architectures"] | report["architectures"]
        report = {**report, "architectures": {name: rows[name] for name in NAMES if name in rows}}
    facts = {
        "command": f"python -m benchmarks.architectures --seconds {seconds:g} --keep",
        "label": "",
        "models": [["starter", digest("starter")]],
        "report": report,
    }
    write_whole(path, (json.dumps(facts, indent=1) + "\n").encode())


if __name__ == "__main__":
    sys.exit(main())
