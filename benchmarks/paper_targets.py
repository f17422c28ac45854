"""What was aimed at, and whether it was reached."""

from __future__ import annotations

from benchmarks.paper_markdown import Results, gain, markdown

Target = tuple[str, str, str, bool | None]  # the figure, the target, what was measured, whether it is met


def targets(found: Results) -> list[str]:
    rows = [
        [what, aim, measured, "" if met is None else "yes" if met else "no"]
        for what, aim, measured, met in (row for part in (_recalls, _ablations, _speeds) for row in part(found))
    ]
    return [markdown(["figure", "target", "measured", "met"], rows)]


def _recalls(found: Results) -> list[Target]:
    report = found["main"].report
    be = report["be"]["ir"]["r10"]
    targets: list[Target] = [("JOINT+BE, IR R@10", ">= 50", f"{be:.1f}", be >= 50)]
    row = report.get("intervals", {}).get("coop_minus_be", {}).get("ir", {}).get("r1")
    if row:
        enough = row["difference"] >= 2 and row["low"] > 0
        targets.append(("JOINT+COOP, IR R@1 over its own BE", ">= +2, interval above 0", gain(row, digits=2), enough))
    if "exhaustive" in found:
        other = found["exhaustive"].report
        coop, ce = other["coop"]["ir"]["r1"], other["ce"]["ir"]["r1"]
        targets.append(("JOINT+COOP against JOINT+CE, IR R@1", "at least equal", f"{coop:.1f} / {ce:.1f}", coop >= ce))
    facts = report.get("agreement", {}).get("judgments_expert")
    if facts:
        taus = f"{facts['coop']:.4f} / {facts['be']:.4f}"
        targets.append(("expert judgments, tau of COOP / BE", "COOP above", taus, facts["coop"] > facts["be"]))
    return targets


def _ablations(found: Results) -> list[Target]:
    report = found["main"].report
    targets: list[Target] = []
    if "methods" in found:
        rows = {row["training"]: row for row in found["methods"].report["rows"] if row["role"] == "coop"}
        if "joint" in rows and "sep" in rows:
            ours, theirs = (rows[name]["ir"]["r1"] for name in ("joint", "sep"))
            what = "JOINT+COOP against SEP+COOP trained alike, IR R@1"
            targets.append((what, "at least equal", f"{ours:.1f} / {theirs:.1f}", ours >= theirs))
    if "separate" in found:
        ours, theirs = report["coop"]["ir"]["r1"], found["separate"].report["coop"]["ir"]["r1"]
        targets.append(
            ("JOINT+COOP against SEP+COOP, IR R@1", "at least equal", f"{ours:.1f} / {theirs:.1f}", ours >= theirs)
        )
    if "coop_at" in report:
        values = [row["ir"]["r1"] for row in report["coop_at"].values()]
        shown = " / ".join(f"{value:.1f}" for value in values)
        near = max(values) - min(values) <= 1
        targets.append((f"IR R@1 at k = {' / '.join(report['coop_at'])}", "within 1 point", shown, near))
    return targets


def _speeds(found: Results) -> list[Target]:
    if "latency" not in found:
        return []
    report = found["latency"].report
    targets: list[Target] = []
    if "speeds" in report:
        photos, sentence = report["speeds"]["photos_per_s"], 1000 * report["speeds"]["sentence_s"]
        rerank = 1000 * report["speeds"]["rerank_50_s"]
        targets.append(("image side, ready pixels", ">= 60 photos/s", f"{photos:.0f} photos/s", photos >= 60))
        targets.append(("a sentence", "<= 10 ms", f"{sentence:.1f} ms", sentence <= 10))
        targets.append(("reranking 50", "<= 100 ms", f"{rerank:.0f} ms", rerank <= 100))
    for size, row in report["sizes"].items():
        times = row["ce_s"] / row["coop_s"][min(row["coop_s"], key=int)]
        targets.append((f"CE's time over COOP's, {int(size):,} photos", "> 20", f"{times:.0f}", times > 20))
    return targets
