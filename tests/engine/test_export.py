"""Copies of photos: whole, smaller, without what they say; never over something else, never outside their folder."""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import time
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from engine import cli, export_jpeg, export_names
from engine import messages as m
from engine.engine_export import ExportCounter
from engine.engine_loop import EngineLoop
from engine.engine_peer import MemoryPeer
from engine.errors import FolderUnreachable, UsageError
from engine.export import Exporter, ExportItem, ExportPlan
from engine.locations import Locations
from tests.fakes import FakeLibrary
from tests.photos import draw_photo

ROME = {1: "N", 2: (41.0, 53.0, 24.0), 3: "E", 4: (12.0, 29.0, 32.0)}
GPS, EXIF = 0x8825, 0x8769
CAMERA = ("Pentax", "K-1")


def export(folder: Path, *photos: Path, **plan: Any) -> list[Path]:
    items = [ExportItem(os.fsencode(photo), "2024-05-06T07:08:09") for photo in photos]
    with Exporter(ExportPlan(os.fsencode(folder), **plan), workers=1) as exporter:
        done = list(exporter.run(items))
    assert not [each.problem for each in done if each.problem], done
    return [Path(os.fsdecode(each.copy)) for each in done]


def camera_photo(path: Path, *, orientation: int = 1, **more: Any) -> Path:
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><exif:GPSLatitude>41,53.4N</exif:GPSLatitude></x:xmpmeta>"
    facts: dict[str, Any] = {"camera": CAMERA, "taken_at": "2024:05:06 07:08:09", "gps": ROME}
    save: dict[str, Any] = {"xmp": xmp, "comment": b"by Ida"} if path.suffix == ".jpg" else {}
    draw_photo(path, size=(320, 240), orientation=orientation, **facts, **save, **more)
    return path


def tags(path: Path) -> Image.Exif:
    with Image.open(path) as image:
        return image.getexif()


def pixels(path: Path) -> bytes:
    with Image.open(path) as image:
        return image.convert("RGB").tobytes()


def test_a_copy_of_the_same_size_is_the_same_to_the_last_byte_and_leaves_the_original_alone(tmp_path: Path) -> None:
    photo = camera_photo(tmp_path / "beach.jpg")
    before = (photo.read_bytes(), photo.stat().st_mtime_ns)
    (copy,) = export(tmp_path / "out" / "deep", photo)
    assert copy == tmp_path / "out" / "deep" / "beach.jpg"
    assert copy.read_bytes() == before[0] == photo.read_bytes()
    assert copy.stat().st_mtime_ns == before[1] == photo.stat().st_mtime_ns
    assert copy.stat().st_mode & 0o777 == 0o644, "others are to see it"


def test_nothing_that_is_there_is_overwritten(tmp_path: Path) -> None:
    photo, out = camera_photo(tmp_path / "beach.jpg"), tmp_path / "out"
    out.mkdir()
    (out / "beach.jpg").write_text("somebody else's")
    (out / "beach (2).jpg").symlink_to(tmp_path / "elsewhere.jpg")
    assert [copy.name for copy in export(out, photo, photo)] == ["beach (3).jpg", "beach (4).jpg"]
    assert (out / "beach.jpg").read_text() == "somebody else's"
    assert not (tmp_path / "elsewhere.jpg").exists()
    assert not list(out.glob(".afterimage*")), "nothing half done is left"


@pytest.mark.parametrize("orientation", [1, 6])
def test_a_jpeg_loses_its_place_and_keeps_camera_date_and_every_pixel(tmp_path: Path, orientation: int) -> None:
    photo = camera_photo(tmp_path / "rome.jpg", orientation=orientation)
    (copy,) = export(tmp_path / "out", photo, metadata="no-place")
    assert pixels(copy) == pixels(photo)
    kept = tags(copy)
    assert GPS not in kept
    assert (kept[0x010F], kept[0x0110], kept.get(0x0112, 1)) == (*CAMERA, orientation)
    assert kept.get_ifd(EXIF)[0x9003] == "2024:05:06 07:08:09"
    data = copy.read_bytes()
    assert b"GPS" not in data
    assert b"by Ida" in data, "a comment is no place"


