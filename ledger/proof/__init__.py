"""What an outsider can check: pure, a stranger to the rest of the ledger."""
