"""`afterimage models`, as somebody types it."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine import cli, engine_socket
from engine.engine_loop import EngineLoop
from engine.locations import Locations
from tests.engine.hub_server import Hub, serve, sha256_of
from tests.engine.made_up_models import hub_of, model_files, safetensors, write
from tests.fakes import FakeLibrary

pytestmark = pytest.mark.local_server

Result = tuple[int, str, str]
Run = Callable[..., Result]


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def run(library: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.delenv("HF_ENDPOINT", raising=False)

    def run(*words: str, answer: str = "") -> Result:
        monkeypatch.setattr(sys, "stdin", io.StringIO(answer))
        status = cli.main(["models", *words, "--library", str(library)])
        out, err = capfd.readouterr()
        return status, out, err

    return run


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serve(hub_of()) as hub:
        yield hub


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "My Model", model_files())


def rows(run: Run) -> dict[str, dict[str, object]]:
    status, out, _ = run("list", "--json")
    assert status == 0
    return {row["name"]: row for row in map(json.loads, out.splitlines())}


def one_sentence(err: str, *parts: str) -> bool:
    last = err.splitlines()[-1]
    return "Traceback" not in err and last.startswith("afterimage: ") and all(part in last for part in parts)


def test_the_list_is_one_object_a_model_and_makes_no_library(run: Run, library: Path) -> None:
    listed = rows(run)
    assert {"starter", "fast", "small", "balanced", "best-cpu", "best-gpu", "so400m", "research"} <= set(listed)
    assert {"name", "licence", "bytes", "languages", "installed"} <= set(listed["fast"])
    assert listed["starter"]["installed"]
    assert listed["starter"]["in_use"]
    assert not listed["fast"]["installed"]
    assert not library.exists()


def test_the_list_is_readable(run: Run) -> None:
    status, out, _ = run("list")
    assert status == 0
    assert max(map(len, out.splitlines())) <= 120
    assert "1.54 GB" in out
    assert "about 109" in out


def test_what_this_build_cannot_serve_is_listed_as_such_and_refused_before_a_byte_is_fetched(
    run: Run, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "open_clip", None)  # as in a folder that was frozen without it
    listed = rows(run)
    assert (listed["starter"]["lacks"], listed["starter-multilingual"]["lacks"]) == (None, None)
    assert (listed["fast"]["lacks"], listed["fast"]["needs"]) == ("open_clip", "pip install open_clip_torch")
    _, out, _ = run("list")
    assert "not in this build" in next(line for line in out.splitlines() if " fast " in line)
    assert "not in this build: needs what is not installed here (open_clip" in out
    assert max(map(len, out.splitlines())) <= 120
    assert "open_clip: pip install open_clip_torch" in run("show", "fast")[1]
    status, _, err = run("download", "us/made-up", "--mirror", hub.url, "--yes")
    assert status == 3
    assert one_sentence(err, "Made-up needs open_clip, which this build of Afterimage does not have", "pip install")
    assert hub.asked == []


def test_show_says_what_a_model_cannot_do_and_where_its_figures_are_from(run: Run) -> None:
    status, out, _ = run("show", "research")
    assert status == 0
    assert "for research only" in out
    assert "cannot" in out
    assert "arXiv" in out
    assert json.loads(run("show", "research", "--json")[1])["repository"] == "timm/MobileCLIP2-S2-OpenCLIP"
    assert run("show", "gigantic")[0] == 3


def test_nothing_is_fetched_before_a_yes(run: Run, hub: Hub) -> None:
    for answer in ("", "n\n", "what?\n"):
        status, out, err = run("download", "fast", "--mirror", hub.url, answer=answer)
        assert (status, out) == (1, "")
        assert "Apache-2.0" in err
        assert "1.54 GB" in err
        assert "Nothing was fetched" in err
    assert hub.asked == []


def test_a_model_of_the_hub_is_fetched_used_and_removed(run: Run, hub: Hub) -> None:
    status, out, err = run("download", "us/made-up", "--mirror", hub.url, answer="y\n")
    assert (status, err.count("Traceback")) == (0, 0)
    assert "made-up is installed (2 MB verified" in out
    assert rows(run)["made-up"]["installed"]
    assert run("download", "us/made-up", "--yes")[:2] == (0, "made-up is installed already\n")
    status, out, err = run("use", "made-up")
    assert (status, out) == (0, "made-up is in use\n")
    assert "no longer looks closely" in err
    assert rows(run)["made-up"]["in_use"]
    status, _, err = run("remove", "made-up", "--yes")
    assert status == 3
    assert one_sentence(err, "in use", "models use starter")
    assert run("use", "starter")[0] == 0
    assert run("remove", "made-up", answer="n\n")[0] == 1
    status, out, err = run("remove", "made-up", answer="y\n")
    assert (status, out) == (0, "made-up is removed; 2 MB are free again\n")
    assert "made-up" not in rows(run)


def test_ctrl_c_keeps_what_was_fetched_and_leaves_nobody_behind(run: Run, hub: Hub, library: Path) -> None:
    hub.crawls_from = 250_000
    words = ["-m", "desktop_app", "models", "download", "us/made-up", "--yes", "--mirror", hub.url]
    command = [sys.executable, *words, "--library", str(library)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True) as process:
        partial = library / "models/presets/.fetching/made-up/model.safetensors.part"
        until(lambda: partial.exists() and partial.stat().st_size > 200_000)
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=300)
    assert process.returncode == 130
    assert b"Traceback" not in err
    assert partial.stat().st_size > 200_000
    hub.crawls_from = None
    assert run("download", "us/made-up", "--yes", "--mirror", hub.url)[0] == 0


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_repository_is_not_called_like_a_model_of_the_list(run: Run, hub: Hub) -> None:
    status, _, err = run("download", "us/fast", "--yes", "--mirror", hub.url)
    assert status == 2
    assert one_sentence(err, "'fast'", "--name")
    assert hub.asked == []


def test_without_a_network_it_is_status_3_and_one_sentence(run: Run) -> None:
    status, out, err = run("download", "small", "--yes", "--mirror", "http://127.0.0.1:9")
    assert (status, out) == (3, "")
    assert one_sentence(err, "No connection", "127.0.0.1:9", "--mirror")


def test_the_mirror_of_the_environment_is_used(run: Run, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", hub.url)
    assert run("download", "us/made-up", "--yes", "--name", "ours")[0] == 0
    assert rows(run)["ours"]["repository"] is None
    assert rows(run)["ours"]["imported_from"] == "us/made-up"


def test_a_model_that_is_not_installed_cannot_be_used(run: Run) -> None:
    status, _, err = run("use", "fast")
    assert status == 3
    assert one_sentence(err, "not installed", "afterimage models download fast")


def test_an_import_shows_the_hash_and_asks(run: Run, folder: Path) -> None:
    status, out, err = run("import", str(folder), answer="y\n")
    assert (status, out) == (0, "My-Model is installed; to use it: afterimage models use My-Model\n")
    assert sha256_of(safetensors()) in err
    assert rows(run)["My-Model"]["installed"]
    assert rows(run)["My-Model"]["licence"] is None


def test_an_import_that_nobody_confirms_ends_as_a_download_does(run: Run, folder: Path) -> None:
    for answer in ("", "n\n"):
        status, _, err = run("import", str(folder), answer=answer)
        assert status == 1
        assert "Nothing was imported" in err
        assert "--sha256" in err
        assert ("--yes says yes" in err) == (not answer)
    assert "My-Model" not in rows(run)


def test_an_import_with_its_hash_asks_nothing(run: Run, folder: Path) -> None:
    status, _, err = run("import", str(folder), "--sha256", "0" * 64, "--name", "mine")
    assert status == 3
    assert one_sentence(err, "another SHA-256")
    assert run("import", str(folder), "--sha256", sha256_of(safetensors()).upper(), "--name", "mine")[0] == 0
    assert run("import", str(folder), "--sha256", "beef")[0] == 2


def test_a_file_is_imported_with_what_lies_beside_it(run: Run, folder: Path) -> None:
    assert run("import", str(folder / "model.safetensors"), "--yes")[0] == 0


@pytest.mark.parametrize("name", ["weights.bin", "weights.pt", "notes.txt"])
def test_an_import_of_anything_else_is_status_3(run: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x80\x04 something")
    status, out, err = run("import", str(tmp_path / name), "--yes")
    assert (status, out) == (3, "")
    assert one_sentence(err, name)
    assert run("import", str(tmp_path / "absent"), "--yes")[0] == 3


@pytest.mark.slow  # it asks torch, which takes two seconds to import
def test_where_models_compute_is_a_setting(run: Run, library: Path) -> None:
    assert run("device") == (0, "auto\n", "")
    assert run("device", "cpu")[:2] == (0, "cpu\n")
    assert run("device")[1] == "cpu\n"
    assert run("device", "gpu")[0] == 2
    absent = run("device", "cuda:77")
    assert absent[0] == 2
    assert one_sentence(absent[2], "no device 'cuda:77'")
    for command in (["search", "a dog"], ["index", "."]):
        assert cli.main([*command, "--device", "gpu", "--library", str(library)]) == 2


def test_the_starter_is_never_removed(run: Run) -> None:
    status, _, err = run("remove", "starter", "--yes")
    assert status == 3
    assert one_sentence(err, "ships")
    assert run("remove", "fast", "--yes")[0] == 3
    assert run("remove", "../../etc", "--yes")[0] == 2


def test_a_library_whose_model_is_gone_can_choose_another(run: Run, folder: Path, library: Path) -> None:
    assert run("import", str(folder), "--yes", "--name", "mine")[0] == 0
    assert run("use", "mine")[0] == 0
    shutil.rmtree(library / "models" / "presets" / "mine")
    assert run("use", "starter")[:2] == (0, "starter is in use\n")
    assert rows(run)["starter"]["in_use"]


def test_a_running_engine_is_told_and_answers_with_the_old_model_until_the_new_one_is_ready(
    run: Run, folder: Path, library: Path
) -> None:
    assert run("import", str(folder), "--yes", "--name", "mine")[0] == 0
    with running(Locations.at(os.fsencode(library))) as fake:
        status, out, _ = run("use", "mine")
        assert (status, out) == (0, "mine is being prepared; until it knows all photos, starter answers\n")
        assert fake.chosen_model == "mine"
        assert rows(run)["mine"]["chosen"]
        assert not rows(run)["mine"]["in_use"]
        assert "being prepared" in run("list")[1]
        assert one_sentence(run("remove", "mine", "--yes")[2], "in use or chosen")


def test_what_a_model_takes_here_is_measured_and_what_it_has_learned_can_be_freed(run: Run, library: Path) -> None:
    with running(Locations.at(os.fsencode(library))) as fake:
        assert run("estimate", "fast")[:2] == (0, "0 photos to get to know: about 0 s at 2.0 photos/s, and 1 kB\n")
        assert json.loads(run("estimate", "fast", "--json")[1])["photos_per_s"] == 2.0
        assert one_sentence(run("estimate", "altered")[2], "altered")
        assert run("free", "fake", answer="n\n")[0] == 1
        assert fake.learned_by == ["fake"]
        assert run("free", "fake", "--yes")[:2] == (0, "123 bytes are free again\n")
        assert fake.learned_by == []


def test_without_photos_it_is_not_known_what_a_model_takes(run: Run, library: Path) -> None:
    assert "no photos to measure with" in run("estimate", "starter")[1]
    assert "not installed" in run("estimate", "fast")[1]
    status, _, err = run("free", "fast", "--yes")
    assert status == 3
    assert one_sentence(err, "learned nothing")


@contextmanager
def running(locations: Locations) -> Iterator[FakeLibrary]:
    """An engine that turns in a thread, as it would in a process beside ours."""
    locations.create()
    Path(os.fsdecode(locations.catalog)).touch()
    fake = FakeLibrary(locations)
    fake.model_name = fake.chosen_model = "starter"
    loop = EngineLoop(fake, door=engine_socket.listen(locations.socket))  # type: ignore[arg-type]

    def serve() -> None:
        while not loop.leaving:
            loop.turn()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield fake
    finally:
        loop.leave()
        thread.join()
        loop.close()


def test_what_makes_no_sense_is_status_2(run: Run) -> None:
    for words in (["fly"], [], ["download"], ["use"], ["download", "fast", "--mirror", "hub.example", "--yes"]):
        assert run(*words)[0] == 2


def test_listing_opens_neither_a_network_nor_torch(library: Path) -> None:
    code = (
        "import socket, sys\n"
        "made = []\n"
        "sys.addaudithook(lambda event, args: made.append(args) if event == 'socket.__new__' else None)\n"
        "from engine import cli\n"
        f"assert cli.main(['models', 'list', '--library', {os.fspath(library)!r}]) == 0\n"
        "assert not [args for args in made if args[1] != socket.AF_UNIX], made\n"
        "assert not {'torch', 'huggingface_hub', 'httpx2', 'httpx'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr == ""
