"""What a search may take longer where a ready cross-encoder reranks: a library's setting, and what fits into it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.catalog import Catalog
from engine.config import RERANK_BUDGET_MS, RERANK_HEAD
from engine.errors import UsageError
from engine.presets import Presets
from engine.second_stage import fits

if TYPE_CHECKING:
    from engine.blip_itm_stage import BlipStage

SETTING = "rerank budget, ms"
LONGEST_MS = 60_000.0


@dataclass(frozen=True, slots=True)
class RerankBudget:
    """`reranker` is the installed cross-encoder, if any: what it takes to `see` a photo and to `match` a sentence with
    one that was seen (None until it was at work here), and how many of the `head` photos fit into the budget when all
    were seen before, and when none was. `at_work`: it is loaded now."""

    ms: float
    default_ms: float
    reranker: str | None = None
    see_ms: float | None = None
    match_ms: float | None = None
    seen: int | None = None
    unseen: int | None = None
    head: int = RERANK_HEAD
    at_work: bool = False


def rerank_budget_ms(catalog: Catalog) -> float:
    """What was set, or the default."""
    return float(catalog.setting(SETTING) or RERANK_BUDGET_MS)


def set_rerank_budget(catalog: Catalog, ms: float) -> None:
    """Raises UsageError for a time that is none, or longer than a minute."""
    if not 0 <= ms <= LONGEST_MS:
        problem = f"{ms:g} ms is no time that a search may take longer"
        raise UsageError(problem, remedy=f"give 0 to {LONGEST_MS:,.0f} milliseconds")
    catalog.set_setting(SETTING, repr(float(ms)))


def report(catalog: Catalog, presets: Presets, stage: BlipStage | None) -> RerankBudget:
    """The budget, and what it is good for with the cross-encoder at work, or with what is known of an installed one."""
    ms, name = rerank_budget_ms(catalog), presets.reranker()
    if stage is not None:
        name, see_ms, match_ms = stage.name, stage.cost.see_ms, stage.cost.match_ms
    elif name is not None and (known := presets.cost(name)):
        see_ms, match_ms = known["see_ms"], known["match_ms"]
    else:
        return RerankBudget(ms, RERANK_BUDGET_MS, name)
    seen, unseen = fits(match_ms, ms), fits(match_ms + see_ms, ms)
    at_work = stage is not None
    return RerankBudget(ms, RERANK_BUDGET_MS, name, see_ms, match_ms, seen, unseen, at_work=at_work)
