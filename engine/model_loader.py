"""Loads the model beside the loop, so that the library can be looked at before torch is there."""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Callable

from engine.errors import AfterimageError, DeviceLost, ModelMissing


class ModelLoader:
    """One thread, once. `failure` says why there is no model; `wake` is called from the thread when it is over."""

    def __init__(self, load: Callable[[], None], wake: Callable[[], None]) -> None:
        self.failure: AfterimageError | None = None
        self.finished = False
        self._load = load
        self._wake = wake
        self._thread = threading.Thread(target=self._run, name="model-loader", daemon=True)

    def start(self) -> None:
        """Does nothing the second time."""
        if self._thread.ident is None:
            self._thread.start()

    def join(self) -> None:
        """Waits for the end, where it was started: an interpreter must not leave while torch is being imported."""
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        try:
            self._load()
        except AfterimageError as failure:
            self.failure = failure
        except DeviceLost as lost:
            self.failure = ModelMissing(f"The model could not be loaded ({lost})", remedy="start Afterimage again")
        except Exception as bug:
            traceback.print_exc(file=sys.stderr)
            self.failure = ModelMissing(f"The model could not be loaded ({bug})", remedy="run: afterimage doctor")
        finally:
            self.finished = True
            self._wake()
