"""What can be typed after `afterimage evaluate`, and how it is explained."""

from __future__ import annotations

import argparse

from engine.cli_argument import add_device, aspect, count, heat, named_path, path, path_by_name, share

EVALUATE_EXAMPLES = """\
what is printed (all recalls in percent):
  be     the bi-encoder alone           r1 r5 r10  found among the first 1, 5, 10
  coop   retrieve, then rerank k        mr         their mean
  ce     every pair by the              mrr10      mean of 1/rank, 0 beyond the tenth
         cross-encoder                  ir, tr     sentence to photo, photo to sentence

files:
  TSV    one line per sentence: file name, tab, sentence; or Karpathy's JSON (dataset_flickr30k.json), or a folder or
         file in the layout of Multi30k. Photos of the split without a sentence are left out and counted. Any captioned
         photos will do: a model that was trained on others is measured zero-shot.
  SPLIT  a file with one file name a line; with JSON and Multi30k the name of the split, as in --split test
  GRADES a header, then photo, FILE#i (the i-th caption of FILE, from 0) and one or more grades, with tabs between

Opens no library and writes nothing, save scores into the folder of --cache, which later runs with other k, lambdas,
folds or intervals take up again (also after Ctrl+C).

examples:
  afterimage evaluate --photos flickr8k/images --captions captions.tsv --split test.txt -k 20 --json
  afterimage evaluate --photos flickr8k/images --captions captions.tsv --split test.txt \\
      -k 20 10 50 --lambda 0 0.5 0.9 --bootstrap 1000 --exhaustive --cache ~/scores
  afterimage evaluate --photos multi30k/images --language en=en.tsv --language de=de.tsv --split test.txt
  afterimage evaluate --photos coco --captions dataset_coco.json --split test --folds 1000
  afterimage evaluate --photos flickr8k/images --captions captions.tsv --split dev.txt \\
      --qb-norm captions.tsv --qb-split train.txt --qb-heat 5 10 20 40
"""


def add_options(evaluate: argparse.ArgumentParser) -> None:
    """Everything `evaluate` takes."""
    what = evaluate.add_argument_group("what is searched")
    what.add_argument("--photos", required=True, metavar="DIR", type=path, help="folder of the captioned photos")
    what.add_argument(
        "--captions",
        action="append",
        default=[],
        metavar="TSV",
        type=path_by_name,
        dest="sets",
        help="sentences; given several times, each file is measured by itself",
    )
    what.add_argument(
        "--language",
        action="append",
        metavar="NAME=TSV",
        type=named_path,
        dest="sets",
        help="the same, with a name for its table",
    )
    what.add_argument("--split", metavar="FILE", type=path, help="only the photos of this split")
    what.add_argument(
        "--distractors",
        metavar="DIR",
        type=path,
        help="more photos to search among, which no sentence is about (sentence to photo only)",
    )
    what.add_argument(
        "--aspect",
        metavar="W:H",
        type=aspect,
        help="cut every photo to the largest part of this shape around its middle, as in 3:4 (what is cut off is lost "
        "too; compare with 1:1)",
    )
    what.add_argument("--model", default="starter", metavar="NAME|DIR", help="a preset or a folder (default: starter)")
    what.add_argument(
        "--head", default="", metavar="KEY", help="with a head that was trained here for it (the key's beginning does)"
    )
    what.add_argument(
        "--reranker", metavar="NAME|DIR", help="another model whose cross-encoder reranks (two separate networks)"
    )
    what.add_argument("--no-rerank", action="store_false", dest="rerank", help="the bi-encoder alone")
    _add_measures(evaluate)
    _add_alternatives(evaluate)
    add_device(evaluate)
    evaluate.add_argument("--cache", metavar="DIR", type=path, help="keep scores here for later runs")
    evaluate.add_argument("--json", action="store_true", help="one JSON object")


def _add_measures(evaluate: argparse.ArgumentParser) -> None:
    how = evaluate.add_argument_group("what is measured")
    how.add_argument(
        "-k",
        type=count,
        nargs="+",
        default=[20],
        metavar="K",
        help="how many candidates are reranked (default: 20); the first is the main one, further ones are added",
    )
    how.add_argument(
        "--lambda",
        type=share,
        nargs="+",
        default=[],
        metavar="L",
        dest="lambdas",
        help="also rerank by (1-L) softmax(CE) + L cosine, the softmax over a query's candidates",
    )
    how.add_argument(
        "--exhaustive",
        action="store_true",
        help="also score every pair with the cross-encoder (slow); the first sentence of each photo",
    )
    how.add_argument("--all-sentences", action="store_true", help="exhaustive over all sentences of each photo")
    how.add_argument("--folds", type=count, metavar="N", help="also the mean over disjoint folds of N photos")
    how.add_argument(
        "--bootstrap",
        type=count,
        default=0,
        metavar="N",
        help="95 %% intervals of the differences, from N resamples of the photos (1000 is usual)",
    )
    how.add_argument(
        "--judgments",
        action="append",
        default=[],
        metavar="GRADES",
        type=path,
        help="agreement with people's grades, Kendall's tau-b (needs scipy); may be given several times",
    )


def _add_alternatives(evaluate: argparse.ArgumentParser) -> None:
    others = evaluate.add_argument_group("other ways to search, from sentence to photo")
    others.add_argument(
        "--qb-norm",
        metavar="TSV",
        type=path,
        help="also with cosines normalised by a bank of other sentences (QB-Norm), which moves back photos that answer "
        "too many of them",
    )
    others.add_argument("--qb-split", metavar="FILE", type=path, help="only the bank's sentences about these photos")
    others.add_argument(
        "--qb-heat",
        type=heat,
        nargs="+",
        default=[20.0],
        metavar="B",
        help="how much the bank's near sentences count more than far ones (default: 20); choose it on other photos",
    )
    others.add_argument(
        "--cascade",
        metavar="NAME|DIR",
        help="also with this second bi-encoder, which reorders the first k by its cosine and encodes a photo only when "
        "it stands among them",
    )
