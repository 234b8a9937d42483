"""Ideas of families for a vote, in their words: for the family, and for who puts them to one.

Not here: what becomes of them (`ledger.operations.propose_idea`).
"""

from ledger.store.registers.ideas import Idea, read_ideas

__all__ = ["Idea", "read_ideas"]
