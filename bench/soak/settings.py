"""The served project of the tests, with a database that does not wait for the disk."""

from tests.served.settings import *  # noqa: F403

DATABASES["default"]["OPTIONS"] = {  # noqa: F405
    "timeout": 30,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;",
}
