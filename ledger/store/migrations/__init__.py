"""Schema changes, by hand or checked by hand: a folder per store, each with its own history.

Each migration says what the version of the program that is running must tolerate meanwhile.
"""
