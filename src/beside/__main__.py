"""The command line: `./beside …`."""

from __future__ import annotations

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beside.settings")

from beside.commands import main

sys.exit(main(sys.argv[1:]))
