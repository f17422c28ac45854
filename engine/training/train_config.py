"""What one `afterimage train` is asked for: every setting in one flat record that is kept with the weights."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from engine.errors import UsageError
from engine.training.recipe import Recipe

Method = Literal["joint", "be", "ce", "sep"]
Stage = Literal["adapter", "full", "distil"]
FILE = "train.json"
MINED_PER_POSITIVE: dict[Method, int] = {"be": 7, "joint": 1, "ce": 1, "sep": 0}  # sep: those of each


@dataclass(frozen=True, slots=True)
class TrainConfig(Recipe):
    """Everything that decides what a run learns, beside the photos and sentences themselves.

    One of `steps`, `minutes` and `epochs` is the budget; the first of them that is not 0 counts. An epoch sees as many
    pairs as there are sentences. layers, alignment, fusion: the head, where the model has none. model, architecture:
    what it starts from, one of them.
    """

    method: Method = "joint"
    stage: Stage = "full"
    model: str = ""
    architecture: str = ""
    fresh: Literal["nothing", "head", "text"] = "nothing"  # what of the model begins again; "text" takes the head along
    fusion: Literal["late", "single_stream"] = "late"
    layers: int = 4
    alignment: bool = True
    vocabulary: int = 8000  # word pieces, where a tokenizer is learned
    steps: int = 0
    minutes: float = 0.0
    epochs: float = 0.0
    look_every: int = 0  # rounds; 0: an epoch, at most a tenth of the run
    patience: int = 0
    k: int = 20  # how many candidates are reranked when dev judges
    dev_sentences: int = 500  # of dev, when it judges
    kept_views: int = 1  # of each photo, where the tower's maps are kept
    smallest_crop: float = 0.35  # share of the photo's area
    colour: bool = True  # brightness, contrast and saturation are changed
    mined_top: int = 50
    mined_skip: int = 2  # first ranks passed over half of the time: often unlabelled matches

    @property
    def pretrained(self) -> bool:
        """Whether the towers know something that is worth keeping."""
        return bool(self.model) and self.fresh != "text"

    @property
    def reranks(self) -> bool:
        """Whether the model that comes out has a head."""
        return self.method != "be"

    @property
    def cuts_anew(self) -> bool:
        """Whether the image tower learns, and so has to see photos; otherwise what it shows of them is kept."""
        return self.image_rate > 0

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=1)


def defaults(method: Method, stage: Stage, *, pretrained: bool) -> dict[str, Any]:
    """What a method and a stage set, before anything is asked for.

    The rates for a pretrained model are those of a careful fine-tuning; an adapter has nothing but new parts to train,
    which at such rates would hardly leave chance.
    """
    chosen: dict[str, Any] = {"schedule": "linear", "stage": stage, "method": method, "wrong_sentences": 1}
    if pretrained:
        chosen |= {"new_rate": 5e-5, "text_rate": 1e-5, "image_rate": 5e-6, "projection_rate": 5e-6}
    else:
        chosen |= {"new_rate": 1e-3, "text_rate": 1e-3, "image_rate": 4e-4, "warm_up": 0.05}
    if stage == "adapter":
        chosen |= {"image_rate": 0.0, "new_rate": 5e-4 if pretrained else 1e-3}
        chosen |= {"projection_rate": 0.0, "train_tokens": False} if pretrained else {}
    if stage == "distil":
        chosen |= {"image_rate": 0.0, "projection_rate": 0.0 if pretrained else None, "distil_share": 1.0}
    return chosen | _of_method(method, stage, pretrained=pretrained)


def alone(config: TrainConfig, method: Method) -> TrainConfig:
    """The settings for one of the two networks that are trained apart."""
    changes = _of_method(method, config.stage, pretrained=config.pretrained)
    if config.negatives == "mined" and not config.mined_per_positive:
        changes["mined_per_positive"] = MINED_PER_POSITIVE[method]
    return replace(config, method=method, **changes)


def _of_method(method: Method, stage: Stage, *, pretrained: bool) -> dict[str, Any]:
    """What the other role would need is left out. A head beside a model that people use already leaves the towers, and
    with them everybody's index, as they are."""
    if method == "be":
        return {"listwise_share": 0.0, "alignment_share": 0.0}
    if method == "ce" and stage == "adapter":
        return {"contrast_share": 0.0, "distil_share": 0.0, "retriever": not pretrained}
    if method == "ce":
        return {"contrast_share": 0.0, "distil_share": 0.0, "reranker_moves_tower": True}
    return {}


