"""Settings of the analysis: tolerance of breakeven, days of a year, risk-free rate

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import data.db.types

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('account_analysis',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('breakeven_money', data.db.types.ExactDecimal(), nullable=True),
    sa.Column('breakeven_r', data.db.types.ExactDecimal(), nullable=True),
    sa.Column('year_days', sa.String(length=8), nullable=True),
    sa.Column('risk_free', sa.Text(), nullable=True),
    sa.Column('trials', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_account_analysis_account_id_accounts'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_account_analysis'))
    )
    op.create_table('analysis_defaults',
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('breakeven_money', data.db.types.ExactDecimal(), nullable=True),
    sa.Column('breakeven_r', data.db.types.ExactDecimal(), nullable=True),
    sa.Column('year_days', sa.String(length=8), nullable=True),
    sa.Column('risk_free', sa.Text(), nullable=True),
    sa.Column('trials', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_analysis_defaults_owner_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('owner_id', name=op.f('pk_analysis_defaults'))
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table('analysis_defaults')
    op.drop_table('account_analysis')
