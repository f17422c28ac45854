"""What people install is described the same everywhere, and the recipes for it hold together."""

from __future__ import annotations

import configparser
import importlib.util
import os
import plistlib
import re
import shutil
import struct
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from engine.config import VERSION

ROOT = Path(__file__).resolve().parents[1]
PACKAGING = ROOT / "packaging"
APP_ID = "io.github.afterimage.Afterimage"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def module(name: str, folder: Path = PACKAGING) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


class Recipe:
    """Stands for PyInstaller while the spec is read: what the spec asks for, and nothing made."""

    def __init__(self, platform: str) -> None:
        self.asked: dict[str, list[tuple[tuple[Any, ...], dict[str, Any]]]] = {}
        hooks = ModuleType("PyInstaller.utils.hooks")
        hooks.collect_data_files = lambda name, **_: [(f"/site/{name}/there", name)]  # type: ignore[attr-defined]
        hooks.copy_metadata = lambda name: []  # type: ignore[attr-defined]
        names = {
            "SPECPATH": str(PACKAGING / "pyinstaller"),
            **{name: self._part(name) for name in ("Analysis", "PYZ", "EXE", "COLLECT", "BUNDLE")},
        }
        before, path, modules = sys.platform, list(sys.path), dict(sys.modules)
        sys.modules["PyInstaller.utils.hooks"] = hooks
        try:
            sys.platform = platform
            exec((PACKAGING / "pyinstaller" / "afterimage.spec").read_text("utf-8"), names)
        finally:
            sys.platform, sys.path[:] = before, path
            for name in sys.modules.keys() - modules.keys():
                del sys.modules[name]

    def _part(self, name: str) -> Any:
        def made(*given: Any, **named: Any) -> Any:
            self.asked.setdefault(name, []).append((given, named))
            entries = [(entry, __file__, "BINARY") for entry in ENTRIES]
            return type("Made", (), {"pure": [], "scripts": [], "binaries": entries, "datas": []})()

        return made

    def named(self, part: str) -> list[dict[str, Any]]:
        return [named for _, named in self.asked.get(part, [])]


ENTRIES = (
    "PySide6/Qt/lib/libQt6Gui.so.6",
    "PySide6/Qt/lib/libQt6Quick.so.6",
    "PySide6\\Qt6Quick.dll",
    "PySide6/Qt/lib/QtQml.framework/Versions/A/QtQml",
    "PySide6/Qt/plugins/imageformats/libqsvg.so",
    "PySide6/Qt/translations/qtbase_de.qm",
    "PySide6/Qt/translations/qtbase_fr.qm",
    "PySide6/Qt/translations/qt_de.qm",
    "torch/bin/torch_shm_manager",
    "torch/testing/_internal/common_utils.py",
    "torch/nn/functional.py",
    "libfreetype.so.6",
    "pillow.libs/libfreetype-57f805ba.so.6.20.6",
    "libstdc++.so.6",
    "libmvec.so.1",
)
LEFT_OUT = {entry for entry in ENTRIES if re.search("Quick|Qml|qtbase_fr|qt_de|common_utils|^lib", entry)}


@pytest.mark.parametrize("platform", ["linux", "win32", "darwin"])
def test_the_frozen_folder_leaves_out_what_nobody_uses_and_what_has_to_fit_the_system(platform: str) -> None:
    binaries = Recipe(platform).asked["COLLECT"][0][0][-2]
    assert {name for name, *_ in binaries} == set(ENTRIES) - LEFT_OUT


def test_windows_gets_a_program_without_a_console_and_one_for_the_command_line() -> None:
    window, line = Recipe("win32").named("EXE")
    assert (window["name"], window["console"]) == ("afterimage", False)
    assert (line["name"], line["console"]) == ("afterimage-cli", True)
    assert Path(window["icon"]) == PACKAGING / "afterimage.ico"
    said = Path(window["version"]).read_text("utf-8")
    made = {name: lambda *given, **named: (given, named) for name in re.findall(r"\b([A-Z]\w+)\(", said)}
    ((), about) = eval(said, made)
    assert about["ffi"][1]["filevers"] == (*map(int, VERSION.split(".")), 0)
    assert f"'ProductVersion', '{VERSION}'" in said


def test_macos_gets_a_bundle_that_comes_to_the_front_and_says_why_it_reads_folders() -> None:
    recipe = Recipe("darwin")
    assert [program["console"] for program in recipe.named("EXE")] == [False]  # with one: LSBackgroundOnly
    (bundle,) = recipe.named("BUNDLE")
    assert bundle["version"] == VERSION
    assert Path(bundle["icon"]) == PACKAGING / "afterimage.icns"
    told = plistlib.loads(plistlib.dumps(bundle["info_plist"]))
    assert told["NSHighResolutionCapable"] is True
    assert all("only reads" in text for key, text in told.items() if key.endswith("UsageDescription"))


