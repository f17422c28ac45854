"""What BLIP-ITM costs: a candidate with the cross-attention's matrices folded, and by transformers' own forward pass.

    python benchmarks/blip_itm.py [--words 12] [--photos 4] [--threads 2]

Random weights of the published sizes: they cost what trained ones do. Products are counted without any numbers.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from engine.allocator import keep_freed_memory
from engine.blip_itm_network import BlipItmNetwork

TEXT = {"vocab_size": 30_524, "hidden_size": 768, "intermediate_size": 3_072, "num_hidden_layers": 12}
TEXT |= {"num_attention_heads": 12, "max_position_embeddings": 512, "is_decoder": True}
BASE = {"hidden_size": 768, "intermediate_size": 3_072, "num_hidden_layers": 12, "num_attention_heads": 12}
LARGE = {"hidden_size": 1_024, "intermediate_size": 4_096, "num_hidden_layers": 24, "num_attention_heads": 16}
ROUNDS = 3


def network(vision: dict[str, int]) -> BlipItmNetwork:
    return BlipItmNetwork({"vision_config": {**vision, "image_size": 384, "patch_size": 16}, "text_config": TEXT})


def filled(vision: dict[str, int]) -> BlipItmNetwork:
    torch.manual_seed(0)
    made = network(vision)
    weights = {name: torch.randn(value.shape) * 0.02 for name, value in made.blip.state_dict().items()}
    made.fill({name: value + ("norm" in name.lower() and "weight" in name) for name, value in weights.items()})
    return made


def plainly(made: BlipItmNetwork, ids: Tensor, vision: Tensor) -> Tensor:
    """Every vision token projected to keys and values, in every layer. No mask: transformers masks nothing here."""
    words = made.blip.text_encoder.embeddings(
        input_ids=ids.expand(len(vision), -1), position_ids=torch.arange(ids.shape[1], device=ids.device)[None]
    )
    for layer in made.blip.text_encoder.encoder.layer:
        words = layer(words, encoder_hidden_states=vision)
    logits: Tensor = made.blip.itm_head(words[:, 0])
    return logits


def gigamacs(work: Callable[[], Any]) -> float:
    with FlopCounterMode(display=False) as counter:
        work()
    return counter.get_total_flops() / 2e9


def best_ms(works: dict[str, Callable[[], Any]]) -> dict[str, float]:
    """In turns, and the best of each: another program's work must not decide."""
    found = dict.fromkeys(works, float("inf"))
    for _ in range(ROUNDS):
        for name, work in works.items():
            started = time.perf_counter()
            work()
            found[name] = min(found[name], (time.perf_counter() - started) * 1000)
    return found


def in_bfloat16(work: Callable[[], Any]) -> Callable[[], Any]:
    def run() -> Any:
        with torch.autocast("cpu", torch.bfloat16):
            return work()

    return run


def count_products(title: str, empty: BlipItmNetwork, words: int) -> None:
    ids, photo = torch.ones(1, words, dtype=torch.long, device="meta"), torch.empty(1, 3, 384, 384, device="meta")
    seen = torch.empty(1, *empty.token_shape, device="meta")
    see, plain = gigamacs(lambda: empty.see(photo)), gigamacs(lambda: plainly(empty, ids, seen))
    folded = gigamacs(lambda: empty.read(ids, seen))
    print(f"{title}: GMACs to see a photo {see:.1f}, a candidate plainly {plain:.2f}, folded {folded:.2f}")


@torch.inference_mode()
def measure(title: str, made: BlipItmNetwork, *, words: int, photos: int) -> None:
    ids, photo = torch.randint(1, 30_000, (1, words)), torch.randn(1, 3, 384, 384)
    seen = torch.randn(photos, *made.token_shape)
    apart = (made.judge(made.read(ids, seen)) - plainly(made, ids, seen)).abs().max()
    print(f"{title}: logits apart by {apart:.1e} at most")
    works = {"plain": lambda: plainly(made, ids, seen), "folded": lambda: made.read(ids, seen)}
    works |= {f"{name}, bfloat16": in_bfloat16(work) for name, work in works.items()}
    for name, ms in best_ms(works).items():
        print(f"{title}: {name}: {ms / photos:.1f} ms a candidate", flush=True)
    looks = {"float32": lambda: made.see(photo)}
    for name, ms in best_ms({**looks, "bfloat16": in_bfloat16(looks["float32"])}).items():
        print(f"{title}: to see a photo, {name}: {ms:.0f} ms", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("words", 12), ("photos", 4), ("threads", 2)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    keep_freed_memory()
    for title, vision in (("base", BASE), ("large", LARGE)):
        count_products(title, network(vision), asked.words)
    for title, vision in (("base", BASE), ("large", LARGE)):
        measure(title, filled(vision), words=asked.words, photos=asked.photos)


if __name__ == "__main__":
    main()
