"""The starter's own word pieces, learned from training captions alone, and the list of words that it has met."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

PAD, START, END, UNKNOWN = "<pad>", "<start>", "<end>", "<unknown>"
END_ID = 2
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def learn_tokenizer(captions: Iterable[str], *, size: int = 5000) -> str:
    """Byte-pair merges over lower-case words without punctuation. Returns the text of a tokenizer.json."""
    tokenizer = Tokenizer(models.BPE(unk_token=UNKNOWN, end_of_word_suffix="</w>", fuse_unk=True))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Lowercase(), normalizers.Replace(Regex(r"[^\w\s]|_"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        min_frequency=2,
        special_tokens=[PAD, START, END, UNKNOWN],
        end_of_word_suffix="</w>",
        show_progress=False,
    )
    tokenizer.train_from_iterator(captions, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{START} $A {END}", special_tokens=[(START, 1), (END, END_ID)]
    )
    return str(tokenizer.to_str())


def met_words(captions: Iterable[str]) -> list[str]:
    """Every word of the captions, in lower case, once, in order."""
    return sorted({word for caption in captions for word in _WORD.findall(caption.lower().replace("’", "'"))})
