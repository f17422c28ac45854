"""The word pieces of OpenAI's CLIP as a tokenizer file, from the list of merges that open_clip carries."""

from __future__ import annotations

from tokenizers import Regex, Tokenizer, models, pre_tokenizers, processors

WORD = r"'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+"
END_OF_WORD = "</w>"
START, END = "<start_of_text>", "<end_of_text>"
MERGES = 48_894  # the file holds more than the models know


def clip_description(merges: str) -> str:
    """The text of a tokenizer.json; `merges` has a heading and then a pair in each line. Wants lower-case sentences."""
    pairs = [(line.split()[0], line.split()[1]) for line in merges.split("\n")[1 : MERGES + 1]]
    letters = _letters_of_bytes()
    pieces = [*letters, *(letter + END_OF_WORD for letter in letters), *(a + b for a, b in pairs), START, END]
    numbers = {piece: number for number, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.BPE(vocab=numbers, merges=pairs, end_of_word_suffix=END_OF_WORD))
    words = pre_tokenizers.Split(Regex(WORD), behavior="removed", invert=True)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [words, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    marks = [(START, numbers[START]), (END, numbers[END])]
    tokenizer.post_processor = processors.TemplateProcessing(single=f"{START} $A {END}", special_tokens=marks)
    return str(tokenizer.to_str())


def _letters_of_bytes() -> list[str]:
    """A visible letter for each byte, those that are visible themselves first."""
    visible = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    hidden = 256 - len(visible)
    return [*map(chr, visible), *(chr(0x100 + number) for number in range(hidden))]
