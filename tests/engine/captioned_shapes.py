"""A small captioned world for training tests: discs and squares of a few colours, drawn here."""

from __future__ import annotations

import itertools
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

COLOURS = {"red": (220, 30, 30), "green": (30, 170, 40), "blue": (40, 60, 220), "yellow": (230, 210, 40)}
SHAPES = ("disc", "square")
PLACES = ("left", "right")


@dataclass(frozen=True)
class World:
    """captions.tsv, train.txt and dev.txt beside images/."""

    folder: Path

    @property
    def captions(self) -> bytes:
        return os.fsencode(self.folder / "captions.tsv")

    @property
    def photos(self) -> bytes:
        return os.fsencode(self.folder / "images")

    def split(self, name: str) -> bytes:
        return os.fsencode(self.folder / f"{name}.txt")

    def arguments(self, out: Path, *more: str) -> list[str]:
        """Of `afterimage train`."""
        files = ["--captions", str(self.folder / "captions.tsv"), "--photos", str(self.folder / "images")]
        splits = ["--train", "train", "--dev", "dev", "--out", str(out), "--device", "cpu"]
        return ["train", *files, *splits, *more]


def draw_world(folder: Path, *, side: int = 32) -> World:
    """Sixteen things, each drawn three times at slightly different places: two times for train, once for dev."""
    (folder / "images").mkdir(parents=True)
    lines: list[str] = []
    splits: dict[str, list[str]] = {"train": [], "dev": []}
    for number, (colour, shape, place) in enumerate(itertools.product(COLOURS, SHAPES, PLACES)):
        for copy, split in enumerate(("train", "train", "dev")):
            name = f"{number:02}_{copy}.png"
            _draw(COLOURS[colour], shape, place, side, seed=3 * number + copy).save(folder / "images" / name)
            lines += [f"{name}\ta {colour} {shape} on the {place}", f"{name}\tthere is a {shape} and it is {colour}"]
            splits[split].append(name)
    (folder / "captions.tsv").write_text("\n".join(lines) + "\n")
    for split, names in splits.items():
        (folder / f"{split}.txt").write_text("\n".join(names) + "\n")
    return World(folder)


def _draw(colour: tuple[int, int, int], shape: str, place: str, side: int, *, seed: int) -> Image.Image:
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:side, :side]
    across = side * (0.3 if place == "left" else 0.7) + rng.integers(-2, 3)
    down, radius = side * 0.5 + rng.integers(-3, 4), side * 0.22
    inside = np.hypot(x - across, y - down) < radius
    if shape == "square":
        inside = np.maximum(abs(x - across), abs(y - down)) < radius
    pixels = rng.integers(90, 130, (side, side, 3))
    pixels[inside] = colour
    return Image.fromarray(pixels.astype(np.uint8))
