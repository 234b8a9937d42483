"""Starts things: the command, the set-up, the gate. Thin: what decides stands in the ledger."""
