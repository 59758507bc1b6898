"""What people add to their files, and jobs

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import data.db.types

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('contract_sizes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('symbol', sa.String(length=160), nullable=False),
    sa.Column('asset_class', sa.String(length=16), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('multiplier', data.db.types.ExactDecimal(), nullable=False),
    sa.Column('tick_size', data.db.types.ExactDecimal(), nullable=True),
    sa.Column('lot_size', data.db.types.ExactDecimal(), nullable=True),
    sa.Column('created_at', data.db.types.UtcInstant(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_contract_sizes_owner_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contract_sizes'))
    )
    with op.batch_alter_table('contract_sizes', schema=None) as batch_op:
        batch_op.create_index('ix_contract_sizes_owner_id', ['owner_id'], unique=False)

    op.create_table('jobs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('title', sa.String(length=255), nullable=False),
    sa.Column('request', sa.Text(), nullable=False),
    sa.Column('progress', sa.Text(), server_default='{}', nullable=False),
    sa.Column('result', sa.Text(), server_default='{}', nullable=False),
    sa.Column('error', sa.Text(), server_default='', nullable=False),
    sa.Column('hint', sa.Text(), server_default='', nullable=False),
    sa.Column('is_cancelled', sa.Boolean(), server_default='0', nullable=False),
    sa.Column('attempt', sa.Integer(), server_default='0', nullable=False),
    sa.Column('worker', sa.String(length=32), server_default='', nullable=False),
    sa.Column('created_at', data.db.types.UtcInstant(), nullable=False),
    sa.Column('started_at', data.db.types.UtcInstant(), nullable=True),
    sa.Column('heartbeat_at', data.db.types.UtcInstant(), nullable=True),
    sa.Column('finished_at', data.db.types.UtcInstant(), nullable=True),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_jobs_owner_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_jobs'))
    )
    with op.batch_alter_table('jobs', schema=None) as batch_op:
        batch_op.create_index('ix_jobs_owner_id_id', ['owner_id', 'id'], unique=False)

    op.create_table('balance_assertions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('identity', sa.Text(), nullable=False),
    sa.Column('occurred_at', data.db.types.UtcInstant(), nullable=False),
    sa.Column('amount', data.db.types.ExactDecimal(), nullable=False),
    sa.Column('currency', sa.String(length=24), nullable=False),
    sa.Column('position', sa.BigInteger(), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_balance_assertions_account_id_accounts'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_balance_assertions')),
    sa.UniqueConstraint('account_id', 'identity', name=op.f('uq_balance_assertions_account_id_identity'))
    )
    with op.batch_alter_table('balance_assertions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_balance_assertions_import_id'), ['import_id'], unique=False)

    op.create_table('corporate_actions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('symbol', sa.String(length=160), nullable=False),
    sa.Column('effective_at', data.db.types.UtcInstant(), nullable=False),
    sa.Column('ratio_new', data.db.types.ExactDecimal(), nullable=True),
    sa.Column('ratio_old', data.db.types.ExactDecimal(), nullable=True),
    sa.Column('new_symbol', sa.String(length=160), server_default='', nullable=False),
    sa.Column('cash', data.db.types.ExactDecimal(), nullable=True),
    sa.Column('cost_share', data.db.types.ExactDecimal(), nullable=True),
    sa.Column('note', sa.Text(), server_default='', nullable=False),
    sa.Column('created_at', data.db.types.UtcInstant(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_corporate_actions_account_id_accounts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_corporate_actions_owner_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_corporate_actions'))
    )
    with op.batch_alter_table('corporate_actions', schema=None) as batch_op:
        batch_op.create_index('ix_corporate_actions_owner_id', ['owner_id'], unique=False)

    op.create_table('dismissed_findings',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('dismissed_at', data.db.types.UtcInstant(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_dismissed_findings_account_id_accounts'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'kind', 'subject', name=op.f('pk_dismissed_findings'))
    )
    op.create_table('execution_edits',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('execution_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('instrument_id', sa.Integer(), nullable=False),
    sa.Column('side', sa.SmallInteger(), nullable=False),
    sa.Column('quantity', data.db.types.ExactDecimal(), nullable=False),
    sa.Column('price', data.db.types.ExactDecimal(), nullable=False),
    sa.Column('fees', data.db.types.ExactDecimal(), nullable=False),
    sa.Column('fee_currency', sa.String(length=24), nullable=False),
    sa.Column('cost', data.db.types.ExactDecimal(), nullable=True),
    sa.Column('executed_at', sa.BigInteger(), nullable=False),
    sa.Column('edited_at', data.db.types.UtcInstant(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_execution_edits_account_id_accounts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['instrument_id'], ['instruments.id'], name=op.f('fk_execution_edits_instrument_id_instruments')),
    sa.PrimaryKeyConstraint('account_id', 'execution_id', name=op.f('pk_execution_edits'))
    )
    op.create_table('execution_lanes',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('execution_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('lane', sa.SmallInteger(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_execution_lanes_account_id_accounts'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'execution_id', name=op.f('pk_execution_lanes'))
    )
    op.create_table('fee_completions',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('execution_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('fee_currency', sa.String(length=24), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_fee_completions_account_id_accounts'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'execution_id', name=op.f('pk_fee_completions'))
    )
    with op.batch_alter_table('fee_completions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fee_completions_import_id'), ['import_id'], unique=False)

    op.create_table('superseded_fills',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('identity', sa.Text(), nullable=False),
    sa.Column('import_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_superseded_fills_account_id_accounts'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'identity', 'import_id', name=op.f('pk_superseded_fills'))
    )
    with op.batch_alter_table('superseded_fills', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_superseded_fills_import_id'), ['import_id'], unique=False)

    op.create_table('fee_plans',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('plan', sa.Text(), nullable=False),
    sa.Column('updated_at', data.db.types.UtcInstant(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_fee_plans_account_id_accounts'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_fee_plans'))
    )
    op.create_table('ledger_changes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('summary', sa.String(length=300), nullable=False),
    sa.Column('detail', sa.Text(), nullable=False),
    sa.Column('changed_at', data.db.types.UtcInstant(), nullable=False),
    sa.Column('undone_at', data.db.types.UtcInstant(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_ledger_changes_account_id_accounts'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_changes'))
    )
    with op.batch_alter_table('ledger_changes', schema=None) as batch_op:
        batch_op.create_index('ix_ledger_changes_account_id_id', ['account_id', 'id'], unique=False)

    op.create_table('trade_joins',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('trade_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_trade_joins_account_id_accounts'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'trade_id', name=op.f('pk_trade_joins'))
    )
    with op.batch_alter_table('instruments', schema=None) as batch_op:
        batch_op.add_column(sa.Column('cusip', sa.String(length=9), server_default='', nullable=False))
        batch_op.add_column(sa.Column('sedol', sa.String(length=7), server_default='', nullable=False))

    with op.batch_alter_table('imports', schema=None) as batch_op:
        batch_op.add_column(sa.Column('fixes', sa.Text(), server_default='{}', nullable=False))
        batch_op.add_column(sa.Column('known_rows', sa.Text(), server_default='[]', nullable=False))
        batch_op.add_column(sa.Column('notes', sa.Text(), server_default='[]', nullable=False))

    with op.batch_alter_table('deleted_executions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('import_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_deleted_executions_import_id'), ['import_id'], unique=False)



def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('deleted_executions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_deleted_executions_import_id'))
        batch_op.drop_column('import_id')

    # Not as a batch: SQLite would drop and rebuild a table that executions refer to.
    op.drop_column('instruments', 'sedol')
    op.drop_column('instruments', 'cusip')

    with op.batch_alter_table('imports', schema=None) as batch_op:
        batch_op.drop_column('notes')
        batch_op.drop_column('known_rows')
        batch_op.drop_column('fixes')

    op.drop_table('trade_joins')
    with op.batch_alter_table('ledger_changes', schema=None) as batch_op:
        batch_op.drop_index('ix_ledger_changes_account_id_id')

    op.drop_table('ledger_changes')
    op.drop_table('fee_plans')
    with op.batch_alter_table('superseded_fills', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_superseded_fills_import_id'))

    op.drop_table('superseded_fills')
    with op.batch_alter_table('fee_completions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_fee_completions_import_id'))

    op.drop_table('fee_completions')
    op.drop_table('execution_lanes')
    op.drop_table('execution_edits')
    op.drop_table('dismissed_findings')
    with op.batch_alter_table('corporate_actions', schema=None) as batch_op:
        batch_op.drop_index('ix_corporate_actions_owner_id')

    op.drop_table('corporate_actions')
    with op.batch_alter_table('balance_assertions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_balance_assertions_import_id'))

    op.drop_table('balance_assertions')
    with op.batch_alter_table('jobs', schema=None) as batch_op:
        batch_op.drop_index('ix_jobs_owner_id_id')

    op.drop_table('jobs')
    with op.batch_alter_table('contract_sizes', schema=None) as batch_op:
        batch_op.drop_index('ix_contract_sizes_owner_id')

    op.drop_table('contract_sizes')
