"""On which lists a family stands, without reading every list.

The version before needs nothing of it, so both can run side by side.
"""

from alembic import op

revision = "b014"
down_revision = "b013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema forward."""
    op.create_index(op.f("ix_import_row_family_id"), "import_row", ["family_id"])


def downgrade() -> None:
    """Change it back."""
    op.drop_index(op.f("ix_import_row_family_id"), table_name="import_row")
