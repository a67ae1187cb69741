"""Vietnamese text: the forms in which it is compared, the tokens in which it is found, the order it sorts in.

Pure functions. They never raise on any text.
"""

from fonds.metadata.vietnamese.collation import natural_key, sort_key
from fonds.metadata.vietnamese.forms import exact_form, fold, nfc
from fonds.metadata.vietnamese.syllables import is_syllable
from fonds.metadata.vietnamese.tokens import Token, extra_tokens, tokens

__all__ = [
    "Token",
    "exact_form",
    "extra_tokens",
    "fold",
    "is_syllable",
    "natural_key",
    "nfc",
    "sort_key",
    "tokens",
]
