"""Django's plain ``TestCase`` is the oracle: the same test bodies, the same outcomes and notes."""

from __future__ import annotations

import logging
import threading
from unittest import mock, skip

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.test import TestCase
from django.test.utils import CaptureQueriesContext, override_settings

from channeltest import ChannelTestCase
from channeltest.database.lazy_atomic import LazyAtomic
from tests.values.models import IntegerValue, Tagged

from ..helpers import python, run

# The transaction of pytest's own would be around everything otherwise.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def clean(transactional_db):
    """Nothing is left on the connection, nor in the database."""
    yield
    connection = connections["default"]
    assert not connection.in_atomic_block
    assert "create_cursor" not in vars(connection)
    assert "make_debug_cursor" not in vars(connection)
    assert connection.run_on_commit == []
    assert names() == []


def names():
    return sorted(IntegerValue.objects.values_list("name", flat=True))


def make(name):
    return IntegerValue.objects.create(name=name)


def outcomes(bodies, base):
    """Outcome of each test under ``base``, and what the tests noted."""
    notes = []
    case = type("Case", (bodies, base), {"note": staticmethod(notes.append)})
    return run(case), notes


def same(bodies):
    """Assert that the bodies fare alike under both test cases; return how."""
    ours = outcomes(bodies, ChannelTestCase)
    assert ours == outcomes(bodies, TestCase)
    return ours


def everything_passes(bodies):
    results, notes = same(bodies)
    assert results
    assert set(results.values()) == {"ok"}
    return notes


class Begins:
    """When a test's transaction begins."""

    def begun(self):
        return self.atomics["default"].begun


def passes(bodies):
    """Assert that the tests of ``bodies`` pass under ours; for what only ours has."""
    results, _ = outcomes(bodies, ChannelTestCase)
    assert results
    assert set(results.values()) == {"ok"}


def test_begins_with_the_first_query():
    class Bodies(Begins):
        def test(self):
            assert not self.begun()
            names()
            assert self.begun()

    passes(Bodies)


def test_a_test_without_queries_makes_none():
    class Bodies:
        def test(self):
            pass

    with mock.patch.object(type(connections["default"]), "_savepoint") as savepoint:
        passes(Bodies)
    savepoint.assert_not_called()


def test_every_test_begins_anew():
    class Bodies:
        def test_1(self):
            make("one")

        def test_2(self):
            self.note(names())
            make("two")

        def test_3(self):
            pass

        def test_4(self):
            self.note(names())

    assert everything_passes(Bodies) == [[], []]


def test_class_data_is_there_in_every_test_and_restored():
    class Bodies:
        @classmethod
        def setUpTestData(cls):
            cls.kept = make("kept")

        def test_1(self):
            self.kept.name = "changed"
            self.kept.save()
            self.note((names(), self.kept.name))

        def test_2(self):
            self.note((names(), self.kept.name))
            IntegerValue.objects.all().delete()

        def test_3(self):
            self.kept.refresh_from_db()
            self.note((names(), self.kept.name))

    notes = everything_passes(Bodies)
    assert notes == [(["changed"], "changed"), (["kept"], "kept"), (["kept"], "kept")]


def test_data_made_in_set_up_class_stays():
    class Bodies:
        @classmethod
        def setUpClass(cls):
            super().setUpClass()
            make("early")

        @classmethod
        def tearDownClass(cls):
            cls.note(names())
            super().tearDownClass()

        def test_1(self):
            IntegerValue.objects.all().delete()

        def test_2(self):
            self.note(names())

    assert everything_passes(Bodies) == [["early"], ["early"]]


def test_set_up_and_cleanups_belong_to_the_test():
    class Bodies:
        def setUp(self):
            self.addCleanup(lambda: self.note(("cleanup", names())))
            make("set up")

        def tearDown(self):
            make("torn down")

        def test_1(self):
            self.note(names())

        def test_2(self):
            self.note(names())

    notes = everything_passes(Bodies)
    assert notes == [["set up"], ("cleanup", ["set up", "torn down"])] * 2


def test_a_set_up_that_fails_is_rolled_back():
    class Bodies:
        def setUp(self):
            self.note(names())
            make("set up")
            raise ValueError("early")

        def test_1(self):
            pass

        def test_2(self):
            pass

    assert same(Bodies) == (
        {"test_1": "ValueError: early", "test_2": "ValueError: early"},
        [[], []],
    )


