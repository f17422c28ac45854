"""The sections of docs/results.md: what each needs, and how it is written in Markdown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import mean
from typing import Any

from benchmarks import methods, paper
from benchmarks.paper_markdown import ROLE_NAMES, SIX, SIX_HEADER, Results, gain, intervals, markdown, set_of, six
from benchmarks.paper_targets import targets


@dataclass(frozen=True, slots=True)
class Section:
    """needs: measurements without which it is left out; more: how the names of further ones begin."""

    title: str
    needs: tuple[str, ...]
    write: Callable[[Results], list[str]]
    more: tuple[str, ...] = ()


def _main(found: Results) -> list[str]:
    report = found["main"].report
    rows = []
    if "bi_encoder" in found:
        rows.append(six("BE", found["bi_encoder"].report["be"]))
    rows += [six(ROLE_NAMES[role], report[role]) for role in ("be",) if report[role]]
    if "separate" in found:
        rows.append(six("SEP+COOP", found["separate"].report["coop"]))
        without = found["separate"].report.get("lambda", {}).get("0")
        rows += [six("SEP+COOP, without the cosine", without)] if without else []
    rows += [six(ROLE_NAMES[role], report[role]) for role in ("coop",) if report[role]]
    theirs = [[name, f"{ir:.1f}", f"{tr:.1f}", f"{total:.1f}"] for name, (ir, tr, total) in paper.COCO_5K.items()]
    flickr = " / ".join(f"{value:.1f}" for value in paper.FLICKR30K_JOINT_COOP_IR)
    return [
        f"Ours, {set_of(report)}, k = {report['k']}; CE is in the table of reranking everything:\n",
        markdown(SIX_HEADER, rows),
        intervals(report, "coop_minus_be", "JOINT+COOP less JOINT+BE"),
        "The paper, COCO 5k:\n",
        markdown(["", "IR R@1", "TR R@1", "sum of six"], theirs),
        f"The paper, Flickr30k, JOINT+COOP, IR R@1 / R@5 / R@10: {flickr}.\n",
    ]


def _seeds(found: Results) -> list[str]:
    reports = [measured.report for name, measured in found.items() if name.startswith("seed_")]
    rows = []
    for role in ("be", "coop"):
        cells = []
        for direction, cut in SIX:
            values = [report[role][direction][cut] for report in reports]
            cells.append(f"{mean(values):.1f} ({min(values):.1f} to {max(values):.1f})")
        rows.append([f"{ROLE_NAMES[role]}, {len(reports)} seeds", *cells])
    return ["Mean, and the lowest and highest:\n", markdown(SIX_HEADER[:-1], rows)]


def _variants(found: Results) -> list[str]:
    rows = []
    for name, measured in found.items():
        if name.startswith("variant_"):
            names = {"be": f"{measured.label}, BE", "coop": f"{measured.label}, COOP"}
            rows += [six(names[role], measured.report[role]) for role in names if measured.report[role]]
    return [markdown(SIX_HEADER, rows)]


def _methods(found: Results) -> list[str]:
    return methods.table(found["methods"].report)


def _heads(found: Results) -> list[str]:
    report = found["main"].report
    if "coop_at" not in report:
        return []
    rows = [
        [*six(k, figures), f"{paper.COCO_5K_IR_R1_BY_K[int(k)]:.1f}" if int(k) in paper.COCO_5K_IR_R1_BY_K else ""]
        for k, figures in report["coop_at"].items()
    ]
    return [markdown(["k", *SIX_HEADER[1:], "the paper's IR R@1, COCO 5k"], rows)]


def _shares(found: Results) -> list[str]:
    report = found["main"].report
    if "lambda" not in report:
        return []
    rows = [six(share, figures) for share, figures in report["lambda"].items()]
    return [
        "(1 - λ) softmax(CE) + λ cos over the candidates of a query, k = "
        f"{report['k']}. Here CE is the cross-encoder's part alone: 0 is the cross-encoder, 1 the bi-encoder.\n",
        markdown(["λ", *SIX_HEADER[1:]], rows),
    ]


def _agreement(found: Results) -> list[str]:
    measured = found["main"].report.get("agreement", {})
    if not measured:
        return []
    rows = []
    for name, facts in measured.items():
        more = facts.get("intervals", {}).get("coop_minus_be")
        taus = [f"{facts[role]:.4f}" if facts.get(role) is not None else "" for role in ("be", "coop", "ce_alone")]
        rows.append([name, f"{facts['pairs']:,}", *taus, gain(more, digits=4) if more else ""])
    header = ["grades", "pairs", "BE", "COOP", "CE without the cosine", "COOP less BE, 95 %"]
    return ["Kendall's tau-b of scores with mean grades:\n", markdown(header, rows)]


def _exhaustive(found: Results) -> list[str]:
    report = found["exhaustive"].report
    rows = [six(name, report[role]) for role, name in ROLE_NAMES.items() if report.get(role)]
    if "cross_encoder" in found:
        rows.append(six("CE", found["cross_encoder"].report["ce_alone"]))
    scored = report["scored"]
    speed = f" {scored['pairs']:,} pairs, {scored['pairs_per_s']:,.0f} a second." if scored["pairs"] else ""
    return [
        f"{set_of(report)}, all rows on the same sentences, k = {report['k']}.{speed}\n",
        markdown(SIX_HEADER, rows),
        intervals(report, "coop_minus_ce", "JOINT+COOP less JOINT+CE"),
    ]


def _distractors(found: Results) -> list[str]:
    report, plain = found["distractors"].report, found["main"].report
    rows = [
        [f"{name}, {count:,} photos", *(f"{facts[role]['ir'][column]:.1f}" for column in ("r1", "r5", "r10", "mrr10"))]
        for facts, count in ((plain, plain["photos"]), (report, report["photos"] + report["distractors"]))
        for role, name in ROLE_NAMES.items()
        if role in ("be", "coop") and facts.get(role)
    ]
    note = "Other photos are searched too; with `--distractors DATA/images` most of them are of the training split.\n"
    return [note, markdown(["", "IR R@1", "R@5", "R@10", "MRR@10"], rows)]


def _normalised(found: Results) -> list[str]:
    names = {"be": "JOINT+BE", "coop": "then COOP", "coop_moved": "then COOP with the normalised cosine"}
    plain = found["main"].report
    report = found["qb_test"].report["qb_norm"]
    cuts = ("r1", "r5", "r10")
    rows = [
        [f"{ROLE_NAMES[role]}, plain", *(f"{plain[role]['ir'][cut]:.1f}" for cut in cuts)] for role in ("be", "coop")
    ]
    for heat, facts in report["at"].items():
        for role, name in names.items():
            gains = facts.get("intervals", {}).get(f"{role}_minus_plain", {}).get("ir")
            if role in facts:
                changes = [f"; {gain(gains[cut])}" if gains else "" for cut in cuts]
                values = [facts[role]["ir"][cut] for cut in cuts]
                cells = [f"{value:.1f}{change}" for value, change in zip(values, changes, strict=True)]
                rows.append([f"{name}, heat {heat}", *cells])
    lines = [
        f"QB-Norm (Bogolin et al., CVPR 2022), a bank of {report['bank']:,} training sentences; the heat was chosen on "
        "dev, by mR of the last row. The difference to the plain order follows, with its 95 % interval.\n",
        markdown(["", "IR R@1", "R@5", "R@10"], rows),
    ]
    if "qb_dev" in found:
        lines += ["On dev, IR mR by heat:\n", _dev_heats(found["qb_dev"].report, names)]
    return lines


def _dev_heats(report: dict[str, Any], names: dict[str, str]) -> str:
    at = report["qb_norm"]["at"]
    rows = [
        [name, f"{report['be' if role == 'be' else 'coop']['ir']['mr']:.2f}"]
        + [f"{facts[role]['ir']['mr']:.2f}" for facts in at.values()]
        for role, name in names.items()
        if all(role in facts for facts in at.values())
    ]
    return markdown(["", "plain", *(f"heat {heat}" for heat in at)], rows)


def _cascade(found: Results) -> list[str]:
    measured = found["cascade"]
    report, cascade = measured.report, measured.report["cascade"]
    rows = [["the cheap one alone", *(f"{report['be']['ir'][cut]:.1f}" for cut in ("r1", "r5", "r10")), "0", "", ""]]
    for k, row in cascade["at"].items():
        recalls = (f"{row['ir'][cut]:.1f}" for cut in ("r1", "r5", "r10"))
        after = ", ".join(f"{share:.0f} after {asked}" for asked, share in row["after"].items())
        rows.append([f"the first {k} reordered", *recalls, f"{row['encoded']:.1f}", after, f"{row['lifetime']:.0f}"])
    if "main" in found and found["main"].models[0] == measured.models[1]:
        whole = (f"{found['main'].report['be']['ir'][cut]:.1f}" for cut in ("r1", "r5", "r10"))
        rows.append(["the dear one alone", *whole, "100", "", "100"])
    seconds = cascade["seconds_per_photo"]
    speeds = f"{1000 * seconds['cheap']:.1f} and {1000 * seconds['dear']:.1f} ms a photo"
    return [
        "Two bi-encoders (Hönig et al., 2023): the cheap one, "
        f"{measured.models[0][0]}, retrieves, the dear one, {measured.models[1][0]}, reorders; {speeds}. A photo is "
        "encoded by the dear one when it first stands among the candidates; work: of encoding, in percent of encoding "
        "all by the dear one.\n",
        markdown(["", "IR R@1", "R@5", "R@10", "encoded, %", "by sentences asked, %", "work, %"], rows),
    ]


def _languages(found: Results) -> list[str]:
    sets = found["languages"].report.get("sets", {})
    rows = []
    for name, report in sets.items():
        means = [
            f"{sum(report[role][direction]['mr'] for direction in ('ir', 'tr')) / 2:.1f}" if report[role] else ""
            for role in ("be", "coop")
        ]
        theirs = paper.MULTI30K_MEAN_RECALL.get(name)
        rows.append([name, f"{report['photos']:,}", *means, f"{theirs:.1f}" if theirs else ""])
    return [
        f"The model is {found['languages'].weights()}; mR over both directions; one sentence a photo:\n",
        markdown(["language", "photos", "JOINT+BE", "JOINT+COOP", "the paper's JOINT+COOP, Multi30k"], rows),
    ]


def _aspects(found: Results) -> list[str]:
    whole = found["main"].report["be"]["ir"]
    rows = [["whole", *(f"{whole[cut]:.1f}" for cut in ("r1", "r5", "r10")), ""]]
    for name, measured in found.items():
        if name.startswith("aspect_"):
            row = measured.report["be"]["ir"]
            values = (f"{row[cut]:.1f}" for cut in ("r1", "r5", "r10"))
            rows.append([f"cut to {measured.report['aspect']}", *values, f"{row['r10'] - whole['r10']:+.1f}"])
    return [
        "The photos of the set are square; cut to another shape around their middle they are stretched back by the "
        "model's preprocessing, and have lost what was cut off: the loss is of both. JOINT+BE:\n",
        markdown(["photos", "IR R@1", "R@5", "R@10", "R@10, change"], rows),
    ]


def _latency(found: Results) -> list[str]:
    report = found["latency"].report
    heads = list(next(iter(report["sizes"].values()))["coop_s"])
    rows = [
        [
            f"{int(size):,}",
            f"{1000 * row['be_s']:.1f} ms",
            *(f"{1000 * row['coop_s'][k]:.1f} ms" for k in heads),
            ("about " if row["ce_extrapolated"] else "") + f"{row['ce_s']:.1f} s",
        ]
        for size, row in report["sizes"].items()
    ]
    theirs = paper.SECONDS_PER_QUERY
    blank = [""] * (len(heads) - 1)
    photos = f"the paper, {paper.LATENCY_PHOTOS:,}, V100"
    rows.append(
        [photos, f"{1000 * theirs['be']:.0f} ms", f"{1000 * theirs['coop']:.0f} ms", *blank, f"{theirs['ce']:.0f} s"]
    )
    shares = {row["ce_pairs"] for row in report["sizes"].values() if row["ce_extrapolated"]}
    note = f' "About": measured on {max(shares):,} pairs and multiplied.' if shares else ""
    return [
        f"{report['threads']} threads; embeddings mixed of {report['base_photos']} photos, tokens repeated.{note}\n",
        markdown(["photos", "BE", *(f"COOP, k = {k}" for k in heads), "CE"], rows),
    ]


def _architectures(found: Results) -> list[str]:
    report = found["architectures"].report
    rows = [
        [
            name,
            f"{row['tower_parameters_m']:.0f} M",
            f"{row['photos_per_s']:.1f}",
            f"{row['bare_photos_per_s']:.1f}",
            f"{row['share_of_bare']:.0%}",
            f"{row['sentence_ms']:.1f} ms",
            f"{row['candidate_ms']:.2f} ms",
            f"{row['bytes_per_photo'] / 1000:.1f} kB",
            row["precision"],
        ]
        for name, row in report["architectures"].items()
    ]
    kept = all(row["shut_head_keeps_order"] is not False for row in report["architectures"].values())
    order = "left the bi-encoder's order as it was, for each" if kept else "DID NOT LEAVE THE ORDER AS IT WAS"
    header = ["", "image tower", "photos/s", "bare pass", "share", "a sentence", "a candidate", "a photo", "format"]
    return [
        f"Random weights but for the starter's; {report['threads']} threads, {report['batch']} photos at a time. "
        "Photos/s: from ready pixels to embedding and stored tokens; bare pass: open_clip's image tower alone, in "
        "turns with it (the starter serves a tower of ours over the same weights). A candidate: one of "
        f"{report['head']} reranked by a late-fusion head, with its share of reading the sentence; a head with shut "
        f"gates {order}. A photo: what a library of 100,000 keeps of it.\n",
        markdown(header, rows),
    ]


SECTIONS = (
    Section("The table of the paper", ("main",), _main, ("bi_encoder", "separate")),
    Section("What was aimed at", ("main",), targets, ("exhaustive", "separate", "latency")),
    Section("Three seeds", ("seed_1", "seed_2"), _seeds, ("seed_",)),
    Section("Other ways to train", ("variant_1",), _variants, ("variant_",)),
    Section("JOINT and SEP, trained alike", ("methods",), _methods),
    Section("How many are reranked", ("main",), _heads),
    Section("The score sum", ("main",), _shares),
    Section("Agreement with people", ("main",), _agreement),
    Section("Reranking everything", ("exhaustive",), _exhaustive, ("cross_encoder",)),
    Section("The enlarged set", ("distractors", "main"), _distractors),
    Section("Query-bank normalisation", ("qb_test", "main"), _normalised, ("qb_dev",)),
    Section("A cascade of two bi-encoders", ("cascade",), _cascade),
    Section("By language", ("languages",), _languages),
    Section("Photos of other aspect", ("aspect_3x4", "main"), _aspects, ("aspect_",)),
    Section("Time per query", ("latency",), _latency),
    Section("What architectures cost", ("architectures",), _architectures),
)
