"""Texts of the window and their translations.

python packaging/translate.py update     take the texts out of the source, keep what is translated
python packaging/translate.py compile    make the .qm files that ship (lrelease of PySide6)
python packaging/translate.py missing    list what has no translation; status 1 where there is something

Texts are found by reading the source: `self.tr("...")` (its context is the class), `tr("...")`, `counted(n, "photo")`,
any function of a module that hands its argument to `translate("context", ...)`, and the sentences of the engine's
errors (context "engine"), as the window words them.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from desktop_app.remedies import in_window  # noqa: E402  found from the root only
from desktop_app.translation import CONTEXT, ENGINE, TRANSLATED  # noqa: E402
from engine import errors  # noqa: E402

FOLDER = ROOT / "resources" / "translations"
SILENT = ("cli", "benchmark", "train")  # files of the engine that no window hears
SAID = {"problem", "reason", "remedy", "said"}
ERRORS = {"DecodeFailure", "Problem", "Failed", "ModelEstimate", "failed"} | {
    name for name, each in vars(errors).items() if isinstance(each, type) and issubclass(each, errors.AfterimageError)
}

Text = tuple[str, str]  # context, text


def texts() -> set[Text]:
    """Everything that the source says."""
    found: set[Text] = set()
    for path in sorted((ROOT / "desktop_app").rglob("*.py")):
        found |= set(_of_window(ast.parse(path.read_text())))
    for path in sorted((ROOT / "engine").glob("*.py")):
        if not path.stem.startswith(SILENT):
            found |= {(ENGINE, text) for text in _of_engine(ast.parse(path.read_text()))}
    return {(context, text) for context, text in found if text.strip()}


def _of_window(tree: ast.Module) -> Iterator[Text]:
    contexts, lists = _translators(tree), _constants(tree)
    for klass, call in _calls(tree, ""):
        name = _name(call.func)
        first = call.args[0] if call.args else None
        if isinstance(call.func, ast.Attribute) and name == "tr":
            yield from ((klass, text) for text in _strings(first, lists))
        elif name in contexts:
            yield from ((contexts[name], text) for text in _strings(first, lists))
        elif name == "translate" and len(call.args) > 1:
            yield from ((_one(call.args[0], lists), text) for text in _strings(call.args[1], lists))
        elif name == "counted" and len(call.args) > 1:
            for one in _strings(call.args[1], lists):
                yield CONTEXT, one
                yield CONTEXT, next(iter(_strings(call.args[2], lists)), "") if len(call.args) > 2 else one + "s"
        if name in ERRORS:
            yield from ((ENGINE, text) for text in _of_call(call, _sentences(tree)))


def _of_engine(tree: ast.Module) -> Iterator[str]:
    lists = _sentences(tree)
    for _, call in _calls(tree, ""):
        if _name(call.func) in ERRORS:
            yield from _of_call(call, lists)
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and any(_name(target) in SAID for target in node.targets):
            yield from (in_window(text) for text in _strings(node.value, {}))


def _of_call(call: ast.Call, lists: dict[str, list[str]]) -> Iterator[str]:
    parts = [*call.args, *(word.value for word in call.keywords if word.arg in SAID)]
    for part in parts:
        for text in _strings(part, lists):
            if " " in text.strip():
                yield in_window(text)


def _calls(node: ast.AST, klass: str) -> Iterator[tuple[str, ast.Call]]:
    for child in ast.iter_child_nodes(node):
        inner = child.name if isinstance(child, ast.ClassDef) else klass
        if isinstance(child, ast.Call):
            yield inner, child
        yield from _calls(child, inner)


def _translators(tree: ast.Module) -> dict[str, str]:
    """Functions of this module, or of `translation`, by the context that they translate in."""
    lists = _constants(tree)
    known = {"tr": CONTEXT}
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef):
            continue
        for _, call in _calls(node, ""):
            if _name(call.func) == "translate" and len(call.args) > 1 and isinstance(call.args[1], ast.Name):
                known[node.name] = _one(call.args[0], lists)
    return known


def _constants(tree: ast.Module) -> dict[str, list[str]]:
    """Strings of a module's constants: texts that stand in a table."""
    return {
        target.id: list(_texts_in(node.value))
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _sentences(tree: ast.Module) -> dict[str, list[str]]:
    """Those constants of a module that are one text each."""
    one = {node.targets[0].id for node in tree.body if _names_a_text(node)}  # type: ignore[attr-defined]
    return {name: texts for name, texts in _constants(tree).items() if name in one}


def _names_a_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and _is_text(node.value)


def _texts_in(node: ast.AST) -> Iterator[str]:
    """Of a table what it says, not what it is asked by."""
    if _is_text(node):
        yield node.value  # type: ignore[attr-defined]
    for part in node.values if isinstance(node, ast.Dict) else ast.iter_child_nodes(node):
        yield from _texts_in(part)


def _strings(node: ast.AST | None, lists: dict[str, list[str]]) -> list[str]:
    """What an argument may be: a string, one of two, or one of a table."""
    if node is None:
        return []
    if _is_text(node):
        return [node.value]  # type: ignore[attr-defined]
    if isinstance(node, ast.IfExp):
        return _strings(node.body, lists) + _strings(node.orelse, lists)
    if isinstance(node, ast.Subscript):
        return _strings(node.value, lists)
    if isinstance(node, ast.Name):
        return lists.get(node.id, [])
    return []


def _one(node: ast.AST, lists: dict[str, list[str]]) -> str:
    return next(iter(_strings(node, lists)), CONTEXT)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


# ---- files ----------------------------------------------------------------------------------------------------


def file_of(code: str) -> Path:
    return FOLDER / f"afterimage_{code}.ts"


def translations(code: str) -> dict[Text, str]:
    """What is translated in a file; nothing where there is none yet."""
    if not file_of(code).is_file():
        return {}
    known = {}
    for context in ET.parse(file_of(code)).getroot().iter("context"):
        for message in context.iter("message"):
            target = message.find("translation")
            if target is not None and target.text and target.get("type") is None:
                known[(context.findtext("name") or "", message.findtext("source") or "")] = target.text
    return known


def write(code: str, wanted: set[Text], known: dict[Text, str]) -> None:
    """All texts in their order, so that a change of one is a change of one line. A text that is new is taken over from
    another context where that has it."""
    elsewhere = {text: said for (_, text), said in known.items()}
    root = ET.Element("TS", version="2.1", language=code, sourcelanguage="en")
    for name in sorted({context for context, _ in wanted}):
        context = ET.SubElement(root, "context")
        ET.SubElement(context, "name").text = name
        for text in sorted(text for each, text in wanted if each == name):
            message = ET.SubElement(context, "message")
            ET.SubElement(message, "source").text = text
            target = ET.SubElement(message, "translation")
            target.text = known.get((name, text)) or elsewhere.get(text)
            if target.text is None:
                target.set("type", "unfinished")
    ET.indent(root, " ")
    body = ET.tostring(root, encoding="unicode")
    file_of(code).write_text(f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{body}\n', encoding="utf-8")


def missing(code: str) -> list[Text]:
    return sorted(texts() - set(translations(code)))


def compile_all() -> None:
    import PySide6

    lrelease = Path(PySide6.__file__).parent / ("lrelease.exe" if sys.platform == "win32" else "lrelease")
    for code in TRANSLATED:
        source = file_of(code)
        subprocess.run([lrelease, "-silent", source, "-qm", source.with_suffix(".qm")], check=True)


def main(command: str) -> int:
    if command == "update":
        for code in TRANSLATED:
            write(code, texts(), translations(code))
    if command in ("update", "missing"):
        left = [(code, *text) for code in TRANSLATED for text in missing(code)]
        for code, context, text in left:
            print(f"{code} {context}: {text!r}")
        return 1 if left else 0
    if command == "compile":
        compile_all()
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in ("update", "compile", "missing"):
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
