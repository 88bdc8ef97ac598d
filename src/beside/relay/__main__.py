"""`python -m beside.relay`: the relay as a process of its own. See README.md beside it."""

from __future__ import annotations

import argparse
import asyncio
import errno
import resource
import signal
import sys
from ipaddress import IPv4Network, ip_address
from pathlib import Path

from beside.relay.addresses import NOBODYS_NETWORK
from beside.relay.circuit import Circuit
from beside.relay.server import Server, say

SHORTEST_SECRET = 32


def main(arguments: list[str] | None = None) -> int:
    """Run until SIGTERM or SIGINT; 0 after a clean end, 2 when it could not start."""
    options = _parser().parse_args(arguments)
    try:
        secret = read_secret(options.secret_file)
        _allow_connections()
        asyncio.run(_serve(Circuit(secret, network=options.advertise), options))
    except (OSError, ValueError) as error:
        say(_reason(error), sys.stderr)
        return 2
    return 0


def read_secret(path: Path) -> bytes:
    """The shared secret, without the white space around it. Raises OSError or ValueError."""
    secret = path.read_bytes().strip()
    if len(secret) < SHORTEST_SECRET:
        raise ValueError(f"the secret file needs at least {SHORTEST_SECRET} characters")
    return secret


async def _serve(circuit: Circuit, options: argparse.Namespace) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    server = Server(circuit)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    loop.add_signal_handler(signal.SIGUSR1, _say_stats, server)
    await server.run(options.host, options.port, stop)
    _say_stats(server)


def _say_stats(server: Server) -> None:
    say(" ".join(f"{name}={number}" for name, number in server.stats().items()))


def _reason(error: OSError | ValueError) -> str:
    """Plain words without any address: asyncio puts ours into its message."""
    if isinstance(error, OSError):
        return errno.errorcode.get(error.errno or 0, type(error).__name__)
    return str(error)


def _allow_connections() -> None:
    """Lift the soft limit of open files to what the connections of `Limits` need."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4_096 if hard == resource.RLIM_INFINITY else min(hard, 4_096)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m beside.relay", description=__doc__)
    parser.add_argument("--host", action="append", type=_host, required=True, metavar="IP")
    parser.add_argument("--port", type=_port, required=True)
    parser.add_argument("--secret-file", type=Path, required=True, metavar="PATH")
    parser.add_argument(
        "--advertise",
        type=IPv4Network,
        default=NOBODYS_NETWORK,
        metavar="IP[/BITS]",
        help="where relayed addresses are taken from; nothing listens there (%(default)s)",
    )
    return parser


def _host(text: str) -> str:
    return str(ip_address(text))


def _port(text: str) -> int:
    port = int(text)
    if not 1 <= port <= 65_535:
        raise ValueError(text)
    return port


if __name__ == "__main__":
    sys.exit(main())
