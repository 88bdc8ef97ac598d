"""The house as it is, with a slow job more, so that a worker can be killed in its middle."""

from beside.settings import *  # noqa: F403
from beside.settings import PROCRASTINATE_IMPORT_PATHS

PROCRASTINATE_IMPORT_PATHS = [*PROCRASTINATE_IMPORT_PATHS, "tests.host.slow"]
