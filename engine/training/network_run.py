"""One network from its start to the weights that are kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from engine.joint_model import JointModel
from engine.training import curve
from engine.training.choice import choose_shares, settle
from engine.training.dev import Dev, Lists, Look
from engine.training.display import Display
from engine.training.drawn_pairs import DrawnPairs
from engine.training.interrupt import heed_of, putting_down
from engine.training.loop import Course, follow, nothing
from engine.training.mining import Miner
from engine.training.optics import Optics
from engine.training.progress import Budget, Log
from engine.training.run_record import RunRecord
from engine.training.sentences import Sentences
from engine.training.start import Start, aim_tokens, identity_of
from engine.training.train import JointTraining
from engine.training.train_config import TrainConfig
from engine.training.training_set import TrainingSet

FINAL_K = 50


@dataclass(frozen=True, slots=True)
class Workshop:
    """What a run works with. lists: what a reranker without a retriever of its own is judged by."""

    data: TrainingSet
    config: TrainConfig
    out: Path
    cache: Path
    lists: Lists | None = None


class NetworkRun:
    """Made ready when it is built, over what an earlier process has left; `learn` goes on from there."""

    def __init__(self, shop: Workshop, start: Start, display: Display) -> None:
        self.start, self.config, self._display, self._shop = start, shop.config, display, shop
        self.record = RunRecord(shop.out)
        self.record.confirm(data=shop.data.identity(), start=identity_of(start))
        model = start.model.to(shop.config.device)
        model.clip.visual.to(memory_format=torch.channels_last)
        optics = Optics(model, start.model_input, shop.config)
        photos, dev_photos = (optics.photos(p, shop.cache, display.prepare) for p in (shop.data.train, shop.data.dev))
        reader = start.reader()
        self.source = DrawnPairs(photos, Sentences(shop.data.train, reader), shop.config)
        if start.new_tokens:
            aim_tokens(model, optics.some_patches(photos))
        self._sight = optics.sight()
        self._dev = Dev(dev_photos, Sentences(shop.data.dev, reader), shop.config)
        self._look = Look(self._dev, self._sight, shop.config, lists=self._fixed_lists(model))
        judge = optics.judge(has_head=not start.new_tokens)
        self.training = JointTraining(model, self._sight, shop.config, judge=judge)
        if self.record.checkpoint.exists():
            self.training.resume(self.record.checkpoint)

    def learn(self) -> None:
        """Rounds until the end. Ctrl+C or SIGTERM puts the run down after the round at hand, or amid a look or mining,
        and raises KeyboardInterrupt."""
        self._display.budget = self._budget()
        with putting_down() as stop:
            follow(self.training, self.source, self._course(stop))

    def settle(self) -> dict[str, float]:
        """The best weights, with the shares of their score as dev wants them. Returns what dev says of them."""
        model = self.training.model
        if self.record.best.exists():
            model.load_state_dict(torch.load(self.record.best, weights_only=True, map_location=self.config.device))
        model.eval()
        if self.config.reranks:
            self._display.settling()
            verdict, alignment, _ = choose_shares(self._look.candidates(model, FINAL_K))
            settle(model, verdict, alignment)
            if self._has_no_retriever:
                model.cosine_weight.data.zero_()
        return self._look(model)

    def lists(self) -> Lists:
        """What this network retrieves on dev, for a reranker that is trained apart."""
        return self._retrieved(self.training.model)

    def draw(self) -> Path | None:
        """The course of the run, as a table and as a picture; None where there is nothing to draw it with."""
        rows, config = curve.read_log(self.record.log), self.config
        curve.write_table(rows, self.record.table)
        title = f"{config.method}, {config.stage}, {config.model or config.architecture}, {config.negatives} negatives"
        return self.record.curve if curve.draw(rows, self.record.curve, title=title) else None

    @property
    def _has_no_retriever(self) -> bool:
        """A reranker from random weights: its cosine means nothing, and there is nobody else's."""
        return self.config.method == "ce" and not self.config.pretrained and self._shop.lists is None

    def _fixed_lists(self, model: JointModel) -> Lists | None:
        """The candidates of a reranker stay the same while it learns: another's, or those of its own start."""
        if self.config.method != "ce":
            return None
        if self._has_no_retriever:
            return self._dev.drawn(self.config.k)
        return self._shop.lists or self._retrieved(model)

    def _retrieved(self, model: JointModel) -> Lists:
        return self._dev.retrieved(self._dev.encode(model.eval(), self._sight, tokens=False), FINAL_K)

    @property
    def _steps(self) -> int:
        """0 where the budget is in minutes."""
        config = self.config
        if config.minutes and not config.steps:
            return 0
        return config.steps or self.source.steps_of_epochs(config.epochs, config)

    def _budget(self) -> Budget:
        if self._steps:
            return Budget(steps=self._steps, spent_s=self.training.spent_s)
        return Budget(minutes=self.config.minutes, spent_s=self.training.spent_s)

    def _course(self, stop: Callable[[], bool]) -> Course:
        config, record, display, heed = self.config, self.record, self._display, heed_of(stop)
        epoch = self.source.steps_of_epochs(1, config)
        mines = config.negatives == "mined"
        miner = Miner(self.training.model, self._sight, self.source, config, heed=heed)

        def look(model: JointModel) -> dict[str, float]:
            found = self._look(model, heed)
            display.looked(self.training.step, found)
            return found

        return Course(
            display.budget,
            Log(record.log, quiet=True),
            record.checkpoint,
            look,
            look_every_s=config.minutes * 6,
            look_every=config.look_every or min(epoch, -(-self._steps // 10)),
            best=record.best,
            patience=config.patience,
            turn=epoch if mines else 0,
            begin=(lambda turn: miner.begin(turn, record.mined)) if mines else nothing,
            hear=display.round,
            stop=stop,
        )
