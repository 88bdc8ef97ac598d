"""Static files whose names change with their content, so that browsers may keep them."""

from __future__ import annotations

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Assets(CompressedManifestStaticFilesStorage):
    """Follows `import` between our ES modules: a changed one is never mixed with old ones."""

    support_js_module_import_aggregation = True
    manifest_strict = False

    def stored_name(self, name: str) -> Any:
        """The collected name, or the plain one where nothing was collected yet (tests)."""
        try:
            return super().stored_name(name)
        except ValueError:
            return name
