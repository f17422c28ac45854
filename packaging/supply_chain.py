"""Makes what says where every part of Afterimage comes from, and under which licence.

    python packaging/supply_chain.py [lock] [sbom] [licences]

`lock`: requirements.lock, every package of the application for every system, with the hashes of its files (needs uv);
`sbom`: sbom.cdx.json, CycloneDX, of that lock; `licences`: THIRD_PARTY.md, from the packages that are installed here.
Without a word all three. `pip install --require-hashes -r packaging/requirements.lock` installs nothing else;
`pip-audit -r packaging/requirements.lock --require-hashes` asks the public list of known holes (it needs a network).
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
LOCK, SBOM, LICENCES = HERE / "requirements.lock", HERE / "sbom.cdx.json", HERE / "THIRD_PARTY.md"
EXTRAS = ("heic", "raw", "jxl")
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)(?: ; ([^\\]+?))?\s*\\?$")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_LICENCE_FILE = re.compile(r"(^|/)(licen[cs]e|copying|notice|copyright)[^/]*$", re.IGNORECASE)
_SHORT = {"MIT License": "MIT", "BSD License": "BSD", "Apache Software License": "Apache-2.0"}


@dataclass(frozen=True, slots=True)
class Pin:
    """One package of the lock; `where`: the systems that it is for, empty for all."""

    name: str
    version: str
    where: str
    sha256: tuple[str, ...]


def main(words: list[str]) -> int:
    wanted = words or ["lock", "sbom", "licences"]
    makers = {"lock": lock, "sbom": sbom, "licences": licences}
    if not set(wanted) <= set(makers):
        print(f"one of: {', '.join(makers)}", file=sys.stderr)
        return 2
    for word in wanted:
        makers[word]()
    return 0


def lock() -> None:
    uv = shutil.which("uv")
    if uv is None:
        raise SystemExit("uv is not here: pip install uv")
    extras = [word for extra in EXTRAS for word in ("--extra", extra)]
    options = ["--universal", "--generate-hashes", "--python-version", "3.11", "--custom-compile-command"]
    command = [uv, "pip", "compile", "-q", "pyproject.toml", *extras, *options, "python packaging/supply_chain.py lock"]
    subprocess.run([*command, "-o", str(LOCK)], cwd=ROOT, check=True)


def pins() -> list[Pin]:
    """What the lock holds, by name."""
    found: list[Pin] = []
    for line in LOCK.read_text().splitlines():
        if pin := _PIN.match(line):
            found.append(Pin(pin[1].lower(), pin[2], pin[3] or "", ()))
        elif found and (known := _HASH.search(line)):
            last = found[-1]
            found[-1] = Pin(last.name, last.version, last.where, (*last.sha256, known[1]))
    return found


def sbom() -> None:
    """CycloneDX 1.5: the application, its packages with hashes of all their files, and the models that ship."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "afterimage",
                "name": project["name"],
                "version": _version(),
                "licenses": [{"license": {"id": project["license"]}}],
            }
        },
        "components": [*map(_package, pins()), *_models()],
        "dependencies": [{"ref": "afterimage", "dependsOn": sorted({_ref(pin) for pin in pins()})}],
    }
    SBOM.write_text(json.dumps(document, indent=1) + "\n")


def _version() -> str:
    said = re.search(r'^VERSION = "(.+)"$', (ROOT / "engine" / "config.py").read_text(), re.MULTILINE)
    assert said is not None
    return said[1]


def _ref(pin: Pin) -> str:
    return f"pkg:pypi/{pin.name}@{pin.version}"


def _package(pin: Pin) -> dict[str, object]:
    part: dict[str, object] = {"type": "library", "bom-ref": _ref(pin), "name": pin.name, "version": pin.version}
    part |= {"purl": _ref(pin), "scope": "required"}
    part["hashes"] = [{"alg": "SHA-256", "content": digest} for digest in pin.sha256]
    if licence := _licence(pin.name):
        part["licenses"] = [{"license": {"name": licence}}]
    if pin.where:
        part["properties"] = [{"name": "afterimage:where", "value": pin.where}]
    return part


def _models() -> Iterator[dict[str, object]]:
    for folder in sorted((ROOT / "resources" / "models").iterdir()):
        weights = folder / "model.safetensors"
        if weights.is_file():
            with weights.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            name = f"afterimage-{folder.name}"
            yield {
                "type": "machine-learning-model",
                "bom-ref": name,
                "name": name,
                "version": digest[:12],
                "hashes": [{"alg": "SHA-256", "content": digest}],
            }


def _licence(name: str) -> str:
    """As its metadata says it; empty where the package is not installed here."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    classes = [
        line.rpartition(" :: ")[2] for line in about.get_all("Classifier") or () if line.startswith("License ::")
    ]
    said = about.get("License-Expression") or ", ".join(_SHORT.get(name, name) for name in classes)
    first = (about.get("License") or "").strip().split("\n")[0]
    return (said or first)[:120]


def licences() -> None:
    """A table, and the texts that the packages bring."""
    rows, texts = [], []
    for pin in pins():
        found = _licence(pin.name)
        rows.append(f"| {pin.name} | {pin.version} | {found or 'not installed here'} | {pin.where or 'everywhere'} |")
        texts += [f"## {pin.name}\n\n```\n{text.strip()}\n```\n" for text in _texts(pin.name)]
    head = (
        "# What ships with Afterimage, and under which licence\n\nMade by `python packaging/supply_chain.py licences`. "
    )
    head += "The font Inter is under the SIL Open Font License 1.1 (resources/fonts), the models under MIT.\n\n"
    table = "| package | version | licence | systems |\n|---|---|---|---|\n" + "\n".join(rows) + "\n\n"
    LICENCES.write_text(head + table + "\n".join(texts))


def _texts(name: str) -> Iterator[str]:
    try:
        files = metadata.files(name) or []
    except metadata.PackageNotFoundError:
        return
    seen = set()
    for file in files:
        if _LICENCE_FILE.search(str(file)) and ".dist-info" in str(file):
            text = Path(str(file.locate())).read_text(encoding="utf-8", errors="replace")
            if text not in seen and len(text) < 40_000:
                seen.add(text)
                yield text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
