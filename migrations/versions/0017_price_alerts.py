"""Price alerts

Revision ID: 0017
Revises: 0016
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from alembic import op

import data.db.types

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None

DRAWINGS = sa.table(
    'chart_drawings',
    sa.column('id', sa.Integer),
    sa.column('owner_id', sa.Integer),
    sa.column('symbol', sa.String),
    sa.column('items', sa.Text),
    sa.column('updated_at', data.db.types.UtcInstant),
)
ALERTS = sa.table(
    'price_alerts',
    sa.column('owner_id', sa.Integer),
    sa.column('symbol', sa.String),
    sa.column('kind', sa.String),
    sa.column('level', data.db.types.ExactDecimal),
    sa.column('note', sa.Text),
    sa.column('state', sa.String),
    sa.column('created_at', data.db.types.UtcInstant),
)


def upgrade() -> None:
    """Apply."""
    op.create_table('price_alerts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('symbol', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('level', data.db.types.ExactDecimal(), nullable=False),
    sa.Column('note', sa.Text(), server_default='', nullable=False),
    sa.Column('repeats', sa.Boolean(), server_default='0', nullable=False),
    sa.Column('expires_at', data.db.types.UtcInstant(), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('created_at', data.db.types.UtcInstant(), nullable=False),
    sa.Column('seen_price', sa.Float(precision=53), nullable=True),
    sa.Column('seen_at', data.db.types.UtcInstant(), nullable=True),
    sa.Column('seen_close', sa.Float(precision=53), nullable=True),
    sa.Column('seen_simulated', sa.Boolean(), server_default='0', nullable=False),
    sa.Column('fired_at', data.db.types.UtcInstant(), nullable=True),
    sa.Column('fired_price', sa.Float(precision=53), nullable=True),
    sa.Column('fired_count', sa.Integer(), server_default='0', nullable=False),
    sa.Column('version', sa.Integer(), server_default='0', nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_price_alerts_owner_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_price_alerts'))
    )
    op.create_index('ix_price_alerts_owner_id_symbol', 'price_alerts', ['owner_id', 'symbol'])
    op.create_index('ix_price_alerts_state', 'price_alerts', ['state'])
    op.create_table('alert_events',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('alert_id', sa.Integer(), nullable=True),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('symbol', sa.String(length=64), nullable=False),
    sa.Column('condition', sa.String(length=12), nullable=False),
    sa.Column('level', data.db.types.ExactDecimal(), nullable=False),
    sa.Column('note', sa.Text(), server_default='', nullable=False),
    sa.Column('price', sa.Float(precision=53), nullable=False),
    sa.Column('price_at', data.db.types.UtcInstant(), nullable=False),
    sa.Column('before', sa.Float(precision=53), nullable=False),
    sa.Column('before_at', data.db.types.UtcInstant(), nullable=False),
    sa.Column('simulated', sa.Boolean(), nullable=False),
    sa.Column('told_at', data.db.types.UtcInstant(), nullable=False),
    sa.Column('read_at', data.db.types.UtcInstant(), nullable=True),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_alert_events_owner_id_users'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['alert_id'], ['price_alerts.id'], name=op.f('fk_alert_events_alert_id_price_alerts'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_events')),
    sa.UniqueConstraint('alert_id', 'ordinal', name=op.f('uq_alert_events_alert_id_ordinal'))
    )
    op.create_index('ix_alert_events_owner_id_id', 'alert_events', ['owner_id', 'id'])
    _arm_drawings()


def _arm_drawings() -> None:
    """Make alerts of what was drawn as one; a line of before spoke in either direction."""
    session = op.get_bind()
    for row in session.execute(sa.select(DRAWINGS)).all():
        items = json.loads(row.items)
        drawn = [item for item in items if item['kind'] == 'alert']
        if not drawn:
            continue
        rows = [_alert(row, item) for item in drawn if item['a']['p'] > 0]
        if rows:
            session.execute(sa.insert(ALERTS), rows)
        left = json.dumps([item for item in items if item['kind'] != 'alert'], separators=(',', ':'))
        session.execute(sa.update(DRAWINGS).where(DRAWINGS.c.id == row.id).values(items=left))


def _alert(row: Any, item: dict[str, Any]) -> dict[str, Any]:
    return {
        'owner_id': row.owner_id, 'symbol': row.symbol, 'kind': 'crosses',
        'level': Decimal(f"{item['a']['p']:.10g}"), 'note': item.get('text', '')[:200],
        'state': 'armed', 'created_at': row.updated_at,
    }


def downgrade() -> None:
    """Take back; alerts and what was told are lost."""
    op.drop_table('alert_events')
    op.drop_table('price_alerts')
