"""The code that people type: 12 characters, one of them a check. Not here: guesses, look-ups."""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_BITS = 55
MAX_TYPED = 40
_LENGTH, _GROUP, _BITS = 12, 4, 5
_FIELD = 0b100101  # x⁵ + x² + 1, primitive: 2 has order 31.
_TYPED = {ord(character.lower()): character for character in ALPHABET} | str.maketrans(
    "oOiIlL", "001111", " -"
)


class Mistyped(ValueError):
    """No code at all: a typing error, so no guess, and not counted. It holds nothing of it."""


def make(bits: int) -> str:
    """Write 55 random bits as `XXXX-XXXX-XXXX`, the last character being the check.

    Errors: ValueError if `bits` are more. Source: TOKENS.md 5.
    """
    if not 0 <= bits < 1 << RANDOM_BITS:
        raise ValueError("a short code holds 55 bits")
    places = range(RANDOM_BITS - _BITS, -1, -_BITS)
    values = [bits >> place & 31 for place in places]
    return _grouped([*values, _double(_weigh(values))])


def parse(typed: str) -> str:
    """Read what somebody typed; give the one form `XXXX-XXXX-XXXX` by which it is looked up.

    Lower case, spaces and hyphens anywhere, O for 0, I and L for 1 are forgiven.
    Errors: Mistyped for anything else, a wrong check character included. Source: TOKENS.md 5.
    """
    values = _values(typed)
    check_length(values)
    check_sum(values)
    return _grouped(values)


def check_length(values: list[int]) -> None:
    """Want twelve characters of the alphabet."""
    if len(values) != _LENGTH:
        raise Mistyped("not twelve characters")


def check_sum(values: list[int]) -> None:
    """Want a weighted sum of 0: no character is wrong, no two changed places."""
    if _weigh(values) != 0:
        raise Mistyped("the check character does not fit")


def _values(typed: str) -> list[int]:
    if len(typed) > MAX_TYPED:
        return []
    plain = typed.translate(_TYPED)
    return [ALPHABET.index(one) for one in plain] if set(plain) <= set(ALPHABET) else []


def _weigh(values: list[int]) -> int:
    total = 0
    for value in values:
        total = _double(total) ^ value
    return total


def _double(value: int) -> int:
    return value << 1 ^ _FIELD if value & 16 else value << 1


def _grouped(values: list[int]) -> str:
    code = "".join(ALPHABET[value] for value in values)
    return "-".join(code[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP))
