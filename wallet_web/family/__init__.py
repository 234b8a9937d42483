"""Pages for families: what is left, until when and where, and the code to show."""
