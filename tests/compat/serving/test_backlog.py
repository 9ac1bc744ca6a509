from __future__ import annotations

import tracemalloc
from typing import Any

import pytest
from channeltest.compat.serving.backlog import DiskBacklog, MemoryBacklog


def part(size: int, number: int = 0) -> dict[str, Any]:
    return {"content": bytes([number]) * size, "more_content": True}


class TestMemoryBacklog:
    def test_order(self) -> None:
        backlog = MemoryBacklog(10_000)
        for text in "abc":
            assert backlog.put({"text": text})
        assert [backlog.get()["text"] for _ in range(len(backlog))] == ["a", "b", "c"]

    def test_one_of_any_size(self) -> None:
        backlog = MemoryBacklog(10_000)
        assert backlog.put({"text": "x" * 100_000})
        assert backlog.put({"text": "x"})
        assert len(backlog.get()["text"]) == 100_000

    def test_too_much(self) -> None:
        backlog = MemoryBacklog(10_000)
        assert backlog.put({"bytes": b"x" * 8_000})
        assert backlog.put({"bytes": b"x" * 8_000})
        assert not backlog.put({"bytes": b"x" * 8_000})
        assert len(backlog) == 0

    def test_the_largest_counts_again_when_it_is_read(self) -> None:
        backlog = MemoryBacklog(10_000)
        for size in (50_000, 2_000):
            assert backlog.put({"text": "x" * size})
        backlog.get()
        # 6,000 is the largest now, and the others count with what is in each beside its text.
        for size in (6_000, 2_000, 2_000):
            assert backlog.put({"text": "x" * size})
        assert not backlog.put({"text": "x" * 1_000})

    def test_what_is_read_makes_room(self) -> None:
        backlog = MemoryBacklog(10_000)
        for _ in range(20):
            assert backlog.put({"text": "x" * 8_000})
            if len(backlog) == 2:
                backlog.get()


class TestDiskBacklog:
    def test_order_and_content(self) -> None:
        backlog = DiskBacklog(10_000, 10**9)
        parts = [part(3_000, number) for number in range(50)]
        for each in parts:
            assert backlog.put(each)
        assert [backlog.get() for _ in range(25)] == parts[:25]
        for each in parts:
            assert backlog.put(each)
        assert [backlog.get() for _ in range(len(backlog))] == parts[25:] + parts
        backlog.close()

    def test_the_memory_that_it_takes(self) -> None:
        backlog = DiskBacklog(1_000_000, 10**9)
        tracemalloc.start()
        try:
            for number in range(50):
                backlog.put(part(1_000_000, number))
            assert tracemalloc.get_traced_memory()[0] < 5_000_000
        finally:
            tracemalloc.stop()
        backlog.close()

    def test_too_much(self) -> None:
        backlog = DiskBacklog(10_000, 20_000)
        assert [backlog.put(part(8_000)) for _ in range(4)] == [True, True, False, False]
        backlog.close()

    @pytest.mark.parametrize("wrong", [{"content": "text"}, {"content": None}, {}])
    def test_what_is_no_part(self, wrong: dict[str, Any]) -> None:
        backlog = DiskBacklog(0, 10**9)
        assert backlog.put(part(10))
        assert backlog.put(wrong)
        assert [backlog.get(), backlog.get()] == [part(10), wrong]
        backlog.close()
