"""Transfers in kind: what moved between accounts, its history, and the revisions it made

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import data.db.types

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('transfers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('from_account_id', sa.Integer(), nullable=True),
    sa.Column('to_account_id', sa.Integer(), nullable=True),
    sa.Column('instrument_id', sa.Integer(), nullable=False),
    sa.Column('quantity', data.db.types.ExactDecimal(), nullable=False),
    sa.Column('moved_at', data.db.types.UtcInstant(), nullable=False),
    sa.Column('cost', data.db.types.ExactDecimal(), nullable=True),
    sa.Column('acquired_at', data.db.types.UtcInstant(), nullable=True),
    sa.Column('event_id', sa.Integer(), server_default='0', nullable=False),
    sa.Column('note', sa.Text(), server_default='', nullable=False),
    sa.Column('created_at', data.db.types.UtcInstant(), nullable=False),
    sa.ForeignKeyConstraint(['from_account_id'], ['accounts.id'], name=op.f('fk_transfers_from_account_id_accounts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['instrument_id'], ['instruments.id'], name=op.f('fk_transfers_instrument_id_instruments')),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_transfers_owner_id_users'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['to_account_id'], ['accounts.id'], name=op.f('fk_transfers_to_account_id_accounts'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_transfers'))
    )
    with op.batch_alter_table('transfers', schema=None) as batch_op:
        batch_op.create_index('ix_transfers_from_account_id', ['from_account_id'], unique=False)
        batch_op.create_index('ix_transfers_owner_id', ['owner_id'], unique=False)
        batch_op.create_index('ix_transfers_to_account_id', ['to_account_id'], unique=False)
    op.create_table('transfer_changes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('transfer_id', sa.Integer(), nullable=False),
    sa.Column('summary', sa.String(length=300), nullable=False),
    sa.Column('before', sa.Text(), nullable=False),
    sa.Column('after', sa.Text(), nullable=False),
    sa.Column('changed_at', data.db.types.UtcInstant(), nullable=False),
    sa.Column('undone_at', data.db.types.UtcInstant(), nullable=True),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_transfer_changes_owner_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_transfer_changes'))
    )
    with op.batch_alter_table('transfer_changes', schema=None) as batch_op:
        batch_op.create_index('ix_transfer_changes_owner_id_id', ['owner_id', 'id'], unique=False)
    op.create_table('transfer_revisions',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), autoincrement=False, nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_transfer_revisions_account_id_accounts'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'revision', name=op.f('pk_transfer_revisions'))
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table('transfer_revisions')
    with op.batch_alter_table('transfer_changes', schema=None) as batch_op:
        batch_op.drop_index('ix_transfer_changes_owner_id_id')

    op.drop_table('transfer_changes')
    with op.batch_alter_table('transfers', schema=None) as batch_op:
        batch_op.drop_index('ix_transfers_to_account_id')
        batch_op.drop_index('ix_transfers_owner_id')
        batch_op.drop_index('ix_transfers_from_account_id')

    op.drop_table('transfers')
