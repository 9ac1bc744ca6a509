"""A test whose application leaves a thread that hangs, and one after it."""

import asyncio
import threading

import pytest
from asgiref.sync import sync_to_async
from chat.models import Line

pytestmark = [pytest.mark.django_db, pytest.mark.channels]

never = threading.Event()


def hang():
    never.wait()


async def test_that_leaves_a_call():
    task = asyncio.create_task(sync_to_async(hang)())
    await asyncio.sleep(0.01)
    task.cancel()


async def test_after_it():
    await Line.objects.acreate(text="one")
    assert await Line.objects.acount() == 1
