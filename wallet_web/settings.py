"""What whoever runs the pages may choose. Not here: the database; the command opens the ledger."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read from `PORTAVALORI_…`; the defaults are for a trial on this machine's own address."""

    model_config = SettingsConfigDict(env_prefix="PORTAVALORI_", frozen=True, extra="ignore")

    https: bool = False  # Served by HTTPS: cookies are bound to the host, and the browser is told.
    demo: bool = False  # Says on every page that people and money are invented.
    demo_file: Path | None = None  # How each part of the demo can be tried, for the start page.
    accessibility_statement: str = "/accessibilita"  # Each comune's own, renewed by 23 September.
    privacy_notice: str = "/privacy"
    legal_notes: str = "/note-legali"
