"""Everything that can go wrong with a library of photos, made to happen: nothing may be lost, nobody let in.

    python -m tests.torture [--full] [--json] [SCENARIO...]

Without --full the short version that also runs with the tests. Ends with status 1 where a promise is broken; what this
machine does not allow is said loudly and is no pass.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

from tests.torture.all import SCENARIOS
from tests.torture.scenario import Figures, Scenario, Unable


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    names = [scenario.name for scenario in SCENARIOS]
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=f"one of: {', '.join(names)}")
    parser.add_argument("--full", action="store_true", help="the long version: about an hour")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    given = parser.parse_args(argv)
    unknown = set(given.scenarios) - set(names)
    if unknown:
        parser.error(f"no scenario is called {', '.join(sorted(unknown))}")
    broken = 0
    for scenario in SCENARIOS:
        if not given.scenarios or scenario.name in given.scenarios:
            found = undergo(scenario, full=given.full)
            broken += found["outcome"] == "BROKEN"
            print(json.dumps(found) if given.json else line(found), flush=True)
    return 1 if broken else 0


def undergo(scenario: Scenario, *, full: bool) -> Figures:
    """The figures of one scenario, in a folder that is gone afterwards."""
    started = time.monotonic()
    found: Figures = {"scenario": scenario.name, "promise": scenario.promise, "outcome": "kept"}
    with tempfile.TemporaryDirectory(prefix="afterimage-torture-", ignore_cleanup_errors=True) as scratch:
        try:
            found["figures"] = scenario.run(Path(scratch), full)
        except Unable as why:
            found |= {"outcome": "NOT TRIED", "why": str(why)}
        except Exception as wrong:  # what no scenario foresaw is broken too
            place = traceback.extract_tb(wrong.__traceback__)[-1]
            found |= {"outcome": "BROKEN", "why": f"{type(wrong).__name__}: {wrong} ({place.name}:{place.lineno})"}
    return {**found, "seconds": round(time.monotonic() - started, 1)}


def line(found: Figures) -> str:
    what = json.dumps(found["figures"]) if "figures" in found else found["why"]
    return f"{found['outcome']:9} {found['scenario']:24} {found['promise']:12} {found['seconds']:7.1f} s  {what}"


if __name__ == "__main__":
    sys.exit(main())
