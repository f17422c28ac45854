"""The command line beside a running engine whose library is in memory; with a real library it is tested end to end."""

from __future__ import annotations

import base64
import io
import json
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop_app import __main__ as entry
from engine import cli, engine_socket
from engine.cli_doctor import in_short
from engine.cli_parser import build_parser
from engine.engine_loop import EngineLoop
from engine.errors import DiskFull
from engine.library_lock import LibraryLock
from engine.locations import Locations
from tests.fakes import FakeLibrary

Result = tuple[int, bytes, str]
Run = Callable[..., Result]


@pytest.fixture
def locations(tmp_path: Path) -> Locations:
    locations = Locations.at(os.fsencode(tmp_path / "library"))
    locations.create()
    return locations


@pytest.fixture
def library(locations: Locations) -> Iterator[FakeLibrary]:
    """Served by an engine that turns in a thread, as it would in a process beside ours."""
    library = FakeLibrary(locations)
    Path(os.fsdecode(locations.catalog)).touch()
    loop = EngineLoop(library, door=engine_socket.listen(locations.socket))  # type: ignore[arg-type]
    loop.load_model()

    def serve() -> None:
        while not loop.leaving:
            loop.turn()

    thread = threading.Thread(target=serve)
    thread.start()
    yield library
    loop.leave()
    thread.join()
    loop.close()


