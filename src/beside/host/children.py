"""Child processes that never outlive us."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1


def ends_with_parent(
    user: int | None = None, group: int | None = None, number: int = signal.SIGINT
) -> Callable[[], None]:
    """What a new child runs first: it becomes the account, if one is named, and ends when we end.

    The order matters: changing the user clears the wish. `number` is the signal it is sent then.
    """
    linux = sys.platform == "linux"
    library = ctypes.CDLL(None, use_errno=True) if linux else None
    parent = os.getpid()

    def become() -> None:
        if user is not None and os.geteuid() == 0 and user != 0:
            os.setgroups([])
            os.setgid(group if group is not None else user)
            os.setuid(user)
        os.setpgrp()  # Ctrl-C in a terminal reaches the supervisor alone
        if library is not None:
            library.prctl(_PR_SET_PDEATHSIG, number)
            if os.getppid() != parent:  # it ended before we could wish
                os._exit(1)

    return become
