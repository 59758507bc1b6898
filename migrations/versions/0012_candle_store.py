"""Kept candles

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import data.db.types

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('candle_gaps',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('provider', sa.String(length=24), nullable=False),
    sa.Column('symbol', sa.String(length=64), nullable=False),
    sa.Column('interval', sa.String(length=4), nullable=False),
    sa.Column('start_at', data.db.types.UtcInstant(), nullable=False),
    sa.Column('end_at', data.db.types.UtcInstant(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('tries', sa.Integer(), server_default='0', nullable=False),
    sa.Column('checked_at', data.db.types.UtcInstant(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_candle_gaps')),
    sa.UniqueConstraint('provider', 'symbol', 'interval', 'start_at', name=op.f('uq_candle_gaps_provider_symbol_interval_start_at'))
    )

    op.create_table('known_splits',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('symbol', sa.String(length=64), nullable=False),
    sa.Column('effective_at', data.db.types.UtcInstant(), nullable=False),
    sa.Column('ratio_new', data.db.types.ExactDecimal(), nullable=False),
    sa.Column('ratio_old', data.db.types.ExactDecimal(), nullable=False),
    sa.Column('provider', sa.String(length=24), nullable=False),
    sa.Column('seen_at', data.db.types.UtcInstant(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_known_splits')),
    sa.UniqueConstraint('symbol', 'effective_at', name=op.f('uq_known_splits_symbol_effective_at'))
    )
    with op.batch_alter_table('known_splits', schema=None) as batch_op:
        batch_op.create_index('ix_known_splits_symbol', ['symbol'], unique=False)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('known_splits', schema=None) as batch_op:
        batch_op.drop_index('ix_known_splits_symbol')

    op.drop_table('known_splits')
    op.drop_table('candle_gaps')
