"""What a photo's embedding is, told from its tokens; and the sentences it is held against."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.joint_model_commonness import Commonness
from engine.training.progress import linear_rate

PASSES = 15
BATCH = 256
RATE = 2e-3


def learn_commonness(commonness: Commonness, means: Tensor, embeddings: Tensor, bank: Tensor) -> float:
    """The echo learns to tell embeddings [n, d] from means of tokens [n, 256]; bank: [m, d], unit length.

    Returns the mean cosine of what is told with what is. How near a photo is could be told from its tokens at once,
    but training photos have been pushed away from the bank already: what they teach of nearness holds for them alone
    (on dev it gained nothing), while an embedding follows from the tokens of any photo alike.
    """
    torch.manual_seed(0)
    entry, _, out = commonness.echo
    for layer in (entry, out):
        layer.reset_parameters()  # type: ignore[operator]
    mean, spread = means.mean(0), means.std(0) + 1e-4
    even = (means - mean) / spread
    parameters = list(commonness.echo.parameters())
    optimizer = torch.optim.AdamW(parameters, lr=RATE, weight_decay=0.05)
    steps = PASSES * (len(means) // BATCH)
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = RATE * linear_rate(step / steps)
        rows = torch.randint(len(means), (BATCH,))
        loss = 1 - F.cosine_similarity(commonness.told(even[rows]), embeddings[rows]).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        entry.bias.sub_(entry.weight @ (mean / spread))  # type: ignore[operator]
        entry.weight.div_(spread)  # type: ignore[operator]
        commonness.bank.copy_(bank)
        return float(F.cosine_similarity(commonness.told(means), embeddings).mean())
