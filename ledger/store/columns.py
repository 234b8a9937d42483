"""Column types of the portable subset. Source: design 3.4."""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Dialect, LargeBinary, SmallInteger, Text, TypeDecorator, Uuid
from sqlalchemy.types import TypeEngine

Count = BigInteger
Small = SmallInteger
Words = Text
Bytes = LargeBinary
SIZE = 16


class Id(TypeDecorator[UUID]):
    """16 bytes: `uuid` on PostgreSQL, a BLOB on SQLite."""

    impl = Uuid
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the engine's own type."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(LargeBinary(16))
        return dialect.type_descriptor(Uuid(as_uuid=True))

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> UUID | bytes | None:
        """Write an id."""
        if value is None or dialect.name != "sqlite":
            return value
        return value.bytes

    def process_result_value(self, value: Any, _dialect: Dialect) -> UUID | None:  # noqa: ANN401
        """Read an id; what somebody wrote in its place stays as it is, for the checker to find."""
        return UUID(bytes=value) if isinstance(value, bytes) and len(value) == SIZE else value
