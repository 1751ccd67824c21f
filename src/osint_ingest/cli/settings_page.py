"""The page `docs/settings.md`: every setting, its environment variable, default and meaning.

python -m osint_ingest.cli.settings_page > docs/settings.md
"""

from __future__ import annotations

import sys

from osint_ingest.settings import Settings

HEAD = """# Settings

This page is made from the code (`make tables`). Each setting of a run is an environment variable; what a command's
option says wins over the environment, the environment over the default. In Python: `Settings(raw="...", ...)`.

| environment variable | default | meaning |
|---|---|---|
"""


def page() -> str:
    """The whole page, in Markdown."""
    prefix = Settings.model_config["env_prefix"]
    rows = (
        f"| `{prefix}{name.upper()}` | {_default(field.default)} | {field.description} |\n"
        for name, field in Settings.model_fields.items()
    )
    return HEAD + "".join(rows)


def _default(value: object) -> str:
    return "" if value is None or value == () else f"`{value}`"


if __name__ == "__main__":
    sys.stdout.write(page())