def test_a_jpeg_without_metadata_is_still_upright_and_in_its_colours(tmp_path: Path) -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    photo = camera_photo(tmp_path / "rome.jpg", orientation=6, icc_profile=profile)
    (copy,) = export(tmp_path / "out", photo, metadata="none")
    assert pixels(copy) == pixels(photo)
    assert dict(tags(copy)) == {0x0112: 6}
    with Image.open(copy) as image:
        assert image.info["icc_profile"] == profile
    for word in (b"Pentax", b"GPS", b"by Ida", b"2024"):
        assert word not in copy.read_bytes()


def test_pictures_behind_the_first_and_their_words_stay_behind(tmp_path: Path) -> None:
    photo = camera_photo(tmp_path / "motion.jpg")
    second = camera_photo(tmp_path / "second.jpg").read_bytes()
    photo.write_bytes(photo.read_bytes() + second)
    (copy,) = export(tmp_path / "out", photo, metadata="none")
    assert copy.read_bytes().count(b"\xff\xd8\xff") == 1
    assert b"Pentax" not in copy.read_bytes()


def test_smaller_copies_are_upright_jpegs_of_the_size_that_was_asked_for(tmp_path: Path) -> None:
    photos = [
        camera_photo(tmp_path / "turned.jpg", orientation=6),
        camera_photo(tmp_path / "still.png"),
        camera_photo(tmp_path / "small.tif"),
    ]
    copies = export(tmp_path / "out", *photos, edge=120, metadata="no-place", quality=80)
    assert [copy.name for copy in copies] == ["turned.jpg", "still.jpg", "small.jpg"]
    for copy in copies:
        with Image.open(copy) as image:
            assert (image.format, image.size) == ("JPEG", (120, 90))
        kept = tags(copy)
        assert GPS not in kept
        assert 0x0112 not in kept, "its pixels are upright"
        assert kept[0x0110] == "K-1"
    (whole,) = export(tmp_path / "all", photos[0], edge=120)
    assert tags(whole).get_ifd(GPS)[2] == (41.0, 53.0, 24.0)
    (bare,) = export(tmp_path / "bare", photos[1], metadata="none")
    assert bare.suffix == ".jpg", "another format loses its metadata with its file"
    assert not tags(bare)


def test_names_by_date_and_by_number(tmp_path: Path) -> None:
    photos = [camera_photo(tmp_path / name) for name in ("a.jpg", "b.JPG")]
    assert [each.name for each in export(tmp_path / "n", *photos, names="number")] == ["001.jpg", "002.JPG"]
    dates = [each.name for each in export(tmp_path / "d", *photos, names="date")]
    assert dates == ["2024-05-06 070809.jpg", "2024-05-06 070809.JPG"]


def test_a_hundred_evil_names_stay_below_their_folder() -> None:
    rng = random.Random(5)
    parts = [b"..", b".", b"/", b"\\", b"C:", b"\x00", b"\n", b"~", b"CON", b"nul", b" ", b"\xff\xfe", b"a", b"$(rm)"]
    evil = [b"..", b".", b"", b"/", b"../../etc/passwd", b"..\\..\\evil.exe", b"a/../../b"]
    evil += [b"x" * 300, "ü".encode() * 200]
    evil += [b"".join(rng.choices(parts, k=rng.randint(1, 6))) for _ in range(100 - len(evil))]
    assert len(evil) == 100
    for name in evil:
        stem, ending = export_names.split(b"/photos/" + name)
        for candidate in (next(export_names.candidates(each, ending)) for each in (stem, export_names.plain(name))):
            assert 0 < len(candidate) <= 255
            assert not set(candidate) & set(b'/\\:*?"<>|\0\n')
            assert os.path.dirname(os.path.normpath(os.path.join(b"/out", candidate))) == b"/out", name
            assert not candidate.startswith(b".")


