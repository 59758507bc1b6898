"""Saved layouts, reports, schedules and shared links

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import data.db.types

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('report_definitions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('settings', sa.Text(), nullable=False),
    sa.Column('logo', sa.LargeBinary(), nullable=True),
    sa.Column('updated_at', data.db.types.UtcInstant(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_report_definitions_owner_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_definitions')),
    sa.UniqueConstraint('owner_id', 'name', name=op.f('uq_report_definitions_owner_id_name'))
    )
    op.create_table('report_schedules',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('every', sa.String(length=8), nullable=False),
    sa.Column('weekday', sa.SmallInteger(), nullable=False),
    sa.Column('month_day', sa.SmallInteger(), nullable=False),
    sa.Column('minute', sa.SmallInteger(), nullable=False),
    sa.Column('zone', sa.String(length=64), nullable=False),
    sa.Column('forms', sa.String(length=64), nullable=False),
    sa.Column('target', sa.String(length=64), server_default='', nullable=False),
    sa.Column('is_on', sa.Boolean(), nullable=False),
    sa.Column('next_at', data.db.types.UtcInstant(), nullable=False),
    sa.Column('last_at', data.db.types.UtcInstant(), nullable=True),
    sa.Column('last_error', sa.Text(), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_report_schedules_owner_id_users'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['report_id'], ['report_definitions.id'], name=op.f('fk_report_schedules_report_id_report_definitions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_schedules'))
    )
    with op.batch_alter_table('report_schedules', schema=None) as batch_op:
        batch_op.create_index('ix_report_schedules_owner_id', ['owner_id'], unique=False)
        batch_op.create_index('ix_report_schedules_next_at', ['next_at'], unique=False)

    op.create_table('report_files',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('schedule_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('form', sa.String(length=8), nullable=False),
    sa.Column('size_bytes', sa.BigInteger(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('location', sa.Text(), server_default='', nullable=False),
    sa.Column('created_at', data.db.types.UtcInstant(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_report_files_owner_id_users'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['schedule_id'], ['report_schedules.id'], name=op.f('fk_report_files_schedule_id_report_schedules'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_files'))
    )
    with op.batch_alter_table('report_files', schema=None) as batch_op:
        batch_op.create_index('ix_report_files_owner_id_id', ['owner_id', 'id'], unique=False)

    op.create_table('share_links',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('is_private', sa.Boolean(), nullable=False),
    sa.Column('created_at', data.db.types.UtcInstant(), nullable=False),
    sa.Column('expires_at', data.db.types.UtcInstant(), nullable=False),
    sa.Column('revoked_at', data.db.types.UtcInstant(), nullable=True),
    sa.Column('views', sa.Integer(), server_default='0', nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_share_links_owner_id_users'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['report_id'], ['report_definitions.id'], name=op.f('fk_share_links_report_id_report_definitions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_share_links')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_share_links_token_hash'))
    )
    with op.batch_alter_table('share_links', schema=None) as batch_op:
        batch_op.create_index('ix_share_links_owner_id', ['owner_id'], unique=False)

    op.create_table('overview_layouts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('cards', sa.Text(), nullable=False),
    sa.Column('is_current', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_overview_layouts_owner_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_overview_layouts')),
    sa.UniqueConstraint('owner_id', 'name', name=op.f('uq_overview_layouts_owner_id_name'))
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table('overview_layouts')
    with op.batch_alter_table('share_links', schema=None) as batch_op:
        batch_op.drop_index('ix_share_links_owner_id')

    op.drop_table('share_links')
    with op.batch_alter_table('report_files', schema=None) as batch_op:
        batch_op.drop_index('ix_report_files_owner_id_id')

    op.drop_table('report_files')
    with op.batch_alter_table('report_schedules', schema=None) as batch_op:
        batch_op.drop_index('ix_report_schedules_next_at')
        batch_op.drop_index('ix_report_schedules_owner_id')

    op.drop_table('report_schedules')
    op.drop_table('report_definitions')
