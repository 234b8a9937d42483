"""A field of a form that cannot be read: every audience's forms may say so.

Not here: how fields are read, and the page that tells it (`troubles`).
"""


class Unclear(ValueError):
    """One field that cannot be read: its name, and what to do."""

    def __init__(self, field: str, advice: str) -> None:
        """Name the field."""
        super().__init__(field)
        self.field = field
        self.advice = advice
