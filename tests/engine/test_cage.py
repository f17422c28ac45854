"""What a decoder can still do, tried from inside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image

from engine.cage_filter import syscall_filter
from engine.config import ModelInput
from engine.decode_pool import DecodePool
from engine.decoder import decode
from engine.errors import PhotoUnreadable
from engine.photo import DecodedPhoto, DecodeFailure, DecodeOutcome, DecodeTask

INPUT = ModelInput(size=64)
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can shut a process in")

PROBE = """
import ctypes, mmap, os, signal, socket, sys, threading
from engine import cage
import engine.decoder
engine.decoder.warm_up()
parent = os.getppid()
walls = cage.enter()
if not walls:
    print("no walls")
    sys.exit()
libc = ctypes.CDLL(None, use_errno=True)

def libc_call(number, *arguments):
    if libc.syscall(number, *arguments) < 0:
        raise OSError(ctypes.get_errno(), "refused")

def fork():
    if os.fork() == 0:
        os._exit(0)

probes = {
    "read a file": lambda: open("/etc/passwd").close(),
    "list a folder": lambda: os.listdir("/"),
    "write a file": lambda: open(sys.argv[1], "w").close(),
    "remove a file": lambda: os.remove(sys.argv[2]),
    "open a socket": lambda: socket.socket(socket.AF_INET),
    "open a local socket": lambda: socket.socket(socket.AF_UNIX),
    "start a program": lambda: os.execv("/bin/true", ["true"]),
    "make a process": fork,
    "signal another process": lambda: os.kill(parent, 0),
    "make code": lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC),
    "trace": lambda: libc_call(101, 0, 0, 0, 0),
}
for name, probe in probes.items():
    try:
        probe()
        print("could", name)
    except OSError as error:
        print("refused", name)
heard = []
thread = threading.Thread(target=lambda: heard.append(1))
thread.start()
thread.join()
print("left", "threads" if heard else "nothing")
"""


@linux
def test_a_caged_process_reaches_no_file_no_network_and_no_other_process(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a")
    command = [sys.executable, "-c", PROBE, str(tmp_path / "new"), str(tmp_path / "kept")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    if "no walls" in done.stdout:
        pytest.skip("this kernel has neither Landlock nor seccomp")
    told = done.stdout.splitlines()
    assert [line for line in told if line.startswith("could")] == []
    assert sum(line.startswith("refused") for line in told) == 11
    assert "left threads" in told
    assert (tmp_path / "kept").exists()
    assert not (tmp_path / "new").exists()


@linux
def test_a_pool_says_what_keeps_its_decoders_in(tmp_path: Path) -> None:
    Image.new("RGB", (40, 30)).save(tmp_path / "a.jpg")
    with DecodePool(INPUT, 1) as pool:
        assert pool.walls is None
        pool.submit(DecodeTask(1, os.fsencode(tmp_path / "a.jpg")))
        outcomes = all_of(pool, 1)
        assert isinstance(outcomes[0], DecodedPhoto)
        assert pool.walls is not None
        assert "seccomp" in pool.walls


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF"])
def test_every_format_is_decoded_inside_as_outside(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"photo.{name.lower()}"
    Image.linear_gradient("L").resize((300, 200)).convert("RGB").save(path, name)
    task = DecodeTask(1, os.fsencode(path))
    with DecodePool(INPUT, 1) as pool:
        pool.submit(task)
        assert all_of(pool, 1) == [decode(task, INPUT)]


@linux
def test_words_in_a_photo_are_read_inside(tmp_path: Path) -> None:
    image, exif = Image.new("RGB", (40, 30)), Image.Exif()
    exif[0x9C9E] = "Bella;Schnee\0".encode("utf-16-le")
    image.save(tmp_path / "a.jpg", exif=exif)
    with DecodePool(INPUT, 1) as pool:
        pool.submit(DecodeTask(1, os.fsencode(tmp_path / "a.jpg")))
        (photo,) = all_of(pool, 1)
    assert isinstance(photo, DecodedPhoto)
    assert json.loads(photo.words)["tags"] == ["Bella", "Schnee"]


def test_hostile_and_odd_files_end_inside_as_they_do_outside() -> None:
    root = os.environ.get("AFTERIMAGE_DATA")
    if not root or not os.path.isdir(os.path.join(root, "camera")):
        pytest.skip("AFTERIMAGE_DATA names no folder with camera/")
    files = sorted(os.path.join(at, name) for at, _, names in os.walk(os.fsencode(root) + b"/camera") for name in names)
    tasks = [DecodeTask(number, path) for number, path in enumerate(files, start=1)]
    with DecodePool(INPUT, 2, timeout_s=60) as pool:
        for task in tasks:
            pool.submit(task)
        inside = {outcome.photo_id: outcome for outcome in all_of(pool, len(tasks))}
    kinds: Counter[str] = Counter()
    for task in tasks:
        assert told(inside[task.photo_id]) == told(outside(task)), task.path
        kinds[type(inside[task.photo_id]).__name__] += 1
    assert kinds["DecodedPhoto"] > 10


def test_the_filter_begins_with_the_processor_and_ends_with_a_refusal() -> None:
    for machine in ("x86_64", "aarch64"):
        program = syscall_filter(machine, 1234)
        assert program[0] == (0x20, 0, 0, 4)
        assert program[-1] == (0x06, 0, 0, 0x00050001)
        assert len(program) < 4096
        assert all(0 <= yes < 256 and 0 <= no < 256 for _, yes, no, _ in program)
    assert syscall_filter("riscv64", 1) == []


def all_of(pool: DecodePool, count: int) -> list[DecodeOutcome]:
    seen: list[DecodeOutcome] = []
    while len(seen) < count and pool.pending:
        seen += pool.poll(1)
    return seen


def outside(task: DecodeTask) -> DecodeOutcome:
    try:
        return decode(task, INPUT)
    except PhotoUnreadable as error:
        return DecodeFailure(task.photo_id, error.problem, error.remedy, final=error.final)


def told(outcome: DecodeOutcome) -> object:
    return outcome.reason if isinstance(outcome, DecodeFailure) else outcome


def test_no_photo_needs_a_module_that_was_not_there_before_the_walls_or_starts_a_program(tmp_path: Path) -> None:
    """Behind them nothing can be imported: what a photo lacks would be taken for its damage."""
    script = """
import sys
from engine.config import ModelInput
from engine.decoder import decode, warm_up
from engine.errors import PhotoUnreadable
from engine.photo import DecodeTask
from tests.torture.strange_all import all_strange

warm_up()
import encodings.idna, linecache, tokenize  # of tracebacks and of this script's own
photos = list(all_strange(large=False))
started = []
STARTS = ("subprocess.Popen", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system")
sys.addaudithook(lambda event, _: started.append(event) if event in STARTS else None)
late = set()
for photo in photos:
    with open(sys.argv[1], "wb") as file:
        file.write(photo.data)
    before = set(sys.modules)
    try:
        decode(DecodeTask(1, sys.argv[1].encode()), ModelInput(32))
    except PhotoUnreadable:
        pass
    late |= {f"{name} for {photo.name}" for name in set(sys.modules) - before}
print(sorted(late), started)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "photo")], capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "[] []", done.stdout[-500:] + done.stderr[-500:]