def test_class_set_up_that_fails():
    class Bodies:
        @classmethod
        def setUpTestData(cls):
            make("data")
            raise ValueError("early")

        def test(self):
            pass

    assert same(Bodies) == ({"class": "ValueError: early"}, [])


def test_the_savepoint_is_not_counted_captured_wrapped_or_logged(caplog):
    def wrapper(execute, sql, params, many, context):
        Bodies.seen.append(sql.split()[0])
        return execute(sql, params, many, context)

    class Bodies:
        seen = []

        def test_1_counted(self):
            with self.assertNumQueries(1):
                names()
            with self.assertNumQueries(0):
                pass

        def test_2_captured(self):
            with CaptureQueriesContext(connection) as queries:
                names()
            self.note([query["sql"].split()[0] for query in queries])

        def test_3_wrapped(self):
            del Bodies.seen[:]
            with connection.execute_wrapper(wrapper):
                names()
            self.note(list(Bodies.seen))
            names()
            self.note(list(Bodies.seen))

        def test_4_logged(self):
            caplog.clear()
            with (
                override_settings(DEBUG=True),
                caplog.at_level(logging.DEBUG, "django.db.backends"),
            ):
                names()
            self.note([record.args[1].split()[0] for record in caplog.records])

        def test_5_blocked(self):
            with connection.execute_wrapper(mock.Mock(side_effect=ValueError("blocked"))):
                with self.assertRaisesMessage(ValueError, "blocked"):
                    names()
            self.note(names())

        def test_6_in_a_block(self):
            with self.assertNumQueries(3), transaction.atomic():
                names()

    notes = everything_passes(Bodies)
    assert notes == [["SELECT"], ["SELECT"], ["SELECT"], ["SELECT"], []]


def test_blocks_before_the_first_query():
    class Bodies:
        def test_1_savepoint(self):
            with transaction.atomic():
                make("one")
            self.note(names())

        def test_2_no_savepoint(self):
            with transaction.atomic(savepoint=False):
                make("two")
            self.note(names())

        def test_3_many(self):
            with transaction.atomic(savepoint=False), transaction.atomic(savepoint=False):
                with transaction.atomic():
                    make("three")
                self.note(names())
            self.note(names())

        def test_4_rolled_back(self):
            with self.assertRaises(ZeroDivisionError), transaction.atomic():
                make("four")
                raise ZeroDivisionError
            self.note(names())

        def test_5_rolled_back_inside(self):
            with transaction.atomic(savepoint=False):
                with self.assertRaises(ZeroDivisionError), transaction.atomic():
                    make("five")
                    raise ZeroDivisionError
                self.note(names())
                make("six")
            self.note(names())

        def test_6_durable(self):
            with transaction.atomic(durable=True):
                make("seven")
            with transaction.atomic(durable=True), transaction.atomic():
                make("eight")
            with self.assertRaises(RuntimeError):
                with transaction.atomic(), transaction.atomic(durable=True):
                    pass
            self.note(names())

        def test_7_durable_inside_an_empty_block(self):
            with self.assertRaises(RuntimeError):
                with transaction.atomic(savepoint=False), transaction.atomic(durable=True):
                    pass

        def test_8_by_hand(self):
            create = getattr(transaction, "savepoint_create", transaction.savepoint)
            savepoint = create()
            make("nine")
            transaction.savepoint_rollback(savepoint)
            self.note(names())
            make("ten")
            transaction.savepoint_commit(create())
            self.note(names())

        def test_9_nothing_is_left(self):
            self.note(names())

    assert everything_passes(Bodies) == [
        ["one"],
        ["two"],
        ["three"],
        ["three"],
        [],
        [],
        ["six"],
        ["eight", "seven"],
        [],
        ["ten"],
        [],
    ]


