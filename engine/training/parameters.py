"""Which weights learn, and how fast."""

from __future__ import annotations

from typing import Any

from engine.joint_model import JointModel
from engine.training.recipe import Recipe

PROJECTION = (".conv_head.", ".norm_head.", ".classifier.", "clip.visual.head.", "clip.visual.proj")
TOKENS = ("token_projection.", "token_norm.")


def parameter_groups(model: JointModel, recipe: Recipe) -> list[dict[str, Any]]:
    """Image tower, text tower and new parts with their rates; vectors and scalars without weight decay."""
    groups: list[dict[str, Any]] = []
    for part, rate in _rates(recipe).items():
        own = [(n, p) for n, p in model.named_parameters() if part_of(n) == part]
        for name, parameter in own:
            # The weight of the cosine is never trained: it is a flag of the model's, chosen on dev.
            still = parameter is model.cosine_weight or (name.startswith(TOKENS) and not recipe.train_tokens)
            parameter.requires_grad_(rate > 0 and not still)
        trained = [p for _, p in own if p.requires_grad]
        for flat in (False, True):
            params = [p for p in trained if (p.ndim < 2) == flat]
            if params:
                groups.append({"params": params, "lr": rate, "weight_decay": 0.0 if flat else recipe.weight_decay})
    return groups


def part_of(name: str) -> str:
    """ "image", "text", "projection" (of the image into the common space) or "new" by a parameter's name."""
    if not name.startswith("clip."):
        return "new"
    if not name.startswith("clip.visual."):
        return "text"
    return "projection" if any(part in name for part in PROJECTION) else "image"


def _rates(recipe: Recipe) -> dict[str, float]:
    projection = recipe.new_rate if recipe.projection_rate is None else recipe.projection_rate
    rates = {"image": recipe.image_rate, "text": recipe.text_rate, "projection": projection}
    if not recipe.retriever:
        rates = dict.fromkeys(rates, 0.0)
    return rates | {"new": recipe.new_rate}
