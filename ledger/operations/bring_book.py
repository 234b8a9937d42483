"""Bring a book in from its bundle and registers: decided again, leaf by leaf, to the same root.

Into a ledger that has no book of that name. Names, codes, officers and keys are in neither: they
move with a backup, or are made anew.
"""

from collections.abc import Callable

from ledger.imports.bundles import Bundle, Registers
from ledger.store.book import Ledger
from ledger.store.reader import BookHead
from ledger.store.rebuilding import NotTheSame, rebuild_book


class NotThisBook(Exception):
    """Leaves that these rules do not decide to the same bytes, or a root that is not theirs."""


def bring_book(
    ledger: Ledger,
    bundle: Bundle,
    registers: Registers,
    *,
    tell: Callable[[int], None] = lambda _done: None,
) -> BookHead:
    """Make the book; gives its head, which is the bundle's.

    Errors: `FileExistsError` for a book that is there; `NotThisBook`; `NotABundle`.
    """
    if registers.book != bundle.name or registers.size < bundle.size:
        told = f"the registers are of {registers.book} and its first {registers.size} decisions"
        raise NotThisBook(told)
    rows = registers.lines(bundle.size)
    try:
        head = rebuild_book(ledger, bundle.name, bundle.leaves(), rows, tell=tell)
    except NotTheSame as error:
        raise NotThisBook(str(error)) from error
    if (head.size, head.root) != (bundle.size, bundle.root):
        message = f"it tells of {bundle.size} leaves, and its {head.size} have another root"
        raise NotThisBook(message)
    return head
