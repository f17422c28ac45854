"""The figures of Geigle et al., "Retrieve Fast, Rerank Smart" (TACL 2022), to hold ours against."""

from __future__ import annotations

# COCO, 5k test set: sentence to photo R@1, photo to sentence R@1, sum of the six recalls.
COCO_5K = {
    "BE": (52.2, 66.9, 472.4),
    "JOINT+BE": (52.5, 66.7, 472.2),
    "CE": (52.6, 69.3, 476.0),
    "SEP+COOP": (52.8, 70.2, 478.6),
    "JOINT+COOP": (54.7, 70.8, 481.9),
}
FLICKR30K_JOINT_COOP_IR = (76.4, 93.6, 96.2)  # R@1, R@5, R@10
MULTI30K_MEAN_RECALL = {"en": 83.0, "de": 79.2, "fr": 75.9, "cs": 74.0}
COCO_5K_IR_R1_BY_K = {10: 54.8, 20: 54.7, 50: 54.6}
SECONDS_PER_QUERY = {"be": 0.016, "coop": 0.074, "ce": 120.0}  # one V100
LATENCY_PHOTOS = 50_000
