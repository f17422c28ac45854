"""The body of a process that may mount what it likes: runs one scenario and prints its figures."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.torture import disks, drives

WORKS = {
    work.__name__: work
    for work in (disks.full_disk, disks.full_sidecars, disks.low_disk, drives.mounts, drives.weather)
}

if __name__ == "__main__":
    print(json.dumps(WORKS[sys.argv[1]](Path(sys.argv[2]), bool(int(sys.argv[3])))))
