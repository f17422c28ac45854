from __future__ import annotations

import json
import os
import random
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import sidecar
from engine.errors import SidecarChanged, SidecarUnreadable, SidecarUnwritable
from engine.sidecar import Change, Written
from engine.sidecar_xmp import Packet

HEAD = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
)
TAIL = '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
SPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
    'xmlns:lr="http://ns.adobe.com/lightroom/1.0/" xmlns:digiKam="http://www.digikam.org/ns/1.0/" '
    'xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/" xmlns:darktable="http://darktable.sf.net/"'
)


def packet(inside: str, attributes: str = "") -> bytes:
    return f'{HEAD}<rdf:Description rdf:about="" {SPACES} {attributes}>{inside}</rdf:Description>{TAIL}'.encode()


def bag(name: str, *items: str, kind: str = "Bag") -> str:
    entries = "".join(f"<rdf:li>{item}</rdf:li>" for item in items)
    return f"<{name}><rdf:{kind}>{entries}</rdf:{kind}></{name}>"


LIGHTROOM = packet(
    bag("dc:subject", "Norway", "Lofoten", "places", "snow")
    + bag("lr:hierarchicalSubject", "places|Norway|Lofoten", "places|Norway")
    + '<dc:description><rdf:Alt><rdf:li xml:lang="x-default">A hut &amp; the sea</rdf:li></rdf:Alt></dc:description>'
    + "<crs:ToneCurve><rdf:Seq><rdf:li>0, 0</rdf:li><rdf:li>255, 255</rdf:li></rdf:Seq></crs:ToneCurve>",
    'xmp:Rating="4" xmp:Label="Red" crs:Exposure2012="+0.35" crs:HasSettings="True"',
)
DIGIKAM = packet(
    bag("digiKam:TagsList", "people/Ada", "snow", kind="Seq")
    + bag("dc:subject", "Ada", "snow")
    + "<xmp:Rating>2</xmp:Rating>"
)
DARKTABLE = packet(
    bag("dc:subject", "darktable|style", "people|Ada") + bag("lr:hierarchicalSubject", "people|Ada", "snow"),
    'xmp:Rating="-1" darktable:xmp_version="5" darktable:history_end="3"',
)
IMMICH = packet(bag("digiKam:TagsList", "family") + "<dc:description>at home</dc:description>", 'xmp:Rating="5"')


@pytest.fixture
def photo(tmp_path: Path) -> bytes:
    path = tmp_path / "IMG \N{SNOWMAN}.CR2"
    path.write_bytes(b"raw")
    return os.fsencode(path)


def beside(photo: bytes, data: bytes, *, place: int = 0) -> Path:
    path = Path(os.fsdecode(sidecar.names(photo)[place]))
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (LIGHTROOM, Written(frozenset({("places", "Norway", "Lofoten"), ("snow",)}), 4, "Red", "A hut & the sea")),
        (DIGIKAM, Written(frozenset({("people", "Ada"), ("snow",)}), 2)),
        (DARKTABLE, Written(frozenset({("people", "Ada"), ("snow",), ("darktable|style",), ("people|Ada",)}), -1)),
        (IMMICH, Written(frozenset({("family",)}), 5, None, "at home")),
        (packet(""), Written()),
        (packet("<dc:subject>alone</dc:subject>", 'xmp:Rating="many"'), Written(frozenset({("alone",)}))),
    ],
    ids=["Lightroom", "digiKam", "darktable", "Immich", "empty", "odd"],
)
def test_what_other_programs_wrote_is_read(photo: bytes, data: bytes, expected: Written) -> None:
    beside(photo, data)
    found = sidecar.read(photo)
    assert found is not None
    assert found.written == expected


def test_a_packet_in_utf_16_is_read_and_written(photo: bytes) -> None:
    beside(photo, LIGHTROOM.decode().encode("utf-16"))
    found = sidecar.read(photo)
    assert found is not None
    assert found.written.rating == 4
    again = sidecar.write(photo, Change(rating=1), since=found)
    assert again is not None
    assert again.written.rating == 1
    assert sidecar.read(photo) == again


@pytest.mark.parametrize("data", [LIGHTROOM, DIGIKAM, DARKTABLE, IMMICH], ids=["Lr", "digiKam", "darktable", "Immich"])
def test_a_change_is_merged_and_the_rest_stays(photo: bytes, data: bytes) -> None:
    beside(photo, data)
    before = sidecar.read(photo)
    assert before is not None
    new, gone = frozenset({("birds", "gulls"), ("sea",)}), frozenset({("snow",)})
    change = Change(add=new, remove=gone, rating=3, label="Blue")
    after = sidecar.write(photo, change, since=before)
    assert after is not None
    assert after.written.tags == (before.written.tags | new) - gone
    assert (after.written.rating, after.written.label) == (3, "Blue")
    assert after.written.description == before.written.description
    assert sidecar.read(photo) == after
    kept = Path(os.fsdecode(after.path)).read_text(encoding="utf-8")
    for theirs in ("crs:Exposure2012", "255, 255", "darktable:history_end"):
        assert (theirs in kept) == (theirs in data.decode())


