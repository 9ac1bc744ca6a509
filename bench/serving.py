"""How a real server serves an echo: the original stack, this one and Channels 4 alone.

Each stack is started for each round: a server, workers where consumers are of Channels 1, and a
Redis. A client process sends messages over many websockets, some before the first one's echo.
"""

from __future__ import annotations

import asyncio
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from websockets.asyncio.client import ClientConnection, connect

from tests.processes import ROOT
from tests.redis_server import RedisServer, free_port

UVICORN = ("uvicorn", "--no-access-log", "--port")
DAPHNE = ("daphne", "--access-log", os.devnull, "-p")


class Stack(NamedTuple):
    """A way to serve the project of `bench.served`.

    Attributes:
        server: Arguments of ``python -m`` up to the port.
        application: What it serves.
        has_workers: Whether workers run the consumers.
        is_original: Whether it runs on the interpreter of Channels 1.1.8.
    """

    server: tuple[str, ...]
    application: str
    has_workers: bool = True
    is_original: bool = False


STACKS = {
    "original, Daphne 1": Stack(
        ("bench.served.daphne1", "-p"), "bench.served.original:channel_layer", True, True
    ),
    "Channels 1 on uvicorn": Stack(UVICORN, "bench.served.bridge:application"),
    "Channels 1 on Daphne": Stack(DAPHNE, "bench.served.bridge:application"),
    "Channels 4 on uvicorn": Stack(UVICORN, "bench.served.native:application", False),
    "Channels 4 on Daphne": Stack(DAPHNE, "bench.served.native:application", False),
}


class Workload(NamedTuple):
    """What clients do.

    Attributes:
        path: The consumer's.
        workers: Worker processes, of one thread each.
        connections: Websockets.
        messages: Messages of each.
        window: Messages that wait for their echoes at most.
        is_native: Whether Channels 4 has the consumer, too.
    """

    path: str
    workers: int
    connections: int
    messages: int
    window: int
    is_native: bool = True


WORKLOADS = {
    "served echo": Workload("/echo/", 1, 100, 100, 10),
    "served in order, two workers": Workload("/ordered/", 2, 20, 20, 5, False),
}


@dataclass
class Figures:
    """One round of one stack.

    Attributes:
        rate: Messages a second.
        latencies: Seconds from each message to its echo.
        cpu: CPU seconds of server and workers.
        count: Messages.
        memory: Resident memory of each process at the end, in MiB.
    """

    rate: float
    latencies: list[float]
    cpu: float
    count: int
    memory: dict[str, float]

    def __str__(self) -> str:
        cuts = statistics.quantiles(self.latencies, n=100)
        memory = ", ".join(f"{name} {size:.0f}" for name, size in self.memory.items())
        return (
            f"{self.rate:>9,.0f}{cuts[49] * 1e3:>9.1f}{cuts[98] * 1e3:>9.1f}"
            f"{self.cpu / self.count * 1e6:>12.0f}  {memory}"
        )


HEADER = f"{'':<24}{'msg/s':>9}{'p50 ms':>9}{'p99 ms':>9}{'CPU µs/msg':>12}  memory in MiB"


def measure(stack: Stack, workload: Workload, python: str | Path) -> Figures:
    """Start a stack, have it serve a workload, and stop it.

    Args:
        stack: The stack.
        workload: The workload.
        python: The interpreter.
    """
    with _running(stack, workload, python) as (port, processes):
        url = f"ws://127.0.0.1:{port}{workload.path}"
        # Once before: what is loaded at the first use is no part of the figures.
        asyncio.run(_send_all(url, workload._replace(messages=2)))
        before = sum(_cpu(pid) for pid in processes.values())
        seconds, latencies = asyncio.run(_send_all(url, workload))
        cpu = sum(_cpu(pid) for pid in processes.values()) - before
        memory = {name: _memory(pid) for name, pid in processes.items()}
    return Figures(len(latencies) / seconds, latencies, cpu, len(latencies), memory)


