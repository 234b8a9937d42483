"""A witness of other comuni's logs: its memory, its little server, and how a log asks one.

It needs no ledger of its own: any comune runs it on any machine. Source: PROOF.md 3.
"""