def test_changing_and_changing_back_says_the_same_again(photo: bytes) -> None:
    beside(photo, LIGHTROOM)
    before = sidecar.read(photo)
    new = frozenset({("a", "b"), ("c",)})
    there = sidecar.write(photo, Change(add=new, rating=1, description="other"), since=before)
    assert before is not None
    back = Change(remove=new, rating=4, description=before.written.description)
    again = sidecar.write(photo, back, since=there)
    assert again is not None
    assert again.written == before.written


def test_nothing_is_written_where_nothing_changes(photo: bytes) -> None:
    path = beside(photo, DIGIKAM)
    before = path.stat().st_mtime_ns
    found = sidecar.read(photo)
    same = Change(add=frozenset({("snow",)}), rating=2, remove=frozenset({("never",)}), label="", description="")
    assert sidecar.write(photo, same, since=found) == found
    assert path.stat().st_mtime_ns == before
    assert sidecar.write(photo, Change(), since=found) == found


def test_a_photo_without_a_sidecar_gets_one_of_its_whole_name(photo: bytes) -> None:
    assert sidecar.read(photo) is None
    assert sidecar.write(photo, Change(), since=None) is None
    assert sidecar.read(photo) is None
    made = sidecar.write(photo, Change(add=frozenset({("x",)}), rating=5), since=None)
    assert made is not None
    assert made.path == photo + b".xmp"
    assert sidecar.read(photo) == made
    assert Path(os.fsdecode(photo)).read_bytes() == b"raw"


@pytest.mark.skipif(os.name == "nt", reason="there are no such permissions")
def test_a_new_sidecar_is_for_those_who_may_see_the_photo(photo: bytes) -> None:
    os.chmod(photo, 0o754)
    before = os.umask(0o077)
    try:
        made = sidecar.write(photo, Change(rating=1), since=None)
    finally:
        os.umask(before)
    assert made is not None
    assert stat.S_IMODE(os.stat(made.path).st_mode) == 0o644


def test_the_sidecar_that_is_there_is_written_and_never_a_second(photo: bytes) -> None:
    path = beside(photo, DIGIKAM, place=1)
    path.chmod(0o640)
    made = sidecar.write(photo, Change(rating=1), since=sidecar.read(photo))
    assert made is not None
    assert made.path == os.fsencode(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert sorted(os.listdir(path.parent)) == sorted([path.name, os.path.basename(os.fsdecode(photo))])


def test_what_another_program_wrote_meanwhile_is_not_written_over(photo: bytes, tmp_path: Path) -> None:
    path = beside(photo, DIGIKAM)
    found = sidecar.read(photo)
    path.write_bytes(IMMICH)
    with pytest.raises(SidecarChanged):
        sidecar.write(photo, Change(rating=1), since=found)
    with pytest.raises(SidecarChanged):
        sidecar.write(photo, Change(rating=1), since=None)
    path.unlink()
    with pytest.raises(SidecarChanged):
        sidecar.write(photo, Change(rating=1), since=found)


def test_the_one_before_is_kept(photo: bytes, tmp_path: Path) -> None:
    beside(photo, DIGIKAM)
    backups = os.fsencode(tmp_path / "backups")
    sidecar.write(photo, Change(rating=1), since=sidecar.read(photo), backups=backups)
    (kept,) = (tmp_path / "backups").iterdir()
    assert kept.read_bytes() == DIGIKAM
    sidecar.write(photo, Change(rating=2), since=sidecar.read(photo), backups=backups)
    assert len(list((tmp_path / "backups").iterdir())) == 1


BOMB = b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>" + b"".join(
    b"<!ENTITY %c '%s'>" % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(8)
) + b"]><x>&i;</x>"  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no xml",
        b"<a/>",
        HEAD.encode(),
        BOMB,
        b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + packet("<dc:subject>&f;</dc:subject>"),
        b"<a>" * 100_000,
        b" " * (17 * 2**20),
    ],
    ids=["empty", "text", "other", "cut", "bomb", "entity", "deep", "large"],
)
def test_what_is_no_xmp_is_refused_and_left_alone(photo: bytes, data: bytes) -> None:
    path = beside(photo, data)
    with pytest.raises(SidecarUnreadable) as told:
        sidecar.read(photo)
    assert told.value.path == os.fsencode(path)
    assert path.read_bytes() == data


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no such files here")
def test_what_is_no_file_is_never_waited_for(photo: bytes) -> None:
    os.mkfifo(sidecar.names(photo)[0])
    with pytest.raises(SidecarUnreadable):
        sidecar.read(photo)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nobody refuses root a folder")
def test_a_folder_that_takes_nothing_says_so(photo: bytes, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(SidecarUnwritable):
            sidecar.write(photo, Change(rating=1), since=None)
    finally:
        tmp_path.chmod(0o700)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([LIGHTROOM, DIGIKAM, DARKTABLE, IMMICH]), st.randoms(use_true_random=False))
