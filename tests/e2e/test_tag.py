"""Tags from the command line, with the real engine, the real starter and real files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

COMMAND = [sys.executable, "-m", "desktop_app"]


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for name, colour in (("red", "#d02020"), ("green", "#20a030"), ("blue", "#2040d0")):
        photo = Image.new("RGB", (240, 180), colour)
        ImageDraw.Draw(photo).ellipse((60, 40, 180, 140), fill="white")
        photo.save(folder / f"{name}.jpg")
    return folder


def run(tmp_path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command, *rest = words
    line = [*COMMAND, command, "--library", str(tmp_path / "library"), *rest]
    return subprocess.run(line, capture_output=True, text=True)


def test_an_evening_of_tagging(tmp_path: Path, photos: Path) -> None:
    assert run(tmp_path, "tag", "list").returncode == 3
    assert run(tmp_path, "index", str(photos)).returncode == 0
    before = {path.name: path.read_bytes() for path in photos.iterdir()}
    added = run(tmp_path, "tag", "add", "colours/warm", str(photos / "red.jpg"), str(photos / "green.jpg"))
    assert (added.returncode, added.stdout) == (0, "tag colours/warm: 2 photos\n"), added.stderr
    written = run(tmp_path, "tag", "add", "cold", str(photos / "blue.jpg"), "--write-sidecars")
    assert "1 sidecar written" in written.stdout
    assert "cold" in (photos / "blue.jpg.xmp").read_text(encoding="utf-8")
    listed = [json.loads(line) for line in run(tmp_path, "tag", "list", "--json").stdout.splitlines()]
    assert listed == [{"tag": "cold", "photos": 1}, {"tag": "colours/warm", "photos": 2}]
    found = [json.loads(line) for line in run(tmp_path, "search", "tag:cold", "--json").stdout.splitlines()]
    assert [(os.path.basename(hit["path"]), hit["tags"]) for hit in found] == [("blue.jpg", ["cold"])]
    missing = run(tmp_path, "tag", "add", "x", str(tmp_path / "none.jpg"))
    assert missing.returncode == 3
    assert "none.jpg" in missing.stderr
    assert run(tmp_path, "tag", "rename", "colours", "colors").returncode == 0
    assert "colors/warm" in run(tmp_path, "tag", "list").stdout
    rated = run(tmp_path, "tag", "rate", "4", str(photos / "red.jpg"), str(photos / "blue.jpg"))
    assert rated.stdout == "rating 4: 2 photos\n"
    starred = run(tmp_path, "search", "rating:>=4", "--paths").stdout.split()
    assert sorted(map(os.path.basename, starred)) == ["blue.jpg", "red.jpg"]
    late = run(tmp_path, "tag", "write-sidecars")
    assert (late.returncode, late.stdout) == (0, "write sidecars: 3 photos\n"), late.stderr
    assert "colors" in (photos / "green.jpg.xmp").read_text(encoding="utf-8")
    assert run(tmp_path, "tag", "write-sidecars", str(photos / "red.jpg")).returncode == 1, "there is nothing left"
    for _ in range(4):
        assert run(tmp_path, "tag", "undo").returncode == 0
    assert run(tmp_path, "tag", "undo").returncode == 1
    assert run(tmp_path, "tag", "list").returncode == 1
    assert {path.name: path.read_bytes() for path in photos.glob("*.jpg")} == before
    assert os.listdir(photos).count("blue.jpg.xmp") == 1


def test_a_dry_run_of_a_sentence_tags_nothing(tmp_path: Path, photos: Path) -> None:
    assert run(tmp_path, "index", str(photos)).returncode == 0
    tried = run(tmp_path, "tag", "by-sentence", "a white circle", "shapes", "--precision", "0.5", "--dry-run")
    assert tried.returncode == 1
    assert tried.stderr.startswith("No photo is that sure: the surest is")
    assert run(tmp_path, "tag", "list").returncode == 1
