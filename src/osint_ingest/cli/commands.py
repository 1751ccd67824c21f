"""The commands as a group that answers a mistyped name with those that are near it."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from typer.core import TyperGroup

_NEAR = 0.5
"""Likeness of two names (`difflib`) from which one is suggested for the other: `rlease` and `releases` have 0.71."""


class Commands(TyperGroup):
    """A group of commands that suggests."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """As the base class; a name that there is not ends with exit code 2 and suggestions."""
        name = args[0]
        known = self.list_commands(ctx)
        if name in known or name.startswith("-"):
            return super().resolve_command(ctx, args)
        near = [k for k in known if len(name) > 1 and (k.startswith(name) or name.startswith(k))]
        near += [k for k in get_close_matches(name.lower(), known, n=3, cutoff=_NEAR) if k not in near]
        told = f"Did you mean {' or '.join(near)}?" if near else f"Commands: {', '.join(known)}."
        ctx.fail(f"There is no command {name!r}. {told}")
