"""Words of strangers where Qt reads more into them: tips and dialogs guess whether they are markup, which
could show pictures of the disk; menus and buttons make keys of what follows an ampersand."""

from __future__ import annotations

import html


def spelled_out(text: str) -> str:
    """The same words, shown as they are and never obeyed."""
    if "<" not in text and "&" not in text:
        return text
    return f"<span style='white-space: pre-wrap'>{html.escape(text)}</span>"


def on_button(text: str) -> str:
    """The same words on a button, in a menu or before a box, with every ampersand in them."""
    return text.replace("&", "&&")
