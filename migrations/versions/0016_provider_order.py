"""History that keeps itself, and what providers say of splits and dividends

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import data.db.types

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('kept_history',
    sa.Column('symbol', sa.String(length=64), nullable=False),
    sa.Column('interval', sa.String(length=4), nullable=False),
    sa.Column('provider', sa.String(length=24), server_default='', nullable=False),
    sa.Column('next_at', data.db.types.UtcInstant(), nullable=False),
    sa.Column('fetched_to', data.db.types.UtcInstant(), nullable=True),
    sa.Column('last_at', data.db.types.UtcInstant(), nullable=True),
    sa.Column('added', sa.Integer(), server_default='0', nullable=False),
    sa.Column('gaps', sa.Integer(), server_default='0', nullable=False),
    sa.Column('failures', sa.Integer(), server_default='0', nullable=False),
    sa.Column('error', sa.Text(), server_default='', nullable=False),
    sa.PrimaryKeyConstraint('symbol', 'interval', name=op.f('pk_kept_history'))
    )
    op.create_table('provider_actions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('symbol', sa.String(length=64), nullable=False),
    sa.Column('provider', sa.String(length=24), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('effective_at', data.db.types.UtcInstant(), nullable=False),
    sa.Column('ratio_new', data.db.types.ExactDecimal(), nullable=True),
    sa.Column('ratio_old', data.db.types.ExactDecimal(), nullable=True),
    sa.Column('amount', data.db.types.ExactDecimal(), nullable=True),
    sa.Column('seen_at', data.db.types.UtcInstant(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_provider_actions')),
    sa.UniqueConstraint('symbol', 'provider', 'kind', 'effective_at', name=op.f('uq_provider_actions_symbol_provider_kind_effective_at'))
    )


def downgrade() -> None:
    """Take back; the candles that were kept stay."""
    op.drop_table('provider_actions')
    op.drop_table('kept_history')