def build_config(base: TrainConfig | None, given: dict[str, Any]) -> TrainConfig:
    """`given` over `base`, or over the defaults of the method and stage that it names. Raises UsageError."""
    if base is None:
        method, stage = given.get("method", "joint"), given.get("stage") or _usual_stage(given)
        pretrained = not given.get("architecture") and given.get("fresh") != "text"
        base = _made(TrainConfig(), defaults(method, stage, pretrained=pretrained))
    if given.get("negatives") == "mined":
        given = {"mined_per_positive": base.mined_per_positive or MINED_PER_POSITIVE[base.method], **given}
    config = _made(base, given)
    _check(config)
    return config


def read_config(path: bytes) -> TrainConfig:
    """Raises UsageError where the file is not one that a training wrote."""
    try:
        facts = json.loads(Path(_text(path)).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"The settings cannot be read ({error})", path=path, remedy=f"name a {FILE}") from error
    if not isinstance(facts, dict):
        raise UsageError("The settings are no JSON object", path=path, remedy=f"name a {FILE}")
    kinds = get_type_hints(TrainConfig)
    for key, value in facts.items():
        if key in kinds and not _fits(kinds[key], value):
            raise UsageError(f"{value!r} is no value for {key}", path=path, remedy=_expected(kinds[key]))
    return _made(TrainConfig(), facts)


def parsed(text: str) -> tuple[str, Any]:
    """`key=value` as the field's own kind. Raises UsageError where there is no such setting, or no such value."""
    key, mark, value = text.partition("=")
    kinds = get_type_hints(TrainConfig)
    if not mark or key not in kinds:
        known = ", ".join(field.name for field in fields(TrainConfig))
        raise UsageError(f"There is no setting {key!r}", remedy=f"use KEY=VALUE with one of: {known}")
    return key, _value(key, kinds[key], value)


def _value(key: str, kind: Any, text: str) -> Any:
    wrong = UsageError(f"{text!r} is no value for {key}", remedy=_expected(kind))
    if get_origin(kind) is Literal:
        if text not in get_args(kind):
            raise wrong
        return text
    if kind is bool:
        if text.lower() not in ("true", "false"):
            raise wrong
        return text.lower() == "true"
    if text.lower() == "none" and type(None) in get_args(kind):
        return None
    number = next((part for part in (*get_args(kind), kind) if part in (int, float)), None)
    try:
        return text if number is None else number(text)
    except ValueError as error:
        raise wrong from error


def _fits(kind: Any, value: Any) -> bool:
    """Whether a value from JSON is of a field's kind; whole numbers will do for others."""
    if get_origin(kind) is Literal:
        return value in get_args(kind)
    kinds = get_args(kind) or (kind,)
    return type(value) in kinds or (float in kinds and type(value) is int)


def _expected(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return "use " + " or ".join(get_args(kind))
    return "use true or false" if kind is bool else "use a number"


def _made(base: TrainConfig, given: dict[str, Any]) -> TrainConfig:
    unknown = set(given) - {field.name for field in fields(TrainConfig)}
    if unknown:
        raise UsageError(f"There is no setting {min(unknown)!r}", remedy="correct the name, or leave it out")
    return replace(base, **given)


def _usual_stage(given: dict[str, Any]) -> Stage:
    return "full" if given.get("architecture") else "adapter"


def _check(config: TrainConfig) -> None:
    """Raises UsageError where settings contradict each other."""
    if bool(config.model) == bool(config.architecture):
        raise UsageError("A training starts from one model", remedy="name --model or --architecture")
    if not (config.steps or config.minutes or config.epochs):
        raise UsageError("The training has no end", remedy="add --steps, --minutes or --epochs")
    if config.batch < 2:
        raise UsageError("A batch needs a wrong pair beside each true one", remedy="use a batch of 2 or more")
    if config.negatives == "mined" and not config.mined_per_positive and config.method != "sep":
        raise UsageError("Mined negatives need a number", remedy="add --set mined_per_positive=1 or more")


def _text(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")
