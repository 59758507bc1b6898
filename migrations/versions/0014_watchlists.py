"""Several watchlists with notes

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import data.db.types

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

# The lists of before have no date; they are given the first instant there is.
MOVE_LISTS = """
    INSERT INTO watchlists (owner_id, name, description, position, is_in_bar, created_at, updated_at)
    SELECT DISTINCT owner_id, 'Watchlist', '', 0, {true}, 0, 0 FROM watchlist
"""
MOVE_SYMBOLS = """
    INSERT INTO watched_symbols (watchlist_id, symbol, position)
    SELECT watchlists.id, watchlist.symbol, watchlist.position
    FROM watchlist JOIN watchlists ON watchlists.owner_id = watchlist.owner_id
"""
MOVE_BACK = """
    INSERT INTO watchlist (owner_id, symbol, position)
    SELECT watchlists.owner_id, watched_symbols.symbol, MIN(watchlists.position * 1000 + watched_symbols.position)
    FROM watched_symbols JOIN watchlists ON watchlists.id = watched_symbols.watchlist_id
    GROUP BY watchlists.owner_id, watched_symbols.symbol
"""


def upgrade() -> None:
    """Apply."""
    op.create_table('watchlists',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=256), nullable=False),
    sa.Column('description', sa.Text(), server_default='', nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('is_in_bar', sa.Boolean(), nullable=False),
    sa.Column('created_at', data.db.types.UtcInstant(), nullable=False),
    sa.Column('updated_at', data.db.types.UtcInstant(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_watchlists_owner_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_watchlists')),
    sa.UniqueConstraint('owner_id', 'name', name=op.f('uq_watchlists_owner_id_name'))
    )
    op.create_table('watched_symbols',
    sa.Column('watchlist_id', sa.Integer(), nullable=False),
    sa.Column('symbol', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['watchlist_id'], ['watchlists.id'], name=op.f('fk_watched_symbols_watchlist_id_watchlists'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('watchlist_id', 'symbol', name=op.f('pk_watched_symbols'))
    )
    op.create_table('symbol_marks',
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('symbol', sa.String(length=64), nullable=False),
    sa.Column('colour', sa.String(length=12), server_default='', nullable=False),
    sa.Column('note', sa.Text(), server_default='', nullable=False),
    sa.Column('updated_at', data.db.types.UtcInstant(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_symbol_marks_owner_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('owner_id', 'symbol', name=op.f('pk_symbol_marks'))
    )
    op.create_table('market_tiles',
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('symbols', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_market_tiles_owner_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('owner_id', name=op.f('pk_market_tiles'))
    )
    op.create_table('saved_screens',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('query', sa.Text(), nullable=False),
    sa.Column('updated_at', data.db.types.UtcInstant(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_saved_screens_owner_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_screens')),
    sa.UniqueConstraint('owner_id', 'name', name=op.f('uq_saved_screens_owner_id_name'))
    )
    op.execute(MOVE_LISTS.format(true='1' if op.get_bind().dialect.name == 'sqlite' else 'TRUE'))
    op.execute(MOVE_SYMBOLS)
    op.drop_table('watchlist')


def downgrade() -> None:
    """Take back; the lists become one, colours, notes, tiles and screens are lost."""
    op.create_table('watchlist',
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('symbol', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_watchlist_owner_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('owner_id', 'symbol', name=op.f('pk_watchlist'))
    )
    op.execute(MOVE_BACK)
    op.drop_table('saved_screens')
    op.drop_table('market_tiles')
    op.drop_table('symbol_marks')
    op.drop_table('watched_symbols')
    op.drop_table('watchlists')
