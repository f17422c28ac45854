"""Who may import whom, by reading the imports and by running them."""

from __future__ import annotations

import ast
import functools
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

SEAMS = {
    "photo",
    "search_hit",
    "messages",
    "messages_alike",
    "messages_explanations",
    "messages_export",
    "messages_judgments",
    "messages_models",
    "messages_search",
    "messages_settings",
    "messages_offers",
    "messages_tags",
    "bug_log",
    "errors",
    "safe_mode",
    "safe_versions",
    "config",
    "locations",
    "model_parts",
    "frames",
    "folder_access",
    "file_words",
    "offline",
    "waiting_threads",
    "language",
    "language_words",
    "query",
    "query_clauses",
    "query_dates",
    "query_filters",
    "query_kinds",
    "query_negation",
    "query_order",
    "query_tokens",
}
TOOLS = {  # each with the tools that it may use; a file `catalog_scan` is part of `catalog`
    "scanner": set(),
    "photo_metadata": set(),
    "photo_words": {"sidecar"},
    "decoder": {"photo_metadata", "photo_words"},
    "cage": set(),
    "decode_pool": {"cage", "decoder", "decoder_file", "decoder_words"},
    "thumbnails": set(),
    "renditions": set(),
    "migrations": set(),
    "backups": set(),
    "catalog": {"backups", "migrations"},
    "joint_model": set(),
    "vector_index": set(),
    "calibration_features": set(),
    "calibration": {"calibration_features"},
    "sidecar": set(),
    "token_store": set(),
    "library_lock": set(),
    "pace": set(),
    "power": set(),
    "export": {"decode_pool", "decoder_file", "decoder_format"},
    "allocator": set(),
    "presets": set(),
    "download": {"library_lock", "pace", "presets"},
}
# Packages beside the application, each of which may import those before it.
LEARNING = ("captions", "evaluation", "training")
ROLES = {
    "bi_encoder",
    "blip_itm",
    "blip_itm_files",
    "blip_itm_network",
    "cross_encoder",
    "heads",
    "identity_memory",
    "known_words",
    "light_head",
    "light_layers",
    "light_model",
    "light_text",
    "loaded_model",
    "matcher",
    "model_files",
    "model_folder",
    "model_identity",
    "model_import",
    "model_store",
    "placed_model",
    "forward_threads",
    "precision",
    "qwen_reranker",
    "qwen_reranker_files",
    "qwen_reranker_network",
    "tokenizer",
    "tokenizer_clip",
}
VERBS = {
    "pairs",
    "clauses",
    "examples",
    "alike",
    "duplicates",
    "sketches",
    "blip_itm_stage",
    "blip_itm_vision_store",
    "second_stage",
    "closer_look",
    "indexer",
    "searcher",
    "forgetting",
    "known_drives",
    "missing_at_once",
    "rescanner",
    "result_shelf",
    "result_order",
    "photo_renditions",
    "index_progress",
    "index_pause",
    "library_settings",
    "kept_catalog",
    "people_words",
    "photo_search",
    "offers",
    "completions",
    "saved_searches",
    "sentence_bank",
    "sentences_to_try",
    "photo_tags",
    "late_sidecars",
    "file_words_reader",
    "words_again",
    "tag_by_sentence",
    "tag_finder",
    "tag_suggestions",
    "tag_vocabulary",
    "photo_explanations",
    "explainer",
    "word_sights",
    "word_strength",
    "orphans",
    "scrub",
    "own_models",
    "served_model",
    "head_change",
    "renamed_models",
    "trained_heads",
    "health",
    "moved_photos",
    "photo_encoder",
    "catch_up",
    "model_switch",
    "model_settings",
    "rerank_budget",
    "model_data",
    "model_estimate",
    "learned",
    "preset_install",
    "preset_facts",
    "model_convert",
    "model_convert_worker",
}
FACES = {
    "worker",
    "cli",
    "engine_desk",
    "engine_loop",
    "engine_change",
    "engine_export",
    "engine_line",
    "engine_models",
    "engine_news",
    "engine_peer",
    "engine_session",
    "engine_socket",
    "engine_settings",
    "engine_offers",
    "engine_tags",
    "model_loader",
    "model_fetch",
}
DOORS = {
    "hnswlib": {"vector_index"},
    "sqlite_utils": {"catalog", "migrations"},
    "sqlite3": {"backups", "catalog", "migrations"},
    "PIL": {"decoder", "photo_metadata"},
    "rawpy": {"decoder"},
    "pillow_jxl": {"decoder"},
    "open_clip": {"joint_model", "model_import"},
    "tokenizers": {"tokenizer", "tokenizer_clip"},
    "huggingface_hub": {"download"},
    "lxml": {"sidecar"},
    "transformers": {"blip_itm_network", "qwen_reranker_network"},
}


def engine_files() -> list[Path]:
    return sorted((ROOT / "engine").glob("*.py"))


def tool_of(name: str) -> str | None:
    """The tool a file belongs to: `catalog_scan` is part of `catalog`."""
    return next(
        (tool for tool in sorted(TOOLS, key=len, reverse=True) if name == tool or name.startswith(f"{tool}_")), None
    )


def is_face(name: str) -> bool:
    return any(name == face or name.startswith(f"{face}_") for face in FACES)


@functools.cache
def imported(path: Path, *, module_level_only: bool = False) -> frozenset[str]:
    """Full names of the modules that a file imports, save those for type checking only."""
    tree = ast.parse(path.read_text())
    nodes = tree.body if module_level_only else list(ast.walk(tree))
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(names)


