"""The independent verifier: recomputes a book from the auditor's bundle, with no code of ours.

Written from FORMAT.md and PROOF.md, in another structure than the ledger; standard library and
`cryptography` only, so that it can be read, copied and run alone (`single`). Not here: anything
that writes a book.
"""