def test_broken_transactions():
    class Bodies:
        def broken(self):
            with self.assertRaises(transaction.TransactionManagementError):
                names()
            self.note(connection.needs_rollback)

        def test_1_integrity(self):
            make("one")
            with self.assertRaises(IntegrityError), transaction.atomic():
                make("one")
            self.note(names())

        def test_2_integrity_without_a_block(self):
            make("one")
            with self.assertRaises(IntegrityError):
                make("one")
            self.broken()

        def test_3_an_error_in_a_block_without_savepoint_or_query(self):
            with self.assertRaises(ZeroDivisionError), transaction.atomic(savepoint=False):
                raise ZeroDivisionError
            self.broken()
            transaction.set_rollback(False)
            make("three")
            self.note(names())

        def test_4_left_broken(self):
            with self.assertRaises(ZeroDivisionError), transaction.atomic(savepoint=False):
                raise ZeroDivisionError

        def test_5_set_rollback(self):
            self.note(transaction.get_rollback())
            transaction.set_rollback(True)
            self.note(transaction.get_rollback())
            self.broken()

        def test_6_set_rollback_in_a_block(self):
            with transaction.atomic():
                make("six")
                transaction.set_rollback(True)
            self.note(names())

        def test_7_nothing_is_left(self):
            self.note((transaction.get_rollback(), names()))

    notes = everything_passes(Bodies)
    assert notes == [["one"], True, True, ["three"], False, True, True, [], (False, [])]


def test_a_class_left_broken_stays_broken():
    class Bodies:
        @classmethod
        def setUpClass(cls):
            super().setUpClass()
            transaction.set_rollback(True)

        def test_1(self):
            pass

        def test_2(self):
            names()

    outcome, _ = same(Bodies)
    assert outcome["test_2"].startswith("TransactionManagementError")


def test_hooks_on_commit():
    class Bodies:
        def hook(self, name):
            transaction.on_commit(lambda: self.note(name))

        def test_1_never_run_without_a_commit(self):
            self.hook("one")
            self.note(len(connection.run_on_commit))

        def test_2_nor_after_a_query(self):
            self.hook("two, before")
            names()
            self.hook("two, after")
            self.note(len(connection.run_on_commit))

        def test_3_captured(self):
            with self.captureOnCommitCallbacks() as callbacks:
                self.hook("three")
            self.note(len(callbacks))

        def test_4_captured_and_run(self):
            self.hook("four, outside")
            with self.captureOnCommitCallbacks(execute=True) as callbacks:
                with transaction.atomic():
                    self.hook("four, in a block")
                self.hook("four, after a query")
            self.note(len(callbacks))

        def test_5_of_a_block_rolled_back(self):
            with self.captureOnCommitCallbacks(execute=True) as callbacks:
                with self.assertRaises(ZeroDivisionError), transaction.atomic():
                    self.hook("five")
                    raise ZeroDivisionError
            self.note(len(callbacks))

        def test_6_of_a_block_without_savepoint(self):
            with self.captureOnCommitCallbacks(execute=True):
                with transaction.atomic(savepoint=False):
                    self.hook("six")
                    make("six")

        def test_7_nothing_is_left(self):
            self.note(len(connection.run_on_commit))

    notes = everything_passes(Bodies)
    assert notes == [1, 2, 1, "four, in a block", "four, after a query", 2, 0, "six", 0]


def test_hooks_of_the_class_stay():
    class Bodies:
        @classmethod
        def setUpTestData(cls):
            transaction.on_commit(lambda: cls.note("run"))

        def test_1(self):
            transaction.on_commit(lambda: None)

        def test_2(self):
            self.note(len(connection.run_on_commit))
            names()
            self.note(len(connection.run_on_commit))

        def test_3(self):
            self.note(len(connection.run_on_commit))

    assert everything_passes(Bodies) == [1, 1, 1]


def test_cursors_of_every_kind():
    class Bodies:
        def test_1_raw(self):
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO values_integervalue (name, value) VALUES ('raw', 1)")
            self.note(names())

        def test_2_many(self):
            with connection.cursor() as cursor:
                cursor.executemany(
                    "INSERT INTO values_integervalue (name, value) VALUES (%s, 1)", [["a"], ["b"]]
                )
            self.note(names())

        def test_3_chunked(self):
            with connection.chunked_cursor() as cursor:
                cursor.execute("INSERT INTO values_integervalue (name, value) VALUES ('c', 1)")

        def test_4_iterator(self):
            self.note(list(IntegerValue.objects.iterator(chunk_size=1)))
            IntegerValue.objects.bulk_create([IntegerValue(name="d"), IntegerValue(name="e")])
            self.note(len(list(IntegerValue.objects.iterator(chunk_size=1))))

        def test_5_kept_open(self):
            cursor = connection.cursor()
            cursor.execute("INSERT INTO values_integervalue (name, value) VALUES ('f', 1)")
            self.note(names())

        def test_6_procedure(self):
            with connection.cursor() as cursor, self.assertRaises(Exception) as raised:
                cursor.callproc("nothing")
            self.note(raised.exception is not None)

        def test_7_introspection(self):
            self.note("values_integervalue" in connection.introspection.table_names())

        def test_8_nothing_is_left(self):
            self.note(names())

    notes = everything_passes(Bodies)
    assert notes == [["raw"], ["a", "b"], [], 2, ["f"], True, True, []]


