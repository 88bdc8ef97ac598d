"""The parts of the running house, each in a process of its own."""

from __future__ import annotations

import argparse
import os
import signal
import sys

from beside.host import reach
from beside.host.home import here

LONGEST_WORD = 16_384  # bytes of one message over a WebSocket
GOODBYE = 5  # seconds for what is under way when we are asked to end


def live(told: argparse.Namespace) -> int:
    """Pages in threads and the wire beside them, in one uvicorn."""
    import uvicorn

    os.environ[reach.ENVIRON] = told.host
    proxies = os.environ.get("BESIDE_PROXIES", "127.0.0.1")
    behind = os.environ.get("BESIDE_BEHIND_PROXY", "").lower() in {"1", "yes", "true", "on"}
    uvicorn.run(
        "beside.asgi:application",
        host=told.host,
        port=told.port,
        loop="asyncio",
        http="h11",
        ws="websockets-sansio",
        ws_per_message_deflate=False,  # 16 MB for a thousand sockets, for messages of 40 bytes
        ws_max_size=LONGEST_WORD,
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=behind,
        forwarded_allow_ips=proxies,
        timeout_graceful_shutdown=GOODBYE,
        h11_max_incomplete_event_size=65_536,
    )
    return 0


def web(told: argparse.Namespace) -> int:
    """The pages alone: gunicorn with threads, any number of processes and hosts."""
    os.environ[reach.ENVIRON] = told.host
    words = [sys.executable, "-m", "gunicorn", "beside.asgi:pages"]
    words += ["--bind", f"{told.host}:{told.port}", "--workers", str(told.workers)]
    words += ["--worker-class", "gthread", "--threads", "8", "--worker-tmp-dir", _tmp()]
    words += ["--max-requests", "20000", "--max-requests-jitter", "2000"]
    words += ["--forwarded-allow-ips", os.environ.get("BESIDE_PROXIES", "127.0.0.1")]
    os.execv(sys.executable, words)  # noqa: S606 - our own interpreter


def worker(told: argparse.Namespace) -> int:
    """Jobs and sweeps, looking at the database as nobody."""
    import django

    django.setup()
    from beside.host import jobs

    jobs.work()
    return 0


def relay(told: argparse.Namespace) -> int:
    """The relay, on the loopback addresses unless others are named."""
    from beside.relay.__main__ import main

    home = here()
    home.secret("relay")
    named = os.environ.get("RELAY_LISTEN", "").split()
    words = ["--port", str(told.port), "--secret-file", str(home.keys / "relay")]
    for host in told.host or named or _loopback():
        words += ["--host", host]
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return main(words)


def _loopback() -> list[str]:
    """127.0.0.1, and ::1 on a machine that has it."""
    import socket

    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as tried:
            tried.bind(("::1", 0))
    except OSError:
        return ["127.0.0.1"]
    return ["127.0.0.1", "::1"]


def _tmp() -> str:
    """Where gunicorn's workers say that they live: in memory, or a slow disk looks like a hang."""
    return "/dev/shm" if os.path.isdir("/dev/shm") else "/tmp"  # noqa: S108
