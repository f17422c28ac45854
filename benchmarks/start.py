"""From the start of the process to the first painted window, and to an engine that can search.

`python -m benchmarks.start [--rounds 3] [--json]`; without a screen set QT_QPA_PLATFORM=offscreen.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from desktop_app import app as desktop
from engine.messages import EngineReady

LIMIT_MS = 60_000
FOREIGN = ("torch", "numpy", "hnswlib", "sqlite_utils")


class _Witness(QObject):
    """Notes the first paint of the window and the engine's greetings."""

    def __init__(self, born: float, window: desktop.AppWindow) -> None:
        super().__init__()
        self.seen: dict[str, Any] = {}
        self._born = born
        self._window = window
        window.window.installEventFilter(self)
        window.client.message.connect(self._hear)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Paint and "painted_s" not in self.seen:
            self.seen["painted_s"] = round(time.time() - self._born, 3)
            self.seen["foreign_modules"] = [name for name in FOREIGN if name in sys.modules]
        return False

    def _hear(self, event: object) -> None:
        if isinstance(event, EngineReady):
            self.seen["search_ready_s" if event.model_loaded else "browse_ready_s"] = round(time.time() - self._born, 3)
            if event.model_loaded:
                QApplication.quit()


def _one_start(born: float) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="afterimage-benchmark-") as library:
        app = desktop.application()
        window = desktop.AppWindow(app, desktop.Options(library=library.encode()), desktop.EngineClient)
        witness = _Witness(born, window)
        window.show()
        QTimer.singleShot(LIMIT_MS, app.quit)
        app.exec()
        window.close()
    return witness.seen


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.start", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--one-start", type=float, metavar="BORN", help=argparse.SUPPRESS)
    given = parser.parse_args(argv)
    if given.one_start is not None:
        print(json.dumps(_one_start(given.one_start)))
        return 0
    rounds = [_in_a_process() for _ in range(given.rounds)]
    moments = ("painted_s", "browse_ready_s", "search_ready_s")
    report: dict[str, Any] = {key: statistics.median(seen[key] for seen in rounds) for key in moments}
    report["foreign_modules_at_paint"] = sorted({name for seen in rounds for name in seen["foreign_modules"]})
    print(json.dumps(report) if given.json else "\n".join(f"{key:26} {value}" for key, value in report.items()))
    return 0


def _in_a_process() -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.start", "--one-start", str(time.time())]
    seen: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return seen


if __name__ == "__main__":
    sys.exit(main())
