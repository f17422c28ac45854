"""What can be typed after `afterimage train`, and how it is explained."""

from __future__ import annotations

import argparse
import math

from engine.cli_argument import add_device, count, path

TRAIN_EXAMPLES = """\
methods:
  be     bi-encoder: sentence and photo apart, compared by cosine; finds fast
  ce     cross-encoder: sentence and photo together; reranks
  sep    both, one after the other, in the folders OUT/be and OUT/ce
  joint  one network for both roles, trained by turns (default)

stages:
  adapter  the image tower stands still, and what it shows is kept on disk; with --method ce everything that exists
           stands still but a new head (default with --model)
  full     every weight, over photos that are cut, flipped and coloured anew each time (default with --architecture)
  distil   the bi-encoder learns from what the cross-encoder thinks of its nearest candidates

heads of your own:
  --head NAME  a new head for an installed or imported model: trained on captioned photos beside its towers, kept in
               the library's folder and used from then on; without --train and --dev a tenth of the photos is dev
  --adapter    fits the head in use to your own captions (--captions), and to the ticks and crosses that you gave in
               the window; kept only if it finds more of the examples that it did not learn from; --undo goes back

files:
  --captions  TSV (file name, tab, sentence), Karpathy's dataset_*.json, or Multi30k (a folder, or a file such as
              train.de.gz beside its list of photos); given several times, sentences are put together
  --train     a file of photos' names or the name of a split, as in evaluate; --dev alike: it chooses, and is never
              learned from; --test alike: only made sure to be apart

A run that was stopped, killed or lost its power goes on with --resume: the same settings give the same weights as
one that never stopped. Everything that was set is in OUT/train.json, to be used again with --config. The log, a table
and a picture of the losses are in OUT/training, and so are checkpoints, which can be deleted when all is done.

examples:
  afterimage train --model starter --method ce --captions captions.tsv --photos images \\
      --train train.txt --dev dev.txt --epochs 5 --out my-starter
  afterimage train --head fast --captions captions.tsv --photos images
  afterimage train --adapter --captions my-photos.tsv --dry-run
  afterimage train --architecture ViT-S-32-alt --captions dataset_coco.json --photos coco \\
      --train train --dev val --epochs 20 --device cuda --out my-model
  afterimage evaluate --model my-model --captions dataset_coco.json --photos coco --split test
"""


def add_train_options(train: argparse.ArgumentParser) -> None:
    """Everything `train` takes."""
    _add_what(train)
    _add_how(train)
    _add_length(train)
    run = train.add_argument_group("the run")
    run.add_argument("--out", metavar="DIR", type=path, help="the model folder that is made")
    run.add_argument("--resume", action="store_true", help="go on with the run that was begun in --out")
    run.add_argument("--config", metavar="FILE", type=path, help="settings of another run, its train.json")
    run.add_argument("--cache", metavar="DIR", type=path, help="kept photos and maps, which runs can share")
    add_device(run)
    run.add_argument(
        "--precision",
        choices=("auto", "bfloat16", "float32"),
        default="auto",
        help="of most products; weights are float32 always (default: bfloat16 where the hardware has it)",
    )


def _add_what(train: argparse.ArgumentParser) -> None:
    what = train.add_argument_group("what it starts from and learns from")
    start = what.add_mutually_exclusive_group()
    start.add_argument("--model", metavar="NAME|DIR", help="a preset or a model folder")
    start.add_argument(
        "--architecture",
        metavar="NAME|JSON",
        help="random weights: starter, an architecture of open_clip, or a file that describes one; a tokenizer is "
        "learned from the captions",
    )
    start.add_argument("--head", metavar="NAME|DIR", help="a model that gets a head, which the library uses")
    start.add_argument("--adapter", action="store_true", help="fit the head in use to your own examples")
    what.add_argument("--undo", action="store_true", help="with --adapter: back to the head before")
    what.add_argument("--dry-run", action="store_true", help="with --adapter: say what it would bring, change nothing")
    what.add_argument("--captions", action="append", default=[], metavar="FILE", type=path)
    what.add_argument(
        "--photos", metavar="DIR", type=path, help="folder of the captioned photos (of a head: that of the captions)"
    )
    what.add_argument("--train", metavar="SPLIT", type=path, help="what is learned from")
    what.add_argument("--dev", metavar="SPLIT", type=path, help="what chooses among the weights")
    what.add_argument("--test", metavar="SPLIT", type=path, help="photos that must be in neither; not looked at")


def _add_how(train: argparse.ArgumentParser) -> None:
    how = train.add_argument_group("how")
    how.add_argument("--method", choices=("joint", "be", "ce", "sep"), help="default: joint")
    how.add_argument("--stage", choices=("adapter", "full", "distil"))
    how.add_argument(
        "--fusion",
        choices=("late", "single_stream"),
        help="how sentence and photo meet: in the upper layers over kept tokens (late, default), or in all of them",
    )
    how.add_argument(
        "--loss",
        choices=("triplet", "info_nce"),
        dest="be_loss",
        help="of the bi-encoder: hardest wrong pair of the batch, or softmax over all of them (default: info_nce)",
    )
    how.add_argument(
        "--negatives",
        choices=("random", "in_batch", "mined"),
        help="wrong pairs: any, near ones of the batch (default), or the nearest of all training photos, found anew "
        "each epoch",
    )
    how.add_argument("--seed", type=int, metavar="N")
    how.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        dest="settings",
        help="any setting of train.json, such as batch=64 or new_rate=3e-4; may be given several times",
    )


def _add_length(train: argparse.ArgumentParser) -> None:
    length = train.add_argument_group("how long").add_mutually_exclusive_group()
    length.add_argument("--steps", type=count, metavar="N", help="rounds; repeats exactly")
    length.add_argument("--minutes", type=_positive, metavar="M")
    length.add_argument("--epochs", type=_positive, metavar="N", help="passes over all sentences; repeats exactly")


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError(f"{text!r:.20} is no number above 0")
    return value
