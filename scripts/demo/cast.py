"""Who plays in the demo: the five comuni as they are, everybody and everything else invented.

Populations and grants: domain.md 7.1 (sources there). Shops and people bear names that nobody has;
fiscal codes are right in form only, VAT numbers and IBANs likewise. Telephone numbers are none.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from stdnum import luhn
from stdnum.it import codicefiscale


@dataclass(frozen=True, slots=True)
class ComuneFacts:
    """One comune: `grant` is its state food-voucher grant of 2020 in cents (OCDPC 658)."""

    slug: str
    name: str
    cadastral: str
    istat: str
    people: int
    grant: int
    shops: int

    @property
    def issuer(self) -> str:
        """Its code in the index of public bodies: by rule `c_` and the cadastral code."""
        return f"c_{self.cadastral.lower()}"


COMUNI: Final = (
    ComuneFacts("besana", "Besana in Brianza", "A818", "108008", 15_477, 82_343_89, 60),
    ComuneFacts("brugherio", "Brugherio", "B212", "108012", 34_999, 185_894_04, 120),
    ComuneFacts("giussano", "Giussano", "E063", "108024", 26_384, 138_190_57, 80),
    ComuneFacts("muggio", "Muggiò", "F797", "108034", 23_585, 124_777_61, 70),
    ComuneFacts("seveso", "Seveso", "I709", "108040", 23_797, 125_811_42, 70),
)
NO_TELEPHONE: Final = "000 000000 (dimostrazione)"

# Category, what the shop is called, and how many of a hundred shops are so.
SHOP_KINDS: Final = (
    ("grocery", "Alimentari", 20), ("bakery", "Panificio", 14), ("butcher", "Macelleria", 8),
    ("greengrocer", "Ortofrutta", 8), ("bar", "Bar", 12), ("restaurant", "Trattoria", 8),
    ("pharmacy", "Farmacia", 7), ("bookshop", "Libreria", 4), ("stationery", "Cartoleria", 4),
    ("florist", "Fiorista", 4), ("clothes", "Abbigliamento", 7), ("household", "Casalinghi", 4),
)  # fmt: skip
FANTASY: Final = (
    "Prova", "Esempio", "Modello", "Campione", "Saggio", "Finta Spiga", "Finto Ponte", "Luna Finta",
    "Sole Finto", "Vecchio Esempio", "Nuova Prova", "Quattro Esempi", "Due Campioni", "Bella Prova",
    "Gatto Inventato", "Fiume Inventato",
)  # fmt: skip
SURNAMES: Final = (
    "Esempi", "Provetti", "Inventati", "Fintoni", "Campioni", "Modelli", "Saggini", "Fantasia",
    "Simulati", "Immaginari", "Ipotetici", "Sperimenti", "Figuranti", "Prototipi", "Bozzetti",
)  # fmt: skip
NAMES: Final = (
    "Ada", "Bruno", "Carla", "Dario", "Elsa", "Fabio", "Gina", "Hassan", "Irina", "Luca", "Mirela",
    "Nadia", "Omar", "Petra", "Rosa", "Sandro", "Teresa", "Ugo", "Valentina", "Zoe",
)  # fmt: skip
STREETS: Final = ("Via della Prova", "Piazza dell'Esempio", "Via Inventata", "Viale del Modello")


@dataclass(frozen=True, slots=True)
class Shopkeeper:
    """An invented shop."""

    name: str
    category: str
    address: str
    vat_number: str
    iban: str


@dataclass(frozen=True, slots=True)
class Resident:
    """An invented person."""

    fiscal_code: str
    surname: str
    name: str


def shopkeepers(chance: random.Random, comune: ComuneFacts) -> Iterator[Shopkeeper]:
    """As many shops as the comune has, of every kind; the same for the same chance."""
    kinds = [(category, word) for category, word, share in SHOP_KINDS for _ in range(share)]
    for number in range(comune.shops):
        category, word = chance.choice(kinds)
        name = f"{word} {chance.choice(FANTASY)} {number + 1}"
        address = f"{chance.choice(STREETS)} {chance.randint(1, 90)}, {comune.name}"
        yield Shopkeeper(name, category, address, _vat_number(chance), _iban(chance))


def buying_group(chance: random.Random, comune: ComuneFacts) -> Shopkeeper:
    """The till of an invented buying group of families, a GAF."""
    address = f"{STREETS[0]} 1, {comune.name}"
    name = f"GAF Prova {comune.name}"
    return Shopkeeper(name, "grocery", address, _vat_number(chance), _iban(chance))


def _vat_number(chance: random.Random) -> str:
    """Right in form: province office 000 does not exist, so nobody has it."""
    body = f"{chance.randint(0, 9_999_999):07d}000"
    return body + str(luhn.calc_check_digit(body))


def _iban(chance: random.Random) -> str:
    """Right in form: ABI 00000 is no bank."""
    account = f"{chance.randint(0, 10**12 - 1):012d}"
    bban = f"X0000000000{account}"
    digits = "".join(str(int(letter, 36)) for letter in f"{bban}IT00")
    return f"IT{98 - int(digits) % 97:02d}{bban}"


def residents(chance: random.Random, first: int, count: int) -> Iterator[Resident]:
    """People that do not exist: the place of birth in their fiscal code is Z999, nowhere."""
    for number in range(first, first + count):
        letters = "".join(chr(ord("A") + number // 26**place % 26) for place in (2, 1, 0))
        year, month, day = (
            chance.randint(40, 99),
            chance.choice("ABCDEHLMPRST"),
            chance.randint(1, 28),
        )
        body = f"XXX{letters}{year:02d}{month}{day:02d}Z999"
        code = body + codicefiscale.calc_check_digit(body)
        yield Resident(code, chance.choice(SURNAMES), chance.choice(NAMES))
