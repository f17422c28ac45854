"""A folder to measure models on: drawn photos with captions, other photos, grades, and tiny models."""

from __future__ import annotations

from pathlib import Path

from tests.engine.model_folders import write_tiny
from tests.photos import draw_photo

PHOTOS = 6
SENTENCES = ("a red dog runs over the snow", "two children play", "a man climbs a rock", "water and snow")


def draw(folder: Path) -> Path:
    """Returns the folder."""
    lines = []
    (folder / "photos").mkdir()
    (folder / "others").mkdir()
    for number in range(PHOTOS):
        draw_photo(folder / "photos" / f"{number}.jpg", size=(90, 80), seed=number)
        lines += [f"{number}.jpg\t{SENTENCES[(number + i) % 4]} {'dog ' * number}" for i in range(2)]
    for number in range(4):
        draw_photo(folder / "others" / f"{number}.jpg", size=(80, 90), seed=100 + number)
    (folder / "others" / "copy.jpg").write_bytes((folder / "photos" / "0.jpg").read_bytes())
    (folder / "others" / "broken.jpg").write_bytes(b"no photo at all")
    (folder / "captions.tsv").write_text("\n".join(lines))
    (folder / "german.tsv").write_text("1.jpg\tein Hund\n4.jpg\tein Kind im Wasser\n")
    (folder / "split.txt").write_text("\n".join(f"{number}.jpg" for number in range(5)))
    (folder / "grades.tsv").write_text(
        "\n".join(
            ["image\tcaption_id\tone\ttwo\tthree"]
            + [f"{n % 6}.jpg\t{n * 5 % 6}.jpg#{n % 2}\t{n % 4 + 1}\t{n % 3 + 1}\t{n % 2 + 1}" for n in range(12)]
        )
    )
    write_tiny(folder / "tiny", trained=True)
    write_tiny(folder / "untrained")
    write_tiny(folder / "plain", headless=True)
    return folder