def engine_imports(path: Path) -> set[str]:
    known = {file.stem for file in engine_files()} | set(LEARNING)
    parts = [name.split(".") for name in imported(path)]
    return {part[1] for part in parts if part[0] == "engine" and len(part) > 1 and part[1] in known}


def top_level(names: frozenset[str]) -> set[str]:
    return {name.split(".")[0] for name in names}


@pytest.mark.parametrize("path", engine_files(), ids=lambda path: path.stem)
def test_every_engine_file_imports_only_what_its_layer_may(path: Path) -> None:
    name, imports = path.stem, engine_imports(path)
    tool = tool_of(name)
    if name in SEAMS:
        allowed = SEAMS
    elif tool is not None:
        family = {file.stem for file in engine_files() if tool_of(file.stem) == tool}
        allowed = SEAMS | TOOLS[tool] | family
    elif name in ROLES:
        allowed = SEAMS | ROLES | {"joint_model", "joint_model_served", "allocator", "presets", "calibration"}
    elif name in VERBS or name == "library":
        allowed = SEAMS | set(TOOLS) | ROLES | VERBS
    else:
        face = {file.stem for file in engine_files() if is_face(file.stem)}
        assert name in face | {"__init__"}, f"{name} belongs to no layer: give it one here and in ARCHITECTURE.md"
        allowed = SEAMS | face | set(LEARNING) | {"library", "library_lock", "model_store", "calibration"}
        allowed |= {"presets", "preset_install", "preset_facts", "model_convert", "model_data", "power", "export"}
        allowed |= {"download", "download_progress"}
    assert imports - {name} <= allowed, f"{name} imports {imports - allowed - {name}}"


def test_seams_need_the_standard_library_only() -> None:
    for name in SEAMS:
        foreign = top_level(imported(ROOT / "engine" / f"{name}.py")) - set(sys.stdlib_module_names) - {"engine"}
        assert foreign <= ({"platformdirs"} if name == "locations" else set()), name


@pytest.mark.parametrize("library", sorted(DOORS))
def test_a_library_with_one_door_is_imported_there_alone(library: str) -> None:
    users = {path.stem for path in engine_files() if library in top_level(imported(path))}
    families = {tool_of(user) or user for user in users}
    assert families <= DOORS[library]


def test_packages_about_learning_are_imported_when_they_are_needed_only() -> None:
    for path in engine_files():
        parts = [name.split(".") for name in imported(path, module_level_only=True)]
        assert not any(part[0] == "engine" and part[1:2] and part[1] in LEARNING for part in parts), path


@pytest.mark.parametrize("package", LEARNING)
def test_captions_know_no_evaluation_and_evaluation_no_training(package: str) -> None:
    later = LEARNING[LEARNING.index(package) + 1 :]
    for path in (ROOT / "engine" / package).glob("*.py"):
        assert not any(name.startswith(tuple(f"engine.{other}" for other in later)) for name in imported(path)), path


def test_widgets_know_neither_the_engine_client_nor_each_other() -> None:
    widgets = ROOT / "desktop_app" / "widgets"
    for path in sorted(widgets.glob("*.py")):
        names = imported(path)
        assert not any(name.startswith("desktop_app.engine_client") for name in names), path
        siblings = {name.split(".")[2] for name in names if name.startswith("desktop_app.widgets.")}
        if path.stem != "main_window":
            family = {sibling for sibling in siblings if (widgets / f"{sibling}.py").exists()}
            shared = ("grid", "photo", "icon", "mark", "model", "question", "search", "setting", "tag", "word")
            own = path.stem.split("_")[0]
            assert all(part.startswith((own, *shared)) for part in family), f"{path.stem} imports {family}"


def test_the_window_never_names_the_engine_s_insides() -> None:
    for path in sorted((ROOT / "desktop_app").rglob("*.py")):
        parts = [name.split(".") for name in imported(path)]
        used = {part[1] for part in parts if part[0] == "engine" and len(part) > 1}
        allowed = SEAMS | {"worker", "cli", "engine_line"}
        assert used <= allowed, f"{path.relative_to(ROOT)} imports {used - allowed}"


def loaded_after(statement: str) -> set[str]:
    code = f"{statement}\nimport sys\nprint('\\n'.join(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_importing_the_window_leaves_the_engine_s_libraries_alone() -> None:
    assert not loaded_after("import desktop_app.app") & {"torch", "numpy", "hnswlib", "sqlite_utils", "open_clip"}


def test_importing_the_engine_leaves_qt_and_torch_alone() -> None:
    assert not loaded_after("import engine.worker, engine.cli") & {"PySide6", "torch", "numpy"}
    assert not loaded_after("import engine.library") & {"PySide6", "torch", "open_clip"}


def test_the_entry_point_needs_the_standard_library_only() -> None:
    foreign = loaded_after("import desktop_app.__main__") & {"PySide6", "torch", "numpy", "rich", "engine.cli"}
    assert not foreign


def test_files_stay_readable() -> None:
    for folder in ("engine", "desktop_app", "benchmarks", "tests"):
        for path in (ROOT / folder).rglob("*.py"):
            assert len(path.read_text().splitlines()) <= 400, path


def test_resources_are_found_in_a_folder_without_python_too() -> None:
    """There they lie in no package, and `joinpath` of such a folder takes one part at a time."""
    several = re.compile(r"files\([^)]*\)\.joinpath\([^()]*,")
    for package in ("engine", "desktop_app"):
        for file in (ROOT / package).rglob("*.py"):
            assert not several.search(file.read_text("utf-8")), file