def test_photos_with_evil_names_land_in_the_folder_and_nowhere_else(tmp_path: Path) -> None:
    home = tmp_path / "photos"
    names = [b"..\\..\\evil.jpg", b"con.jpg", b"\xff\xfe.jpg", b"a:b.jpg", b"new\nline.jpg", b"x" * 250 + b".jpg"]
    for name in names:
        home.mkdir(exist_ok=True)
        draw_photo(os.path.join(os.fsencode(home), name), size=(32, 24))
    paths = [Path(os.fsdecode(os.path.join(os.fsencode(home), name))) for name in names]
    copies = export(tmp_path / "out", *paths, *paths)
    assert {copy.parent for copy in copies} == {tmp_path / "out"}
    assert len(set(copies)) == 12
    assert sorted(os.listdir(tmp_path)) == ["out", "photos"]


def test_a_photo_that_cannot_be_read_costs_itself_only(tmp_path: Path) -> None:
    good = camera_photo(tmp_path / "good.jpg")
    (tmp_path / "broken.jpg").write_bytes(good.read_bytes()[:900])
    os.mkfifo(tmp_path / "pipe.jpg")
    items = [ExportItem(os.fsencode(tmp_path / name)) for name in ("broken.jpg", "gone.jpg", "pipe.jpg", "good.jpg")]
    with Exporter(ExportPlan(os.fsencode(tmp_path / "out"), edge=64), workers=1) as exporter:
        done = list(exporter.run(items))
    assert [bool(each.problem) for each in done] == [True, True, True, False]
    with Exporter(ExportPlan(os.fsencode(tmp_path / "out2")), workers=1) as exporter:
        assert [bool(each.problem) for each in exporter.run(items[1:])] == [True, True, False]
    assert os.listdir(tmp_path / "out") == os.listdir(tmp_path / "out2") == ["good.jpg"]


def test_what_makes_no_sense_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    for wrong in ({"edge": 7}, {"quality": 0}, {"metadata": "some"}, {"names": "evil"}):
        with pytest.raises(UsageError):
            ExportPlan(os.fsencode(tmp_path), **wrong)  # type: ignore[arg-type]
    (tmp_path / "file").write_text("")
    plan = ExportPlan(os.fsencode(tmp_path / "file" / "out"))
    with Exporter(plan, workers=1) as exporter, pytest.raises(FolderUnreachable):
        list(exporter.run([ExportItem(b"/a.jpg")]))


def test_the_command_line_copies_named_photos_and_says_where(tmp_path: Path, capfdbinary: Any) -> None:
    photo, out = camera_photo(tmp_path / "rome.jpg"), tmp_path / "out"
    command = ["export", "--paths", str(photo), str(photo), "--to", str(out), "--strip-gps", "--size", "100"]
    assert cli.main(command) == 0
    said, beside = capfdbinary.readouterr()
    assert said.splitlines() == [os.fsencode(out / "rome.jpg"), os.fsencode(out / "rome (2).jpg")]
    assert b"2 of 2 photos" in beside
    assert GPS not in tags(out / "rome.jpg")
    assert cli.main(["export", "--to", str(out)]) == 2
    assert cli.main(["export", "--paths", "/gone.jpg", "--to", str(out)]) == 3


def test_bytes_at_random_are_taken_apart_or_refused(tmp_path: Path) -> None:
    """Either a JPEG without a place comes out, or NotUnderstood; never another error, never coordinates."""
    data = camera_photo(tmp_path / "rome.jpg").read_bytes()
    rng = random.Random(int.from_bytes(hashlib.sha256(b"export").digest()[:4], "big"))
    for _ in range(400):
        hurt = bytearray(data)
        for _ in range(rng.randint(1, 8)):
            hurt[rng.randrange(min(1200, len(hurt)))] = rng.randrange(256)
        for strip in (export_jpeg.without_place, export_jpeg.without_metadata):
            try:
                out = strip(bytes(hurt))
            except export_jpeg.NotUnderstood:
                continue
            assert out.startswith(b"\xff\xd8")
    whole = io.BytesIO(export_jpeg.without_place(data))
    assert Image.open(whole).getexif().get(GPS) is None


