"""How much may wait for the writer: read from `PORTAVALORI_…`, with the ledger's own defaults."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from ledger import Limits

DEFAULTS = Limits()


class WriterSettings(BaseSettings):
    """Bounds of the writer: requests that may wait, seconds that they may, seconds of a jump."""

    model_config = SettingsConfigDict(env_prefix="PORTAVALORI_", frozen=True, extra="ignore")

    queue: int = Field(default=DEFAULTS.queue, ge=1)
    request_age_seconds: float = Field(default=DEFAULTS.age_seconds, gt=0)
    clock_jump_seconds: float = Field(default=DEFAULTS.forward_jump_seconds, gt=0)

    def limits(self) -> Limits:
        """The same, as the ledger takes them."""
        return Limits(
            queue=self.queue,
            age_seconds=self.request_age_seconds,
            forward_jump_seconds=self.clock_jump_seconds,
        )
