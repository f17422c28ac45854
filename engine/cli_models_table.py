"""Models as rows: for programs, and for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

ABILITIES = {
    "search": "finds photos",
    "rerank": "looks closely at the best",
    "probability": "says how likely a match is",
    "nothing_matches": "says when nothing matches",
    "why": "shows why",
}
UNKNOWN = "unknown"
ABSENT = "not in this build"


def table(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Aligned columns, the name first."""
    head = ("", "name", "state", "size", "languages", "finds first", "reranks", "licence")
    lines = [head, *(_cells(fields) for fields in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    notes = ["finds first: for how many of 100 sentences the photo they describe comes first (COCO, 5,000 photos)"]
    if parts := sorted({fields["lacks"] for fields in rows if fields["lacks"]}):
        notes.append(f"{ABSENT}: needs what is not installed here ({', '.join(parts)})")
    return [*text, "", *notes]


def describe(fields: Mapping[str, Any]) -> list[str]:
    """One model, a fact a line."""
    recall, cost = fields["recall"] or {}, fields["cost"] or {}
    can = [what for ability, what in ABILITIES.items() if fields["abilities"][ability]]
    cannot = [what for ability, what in ABILITIES.items() if not fields["abilities"][ability]]
    facts = {
        "name": f"{fields['name']} ({fields['title']})",
        "state": _state(fields),
        "size": _size(fields),
        "licence": ", ".join(
            filter(None, (fields["licence"] or UNKNOWN, fields["licence_note"], fields["licence_url"]))
        ),
        "languages": fields["languages"] or UNKNOWN,
        "can": ", ".join(can),
        "cannot": ", ".join(cannot) or "-",
        "finds first": _recall(recall),
        "parameters": f"{cost['parameters_m']:,} million" if cost.get("parameters_m") else UNKNOWN,
        "work a photo": f"{cost['image_gflops']:,} GFLOP ({cost.get('source', UNKNOWN)})"
        if cost.get("image_gflops")
        else UNKNOWN,
        **_reranking(fields),
        **({"needs": f"{fields['lacks']}: {fields['needs']}"} if fields["lacks"] else {}),
        "open_clip": fields["open_clip"] or "-",
        "comes from": fields["repository"] or fields["imported_from"] or "this application",
        "commit": fields["commit"] or ("pinned at the first download" if fields["repository"] else "-"),
    }
    width = max(map(len, facts))
    return [f"{name.ljust(width)}  {fact}" for name, fact in facts.items()]


def _reranking(fields: Mapping[str, Any]) -> dict[str, str]:
    """Who looks closely for a model without a head; of a reranker, what it is and costs."""
    if fields["kind"] == "search":
        return {"reranked by": fields["reranked_by"]} if fields["reranked_by"] else {}
    cost = fields["rerank_cost_ms"]
    here = f"{cost['see']:,.0f} ms to see a photo, then {cost['match']:,.0f} ms" if cost else "not measured yet"
    return {
        "what it is": "a ready cross-encoder: reranks for models that have no head of their own",
        "a candidate here": f"{here}; how much time a search gives it: afterimage models budget",
    }


def plain_size(size: int) -> str:
    """In units that a disk is sold in."""
    for unit, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if size >= unit:
            return f"{size / unit:.3g} {name}"
    return f"{size} bytes"


def _cells(fields: Mapping[str, Any]) -> tuple[str, ...]:
    recall = fields["recall"] or {}
    return (
        "*" if fields["in_use"] else "",
        fields["name"],
        _state(fields),
        _size(fields),
        _languages(fields),
        f"{recall['coco_r1']:.1f}" if recall.get("coco_r1") is not None else UNKNOWN,
        _reranks(fields),
        (fields["licence"] or UNKNOWN).removeprefix("LicenseRef-"),
    )


def _reranks(fields: Mapping[str, Any]) -> str:
    if fields["kind"] != "search":
        return "others"
    return fields["reranked_by"] or ("yes" if fields["abilities"]["rerank"] else "no")


def _languages(fields: Mapping[str, Any]) -> str:
    """A name, or the codes where there are several."""
    codes = fields["language_codes"] or ()
    return ", ".join(codes) if len(codes) > 1 else fields["languages"] or UNKNOWN


def _state(fields: Mapping[str, Any]) -> str:
    if fields["in_use"]:
        return "in use" if fields["chosen"] else "in use until another is ready"
    if fields["chosen"]:
        return "being prepared"
    if fields["lacks"]:
        return f"installed, {ABSENT}" if fields["installed"] else ABSENT
    if fields["installed"]:
        return "installed"
    return f"{plain_size(fields['bytes_here'])} fetched" if fields["bytes_here"] else "-"


def _size(fields: Mapping[str, Any]) -> str:
    if fields["bytes"] is None:
        return UNKNOWN
    return ("" if fields["bytes_exact"] else "about ") + plain_size(fields["bytes"])


def _recall(recall: Mapping[str, Any]) -> str:
    known = {
        "COCO": recall.get("coco_r1"),
        "Flickr30k": recall.get("flickr30k_r1"),
        "Flickr8k": recall.get("flickr8k_r1"),
    }
    figures = [f"{value:.1f} of 100 ({name})" for name, value in known.items() if value is not None]
    return f"{', '.join(figures)}; source: {recall.get('source', UNKNOWN)}" if figures else UNKNOWN
