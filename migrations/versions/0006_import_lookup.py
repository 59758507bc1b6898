"""What is looked up by import

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table('imports', schema=None) as batch_op:
        batch_op.add_column(sa.Column('first_execution', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('last_execution', sa.BigInteger(), nullable=True))

    ranges = op.get_bind().execute(sa.text(
        'SELECT import_id, min(id) AS first, max(id) AS last FROM executions WHERE import_id IS NOT NULL GROUP BY import_id'
    )).all()
    remember = sa.text('UPDATE imports SET first_execution = :first, last_execution = :last WHERE id = :key')
    for row in ranges:
        op.get_bind().execute(remember, {'key': row.import_id, 'first': row.first, 'last': row.last})


def downgrade() -> None:
    """Take back."""
    # Not as a batch: SQLite would drop and rebuild a table that executions refer to.
    op.drop_column('imports', 'last_execution')
    op.drop_column('imports', 'first_execution')
