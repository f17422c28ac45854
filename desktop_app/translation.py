"""The language of the window: which one is shown, and texts that belong to no widget."""

from __future__ import annotations

from importlib import resources

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from desktop_app.engine_sentences import filled

TRANSLATED = ("de",)
CONTEXT, ENGINE = "app", "engine"


def tr(text: str) -> str:
    """In the language of the window. Call it when the text is shown, not when a module is imported."""
    return QCoreApplication.translate(CONTEXT, text)


def told(text: str) -> str:
    """What the engine says, which knows no languages: in the language of the window where that sentence is known to it,
    otherwise as it is."""
    said = QCoreApplication.translate(ENGINE, text)
    return said if said != text else filled(text)


def language_of(chosen: str, system: QLocale | None = None) -> str:
    """The ISO 639-1 code of what is shown where a person has `chosen` this (system, or a code): English where there is
    no translation."""
    code = QLocale.languageToCode((system or QLocale.system()).language()) if chosen == "system" else chosen
    return code if code in TRANSLATED else "en"


class Translation:
    """Belongs to the application. Numbers and dates follow the language as well."""

    def __init__(self, app: QCoreApplication) -> None:
        self._app = app
        self._installed: list[QTranslator] = []
        self.language = "en"

    def use(self, code: str) -> None:
        """Widgets that are made from now on speak it; the system's locale stays where its language is the same."""
        self.close()
        self.language = code
        system = QLocale.system()
        same = QLocale.languageToCode(system.language()) == code
        QLocale.setDefault(system if same else QLocale(code))
        if code not in TRANSLATED:
            return
        self._install(
            resources.files("resources").joinpath("translations").joinpath(f"afterimage_{code}.qm").read_bytes()
        )
        qt = QTranslator(self._app)
        if qt.load(f"qtbase_{code}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
            self._app.installTranslator(qt)
            self._installed.append(qt)

    def close(self) -> None:
        """Back to the source's own words."""
        for translator in self._installed:
            self._app.removeTranslator(translator)
        self._installed = []

    def _install(self, data: bytes) -> None:
        translator = QTranslator(self._app)
        self._data = data  # Qt reads from it as long as the translator lives
        if not translator.load(data):
            raise AssertionError("a translation that ships is whole")
        self._app.installTranslator(translator)
        self._installed.append(translator)
