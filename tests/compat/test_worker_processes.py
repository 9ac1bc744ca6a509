"""Worker processes on a real Redis: what they take, how they stop, what is lost when they die."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from channeltest.compat.redis.layer import RedisChannelLayer

from ..processes import PATIENCE
from ..redis_server import RedisServer
from ..sites import NewSite, Site


def layer_on(redis: RedisServer) -> RedisChannelLayer:
    """A layer whose `receive` waits as long as the tests wait for a process."""
    layer = RedisChannelLayer(hosts=[redis.url], capacity=1000)
    layer.blpop_timeout = PATIENCE
    return layer


@pytest.fixture
def site(new_site: NewSite, redis_server: RedisServer) -> Site:
    return new_site(SERVED_REDIS=redis_server.url)


@pytest.fixture
def layer(redis_server: RedisServer) -> RedisChannelLayer:
    return layer_on(redis_server)


@pytest.fixture
def hold(tmp_path: Path) -> Iterator[Path]:
    """A file: as long as it is there, jobs do not end."""
    path = tmp_path / "hold"
    path.touch()
    yield path
    path.unlink(missing_ok=True)


def send_jobs(layer: RedisChannelLayer, count: int, **content: Any) -> None:
    for number in range(count):
        layer.send("jobs", {"number": number, **content})


def done(layer: RedisChannelLayer, count: int) -> list[int]:
    """The numbers of the jobs that were done, once there are so many."""
    numbers = []
    while len(numbers) < count:
        channel, message = layer.receive(["done"], block=True)
        assert channel, f"no more than {numbers} were done"
        numbers.append(message["number"])
    return numbers


class TestChannels:
    def test_only_and_excluded(self, site: Site, layer: RedisChannelLayer) -> None:
        only = site.worker("--only-channels", "jobs")
        others = site.worker("--exclude-channels", "jobs", "--exclude-channels", "oth[a-d]r")
        for number in range(20):
            layer.send("jobs", {"number": number})
            layer.send("other", {"number": number})
        only.until("job 19")
        others.until("other 19")
        assert (only.terminate(), others.terminate()) == (0, 0)
        assert (only.output.count("job "), only.output.count("other ")) == (20, 0)
        assert (others.output.count("job "), others.output.count("other ")) == (0, 20)

    def test_threads_work_side_by_side(
        self, site: Site, layer: RedisChannelLayer, hold: Path
    ) -> None:
        worker = site.worker("--threads", "3")
        send_jobs(layer, 3, hold=str(hold))
        for _ in range(3):
            worker.until("job ")
        hold.unlink()
        assert sorted(done(layer, 3)) == [0, 1, 2]


class TestModernConsumers:
    def test_one_instance_lives_on(self, site: Site, layer: RedisChannelLayer) -> None:
        worker = site.worker()
        layer.send("remarks", {"room": "a", "text": "first"})
        layer.send("remarks", {"type": "remarks.typed", "room": "a", "text": "second"})
        worker.until("remark 2 second")
        layer.send("thumbnails", {"number": 7})
        assert done(layer, 1) == [7]
        assert worker.terminate() == 0

    def test_one_that_raises_is_named(self, site: Site, layer: RedisChannelLayer) -> None:
        """Its next message makes a new one."""
        worker = site.worker()
        layer.send("remarks", {"room": "a", "text": "wrong"})
        worker.until("Error processing message with consumer tests.served.ported.Remarks:")
        worker.until("ValueError: on purpose")
        layer.send("remarks", {"room": "a", "text": "right"})
        worker.until("remark 1 right")
        assert worker.terminate() == 0

    @pytest.mark.parametrize("threads", ["1", "2"])
    def test_sigterm(self, site: Site, layer: RedisChannelLayer, hold: Path, threads: str) -> None:
        """What is in hand is finished, by as many instances as there are threads."""
        worker = site.worker("--threads", threads)
        for _ in range(int(threads)):
            layer.send("remarks", {"room": "a", "text": "held", "hold": str(hold)})
        for _ in range(int(threads)):
            worker.until("remark 1 held")
        worker.tell(signal.SIGTERM)
        worker.until("Shutdown signal received")
        hold.unlink()
        assert worker.end() == 0
        assert "Error" not in worker.output


class TestRetries:
    def test_put_back_until_it_is_time(self, site: Site, layer: RedisChannelLayer) -> None:
        worker = site.worker()
        layer.send("stubborn", {"times": 3})
        for number in range(4):
            worker.until(f"retry {number}")

    def test_given_up(self, site: Site, layer: RedisChannelLayer) -> None:
        worker = site.worker()
        layer.send("stubborn", {"times": 99})
        worker.until("Exceeded number of retries for message on channel stubborn")

    def test_delays(self, site: Site, layer: RedisChannelLayer) -> None:
        worker = site.worker()
        delay = site.manage("rundelay", "--sleep", "0.01")
        delay.until("Listening on asgi.delay")
        content = {"channel": "jobs", "content": {"number": 7}, "delay": 10}
        layer.send("asgi.delay", content)
        worker.until("job 7")
        assert delay.terminate() == 0


class TestEnd:
    @pytest.mark.parametrize("threads", ["1", "2"])
    def test_the_consumer_in_hand_finishes(
        self, site: Site, layer: RedisChannelLayer, hold: Path, threads: str
    ) -> None:
        worker = site.worker("--threads", threads)
        send_jobs(layer, int(threads), hold=str(hold))
        for _ in range(int(threads)):
            worker.until("job ")
        worker.tell(signal.SIGTERM)
        said = {
            "1": "Shutdown signal received while busy, waiting for loop termination",
            "2": "Shutdown signal received by WorkerGroup, waiting for 2 of 2 threads",
        }
        worker.until(said[threads])
        hold.unlink()
        assert worker.end() == 0
        assert len(done(layer, int(threads))) == int(threads)

    @pytest.mark.parametrize("threads", ["1", "2"])
    def test_idle(self, site: Site, layer: RedisChannelLayer, threads: str) -> None:
        worker = site.worker("--threads", threads)
        assert worker.terminate() == 0
        assert "Shutdown signal received" in worker.output

    def test_no_message_is_lost(self, site: Site, layer: RedisChannelLayer) -> None:
        """Workers are told to end while messages come, and are idle and busy by turns."""
        worker = site.worker()
        for number in range(100):
            layer.send("jobs", {"number": number})
            if number == 50:
                worker.until("job 2")
                worker.tell(signal.SIGTERM)
        assert worker.end() == 0
        site.worker()
        assert sorted(done(layer, 100)) == list(range(100))


class TestDeath:
    def test_only_the_message_in_hand_is_lost(
        self, site: Site, layer: RedisChannelLayer, hold: Path
    ) -> None:
        worker = site.worker()
        send_jobs(layer, 50, hold=str(hold))
        worker.until("job 0")
        worker.kill()
        hold.unlink()
        site.worker()
        assert done(layer, 49) == list(range(1, 50))

    def test_a_consumer_that_raises_is_named(self, site: Site, layer: RedisChannelLayer) -> None:
        worker = site.worker()
        layer.send("websocket.receive", {"path": "/failing/", "text": "x", "reply_channel": "a!b"})
        worker.until("Error processing message with consumer tests.served.consumers.fail:")
        worker.until("ValueError: on purpose")
        send_jobs(layer, 1)
        worker.until("job 0")

    def test_messages_that_cannot_be_sent(self, site: Site, layer: RedisChannelLayer) -> None:
        """A full channel costs the message, and not the worker."""
        for _ in range(100):
            layer.send("done", {"number": -1})
        worker = site.worker()
        send_jobs(layer, 1)
        worker.until("Error sending the messages of consumer tests.served.consumers.job:")
        layer.send("other", {"number": 1})
        worker.until("other 1")


class TestRedisGone:
    @pytest.fixture
    def redis(self, tmp_path: Path) -> Iterator[RedisServer]:
        """A Redis that may be stopped."""
        redis = RedisServer(tmp_path)
        redis.start()
        yield redis
        redis.stop()

    @pytest.mark.parametrize("command", ["runworker", "rundelay"])
    def test_workers_wait_for_it(self, new_site: NewSite, redis: RedisServer, command: str) -> None:
        site = new_site(SERVED_REDIS=redis.url)
        worker = site.manage(command)
        worker.until("Listening on")
        redis.stop()
        worker.until("cannot reach the channel layer")
        redis.start()
        worker.until("has reached the channel layer")
        layer = layer_on(redis)
        if command == "rundelay":
            layer.send("asgi.delay", {"channel": "jobs", "content": {"number": 1}, "delay": 0})
            worker.until("Sending delayed message to channel jobs")
        else:
            layer.send("jobs", {"number": 1})
            worker.until("job 1")
        assert worker.terminate() == 0

    def test_what_is_in_hand_waits_for_it(
        self, new_site: NewSite, redis: RedisServer, hold: Path
    ) -> None:
        site = new_site(SERVED_REDIS=redis.url)
        worker = site.worker()
        layer = layer_on(redis)
        layer.send("jobs", {"number": 1, "hold": str(hold)})
        worker.until("job 1")
        redis.stop()
        hold.unlink()
        worker.until("cannot reach the channel layer")
        redis.start()
        assert done(layer, 1) == [1]
        assert worker.terminate() == 0

    def test_a_worker_ends_without_it(self, new_site: NewSite, redis: RedisServer) -> None:
        site = new_site(SERVED_REDIS=redis.url)
        worker = site.worker("--threads", "2")
        redis.stop()
        worker.until("cannot reach the channel layer")
        assert worker.terminate() == 0