@contextmanager
def _running(
    stack: Stack, workload: Workload, python: str | Path
) -> Iterator[tuple[int, dict[str, int]]]:
    with tempfile.TemporaryDirectory() as directory:
        redis = RedisServer(Path(directory))
        redis.start()
        port = free_port()
        (Path(directory) / "sessions").mkdir()
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "bench.served.settings",
            "SERVED_REDIS": redis.url,
            "SERVED_DIRECTORY": f"{directory}/sessions",
        }
        commands = {"server": (*stack.server, str(port), stack.application)}
        for number in range(1, workload.workers + 1) if stack.has_workers else ():
            commands[f"worker {number}"] = ("django", "runworker")
        processes: dict[str, subprocess.Popen[bytes]] = {}
        try:
            for name, command in commands.items():
                processes[name] = subprocess.Popen(
                    ["setpriv", "--pdeathsig", "KILL", python, "-W", "ignore", "-m", *command],
                    cwd=ROOT,
                    env=environment,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            _wait_for(port, processes["server"])
            yield port, {name: process.pid for name, process in processes.items()}
        finally:
            for process in processes.values():
                process.kill()
                process.wait()
            redis.stop()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    while server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.05)
    raise SystemExit(f"A server of the benchmark ended with status {server.returncode}.")


async def _send_all(url: str, workload: Workload) -> tuple[float, list[float]]:
    """Returns the seconds that all took, and those of each message."""
    turns = asyncio.Semaphore(20)
    async with AsyncExitStack() as stack:

        async def open_one() -> ClientConnection:
            async with turns:
                connecting = connect(url, compression=None, open_timeout=60, ping_interval=None)
                return await stack.enter_async_context(connecting)

        clients = await asyncio.gather(*(open_one() for _ in range(workload.connections)))
        begun = time.perf_counter()
        latencies = await asyncio.gather(*(_converse(each, workload) for each in clients))
        seconds = time.perf_counter() - begun
    return seconds, [each for row in latencies for each in row]


async def _converse(client: ClientConnection, workload: Workload) -> list[float]:
    sent: list[float] = []
    latencies = []
    for number in range(workload.messages + workload.window):
        if number >= workload.window:
            echo = int(await client.recv())
            latencies.append(time.perf_counter() - sent[echo])
        if number < workload.messages:
            sent.append(time.perf_counter())
            await client.send(str(number))
    return latencies


def _cpu(pid: int) -> float:
    """CPU seconds of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int) -> float:
    pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE") / 2**20


def served(names: list[str], rounds: int, original: str | Path | None) -> None:
    """Measure workloads on all stacks in turns, and print the best round of each.

    Args:
        names: Keys of `WORKLOADS`.
        rounds: How often.
        original: The interpreter of Channels 1.1.8, ``None`` where there is none.
    """
    for name in names:
        workload = WORKLOADS[name]
        chosen = {
            title: stack
            for title, stack in STACKS.items()
            if (original or not stack.is_original) and (workload.is_native or stack.has_workers)
        }
        best: dict[str, Figures] = {}
        for _ in range(rounds):
            for title, stack in chosen.items():
                python = original if stack.is_original else sys.executable
                assert python is not None
                figures = measure(stack, workload, python)
                best[title] = max(best.get(title, figures), figures, key=lambda each: each.rate)
        print(
            f"\n{name}: {workload.connections} websockets, {workload.messages} messages each, "
            f"{workload.window} at a time\n\n{HEADER}"
        )
        for title, figures in best.items():
            print(f"{title:<24}{figures}")
        _print_ratios(best)


def _print_ratios(best: dict[str, Figures]) -> None:
    first = next((best[title] for title, stack in STACKS.items() if stack.is_original), None)
    for title, stack in STACKS.items():
        if first is None or title not in best or stack.is_original or not stack.has_workers:
            continue
        figures = best[title]
        rate = figures.rate / first.rate
        cpu = (first.cpu / first.count) / (figures.cpu / figures.count)
        print(f"{title}: {rate:.2f} times the original's messages a second, CPU {cpu:.2f}")
