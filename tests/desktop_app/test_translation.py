"""The window speaks German from end to end, and says so if a text is forgotten."""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit

from desktop_app import app as desktop
from desktop_app import wording
from desktop_app.app import AppWindow, Options
from desktop_app.engine_sentences import FILLED
from desktop_app.settings import Settings
from desktop_app.translation import Translation, language_of, told
from desktop_app.widgets.icon_entry import IconEntry
from engine import messages as m
from engine.photo import Folder
from tests.desktop_app.memory_engine import MemoryEngine
from tests.desktop_app.pictures import hit, jpeg, until

ROOT = Path(__file__).resolve().parent.parent.parent
HOLDERS = re.compile(r"%[sdn%]")
LATER = ", and %s tags and marks that came later were taken from it"  # what may follow in a sentence of backups
MARKS = ("stars", "flag", "label")


@pytest.fixture(scope="module")
def translate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("translate", ROOT / "packaging" / "translate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_text_has_a_german_one_with_the_same_places_to_fill(translate: ModuleType) -> None:
    """To mend it: python packaging/translate.py update, translate what is unfinished, then compile."""
    assert translate.missing("de") == []
    for (_, text), german in translate.translations("de").items():
        assert HOLDERS.findall(text) == HOLDERS.findall(german), text
        assert text.startswith(" ") == german.startswith(" "), text
        assert ("…" in text) == ("…" in german), text


def test_what_ships_is_what_was_translated(app: QApplication, translate: ModuleType) -> None:
    """To mend it: python packaging/translate.py compile."""
    translation = Translation(app)
    translation.use("de")
    try:
        for (context, text), german in translate.translations("de").items():
            assert QApplication.translate(context, text) == german
        assert wording.file_size(2_345_678) == "2,3 MB"
        assert wording.counted(48_312, "photo") == "48.312 Fotos"
        assert wording.date("2023-01-28T07:56:10") == "Sa., 28. Jan. 2023, 07:56"
        assert told("The disk is full") == "Der Datenträger ist voll"
        assert told("said by nobody: 7") == "said by nobody: 7"
        assert told("The photo is too large (70000 x 9 pixels)") == "Das Foto ist zu groß (70000 x 9 Pixel)"
        later = "The catalog was damaged. The copy of 2024-05-06 07:08 took its place; the damaged one is kept"
        assert told(later).startswith("Der Katalog war beschädigt. Die Sicherungskopie vom 2024-05-06 07:08")
        assert "7 spätere" in told(f"{later}, and 7 tags and marks that came later were taken from it")
    finally:
        translation.use("en")
        translation.close()
    assert wording.counted(48_312, "photo") == "48,312 photos"


def test_sentences_with_places_to_fill_are_those_of_the_engine() -> None:
    """Whoever words one of them anew has to tell its template."""
    known = {template for path in (ROOT / "engine").glob("*.py") for template in _templates(path)}
    known.add("The catalog was damaged. The copy of %s took its place; the damaged one is kept" + LATER)
    fields = {each.replace("This sidecar says %s", f"This sidecar says {name}") for each in known for name in MARKS}
    assert set(FILLED) <= known | fields


def _templates(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "%s" for part in node.values)


def test_the_language_is_that_of_the_system_where_there_is_a_translation() -> None:
    assert language_of("system", QLocale("de_AT")) == "de"
    assert language_of("system", QLocale("fr_FR")) == "en"
    assert language_of("de", QLocale("fr_FR")) == "de"
    assert language_of("en", QLocale("de_DE")) == "en"


def test_a_german_window_shows_no_english(app: QApplication, tmp_path: Path, translate: ModuleType) -> None:
    desktop.application()
    settings = Settings(str(tmp_path / "library" / "window.ini"))
    settings.language = "de"
    settings.save()
    hits = tuple(hit(n, path := jpeg(tmp_path / f"{n}.jpg"), path=path) for n in range(1, 5))
    engine = MemoryEngine(hits, (Folder(1, bytes(tmp_path), ready=4, pending=6), Folder(2, b"/away", offline=True)))
    window = AppWindow(app, Options(library=bytes(tmp_path / "library")), lambda library: engine)
    try:
        window.show()
        until(lambda: window.model.rowCount() == 4 and window.model.hit(0))
        engine.tell(m.IndexProgress(0, 4, 6, 0, 0, 3.5, 90.0, True))
        window.window.search.setText("dog")
        window.window.search.search_now.emit()
        until(lambda: "von" in window.window.line.text)
        german = {text: said for (_, text), said in translate.translations("de").items()}
        for page in ("", "settings", "problems", "models"):
            if page:
                window.window.show_page(page)
            until(lambda: True)
            for said in _texts(window):
                assert german.get(said, said) == said, f"{page}: {said}"
        assert window.setting_page._title.text() == "Einstellungen"
        assert window.window.status.text.startswith("Einlesen: 4 von 10 Fotos · 3,5 Fotos/s")
    finally:
        window.close()
        until(lambda: True)


def _texts(window: AppWindow) -> list[str]:
    said = [part.text() for part in window.window.findChildren(QLabel) if part.isVisible()]
    said += [part.text() for part in window.window.findChildren(QAbstractButton) if part.isVisible()]
    said += [part.toolTip() for part in window.window.findChildren(QAbstractButton) if part.isVisible()]
    said += [part.placeholderText() for part in window.window.findChildren(QLineEdit) if part.isVisible()]
    for entry in window.window.findChildren(IconEntry):
        said += [entry.look.name, entry.look.detail]
    return [text for text in said if text]


def test_what_is_counted_is_named_in_english_so_that_its_plural_is_translated_as_a_whole() -> None:
    for path in sorted((ROOT / "desktop_app").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "counted":
                assert not any(isinstance(word, ast.Call) for word in call.args[1:]), f"{path.name}:{call.lineno}"