def test_icons_hold_every_size_that_is_asked_for(tmp_path: Path) -> None:
    shutil.copy(PACKAGING / "afterimage.svg", tmp_path)
    code = "import sys; from pathlib import Path; import icons; icons.make(Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, env={**os.environ, "PYTHONPATH": PACKAGING})
    ico = (tmp_path / "afterimage.ico").read_bytes()
    count = struct.unpack_from("<H", ico, 4)[0]
    sizes = {ico[6 + 16 * number] or 256 for number in range(count)}
    assert {16, 32, 48, 256} <= sizes
    icns = (tmp_path / "afterimage.icns").read_bytes()
    assert struct.unpack_from(">I", icns, 4)[0] == len(icns)
    place, kinds = 8, set()
    while place < len(icns):
        kind, length = struct.unpack_from(">4sI", icns, place)
        kinds.add(kind)
        place += length
    assert {b"ic09", b"ic10"} <= kinds  # 512 px, and 1024 px for screens that are twice as fine


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_runs_files_that_are_there_and_uses_every_value_of_its_matrix(workflow: Path) -> None:
    text = workflow.read_text("utf-8")
    jobs = yaml.safe_load(text)["jobs"]
    for job in jobs.values():
        matrix = job.get("strategy", {}).get("matrix", {})
        keys = {key for row in matrix.get("include", []) for key in row} | (matrix.keys() - {"include"})
        assert keys == set(re.findall(r"matrix\.(\w+)", str(job)))
        for step in job["steps"]:
            assert ("run" in step) != ("uses" in step)
            for word in re.findall(r"(?:^|\s)(\.?[\w./-]+\.(?:py|lock|yml)|\.ci/run)\b", step.get("run", "")):
                assert (ROOT / word).is_file(), f"{workflow.name} runs {word}"


def test_extras_that_documents_and_workflows_install_exist() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    for page in [*WORKFLOWS, *ROOT.glob("docs/*.md"), ROOT / "README.md", ROOT / ".ci" / "run"]:
        for asked in re.findall(r"""(?:"|\)|')?\.?\[([a-z,]+)\]["']""", page.read_text("utf-8")):
            assert set(asked.split(",")) <= extras.keys(), f"{page.name}: [{asked}]"


def test_the_lock_holds_a_version_of_every_dependency_that_the_project_allows() -> None:
    from packaging.requirements import Requirement

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["heic"], *extras["raw"], *extras["jxl"]]
    pins = re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", (PACKAGING / "requirements.lock").read_text("utf-8"), re.M)
    locked: dict[str, list[str]] = {}
    for name, version in pins:
        locked.setdefault(name.lower().replace("_", "-"), []).append(version)
    for line in wanted:
        requirement = Requirement(line)
        versions = locked.get(requirement.name.lower().replace("_", "-"), [])
        assert versions, f"{requirement.name} is not locked"
        assert all(requirement.specifier.contains(version) for version in versions), line


def test_menu_store_and_sandbox_name_the_same_program_and_version() -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment,method-assign]
    entry.read(PACKAGING / "linux" / f"{APP_ID}.desktop", "utf-8")
    shown = entry["Desktop Entry"]
    assert (shown["Exec"].split()[0], shown["Icon"]) == ("afterimage", APP_ID)
    store = ElementTree.parse(PACKAGING / "linux" / f"{APP_ID}.metainfo.xml").getroot()
    assert store.findtext("id") == APP_ID
    assert store.findtext("launchable") == f"{APP_ID}.desktop"
    releases = store.findall("releases/release")
    assert releases[0].get("version") == VERSION
    sandbox = yaml.safe_load((PACKAGING / "flatpak" / f"{APP_ID}.yml").read_text("utf-8"))
    assert (sandbox["app-id"], sandbox["command"]) == (APP_ID, "afterimage")
    assert not any("network" in permission for permission in sandbox["finish-args"])
    for source in sandbox["modules"][0]["sources"]:
        if source["type"] == "file":
            assert (PACKAGING / "flatpak" / source["path"]).is_file()