class _Peer:
    """Hears what an engine would send to a window."""

    gone = False

    def __init__(self) -> None:
        self.heard: list[Any] = []

    def send(self, event: Any) -> None:
        self.heard.append(event)


def collected(counter: ExportCounter, peer: _Peer, kind: type, *, patience_s: float = 60.0) -> Any:
    deadline = time.monotonic() + patience_s
    while not (found := [event for event in peer.heard if isinstance(event, kind)]):
        assert time.monotonic() < deadline, peer.heard
        wait(counter.connections(), 0.2)
        counter.collect()
    return found[-1]


def test_an_export_runs_beside_the_engine_tells_how_far_it_is_and_can_be_stopped(tmp_path: Path) -> None:
    photos = tuple(os.fsencode(camera_photo(tmp_path / f"{n}.jpg")) for n in range(3))
    peer, counter = _Peer(), ExportCounter(FakeLibrary(Locations.at(os.fsencode(tmp_path))))  # type: ignore[arg-type]
    request = m.ExportPhotos(7, os.fsencode(tmp_path / "out"), paths=(*photos, b"/gone.jpg"), edge=64)
    counter.take(peer, request)  # type: ignore[arg-type]
    reply = collected(counter, peer, m.Reply)
    told = json.loads(reply.value)
    assert (reply.request, told["written"], told["problems"][0][0]) == (7, 3, "gone.jpg")
    assert [event.done for event in peer.heard if isinstance(event, m.ExportProgress)] == [0, 1, 2, 3, 4]
    many = m.ExportPhotos(8, os.fsencode(tmp_path / "many"), paths=photos * 400)
    counter.take(peer, many)  # type: ignore[arg-type]
    counter.take(peer, m.StopExport(9, 8))  # type: ignore[arg-type]
    assert counter.ending  # nobody else is kept waiting for its end
    assert not [event for event in peer.heard if isinstance(event, m.Failed)]
    stopped = collected(counter, peer, m.Failed)
    assert (stopped.request, stopped.cancelled) == (8, True)
    counter.close()  # the first one, whose end was passed on, may still be on its way out
    assert not counter.connections()
    left = os.listdir(tmp_path / "many") if (tmp_path / "many").exists() else []
    assert len(left) < 1200
    assert not [name for name in left if name.startswith(".")]


def test_the_engine_s_loop_wakes_for_an_export_and_passes_its_end_on(tmp_path: Path) -> None:
    photo = os.fsencode(camera_photo(tmp_path / "beach.jpg"))
    loop, peer = EngineLoop(FakeLibrary(Locations.at(os.fsencode(tmp_path / "library")))), MemoryPeer()  # type: ignore[arg-type]
    try:
        loop.join(peer)
        peer.requests.append(m.ExportPhotos(3, os.fsencode(tmp_path / "out"), paths=(photo,), edge=64))
        deadline = time.monotonic() + 60
        while not any(isinstance(event, m.Reply) and event.request == 3 for event in peer.events):
            assert time.monotonic() < deadline, peer.events
            loop.turn(5.0)
    finally:
        loop.close()
    assert os.listdir(tmp_path / "out") == ["beach.jpg"]


def test_photos_of_real_cameras_lose_their_place_and_no_pixel() -> None:
    data = os.environ.get("AFTERIMAGE_DATA")
    if not data:
        pytest.skip("AFTERIMAGE_DATA names no folder with photos of cameras")
    photos = [path for path in Path(data, "camera").rglob("*") if path.suffix.lower() in (".jpg", ".jpeg")]
    placed = 0
    for path in photos:
        original = path.read_bytes()
        before = Image.open(io.BytesIO(original))
        placed += bool(_gps(before))
        for strip in (export_jpeg.without_place, export_jpeg.without_metadata):
            after = Image.open(io.BytesIO(strip(original)))
            assert not _gps(after), path
            if len(original) < 400_000:
                assert after.tobytes() == before.tobytes(), path
    assert placed >= 10


def _gps(image: Image.Image) -> dict[int, Any]:
    return image.getexif().get_ifd(GPS)
