"""What a tower that stands still shows of each photo, and photos cut to size: computed once, kept on disk."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.captions.pairs import CaptionedPhotos
from engine.config import ModelInput
from engine.decoder import load_pixels
from engine.joint_model import LONGEST_GRID, JointModel
from engine.training.batch import Seen
from engine.training.distil import cut_view, make_views
from engine.training.kept_rows import KeptRows, Progress, RowKind

VIEW_SEED = 1


@dataclass(frozen=True, slots=True)
class Eye:
    """The image tower of a model, as it is now, and how photos are made ready for it."""

    model: JointModel
    model_input: ModelInput
    device: torch.device
    precision: str

    def normalised(self, pixels: Tensor) -> Tensor:
        """uint8 or 0..255 [n, 3, R, R] -> what the tower takes."""
        mean = torch.tensor(self.model_input.mean, device=self.device).view(3, 1, 1) * 255
        std = torch.tensor(self.model_input.std, device=self.device).view(3, 1, 1) * 255
        photos = (pixels.to(self.device).float() - mean) / std
        return photos.contiguous(memory_format=torch.channels_last)

    def look(self, photos: Tensor) -> Seen:
        """Normalised photos -> embeddings, and patches of at most 8x8 cells, which is what tokens are made of."""
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.precision == "bfloat16"):
            seen = self.model.clip.visual.forward_intermediates(photos, indices=1, output_fmt="NCHW")
        embeddings = F.normalize(seen["image_features"].float(), dim=-1)
        patches = self.model.coloured(seen["image_intermediates"][-1].float(), photos)
        return Seen(embeddings, small_grid(patches))

    def identity(self) -> str:
        """Of the tower's weights, its input and the precision."""
        digest = hashlib.blake2b(digest_size=16)
        coloured = " coloured" if self.model.head_config.colours else ""
        digest.update(f"{self.model_input.digest()} {self.precision} {self.device.type}{coloured}".encode())
        for name, weight in sorted(self.model.clip.visual.state_dict().items()):
            digest.update(name.encode() + weight.detach().cpu().contiguous().numpy().tobytes())
        return digest.hexdigest()


def small_grid(patches: Tensor) -> Tensor:
    """[n, D, h, w] -> at most 8x8 cells, as the model itself averages them."""
    height, width = patches.shape[-2:]
    if max(height, width) <= LONGEST_GRID:
        return patches
    return F.adaptive_avg_pool2d(patches, (min(height, LONGEST_GRID), min(width, LONGEST_GRID)))


def identity_of_photos(pairs: CaptionedPhotos) -> str:
    """Of names, sizes and times of writing: what is kept is thrown away when a photo changes."""
    digest = hashlib.blake2b(os.path.realpath(pairs.folder), digest_size=16)
    for row, name in enumerate(pairs.photos):
        stat = os.stat(pairs.path(row))
        digest.update(b"\0%s\0%d\0%d" % (name, stat.st_size, stat.st_mtime_ns))
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class KeptPixels:
    """pixels: uint8[n, R, R, 3], as the product decodes them."""

    pixels: np.ndarray

    @property
    def count(self) -> int:
        return len(self.pixels)

    def rows(self, rows: np.ndarray | range) -> Tensor:
        """uint8[b, 3, R, R]."""
        return torch.from_numpy(np.ascontiguousarray(self.pixels[np.asarray(rows)])).permute(0, 3, 1, 2)


def keep_pixels(pairs: CaptionedPhotos, model_input: ModelInput, cache: Path, *, progress: Progress) -> KeptPixels:
    """Raises PhotoUnreadable, DiskFull."""
    shape = (model_input.size, model_input.size, 3)
    folder = _folder(cache, "pixels", [model_input.digest(), identity_of_photos(pairs)])
    kept = KeptRows(folder, {"pixels": RowKind(shape, "uint8")}, len(pairs.photos))

    def make(rows: range) -> dict[str, np.ndarray]:
        return {"pixels": np.stack([_decoded(pairs.path(row), model_input) for row in rows])}

    kept.fill(make, label="photos", progress=progress)
    return KeptPixels(kept.arrays["pixels"])


@dataclass(frozen=True, slots=True)
class KeptMaps:
    """maps: float16[n, v, D, h, w]; embeddings: float32[n, v, d]. View 0 is the whole photo."""

    maps: np.ndarray
    embeddings: np.ndarray

    @property
    def count(self) -> int:
        return len(self.maps)

    def take(self, rows: np.ndarray, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        """Maps float[b, D, h, w] and embeddings float[b, d] of any view."""
        return self._of(rows, rng.integers(self.maps.shape[1], size=len(rows)))

    def whole(self, rows: np.ndarray) -> tuple[Tensor, Tensor]:
        """The same of the whole photos."""
        return self._of(rows, np.zeros(len(rows), int))

    def _of(self, rows: np.ndarray, views: np.ndarray) -> tuple[Tensor, Tensor]:
        return torch.from_numpy(self.maps[rows, views]).float(), torch.from_numpy(self.embeddings[rows, views])


@torch.no_grad()
def keep_maps(
    eye: Eye, pairs: CaptionedPhotos, cache: Path, *, views: int, smallest_crop: float, progress: Progress
) -> KeptMaps:
    """Each photo through the tower once per view. Raises PhotoUnreadable, DiskFull."""
    eye.model.eval()
    cuts = make_views(views, len(pairs.photos), seed=VIEW_SEED, smallest=smallest_crop)
    side = eye.model_input.size
    probe = eye.look(eye.normalised(torch.zeros(1, 3, side, side)))
    kinds = {
        "maps": RowKind((views, *probe.patches.shape[1:]), "float16"),
        "embeddings": RowKind((views, probe.embeddings.shape[1]), "float32"),
    }
    chosen = [views, smallest_crop] if views > 1 else [1]
    folder = _folder(cache, "maps", [eye.identity(), identity_of_photos(pairs), *chosen])
    kept = KeptRows(folder, kinds, len(pairs.photos))

    def make(rows: range) -> dict[str, np.ndarray]:
        photos = [_decoded(pairs.path(row), eye.model_input) for row in rows]
        seen = []
        for view in range(views):
            boxes, flips = cuts.boxes[view, rows.start : rows.stop], cuts.flips[view, rows.start : rows.stop]
            parts = [cut_view(*part) for part in zip(photos, boxes, flips.tolist(), strict=True)]
            seen.append(eye.look(eye.normalised(torch.stack(parts))))
        maps, embeddings = ([getattr(s, name) for s in seen] for name in ("patches", "embeddings"))
        return {
            "maps": torch.stack(maps, 1).half().cpu().numpy(),
            "embeddings": torch.stack(embeddings, 1).cpu().numpy(),
        }

    kept.fill(make, label="photos", progress=progress)
    return KeptMaps(kept.arrays["maps"], kept.arrays["embeddings"])


def _decoded(path: bytes, model_input: ModelInput) -> np.ndarray:
    pixels = np.frombuffer(bytearray(load_pixels(path, model_input)), np.uint8)
    return pixels.reshape(model_input.size, model_input.size, 3)


def _folder(cache: Path, kind: str, identity: list[Any]) -> Path:
    name = hashlib.blake2b(json.dumps(identity).encode(), digest_size=12).hexdigest()
    return cache / f"{kind}-{name}"
