from __future__ import annotations

import os
import threading

from channeltest.compat.made_once import made_once

THREADS = 16


class Owner:
    def __init__(self) -> None:
        self.made = 0

    @made_once
    def value(self) -> object:
        """What is made."""
        self.made += 1
        # Other threads run.
        os.sched_yield()
        return object()

    @made_once
    def outer(self) -> list[object]:
        return [self.value]


class TestMadeOnce:
    def test_threads_that_ask_at_once_get_the_same(self) -> None:
        owner, found = Owner(), []
        all_there = threading.Barrier(THREADS)

        def ask() -> None:
            all_there.wait()
            found.append(owner.value)

        threads = [threading.Thread(target=ask) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [owner.value] * THREADS
        assert owner.made == 1

    def test_each_object_has_its_own(self) -> None:
        assert Owner().value is not Owner().value

    def test_one_may_make_another(self) -> None:
        owner = Owner()
        assert owner.outer == [owner.value]

    def test_the_class_shows_the_property(self) -> None:
        assert Owner.value.__doc__ == "What is made."
