"""The letters of TCVN3 (TCVN 5712:1993, VN3) and of VNI for Windows, seen as Windows-1252."""

from __future__ import annotations

TCVN3 = dict(
    zip(
        "¡¢£¤¥¦§¨©ª«¬\u00ad®µ¶·\u00b8¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ\u03bc",
        "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵà",
        strict=True,
    )
)
"""One character for each letter. Capitals with tones have no codes: they are small letters in another font
(.VnTimeH), and the font is not in the text. The last entry is the micro sign as compatibility
normalization leaves it."""

_TONES = ("ù", "ø", "û", "õ", "ï")
_TONED = {
    "a": "áàảãạ", "e": "éèẻẽẹ", "o": "óòỏõọ", "u": "úùủũụ", "y": "ýỳỷỹ", "ô": "ớờởỡợ", "ö": "ứừửữự",
}  # fmt: skip
_CIRCUMFLEX = ("â", "á", "à", "å", "ã", "ä")
_BREVE = ("ê", "é", "è", "ú", "ü", "ë")


def _vni_pairs() -> dict[str, str]:
    pairs: dict[str, str] = {}
    for base, letters in _TONED.items():
        pairs |= {base + mark: letter for mark, letter in zip(_TONES, letters, strict=False)}
    for base, letters in {"a": "âấầẩẫậ", "e": "êếềểễệ", "o": "ôốồổỗộ"}.items():
        pairs |= {base + mark: letter for mark, letter in zip(_CIRCUMFLEX, letters, strict=True)}
    return pairs | {"a" + mark: letter for mark, letter in zip(_BREVE, "ăắằẳẵặ", strict=True)}


VNI_PAIRS = _vni_pairs()
"""A letter and the mark typed after it, small letters only; a capital takes marks of either case."""

VNI_SINGLES = {"ô": "ơ", "ö": "ư", "ñ": "đ", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
"""Letters that VNI writes with one character."""
