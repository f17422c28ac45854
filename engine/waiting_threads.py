"""How the threads of numeric libraries wait for their next piece of work: asleep."""

from __future__ import annotations

import os

# By themselves both spin, OpenBLAS for a fortieth of a second after each product: on the cores that decoders, or the
# other library's threads, would compute on.
ASLEEP = {"OMP_WAIT_POLICY": "PASSIVE", "OPENBLAS_THREAD_TIMEOUT": "4"}


def wait_asleep() -> None:
    """Call before numpy or torch is imported, which read it then. What a person has set stands."""
    for name, value in ASLEEP.items():
        os.environ.setdefault(name, value)
