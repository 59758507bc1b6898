"""Drawings, layouts and indicator sets of charts

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import data.db.types

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('chart_drawings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('symbol', sa.String(length=32), nullable=False),
    sa.Column('items', sa.Text(), nullable=False),
    sa.Column('updated_at', data.db.types.UtcInstant(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_chart_drawings_owner_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_chart_drawings')),
    sa.UniqueConstraint('owner_id', 'symbol', name=op.f('uq_chart_drawings_owner_id_symbol'))
    )
    op.create_table('chart_layouts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('settings', sa.Text(), nullable=False),
    sa.Column('updated_at', data.db.types.UtcInstant(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_chart_layouts_owner_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_chart_layouts')),
    sa.UniqueConstraint('owner_id', 'kind', 'name', name=op.f('uq_chart_layouts_owner_id_kind_name'))
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table('chart_layouts')
    op.drop_table('chart_drawings')
