"""``python -m bench.soak``: serve 500 clients for ten minutes, and see what is lost.

Clients come and go, some vanish without a word, some read slowly; workers and Redis are started
again in between. Lost is a message without an answer on a websocket that stays open. The memory of
a process is compared between the first quarter of its time, without the first minute, and the last.
The status is 1 when something is lost, memory grows or a group is not empty at the end. What
Redis has given out when it ends, and nobody has got, is counted apart: at most one message for each
process and thread; a consumer with ``enforce_ordering`` waits for such a message in vain.
"""

from __future__ import annotations

import argparse
import asyncio
import platform
import random
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path

import django
from channeltest.compat.redis.layer import RedisChannelLayer

from .clients import AT_RESTARTS, PATIENCE, ROOMS, Clients, Tally
from .deployment import PING, SERVERS, WORKERS, Deployment, Memory

# Memory that a process may have more at the end: allocators keep some of what was used once.
GROWTH = 1.10, 8.0  # times, MiB

# Seconds of a process that its memory does not count in.
SETTLING = 60.0


def main(arguments: list[str] | None = None) -> int:
    """Run, and print what happened; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="how long clients come")
    parser.add_argument("--clients", type=int, default=500, help="how many talk at a time")
    parser.add_argument("--life", type=float, default=20.0, help="seconds of a websocket's life")
    parser.add_argument("--server", choices=SERVERS, default="uvicorn")
    parser.add_argument("--write", metavar="FILE", type=Path, help="where to write the result too")
    parser.add_argument("--logs", metavar="DIRECTORY", type=Path, help="where logs are to stay")
    options = parser.parse_args(arguments)

    with tempfile.TemporaryDirectory() as directory:
        report, is_good = soak(Path(directory), options)
        if options.logs:
            shutil.copytree(directory, options.logs, dirs_exist_ok=True)
    print(report)
    if options.write:
        options.write.write_text(report + "\n", encoding="utf-8")
    return 0 if is_good else 1


def soak(directory: Path, options: argparse.Namespace) -> tuple[str, bool]:
    """Run everything; returns the report, and whether all is as it should be."""
    deployment = Deployment(directory, options.server)
    begun = time.monotonic()
    tally = Tally(lambda since, until: _touches(deployment.restarts, since - 1, until))
    memory = Memory(min(SETTLING, options.minutes * 15))
    deployment.start()
    try:
        _wait_for(deployment.port)
        ends = time.monotonic() + options.minutes * 60
        clients = Clients(deployment.port, tally, ends)
        running = clients.run(options.clients, 10, 5, options.life)
        # Not the other way round: a process ends with the thread that has started it.
        talking = threading.Thread(target=asyncio.run, args=(running,))
        talking.start()
        _disturb(deployment, ends, memory, talking)
        left = _members(deployment)
    finally:
        statuses = deployment.stop()
    errors = sum(deployment.log(name).count("Traceback") for name in deployment.processes)
    counts = tally.counts
    growth = memory.growth()
    grown = [name for name, (first, last) in growth.items() if _grows(first, last)]
    failed = [name for name, status in statuses.items() if status not in (0, -signal.SIGTERM)]
    # Who waits for a message that went with Redis never gets to its disconnect.
    is_good = not (counts["lost"] or left > counts[AT_RESTARTS] or grown or failed)
    lines = [
        f"{options.server}, {WORKERS} workers with 2 threads, Redis; Python "
        f"{platform.python_version()}, Django {django.get_version()}",
        f"{options.clients} clients for {options.minutes:g} minutes, "
        f"{time.monotonic() - begun:.0f} s in all; {len(deployment.restarts)} restarts of Redis, "
        f"{deployment.restarts_of_workers} of workers",
        "",
        *(f"{name:<44}{counts[name]:>10,}" for name in _ROWS),
        f"{'members of groups at the end':<44}{left:>10,}",
        f"{'tracebacks in the logs':<44}{errors:>10,}",
        "",
        f"{'memory in MiB':<20}{'first quarter':>14}{'last quarter':>14}",
        *(f"{name:<20}{first:>14.1f}{last:>14.1f}" for name, (first, last) in growth.items()),
        "",
        *(f"{name} ended with status {statuses[name]}" for name in failed),
        "good" if is_good else "NOT GOOD",
    ]
    return "\n".join(lines), is_good


_ROWS = (
    "connects",
    "connects refused",
    "sent",
    "answered",
    "refused",
    "cut",
    AT_RESTARTS,
    "lost",
    "vanished",
    "vanished, and dropped by the server",
    "sent slowly read",
    "slowly read",
    "slow readers cut",
)


def _touches(restarts: list[tuple[float, float]], since: float, until: float) -> bool:
    return any(begun < until and since < over for begun, over in restarts)


def _grows(first: float, last: float) -> bool:
    times, more = GROWTH
    return last > max(first * times, first + more)


def _wait_for(port: int) -> None:
    ends = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.1)


def _disturb(
    deployment: Deployment, ends: float, memory: Memory, clients: threading.Thread
) -> None:
    """Take samples of the memory; start a worker or Redis again now and then."""
    begun = time.monotonic()
    # At these parts of the time; the second worker and the server run through.
    restarts = {0.15: "worker", 0.3: "redis", 0.5: "worker", 0.7: "redis", 0.85: "worker"}
    while clients.is_alive():
        clients.join(1)
        part = (time.monotonic() - begun) / (ends - begun)
        for when in [when for when in restarts if when <= part]:
            if restarts.pop(when) == "worker":
                deployment.restart_worker(1)
            else:
                deployment.restart_redis(random.uniform(1, 3))
        memory.add(deployment.memory())


def _members(deployment: Deployment) -> int:
    """How many members groups have when all clients have gone, and the workers are done."""
    layer = RedisChannelLayer(hosts=[deployment.redis.url])
    # A client that vanished last is noticed by the server only after its pings.
    ends = time.monotonic() + PATIENCE + 3 * PING
    while True:
        left = sum(len(layer.group_channels(room)) for room in ROOMS)
        if not left or time.monotonic() > ends:
            return left
        time.sleep(0.5)


if __name__ == "__main__":
    sys.exit(main())