@pytest.fixture
def run(locations: Locations, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    def run(*arguments: str | bytes) -> Result:
        words = [os.fsdecode(word) for word in arguments]
        status = cli.main([words[0], "--library", os.fsdecode(locations.data), *words[1:]])
        out, err = capfdbinary.readouterr()
        return status, out, err.decode()

    return run


@pytest.fixture
def photos(tmp_path: Path) -> bytes:
    folder = os.fsencode(tmp_path / "photos")
    os.mkdir(folder)
    for name in (b"dog.jpg", b"dog on snow.jpg", b"dog \xff\n.jpg", b"unlikely cat.jpg"):
        Path(os.fsdecode(os.path.join(folder, name))).touch()
    return folder


@pytest.fixture
def indexed(library: FakeLibrary, run: Run, photos: bytes) -> FakeLibrary:
    assert run("index", photos)[0] == 0
    return library


def one_sentence(err: str, *parts: str) -> bool:
    return err.count("\n") == 1 and "Traceback" not in err and all(part in err for part in parts)


def test_index_ends_with_one_line_and_lists_what_could_not_be_read(library, run: Run, photos: bytes) -> None:
    status, out, err = run("index", photos)
    assert status == 0
    assert out.startswith(b"4 photos searchable (4 new) in ")
    assert out.count(b"\n") == 1
    assert err == ""
    assert run("index", photos)[1].startswith(b"4 photos searchable (0 new) in ")
    assert run("index", b"/")[2].startswith("not readable: /broken.jpg: it is cut short (copy it again)\n")


def test_a_missing_folder_is_status_3_with_path_and_remedy(run: Run, tmp_path: Path) -> None:
    status, out, err = run("index", str(tmp_path / "gone"))
    assert (status, out) == (3, b"")
    assert one_sentence(err, str(tmp_path / "gone"), "(check the name)")


def test_a_file_is_no_folder(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert run("index", str(tmp_path / "file"))[0] == 3


def test_a_full_disk_while_indexing_is_status_3(indexed: FakeLibrary, run: Run, photos: bytes) -> None:
    indexed.step_failure = DiskFull("No room for the library", path=b"/disk", remedy="free some space")
    status, _, err = run("index", photos)
    assert status == 3
    assert one_sentence(err, "/disk", "free some space")


def test_an_interrupted_wait_says_that_the_open_engine_goes_on(library: FakeLibrary, run: Run, photos: bytes) -> None:
    def reached(condition: Callable[[], bool]) -> bool:
        deadline = time.monotonic() + 60
        while not condition() and time.monotonic() < deadline:
            time.sleep(0.01)
        return condition()

    library.model_loaded = False  # nothing gets done

    def interrupt_us() -> None:
        assert reached(lambda: not library.idle)
        os.kill(os.getpid(), signal.SIGINT)

    interrupt = threading.Thread(target=interrupt_us)
    interrupt.start()
    status, out, err = run("index", photos)
    interrupt.join()
    assert (status, out) == (130, b"")
    assert err == "Stopped waiting. The Afterimage that is open goes on with it.\n"
    library.model_loaded = True
    assert reached(lambda: library.progress().ready == 4)


def test_search_lists_rank_score_and_path(indexed: FakeLibrary, run: Run) -> None:
    status, out, err = run("search", "dog", "-n", "2")
    assert (status, err) == (0, "")
    rows = out.decode().splitlines()
    assert len(rows) == 2
    assert rows[0].split()[:2] == ["1", "1.000"]
    assert rows[0].endswith(".jpg")


def test_paths_are_raw_bytes(indexed: FakeLibrary, run: Run, photos: bytes) -> None:
    _, out, _ = run("search", "dog", "--no-rerank", "-0")
    assert out.split(b"\0") == [photos + b"/" + n for n in (b"dog on snow.jpg", b"dog \xff\n.jpg", b"dog.jpg")] + [b""]
    _, out, _ = run("search", "dog on", "--paths")
    assert out == photos + b"/dog on snow.jpg\n"


def test_json_has_one_object_a_line_and_path_b64_only_where_it_is_needed(indexed: FakeLibrary, run: Run) -> None:
    status, out, _ = run("search", "dog", "--json", "--no-rerank")
    assert status == 0
    plain, odd, _ = (json.loads(line) for line in out.splitlines())
    assert base64.b64decode(odd["path_b64"]).endswith(b"/dog \xff\n.jpg")
    assert set(plain) == {
        "path", "score", "cosine", "probability", "matched", "reranked", "width", "height", "taken_at", "tags",
        "alike",
    }  # fmt: skip


def test_explain_marks_the_words_that_a_photo_shows(indexed: FakeLibrary, run: Run) -> None:
    status, out, _ = run("search", "dog", "--explain", "-n", "1")
    listed, why = out.decode().splitlines()
    assert (status, why.split()) == (0, ["dog", "\N{CHECK MARK}"])
    assert "dog" in listed


def test_explain_in_json_tells_where_each_word_is(indexed: FakeLibrary, run: Run) -> None:
    _, out, _ = run("search", "dog", "--explain", "--json", "-n", "1")
    (word,) = json.loads(out)["why"]
    assert (word["word"], word["start"], word["end"], word["found"]) == ("dog", 0, 3, True)
    assert (word["rows"], word["columns"], word["heat"]) == (2, 2, [0, 1, 0, 0])
    _, out, _ = run("search", "dog", "--json", "-n", "1")
    assert "why" not in json.loads(out)


def test_when_nothing_matches_json_shows_the_closest_and_paths_nothing(indexed: FakeLibrary, run: Run) -> None:
    status, out, err = run("search", "unlikely", "--json")
    assert status == 1
    assert [json.loads(line)["matched"] for line in out.splitlines()] == [False]
    assert "No photo matches" in err
    assert run("search", "unlikely", "--paths")[:2] == (1, b"")
    assert run("search", "unlikely", "-0")[:2] == (1, b"")
    assert run("search", "zebra", "--json")[:2] == (1, b"")


def test_folder_narrows_the_search(indexed: FakeLibrary, run: Run, photos: bytes, tmp_path: Path) -> None:
    assert run("search", "dog", "--folder", photos, "--paths")[0] == 0
    (tmp_path / "elsewhere").mkdir()
    status, out, err = run("search", "dog", "--folder", str(tmp_path / "elsewhere"))
    assert (status, out) == (1, b"")
    assert str(tmp_path / "elsewhere") in err


def test_a_folder_that_is_not_there_is_status_3(indexed: FakeLibrary, run: Run, tmp_path: Path) -> None:
    status, _, err = run("search", "dog", "--folder", str(tmp_path / "nowhere"))
    assert status == 3
    assert one_sentence(err, str(tmp_path / "nowhere"), "check --folder")


def test_a_folder_is_no_example_photo(indexed: FakeLibrary, run: Run, tmp_path: Path) -> None:
    status, _, err = run("search", "--like", str(tmp_path))
    assert status == 3
    assert one_sentence(err, "is a folder", str(tmp_path))


@pytest.mark.parametrize("words", ["index", "forget", "search dog --folder", "search --like", "doctor --library"])
def test_an_empty_path_is_never_the_current_folder(run: Run, words: str) -> None:
    status, _, err = run(*words.split(), "")
    assert status == 2
    assert one_sentence(err, "the path is empty")


@pytest.mark.skipif(os.name != "posix", reason="closing descriptors of a shell")
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
def test_closed_streams_are_no_bug(locations: Locations, closed: str) -> None:
    Path(os.fsdecode(locations.catalog)).touch()
    words = [sys.executable, "-m", "desktop_app", "forget", "--library", os.fsdecode(locations.data), "/a/photo.jpg"]
    line = f"{shlex.join(words)} </dev/null {closed}"
    done = subprocess.run(["sh", "-c", line], capture_output=True, check=False)
    assert b"Traceback" not in done.stderr
    assert done.returncode == 1


def test_an_example_photo_stands_for_a_sentence(indexed: FakeLibrary, run: Run, photos: bytes) -> None:
    assert run("search", "--like", photos + b"/dog.jpg", "--json")[0] == 0
    status, _, err = run("search", "--like", photos + b"/gone.jpg")
    assert status == 3
    assert one_sentence(err, "gone.jpg")


@pytest.mark.parametrize("sentence", ["x" * 10_000, "\N{DOG FACE} \N{SNOWFLAKE}", "--", "typed \udcff"])
def test_any_sentence_is_a_valid_question(indexed: FakeLibrary, run: Run, sentence: str) -> None:
    status, _, err = run("search", "--", sentence)
    assert status == 1
    assert "No photo matches" in err


@pytest.mark.parametrize(
    "arguments",
    [["search", ""], ["search", "  "], ["search", "a", "--wrong"], ["search", "a", "-n", "0"],
     ["search", "a", "-n", "x"], ["search", "a", "--json", "--paths"], ["index"], ["evaluate"],
     ["forget"], ["forget", "x", "--everything"]],
)  # fmt: skip
def test_what_makes_no_sense_is_status_2_with_a_remedy(run: Run, arguments: list[str]) -> None:
    status, out, err = run(*arguments)
    assert (status, out) == (2, b"")
    assert one_sentence(err, "(")


def test_an_empty_library_says_what_to_do(library: FakeLibrary, run: Run, locations: Locations) -> None:
    status, _, err = run("search", "dog")
    assert status == 3
    assert one_sentence(err, "afterimage index", os.fsdecode(locations.data))


def test_searching_where_no_library_is_creates_none(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["search", "--library", str(tmp_path / "typo"), "dog"]) == 3
    assert cli.main(["forget", "--library", str(tmp_path / "typo"), "--everything", "--yes"]) == 3
    assert not (tmp_path / "typo").exists()


def test_a_library_that_is_a_file_is_named(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert cli.main(["index", str(tmp_path), "--library", str(tmp_path / "file")]) == 3
    assert one_sentence(capfd.readouterr().err, "file is where a folder should be", str(tmp_path / "file"))


@pytest.mark.slow
def test_a_held_library_that_does_not_answer_is_status_3(run: Run, locations: Locations) -> None:
    lock = LibraryLock(locations.lock)
    lock.acquire()
    Path(os.fsdecode(locations.catalog)).touch()
    status, _, err = run("doctor")
    lock.release()
    assert status == 3
    assert one_sentence(err, os.fsdecode(locations.data), "try again")


def test_doctor_speaks_json_and_plain_words(indexed: FakeLibrary, run: Run) -> None:
    report = json.loads(run("doctor", "--json")[1])
    assert report["photos"] == {"pending": 0, "ready": 4, "missing": 0}
    first, _, rest = run("doctor")[1].partition(b"\n\n")
    assert first == b"All is well: 4 photos can be searched."
    assert rest.startswith(b"photos\n  pending: 0\n  ready: 4\n  missing: 0\nmodel: fake\nloaded: yes\n")
    assert b"problems: none\n" in rest


def test_what_is_wrong_with_a_library_is_told_before_all_else() -> None:
    photos = {"pending": 3, "ready": 1_200, "missing": 2}
    folders = [{"path": "/media/usb", "offline": True}, {"path": "/photos", "offline": False}]
    facts = {"photos": photos, "folders": folders, "problems": [{}] * 7, "index": {"verified": None}}
    assert in_short(facts | {"database": {"integrity": "ok"}}) == [
        "1,200 photos can be searched, 3 are waiting.",
        "7 photos or files have a problem; they are listed under problems.",
        "2 photos are missing from their folders.",
        "/media/usb is not within reach; its photos stay searchable.",
    ]
    assert any("damaged" in line for line in in_short(facts | {"database": {"integrity": "page 3"}}))


def test_doctor_makes_no_library_where_there_is_none(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert cli.main(["doctor", "--library", str(tmp_path / "nowhere")]) == 3
    assert one_sentence(capfdbinary.readouterr().err.decode(), "There is no library here", str(tmp_path / "nowhere"))
    assert not (tmp_path / "nowhere").exists()


def test_forget_counts_and_never_touches_a_file(indexed: FakeLibrary, run: Run, photos: bytes) -> None:
    assert run("forget", photos + b"/dog.jpg", "--yes")[:2] == (0, b"1 photo forgotten; the files are untouched\n")
    assert run("forget", photos + b"/dog.jpg", "--yes")[0] == 1
    assert run("forget", "--everything", "--yes")[0] == 0
    assert len(os.listdir(photos)) == 4


def test_forget_asks_and_takes_silence_as_no(
    indexed: FakeLibrary, run: Run, photos: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open(os.devnull) as silence:
        monkeypatch.setattr(sys, "stdin", silence)
        status, _, err = run("forget", photos)
    assert status == 1
    assert "Nothing was forgotten" in err


def test_help_has_examples_and_version_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    for command in entry.COMMANDS:
        assert cli.main([command, "--help"]) == 0
        assert "exit status" in capfd.readouterr().out
    assert cli.main(["--version"]) == 0
    assert capfd.readouterr().out.startswith("afterimage 0.")


def test_help_tells_of_the_windows_options_too(capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    told = capfd.readouterr().out
    assert "--theme {system,dark,light}" in told
    assert "--self-test" in told


def test_the_library_may_be_named_before_or_after_the_command() -> None:
    parser = build_parser()
    for words in (["--library", "L", "doctor"], ["doctor", "--library", "L"], ["doctor", "--library=L"]):
        assert parser.parse_args(words).library == b"L"
    assert parser.parse_args(["doctor"]).library is None


def test_the_entry_point_knows_every_command() -> None:
    help_text = build_parser().format_help()
    assert all(command in help_text for command in entry.COMMANDS)


# ---- the entry point ----------------------------------------------------------------------------------------------


def test_a_mistyped_command_is_status_2_with_a_suggestion(capfd: pytest.CaptureFixture[str]) -> None:
    assert entry.main(["serach", "--library", "x"]) == 2
    assert one_sentence(capfd.readouterr().err, "serach", "afterimage search")
    assert entry.main(["qqqq"]) == 2


def test_a_missing_folder_to_open_is_status_3(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert entry.main([str(tmp_path / "gone")]) == 3
    assert one_sentence(capfd.readouterr().err, "gone")


def test_a_command_goes_to_the_command_line(capfd: pytest.CaptureFixture[str]) -> None:
    assert entry.main(["--library", "x", "search", ""]) == 2
    assert "sentence is empty" in capfd.readouterr().err


def test_a_command_loads_neither_qt_nor_torch() -> None:
    code = (
        "import sys\nfrom desktop_app.__main__ import main\nassert main(['serach']) == main(['search', '']) == 2\n"
        "print(sorted({'PySide6', 'torch', 'numpy', 'rich'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert out.stdout == b"[]\n"


def test_a_name_that_the_locale_cannot_write_is_spelled_out(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="ascii"))
    assert cli.main(["--version"]) == 0
    print("Größe", flush=True)
    assert written.getvalue().endswith(b"Gr\\xf6\\xdfe\n")