def test_a_torn_packet_is_understood_or_refused(data: bytes, chance: random.Random) -> None:
    torn = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(torn))
        torn[at : at + chance.randint(0, 4)] = chance.randbytes(chance.randint(0, 4))
    try:
        found = Packet.parse(bytes(torn))
    except ValueError:
        return
    found.apply(Change(add=frozenset({("x", "y")}), rating=3, description="d"))
    again = Packet.parse(found.to_bytes()).written()
    assert ("x", "y") in again.tags
    assert (again.rating, again.description) == (3, "d")


words = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Cn")), min_size=1, max_size=12).map(
    lambda text: " ".join(text.split())
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(words, words), max_size=4), words)
def test_any_words_come_back(pairs: list[tuple[str, str]], description: str) -> None:
    tags = frozenset((a, b) for a, b in pairs if a and b and not set(a + b) & set("|/\ufffe\uffff"))
    made = Packet.empty()
    try:
        made.apply(Change(add=tags, description=description))
    except ValueError:
        return  # characters that XML has no way to say
    again = Packet.parse(made.to_bytes()).written()
    assert again.description == (description or None)
    assert again.tags == made.written().tags


KILLED = """
import os, sys
from engine import sidecar
from engine.sidecar import Change
photo = os.fsencode(sys.argv[1])
while True:
    for number in range(6):
        sidecar.write(photo, Change(rating=number), since=sidecar.read(photo))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_a_kill_at_any_moment_leaves_the_old_one_or_the_new_one(photo: bytes) -> None:
    path = beside(photo, LIGHTROOM)
    chance = random.Random(7)
    for _ in range(12):
        writer = subprocess.Popen([sys.executable, "-c", KILLED, os.fsdecode(photo)])
        before = path.stat().st_mtime_ns
        deadline = time.monotonic() + 60
        while path.stat().st_mtime_ns == before and time.monotonic() < deadline:
            time.sleep(0.001)
        time.sleep(chance.random() * 0.02)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        found = sidecar.read(photo)
        assert found is not None
        assert found.written.rating in range(6)
        assert found.written.label == "Red"


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed")
@pytest.mark.parametrize("data", [None, LIGHTROOM, DIGIKAM], ids=["new", "Lightroom", "digiKam"])
def test_exiftool_reads_what_we_write_and_we_what_it_writes(photo: bytes, data: bytes | None) -> None:
    if data is not None:
        beside(photo, data)
    change = Change(add=frozenset({("people", "Ada L\u00f8velace"), ("sea",)}), rating=3, label="Blue", description="d")
    made = sidecar.write(photo, change, since=sidecar.read(photo))
    assert made is not None
    command = ["exiftool", "-json", "-struct", "-G1"]
    (told,) = json.loads(subprocess.run([*command, os.fsdecode(made.path)], capture_output=True, check=True).stdout)
    assert {"Ada L\u00f8velace", "sea"} <= set(told["XMP-dc:Subject"])
    assert "people|Ada L\u00f8velace" in told["XMP-lr:HierarchicalSubject"]
    assert "people/Ada L\u00f8velace" in told["XMP-digiKam:TagsList"]
    assert (told["XMP-xmp:Rating"], told["XMP-xmp:Label"], told["XMP-dc:Description"]) == (3, "Blue", "d")
    theirs = ["exiftool", "-q", "-overwrite_original", "-XMP:Rating=1", "-XMP-dc:Subject+=gull"]
    subprocess.run([*theirs, os.fsdecode(made.path)], check=True)
    again = sidecar.read(photo)
    assert again is not None
    assert again.written.rating == 1
    assert again.written.tags == made.written.tags | {("gull",)}


def test_sidecars_of_real_libraries_are_read() -> None:
    root = os.environ.get("AFTERIMAGE_DATA")
    if not root or not os.path.isdir(os.path.join(root, "camera")):
        pytest.skip("AFTERIMAGE_DATA names no folder with camera/")
    found = list(Path(root, "camera").rglob("*.xmp"))
    assert found
    for path in found:
        Packet.parse(path.read_bytes()).written()


RDF_OF = (
    "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
    "<rdf:Description xmlns:l='http://ns.adobe.com/lightroom/1.0/'><l:hierarchicalSubject><rdf:Bag>%s</rdf:Bag>"
    "</l:hierarchicalSubject></rdf:Description></rdf:RDF></x:xmpmeta>"
)


def test_a_sidecar_made_to_keep_its_reader_busy_is_refused_or_read_at_once(tmp_path: Path) -> None:
    photo, there = os.fsencode(tmp_path / "a.jpg"), tmp_path / "a.xmp"
    began = time.process_time()
    there.write_text(RDF_OF % ("<rdf:li/>" * 1_000_000))
    with pytest.raises(SidecarUnreadable, match="more parts"):
        sidecar.read(photo)
    there.write_text(RDF_OF % ("<rdf:li>" + "a|" * 1_000_000 + "</rdf:li>"))
    with pytest.raises(SidecarUnreadable, match="levels"):
        sidecar.read(photo)
    there.write_text(RDF_OF % "".join(f"<rdf:li>a|b|{n}</rdf:li>" for n in range(40_000)))
    found = sidecar.read(photo)
    assert found is not None
    assert len(found.written.tags) == 40_000
    assert time.process_time() - began < 60, "a comparison of each with each would take a quarter of an hour"
