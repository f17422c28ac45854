"""Makes the first inputs of the corpus: `python -m tests.corpus.make`. What chance found later is kept beside them."""

from __future__ import annotations

from pathlib import Path

from engine import frames
from engine.messages import Search
from tests.torture.hostile_photos import hostile_photos
from tests.torture.words import BODIES

HERE = Path(__file__).parent
PACKET = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" {0}>{1}</rdf:Description></rdf:RDF></x:xmpmeta>'
)
QUERIES = {
    "empty": "",
    "brackets": "((((((((",
    "closed": "))) OR ((",
    "quotes": '"""\'"',
    "only operators": "AND OR NOT NOT OR AND",
    "filter of nothing": "tag: rating:> date:..",
    "rating of words": "rating:>many stars:-9",
    "dates": "date:0000..9999-99-99",
    "deep": "NOT (" * 400,
    "long": "dog " * 5000,
    "sql": "'; DROP TABLE photos; --",
    "fts": "NEAR(a b, 3) col:x* ^y",
    "controls": "dog\0\r\n\x1b[31m\u202e\u2066",
    "half letters": "caf\u0065\u0301 \u0300",
    "like": "100%_\\",
}
SIDECARS = {
    "plain": PACKET.format('xmp:Rating="3"', "<dc:subject><rdf:Bag><rdf:li>dog</rdf:li></rdf:Bag></dc:subject>"),
    "rating of words": PACKET.format('xmp:Rating="five"', ""),
    "huge rating": PACKET.format(f'xmp:Rating="{"9" * 5000}"', ""),
    "rating in parts": PACKET.format('xmp:Rating="3.7e400"', ""),
    "bag in a bag": PACKET.format("", "<dc:subject>" * 50 + "</dc:subject>" * 50),
    "no description": "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>",
    "not closed": PACKET.format("", "<dc:subject>")[:-90],
    "entities": "<!DOCTYPE a [<!ENTITY b 'bbbbbbbbbb'><!ENTITY c '&b;&b;&b;&b;'>]>" + PACKET.format("", "&c;"),
    "outside": "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>"
    + PACKET.format("", "<dc:subject>&b;</dc:subject>"),
    "no xml": "\0\1\2",
    "empty": "",
    "deep": "<a>" * 9000,
}


def main() -> None:
    for folder, made in (("queries", QUERIES), ("sidecars", SIDECARS)):
        for name, text in made.items():
            keep(folder, name, text.encode("utf-8", "surrogatepass"))
    for name, data, _ in hostile_photos(0):
        if name.startswith(("tags", "XMP", "words", "many tags", "turned")) and len(data) < 30_000:
            keep("exif", name, data)
    for number, body in enumerate(BODIES):
        keep("frames", f"body {number}", len(body).to_bytes(4, "little") + body)
    keep("frames", "search", frames.encode(Search(1, "a dog", like=(b"/a",))))
    keep("frames", "nothing", b"")
    keep("frames", "too long", b"\xff\xff\xff\xff{}")


def keep(folder: str, name: str, data: bytes) -> None:
    (HERE / folder).mkdir(exist_ok=True)
    (HERE / folder / name.replace(" ", "_")).write_bytes(data)


if __name__ == "__main__":
    main()
