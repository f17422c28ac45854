"""Words of strangers where Qt guesses whether they are markup, which could show pictures of the disk: tips, dialogs."""

from __future__ import annotations

import html


def spelled_out(text: str) -> str:
    """The same words, shown as they are and never obeyed."""
    if "<" not in text and "&" not in text:
        return text
    return f"<span style='white-space: pre-wrap'>{html.escape(text)}</span>"
