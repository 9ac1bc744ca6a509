"""``python -m tests.stage.fuzz [--tries N] [--seed S]``: is rest ever decided wrongly?

All kinds of `work` at random, on the stage and with communicators. Part of ``make fuzz``.
"""

from __future__ import annotations

import argparse
import asyncio
import contextvars
import os
import random
import sys

import django

from channeltest import ApplicationCommunicator
from channeltest.stage.stage import Stage

from .work import Work

# Seconds that a negative wait may take: longer than any work.
WINDOW = 5


def settle(seed, tries):
    """Settle a stage again and again; the kinds of work of each wrong answer."""
    work, wrong = Work(seed), []
    stage = Stage(bound=20)
    for _ in range(tries):
        stage.settle(lambda: stage.run(work.task(), contextvars.Context()))
        is_right = work.is_right
        while not work.is_right:
            stage.settle()
        # Only what has ended tells how long it took.
        if not (is_right or work.outlasted_grace):
            wrong.append([*work.kinds])
        work.forget()
    stage.close()
    work.close()
    return wrong


def receive_nothing(seed, tries):
    """Ask a communicator again and again whether nothing comes; the kinds of each wrong answer."""
    work, wrong = Work(seed), []

    async def application(scope, receive, send):
        while True:
            answers = (await receive())["answers"]
            await work.task()
            if answers:
                await send({"type": "answer"})

    async def main():
        communicator = ApplicationCommunicator(application, {"type": "work"})
        for _ in range(tries):
            answers = work.random.random() < 0.5
            await communicator.send_input({"type": "event", "answers": answers})
            nothing = await communicator.receive_nothing(WINDOW)
            if nothing is answers or (nothing and not work.is_right):
                wrong.append([*work.kinds])
            await work.ended_all()
            if answers:
                await communicator.receive_output(WINDOW)
            work.forget()
        communicator.stop()

    asyncio.run(main())
    work.close()
    return wrong


def main(arguments):
    """Run both; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    options = parser.parse_args(arguments)
    print(f"Seed: {options.seed}", flush=True)
    status = 0
    for run in (settle, receive_nothing):
        wrong = run(options.seed, options.tries)
        print(f"{run.__name__}: {options.tries} tries, {len(wrong)} wrong answers", flush=True)
        for kinds in wrong:
            print(f"  {' '.join(kinds)}")
        status |= bool(wrong)
    return status


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    sys.exit(main(sys.argv[1:]))
