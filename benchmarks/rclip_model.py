"""The model of the program `rclip` in its own shape, with random weights, which take as long as any: for a machine that
its model cannot be fetched to.

`python -m benchmarks.rclip_model FOLDER` fills a folder that rclip takes for its own where RCLIP_DATADIR names it.
Needs open_clip and, from `pip install onnx`, what writes such a file.
"""

from __future__ import annotations

import os
import shutil
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

ARCHITECTURE = "ViT-B-32-256"
PLACE = "ViT-B-32-256-datacomp_s34b_b86k"
VOCABULARY = "bpe_simple_vocab_16e6.txt.gz"
OPSET = 17
TRIAL_PHOTOS = 2


def write(folder: Path) -> None:
    """Its two networks as ONNX in float32, as it fetches them, and its vocabulary, which open_clip has too."""
    import open_clip
    import torch

    torch.manual_seed(0)
    clip = open_clip.create_model(ARCHITECTURE, force_custom_text=True).eval()
    (folder / PLACE).mkdir(parents=True)
    (folder / "tokenizer").mkdir()
    shutil.copyfile(Path(open_clip.__file__).parent / VOCABULARY, folder / "tokenizer" / VOCABULARY)
    size = clip.visual.image_size[0]
    photos = torch.zeros(TRIAL_PHOTOS, 3, size, size)
    sentences = torch.zeros(TRIAL_PHOTOS, clip.context_length, dtype=torch.int64)
    _export(clip.visual, photos, folder / PLACE / "visual.onnx")
    _export(clip.text, sentences, folder / PLACE / "textual.onnx")


def _export(part: torch.nn.Module, example: torch.Tensor, path: Path) -> None:
    import torch

    torch.backends.mha.set_fastpath_enabled(False)  # one operation that ONNX has no word for
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # of the exporter, about itself
        torch.onnx.export(
            part,
            (example,),
            os.fspath(path),
            input_names=["input"],
            output_names=["output"],
            dynamic_axes={"input": {0: "n"}, "output": {0: "n"}},
            opset_version=OPSET,
            dynamo=False,
        )


if __name__ == "__main__":
    write(Path(sys.argv[1]))
