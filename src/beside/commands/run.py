"""`./beside run`, and the demo that it tells the first time."""

from __future__ import annotations

import argparse

from beside.host import supervisor
from beside.host.home import here


def run(told: argparse.Namespace) -> int:
    """Everything on this machine, until Ctrl-C."""
    relay = told.relay_port or supervisor.free_port(told.port % 65_535 + 1)
    house = supervisor.Supervisor(here(), told.port, relay, empty=told.empty, host=told.host)
    return house.run()


def demo(told: argparse.Namespace) -> int:
    """Tell the demo community. Does nothing where an organisation already is."""
    import django

    django.setup()
    from beside.home.demo.fill import fill

    fill()
    return 0
