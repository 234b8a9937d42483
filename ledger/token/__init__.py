"""The signed text inside a QR code: pure, no SQL, HTTP, files, clock or chance.

`TOKENS.md` is the format. `issue.py` writes a text, `verify.py` reads it, `short_code.py` is the
code that people type. *Not* here: the register, PINs, amounts, signing keys at rest.
"""
