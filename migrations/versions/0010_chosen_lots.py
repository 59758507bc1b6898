"""Lots that a person chose for a sale: the history of choices

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import data.db.types

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('lot_choices',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('close_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('summary', sa.String(length=300), nullable=False),
    sa.Column('before', sa.Text(), nullable=False),
    sa.Column('after', sa.Text(), nullable=False),
    sa.Column('changed_at', data.db.types.UtcInstant(), nullable=False),
    sa.Column('undone_at', data.db.types.UtcInstant(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_lot_choices_account_id_accounts'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lot_choices'))
    )
    with op.batch_alter_table('lot_choices', schema=None) as batch_op:
        batch_op.create_index('ix_lot_choices_account_id_id', ['account_id', 'id'], unique=False)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('lot_choices', schema=None) as batch_op:
        batch_op.drop_index('ix_lot_choices_account_id_id')

    op.drop_table('lot_choices')