def test_a_cursor_method_that_was_mocked_and_put_back():
    class Bodies:
        def test_1(self):
            create = connection.create_cursor
            with mock.patch.object(connection, "create_cursor", wraps=create) as mocked:
                make("one")
                mocked.assert_called()
            make("two")
            with transaction.atomic():
                make("three")
            self.note(names())
            self.note(len(connection.savepoint_ids))

        def test_2(self):
            self.note(names())

    assert everything_passes(Bodies) == [["one", "three", "two"], 1, []]


def test_constraints_are_checked_at_the_end():
    class Bodies:
        def test_1_broken(self):
            with connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO auth_user_groups (user_id, group_id) VALUES (12345, 67890)"
                )

        def test_2_sound(self):
            make("one")

        def test_3_without_a_query(self):
            pass

        def test_4_nothing_is_left(self):
            with connection.cursor() as cursor:
                cursor.execute("SELECT COUNT(*) FROM auth_user_groups")
                self.note(cursor.fetchone())

    results, notes = same(Bodies)
    assert "IntegrityError" in results.pop("test_1_broken")
    assert set(results.values()) == {"ok"}
    assert notes == [(0,)]


def test_threads_have_connections_of_their_own():
    class Bodies:
        def in_thread(self, work):
            found = []

            def body():
                try:
                    found.append(work())
                except Exception as error:
                    found.append(type(error).__name__)
                finally:
                    connections.close_all()

            thread = threading.Thread(target=body)
            thread.start()
            thread.join()
            self.note(found)

        def test_1_that_do_nothing(self):
            self.in_thread(lambda: connections["default"].in_atomic_block)
            self.note(names())

        def test_2_with_this_connection(self):
            mine = connections["default"]
            self.in_thread(lambda: mine.cursor())
            make("two")

        def test_3_nothing_is_left(self):
            self.note(names())

    assert everything_passes(Bodies) == [[False], [], ["DatabaseError"], []]


def test_subtests_skips_and_failures():
    class Bodies:
        def test_1_subtests(self):
            for name in ("a", "b"):
                with self.subTest(name):
                    make(name)
                    assert name == "a", "only a"

        @skip("not now")
        def test_2_skipped(self):
            make("skipped")

        def test_3_failing(self):
            make("three")
            self.fail("as it should")

        def test_4_skipped_in_the_middle(self):
            make("four")
            self.skipTest("enough")

        def test_5_nothing_is_left(self):
            self.note(names())

    results, notes = same(Bodies)
    assert results["test_3_failing"] == "AssertionError: as it should"
    assert notes == [[]]


def test_async_test_methods():
    class Bodies:
        async def test_1(self):
            await IntegerValue.objects.acreate(name="one")
            self.note(await IntegerValue.objects.acount())

        async def test_2(self):
            self.note(await IntegerValue.objects.acount())

        def test_3(self):
            self.note(names())

    assert everything_passes(Bodies) == [1, 0, []]


@pytest.mark.parametrize("begun", [True, False])
def test_a_connection_closed_in_a_test(begun, settings):
    class Bodies:
        def test_1(self):
            if begun:
                names()
            connection.close()
            self.note(connection.closed_in_transaction)

        def test_2(self):
            self.note(names())

    results, notes = outcomes(Bodies, ChannelTestCase)
    assert (results, notes) == outcomes(Bodies, TestCase)


def test_class_set_up_data_through_inheritance():
    class Base:
        @classmethod
        def setUpTestData(cls):
            super().setUpTestData()
            cls.base = make("base")

        def test_1(self):
            self.note(names())
            self.base.delete()

    class Bodies(Base):
        @classmethod
        def setUpTestData(cls):
            super().setUpTestData()
            cls.other = Tagged.objects.create(name="other")

        def test_2(self):
            self.note((names(), Tagged.objects.count()))

    assert everything_passes(Bodies) == [["base"], (["base"], 1)]
    assert Tagged.objects.count() == 0


