"""Quotes and profiles of providers, prices put aside

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import data.db.types

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('stock_quotes',
    sa.Column('symbol', sa.String(length=64), nullable=False),
    sa.Column('provider', sa.String(length=24), nullable=False),
    sa.Column('price', sa.Float(precision=53), nullable=False),
    sa.Column('currency', sa.String(length=24), nullable=False),
    sa.Column('previous_close', sa.Float(precision=53), nullable=True),
    sa.Column('open', sa.Float(precision=53), nullable=True),
    sa.Column('high', sa.Float(precision=53), nullable=True),
    sa.Column('low', sa.Float(precision=53), nullable=True),
    sa.Column('bid', sa.Float(precision=53), nullable=True),
    sa.Column('ask', sa.Float(precision=53), nullable=True),
    sa.Column('volume', sa.Float(precision=53), nullable=True),
    sa.Column('as_of', data.db.types.UtcInstant(), nullable=False),
    sa.Column('fetched_at', data.db.types.UtcInstant(), nullable=False),
    sa.PrimaryKeyConstraint('symbol', name=op.f('pk_stock_quotes'))
    )
    op.create_table('company_profiles',
    sa.Column('symbol', sa.String(length=64), nullable=False),
    sa.Column('provider', sa.String(length=24), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('exchange', sa.Text(), nullable=False),
    sa.Column('currency', sa.String(length=24), nullable=False),
    sa.Column('sector', sa.Text(), nullable=False),
    sa.Column('country', sa.Text(), nullable=False),
    sa.Column('asset_class', sa.String(length=24), nullable=False),
    sa.Column('market_cap', sa.Float(precision=53), nullable=True),
    sa.Column('logo', sa.Text(), nullable=False),
    sa.Column('website', sa.Text(), nullable=False),
    sa.Column('phone', sa.Text(), nullable=False),
    sa.Column('listed_on', sa.String(length=24), nullable=False),
    sa.Column('fetched_at', data.db.types.UtcInstant(), nullable=False),
    sa.PrimaryKeyConstraint('symbol', 'provider', name=op.f('pk_company_profiles'))
    )
    op.create_table('quote_refusals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('provider', sa.String(length=24), nullable=False),
    sa.Column('symbol', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('last_good', sa.Float(precision=53), nullable=True),
    sa.Column('refused_at', data.db.types.UtcInstant(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quote_refusals'))
    )
    with op.batch_alter_table('quote_refusals', schema=None) as batch_op:
        batch_op.create_index('ix_quote_refusals_refused_at', ['refused_at'], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_table('quote_refusals')
    op.drop_table('company_profiles')
    op.drop_table('stock_quotes')
