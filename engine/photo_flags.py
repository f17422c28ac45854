"""What a person said of a photo at a glance: rating, pick and label as one small number."""

from __future__ import annotations

from dataclasses import dataclass

LABELS = ("", "red", "yellow", "green", "blue", "purple")
_RATING, _PICK, _REJECT, _LABEL = 0b111, 1 << 3, 1 << 4, 5


@dataclass(frozen=True, slots=True)
class PhotoFlags:
    """`rating` 0 to 5 (0: none), `pick` 1 picked, -1 rejected, 0 neither, `label` one of LABELS."""

    rating: int = 0
    pick: int = 0
    label: str = ""

    def packed(self) -> int:
        """0 where nothing was said. Raises ValueError for a rating or a label that there is not."""
        if not 0 <= self.rating <= 5:
            raise ValueError(self.rating)
        pick = _PICK if self.pick > 0 else _REJECT if self.pick < 0 else 0
        return self.rating | pick | LABELS.index(self.label) << _LABEL


def unpacked_flags(packed: int) -> PhotoFlags:
    """Nonsense reads as nothing said."""
    label = packed >> _LABEL
    return PhotoFlags(
        min(packed & _RATING, 5),
        1 if packed & _PICK else -1 if packed & _REJECT else 0,
        LABELS[label] if 0 <= label < len(LABELS) else "",
    )
