"""What has come of the leaves so far: accounts, units, holds, and compact tables of the rest.

Memory grows with accounts, holds and claims, and by some 50 bytes for each decision and transfer:
ids stand as 16 raw bytes in one array, what refunds may name in columns. Not here: what changes
it (`effects`, `moving`).
"""

from array import array
from dataclasses import dataclass, field

from scripts.verifier.rules import DEBIT_SIDED, MAX

ID_SIZE = 16
REFUSED, ACCEPTED, REVERSIBLE_ENTRY = 0, 1, 2


@dataclass(slots=True, eq=False)
class Unit:
    """One unit: what it moved, and both sides of its identity, added up apart."""

    name: str
    posted: int = 0
    held: int = 0
    own: int = 0  # Money there, and claims on shops.
    owed: int = 0  # All the other kinds.
    backing: int = 0  # The credits issued, or the euro that cover them.
    touched_at: int = -1
    sealed_at: int = -1


@dataclass(slots=True, eq=False)
class Account:
    """One account; its counters in minor units. `net` grows on its own side."""

    id: str
    number: int
    unit: Unit
    kind: str
    floor: int
    ceiling: int | None
    owner: str | None
    debits: int = 0
    credits: int = 0
    debits_held: int = 0
    credits_held: int = 0
    version: int = 0
    closed: bool = False
    debit_sided: bool = False

    def __post_init__(self) -> None:
        """Its side follows from its kind."""
        self.debit_sided = self.kind in DEBIT_SIDED

    def balance(self) -> int:
        """Posted, on its own side."""
        net = self.debits - self.credits
        return net if self.debit_sided else -net

    def lowest(self) -> int:
        """The balance if all that is held against it goes."""
        return self.balance() - (self.credits_held if self.debit_sided else self.debits_held)

    def highest(self) -> int:
        """The balance if all that is held for it comes."""
        return self.balance() + (self.debits_held if self.debit_sided else self.credits_held)

    def may_grow(self) -> int:
        """How much more may come before the ceiling."""
        return MAX if self.ceiling is None else max(0, self.ceiling - self.highest())

    def may_fall(self) -> int:
        """How much may go before the floor."""
        return max(0, self.lowest() - self.floor)


@dataclass(slots=True, eq=False)
class Held:
    """A hold, for ever; `state`: held, posted, voided, expired."""

    debit: Account
    credit: Account
    amount: int
    until: int
    state: str = "held"


class Decided:
    """The id of every decision, where it stands, and its transfers: 16 + 8 + 9 bytes for each.

    An open hash table by hand, since a set of objects would take five times as much.
    """

    def __init__(self) -> None:
        """Nothing is decided."""
        self._ids = bytearray()
        self._slots = array("I", bytes(4 * 1024))  # Place + 1, or 0 for an empty slot.
        self._first_seq = array("Q")
        self._marks = bytearray()

    def __len__(self) -> int:
        return len(self._marks)

    def find(self, raw: bytes) -> int | None:
        """The leaf that decided this id, or None."""
        place = self._slots[self._slot(raw)]
        return place - 1 if place else None

    def add(self, raw: bytes, mark: int, first_seq: int) -> None:
        """Note the next decision."""
        if 2 * len(self) >= len(self._slots):
            self._grow()
        self._slots[self._slot(raw)] = len(self) + 1
        self._ids += raw
        self._marks.append(mark)
        self._first_seq.append(first_seq)

    def entry(self, place: int, next_seq: int) -> tuple[int, range]:
        """How a decision ended, and the numbers of its transfers."""
        after = place + 1
        end = self._first_seq[after] if after < len(self) else next_seq
        return self._marks[place], range(self._first_seq[place], end)

    def _slot(self, raw: bytes) -> int:
        slots, mask = self._slots, len(self._slots) - 1
        at = hash(raw) & mask
        while place := slots[at]:
            start = (place - 1) * ID_SIZE
            if self._ids[start : start + ID_SIZE] == raw:
                break
            at = (at + 1) & mask
        return at

    def _grow(self) -> None:
        self._slots = array("I", bytes(8 * len(self._slots)))
        for place in range(len(self)):
            raw = bytes(self._ids[place * ID_SIZE : (place + 1) * ID_SIZE])
            self._slots[self._slot(raw)] = place + 1


class Given:
    """Each transfer's ends and amount, in columns, and how much of it was given back."""

    def __init__(self) -> None:
        """Nothing is booked."""
        self._debits, self._credits = array("I"), array("I")
        self._amounts = array("Q")  # 0: it only held or freed.
        self._back: dict[int, int] = {}

    def add(self, debit: int, credit: int, amount: int) -> None:
        """Note the next transfer, by the numbers of its accounts."""
        self._debits.append(debit)
        self._credits.append(credit)
        self._amounts.append(amount)

    def __len__(self) -> int:
        return len(self._amounts)

    def ends(self, seq: int) -> tuple[int, int] | None:
        """The accounts that transfer `seq` debited and credited; None if it posted nothing."""
        if not (0 < seq <= len(self) and self._amounts[seq - 1]):
            return None
        return self._debits[seq - 1], self._credits[seq - 1]

    def left(self, seq: int) -> int:
        """What of it was not given back."""
        return self._amounts[seq - 1] - self._back.get(seq, 0)

    def give_back(self, seq: int, amount: int) -> None:
        """Count what was given back, or (negative) was not after all."""
        self._back[seq] = self._back.get(seq, 0) + amount


@dataclass(slots=True)
class Book:
    """One book, as far as the leaves have been read."""

    name: str
    period: int = 1
    recorded_at: int = 0
    accounts: dict[str, Account] = field(default_factory=dict)
    numbered: list[Account] = field(default_factory=list)
    units: dict[str, Unit] = field(default_factory=dict)
    holds: dict[str, Held] = field(default_factory=dict)
    claims: set[bytes] = field(default_factory=set)
    commitments: dict[bytes, bool] = field(default_factory=dict)  # True: erased.
    decided: Decided = field(default_factory=Decided)
    given: Given = field(default_factory=Given)
