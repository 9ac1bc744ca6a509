import pytest

pytest.register_assert_rewrite("tests.channeltest.upgrade.projects")