@pytest.mark.skipif(sys.platform != "linux" or not shutil.which("objdump"), reason="reads ELF files with binutils")
def test_a_library_that_nothing_names_is_told_from_one_that_is_needed(tmp_path: Path) -> None:
    binaries = module("binaries")
    program = shutil.which("objdump")
    assert program is not None
    shutil.copy(program, tmp_path / "program")
    absent = binaries.lacking(tmp_path)
    assert absent
    assert not any(library.startswith(("libc.so", "libm.so")) for library in absent)
    named = sorted(absent)[0]
    libraries = tmp_path / "_internal"
    libraries.mkdir()
    for name in (named, "libnobody.so.1"):
        shutil.copy(program, libraries / name)
    assert named not in binaries.lacking(tmp_path)
    assert binaries.unreferenced(libraries) == [libraries / "libnobody.so.1"]
    assert re.fullmatch(r"2\.\d+", binaries.glibc(tmp_path))


@pytest.mark.skipif(
    not (shutil.which("dpkg-deb") and shutil.which("objdump") and importlib.util.find_spec("build_manpages")),
    reason="needs dpkg, binutils and the extra `packaging`",
)
def test_a_package_for_debian_holds_program_menu_icons_and_manual_and_names_what_it_needs(tmp_path: Path) -> None:
    folder = tmp_path / "afterimage"
    (folder / "_internal").mkdir(parents=True)
    shutil.copy("/bin/true", folder / "afterimage")
    (library,) = {path.resolve() for path in Path("/usr/lib").glob("*/libz.so.1")}
    shutil.copy(library, folder / "_internal" / "libz.so.1")
    (folder / "_internal" / "libz.so.1").chmod(0o755)
    notices = module("notices")
    assert notices.lay_beside(folder) == ["zlib1g"]
    command = [sys.executable, str(PACKAGING / "build_deb.py"), f"--folder={folder}", f"--to={tmp_path / 'made'}"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
    (package,) = (tmp_path / "made").iterdir()
    assert package.name.startswith(f"afterimage_{VERSION}_")

    def told(option: str, *fields: str) -> str:
        return subprocess.run(
            ["dpkg-deb", option, str(package), *fields], capture_output=True, text=True, check=True
        ).stdout

    assert re.match(r"libc6 \(>= 2\.\d+\)", told("--field", "Depends"))
    held = told("--contents")
    for line in (
        "/usr/bin/afterimage -> ../lib/afterimage/afterimage",
        f"/usr/share/applications/{APP_ID}.desktop",
        f"/usr/share/icons/hicolor/scalable/apps/{APP_ID}.svg",
        f"/usr/share/icons/hicolor/256x256/apps/{APP_ID}.png",
        "/usr/share/man/man1/afterimage.1.gz",
        "/usr/share/bash-completion/completions/afterimage",
        "/usr/share/doc/afterimage/copyright",
        "/usr/share/doc/afterimage/licences/THIRD_PARTY.md",
        "/usr/share/doc/afterimage/licences/zlib1g.txt",
    ):
        assert line in held
    assert "/usr/lib/afterimage/licences" not in held
    modes = {line.split()[-1]: line.split()[0] for line in held.splitlines()}
    assert modes["./usr/lib/afterimage/afterimage"] == "-rwxr-xr-x"
    assert modes["./usr/lib/afterimage/_internal/libz.so.1"] == "-rw-r--r--"
    assert all(line.split()[1] == "root/root" for line in held.splitlines())


BASH = """
source /dev/stdin <<< "$(%s -m desktop_app completion bash)"
complete -p afterimage >&2
for line in "$@"; do
    COMP_WORDS=($line); [[ $line == *" " ]] && COMP_WORDS+=("")
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=()
    function=$(complete -p afterimage | sed 's/.*-F \\([^ ]*\\).*/\\1/')
    $function afterimage "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
    echo "${COMPREPLY[*]}"
done
"""


@pytest.mark.skipif(sys.platform == "win32" or not shutil.which("bash"), reason="asks bash")
def test_bash_completes_commands_options_and_choices() -> None:
    lines = ["afterimage sea", "afterimage search --exp", "afterimage models dow", "afterimage completion z"]
    said = subprocess.run(
        ["bash", "-c", BASH % sys.executable, "bash", *lines], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert said.stdout.splitlines() == ["search", "--explain", "download", "zsh"]


def test_the_manual_page_ends_with_what_the_help_ends_with_as_it_stands() -> None:
    shell_files = module("shell_files")
    assert shell_files.roff("-n 5\n.hidden\\x") == "\\-n 5\n\\&.hidden\\ex"
    usage = "Words.\nusage: a [-b]\n         [-c]\n\n  a   as it is\n\nWords.\n"
    assert shell_files.as_it_stands(usage).count("\n.fi\n") == 2
    assert ".nf\nusage: a [-b]\n         [-c]\n.fi\n" in shell_files.as_it_stands(usage)
    page = shell_files.examples()
    assert ".SS afterimage search\n.nf\n" in page
    assert "exit status" not in page
