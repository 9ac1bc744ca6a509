"""Primary keys that begin anew for each test."""


def keys_begin_anew():
    """Have primary keys that databases count begin anew for each class and test."""
    from django.test import TransactionTestCase

    def set_up_class(cls):
        reset_sequences(cls)
        original(cls)

    def run(case, result=None):
        reset_sequences(case)
        return super(TransactionTestCase, case).run(result)

    original = TransactionTestCase.setUpClass.__func__
    TransactionTestCase.setUpClass = classmethod(set_up_class)
    TransactionTestCase.run = run


def reset_sequences(case):
    from django.apps import apps
    from django.core.management.color import no_style
    from django.db import DEFAULT_DB_ALIAS, connections

    aliases = list(connections) if getattr(case, "multi_db", False) else [DEFAULT_DB_ALIAS]
    for alias in getattr(case, "databases", aliases):
        connection = connections[alias]
        if connection.vendor == "sqlite" and connection.in_atomic_block:
            continue
        tables = set(connection.introspection.table_names())
        statements = []
        if connection.vendor in ("postgresql", "oracle"):
            models = [model for model in apps.get_models() if model._meta.db_table in tables]
            statements = connection.ops.sequence_reset_sql(no_style(), models)
        elif connection.vendor == "sqlite":
            statements = ["DELETE FROM sqlite_sequence"] if tables else []
        elif not connection.in_atomic_block and connection.features.supports_sequence_reset:
            sequences = connection.introspection.sequence_list()
            statements = connection.ops.sequence_reset_by_name_sql(no_style(), sequences)
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
