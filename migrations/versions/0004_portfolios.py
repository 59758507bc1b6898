"""Portfolios with a benchmark, targets and exchange rates

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import data.db.types

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table('portfolios', schema=None) as batch_op:
        batch_op.add_column(sa.Column('benchmark', sa.String(length=200), server_default='', nullable=False))
        batch_op.add_column(sa.Column('tax_regime', sa.String(length=8), server_default='us', nullable=False))
        batch_op.add_column(sa.Column('lot_method', sa.String(length=12), server_default='fifo', nullable=False))
        batch_op.add_column(sa.Column('rate_days', sa.Integer(), server_default='7', nullable=False))

    op.create_table('portfolio_targets',
    sa.Column('portfolio_id', sa.Integer(), nullable=False),
    sa.Column('dimension', sa.String(length=12), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('weight', data.db.types.ExactDecimal(), nullable=False),
    sa.ForeignKeyConstraint(['portfolio_id'], ['portfolios.id'], name=op.f('fk_portfolio_targets_portfolio_id_portfolios'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('portfolio_id', 'dimension', 'name', name=op.f('pk_portfolio_targets'))
    )
    op.create_table('fx_rates',
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('base', sa.String(length=12), nullable=False),
    sa.Column('quote', sa.String(length=12), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('rate', data.db.types.ExactDecimal(), nullable=False),
    sa.Column('source', sa.String(length=24), nullable=False),
    sa.Column('updated_at', data.db.types.UtcInstant(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_fx_rates_owner_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('owner_id', 'base', 'quote', 'day', name=op.f('pk_fx_rates'))
    )
    op.create_table('daily_closes',
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('symbol', sa.String(length=160), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('close', data.db.types.ExactDecimal(), nullable=False),
    sa.Column('source', sa.String(length=24), nullable=False),
    sa.Column('updated_at', data.db.types.UtcInstant(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_daily_closes_owner_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('owner_id', 'symbol', 'day', name=op.f('pk_daily_closes'))
    )
    op.create_table('instrument_sectors',
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('symbol', sa.String(length=160), nullable=False),
    sa.Column('sector', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_instrument_sectors_owner_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('owner_id', 'symbol', name=op.f('pk_instrument_sectors'))
    )
    op.create_table('lot_picks',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('close_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('open_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('quantity', data.db.types.ExactDecimal(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_lot_picks_account_id_accounts'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'close_id', 'open_id', name=op.f('pk_lot_picks'))
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table('lot_picks')
    op.drop_table('instrument_sectors')
    op.drop_table('daily_closes')
    op.drop_table('fx_rates')
    op.drop_table('portfolio_targets')
    with op.batch_alter_table('portfolios', schema=None) as batch_op:
        batch_op.drop_column('rate_days')
        batch_op.drop_column('lot_method')
        batch_op.drop_column('tax_regime')
        batch_op.drop_column('benchmark')
