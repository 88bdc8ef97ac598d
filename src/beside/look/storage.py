"""Static files under names that change with their content, so that browsers may keep them for ever."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Assets(CompressedManifestStaticFilesStorage):
    """Follows `import` between our ES modules, so that a changed module is never mixed with old ones."""

    support_js_module_import_aggregation = True
    manifest_strict = False
