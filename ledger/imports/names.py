"""Names as a person would compare them: to show who looks alike, never to say who is the same."""

import unicodedata


def name_key(*parts: str) -> str:
    """A name's letters without accents, capitals or order: `Nicolò D’Amico` = `amico d nicolo`.

    Surname and name are often swapped, so the words are sorted. Empty where nothing is left.
    """
    plain = unicodedata.normalize("NFKD", " ".join(parts)).casefold()
    letters = "".join(one for one in plain if not unicodedata.combining(one))
    words = "".join(one if one.isalpha() else " " for one in letters).split()
    return " ".join(sorted(words))
