"""The journal: templates, groups, setups with rules, attachments, missed trades, search

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import data.db.types

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('tag_groups',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('colour', sa.String(length=16), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_tag_groups_owner_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tag_groups')),
    sa.UniqueConstraint('owner_id', 'name', name=op.f('uq_tag_groups_owner_id_name'))
    )
    op.create_table('setup_rules',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('setup_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['setup_id'], ['setups.id'], name=op.f('fk_setup_rules_setup_id_setups'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_setup_rules'))
    )
    with op.batch_alter_table('setup_rules', schema=None) as batch_op:
        batch_op.create_index('ix_setup_rules_setup_id', ['setup_id'], unique=False)

    op.create_table('trade_rules',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('trade_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('rule_id', sa.Integer(), nullable=False),
    sa.Column('is_followed', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_trade_rules_account_id_accounts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['rule_id'], ['setup_rules.id'], name=op.f('fk_trade_rules_rule_id_setup_rules'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'trade_id', 'rule_id', name=op.f('pk_trade_rules'))
    )
    with op.batch_alter_table('trade_rules', schema=None) as batch_op:
        batch_op.create_index('ix_trade_rules_rule_id', ['rule_id'], unique=False)

    op.create_table('note_templates',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_note_templates_owner_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_note_templates')),
    sa.UniqueConstraint('owner_id', 'kind', 'name', name=op.f('uq_note_templates_owner_id_kind_name'))
    )
    op.create_table('attachments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('trade_id', sa.BigInteger(), nullable=True),
    sa.Column('day', sa.Date(), nullable=True),
    sa.Column('key', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('size_bytes', sa.Integer(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('created_at', data.db.types.UtcInstant(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_attachments_account_id_accounts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_attachments_owner_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachments'))
    )
    with op.batch_alter_table('attachments', schema=None) as batch_op:
        batch_op.create_index('ix_attachments_account_id_trade_id', ['account_id', 'trade_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_attachments_key'), ['key'], unique=False)
        batch_op.create_index('ix_attachments_owner_id', ['owner_id'], unique=False)

    op.create_table('missed_trades',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('symbol', sa.String(length=160), nullable=False),
    sa.Column('side', sa.SmallInteger(), nullable=False),
    sa.Column('seen_at', data.db.types.UtcInstant(), nullable=False),
    sa.Column('until', data.db.types.UtcInstant(), nullable=True),
    sa.Column('planned_entry', data.db.types.ExactDecimal(), nullable=True),
    sa.Column('planned_stop', data.db.types.ExactDecimal(), nullable=True),
    sa.Column('planned_target', data.db.types.ExactDecimal(), nullable=True),
    sa.Column('setup_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.Text(), server_default='', nullable=False),
    sa.Column('updated_at', data.db.types.UtcInstant(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_missed_trades_owner_id_users'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['setup_id'], ['setups.id'], name=op.f('fk_missed_trades_setup_id_setups'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_missed_trades'))
    )
    with op.batch_alter_table('missed_trades', schema=None) as batch_op:
        batch_op.create_index('ix_missed_trades_owner_id_seen_at', ['owner_id', 'seen_at'], unique=False)

    op.create_table('journal_documents',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('ref', sa.String(length=48), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('updated_at', data.db.types.UtcInstant(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_journal_documents_account_id_accounts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_journal_documents_owner_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_journal_documents')),
    sa.UniqueConstraint('owner_id', 'kind', 'ref', name=op.f('uq_journal_documents_owner_id_kind_ref'))
    )
    with op.batch_alter_table('journal_documents', schema=None) as batch_op:
        batch_op.create_index('ix_journal_documents_account_id', ['account_id'], unique=False)

    with op.batch_alter_table('users', schema=None) as batch_op:
        batch_op.add_column(sa.Column('journal_rebuilt', sa.Integer(), server_default='0', nullable=False))

    with op.batch_alter_table('setups', schema=None) as batch_op:
        batch_op.add_column(sa.Column('description', sa.Text(), server_default='', nullable=False))

    with op.batch_alter_table('tags', schema=None) as batch_op:
        batch_op.add_column(sa.Column('group_id', sa.Integer(), nullable=True))

    with op.batch_alter_table('trade_journal', schema=None) as batch_op:
        batch_op.add_column(sa.Column('planned_risk', data.db.types.ExactDecimal(), nullable=True))
        batch_op.add_column(sa.Column('category', sa.String(length=12), server_default='', nullable=False))
        batch_op.add_column(sa.Column('reviewed_at', data.db.types.UtcInstant(), nullable=True))
        batch_op.add_column(sa.Column('revision', sa.Integer(), server_default='0', nullable=False))
        batch_op.create_index('ix_trade_journal_account_id_revision', ['account_id', 'revision'], unique=False)

    with op.batch_alter_table('day_notes', schema=None) as batch_op:
        batch_op.add_column(sa.Column('plan', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('mood', sa.SmallInteger(), nullable=True))

    _index_words()
    _fill_documents()


def _index_words() -> None:
    """Make the index that full-text search asks; only this differs between the databases."""
    if op.get_bind().dialect.name != 'sqlite':
        op.execute(
            "CREATE INDEX journal_words ON journal_documents USING gin (to_tsvector('simple'::regconfig, words))"
        )
        return
    op.execute(
        "CREATE VIRTUAL TABLE journal_words USING fts5(words, content='journal_documents', content_rowid='id', "
        "tokenize='unicode61 remove_diacritics 0', prefix='2 3')"
    )
    op.execute(
        'CREATE TRIGGER journal_words_added AFTER INSERT ON journal_documents BEGIN '
        'INSERT INTO journal_words(rowid, words) VALUES (new.id, new.words); END'
    )
    op.execute(
        'CREATE TRIGGER journal_words_removed AFTER DELETE ON journal_documents BEGIN '
        "INSERT INTO journal_words(journal_words, rowid, words) VALUES ('delete', old.id, old.words); END"
    )
    op.execute(
        'CREATE TRIGGER journal_words_changed AFTER UPDATE ON journal_documents BEGIN '
        "INSERT INTO journal_words(journal_words, rowid, words) VALUES ('delete', old.id, old.words); "
        'INSERT INTO journal_words(rowid, words) VALUES (new.id, new.words); END'
    )


def _fill_documents() -> None:
    """Put the notes written so far into the search."""
    from data.db.journal_search import index_all

    index_all(op.get_bind())


def downgrade() -> None:
    """Take back."""
    if op.get_bind().dialect.name == 'sqlite':
        for name in ('added', 'removed', 'changed'):
            op.execute(f'DROP TRIGGER journal_words_{name}')
        op.execute('DROP TABLE journal_words')

    with op.batch_alter_table('trade_journal', schema=None) as batch_op:
        batch_op.drop_index('ix_trade_journal_account_id_revision')

    # Not as a batch: SQLite would drop and rebuild tables that others refer to.
    for table, column in (
        ('day_notes', 'mood'),
        ('day_notes', 'plan'),
        ('trade_journal', 'revision'),
        ('trade_journal', 'reviewed_at'),
        ('trade_journal', 'category'),
        ('trade_journal', 'planned_risk'),
        ('tags', 'group_id'),
        ('setups', 'description'),
        ('users', 'journal_rebuilt'),
    ):
        op.drop_column(table, column)
    for table in (
        'journal_documents',
        'missed_trades',
        'attachments',
        'note_templates',
        'trade_rules',
        'setup_rules',
        'tag_groups',
    ):
        op.drop_table(table)