def test_inside_a_transaction_of_somebody_elses():
    class Bodies:
        def test_1(self):
            with transaction.atomic(savepoint=False):
                make("one")
            self.note(names())

        def test_2(self):
            self.note((names(), len(connection.savepoint_ids)))

    for base in (TestCase, ChannelTestCase):
        # One for each: at the end Django closes the connection, whatever surrounds it.
        with transaction.atomic():
            make("outer")
            _, notes = outcomes(Bodies, base)
            assert notes == [["one", "outer"], (["outer"], 2)]
            transaction.set_rollback(True)


@pytest.mark.skipif(
    not hasattr(TestCase, "_databases_support_savepoints"), reason="Django 4.2 does not ask"
)
def test_without_savepoints_django_does_it_alone():
    class Bodies:
        def test_1(self):
            self.note(type(self.atomics["default"]).__name__)
            make("one")
            self.note(names())

        def test_2(self):
            self.note(names())

    class Case(Bodies, ChannelTestCase):
        @classmethod
        def _databases_support_savepoints(cls):
            return False

    notes = []
    Case.note = staticmethod(notes.append)
    assert set(run(Case).values()) == {"ok"}
    assert notes == ["Atomic", ["one"], []]


def test_nothing_of_it_stays_on_the_connection():
    class Bodies:
        def test_1(self):
            assert (
                vars(connections["default"])["create_cursor"]
                == self.atomics["default"]._create_cursor
            )
            names()
            assert "create_cursor" not in vars(connections["default"])

        def test_2(self):
            assert isinstance(self.atomics["default"], LazyAtomic)

        @classmethod
        def tearDownClass(cls):
            assert "create_cursor" not in vars(connections["default"])
            super().tearDownClass()

    passes(Bodies)


def test_two_databases():
    """One is used in a test and the other is not, in every combination."""
    printed = python(
        """
        import sys
        import django
        from django.conf import settings
        memory = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
        settings.configure(
            DATABASES={"default": memory, "other": dict(memory)},
            INSTALLED_APPS=["channeltest", "tests.values"],
            CHANNEL_LAYERS={"default": {"BACKEND": "asgiref.inmemory.ChannelLayer", "ROUTING": []}},
            DEFAULT_AUTO_FIELD="django.db.models.AutoField",
            USE_TZ=True,
        )
        django.setup()
        from channels.test import ChannelTestCase
        from django.db import connections, transaction
        from django.test import TestCase
        from django.test.runner import DiscoverRunner
        from tests.channeltest.helpers import run
        from tests.values.models import IntegerValue
        DiscoverRunner(verbosity=0, interactive=False).setup_databases()

        def names(using):
            return sorted(IntegerValue.objects.using(using).values_list("name", flat=True))

        def make(using, name):
            IntegerValue.objects.using(using).create(name=name)

        class Bodies:
            databases = {"default", "other"}

            @classmethod
            def setUpTestData(cls):
                make("other", "data")

            def test_1_only_the_first(self):
                make("default", "one")

            def test_2_only_the_second(self):
                make("other", "two")
                self.note(names("other"))

            def test_3_both(self):
                with transaction.atomic("other"), transaction.atomic("default"):
                    make("default", "three")
                    make("other", "three")
                self.note((names("default"), names("other")))

            def test_4_one_broken(self):
                transaction.set_rollback(True, using="other")
                make("default", "four")

            def test_5_neither(self):
                transaction.on_commit(lambda: None, using="other")

            def test_6_nothing_is_left(self):
                self.note((names("default"), names("other")))
                self.note([connections[name].run_on_commit for name in connections])

        def fare(base):
            notes = []
            case = type("Case", (Bodies, base), {"note": staticmethod(notes.append)})
            return run(case), notes

        ours = fare(ChannelTestCase)
        assert ours == fare(TestCase), (ours, fare(TestCase))
        assert set(ours[0].values()) == {"ok"}, ours
        assert names("default") == names("other") == []
        print(ours[1])
        """
    )
    assert printed == str(
        [["data", "two"], (["three"], ["data", "three"]), ([], ["data"]), [[], []]]
    )
