"""SQL, and the writer: private to the ledger. One direction: book -> writer -> batch."""
