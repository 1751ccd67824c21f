"""Alerts: a message to a webhook when a run fails or its release is held back, however the run was started."""

import platform
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from osint_ingest.model import RefusedRun
from osint_ingest.release.publish import Recap
from osint_ingest.run.progress import Reporter
from osint_ingest.settings import Settings

Ended = Literal["failed", "held_back", "refused"]

COUNTS = ("documents", "processed", "carried", "failed", "partial")
"""Figures of a recap that a message has, besides its issues."""

_LOGIN = re.compile(r"(?<=://)[^/@\s]+@")
_SECRET = re.compile(
    r"(?i)((?:token|key|secret|password|passwd|signature|credential)[\w.-]{0,60}+\s{0,9}[=:]\s{0,9})[^\s&,;'\"]+"
)


@dataclass(frozen=True, slots=True)
class Notice:
    """The message to the webhook. `run`: refresh, ingest, check-links. `release`: the one that was held back."""

    run: str
    ended: Ended
    reason: str
    release: str | None = None
    recap: Recap | None = None

    def message(self, settings: Settings) -> dict[str, object]:
        """As JSON of a webhook; `text` is what chat programs show. Logins and secrets are left out."""
        how = self.ended.replace("_", " ")
        counts = {name: getattr(self.recap, name) for name in COUNTS} if self.recap else {}
        if self.recap:
            counts["issues"] = dict(self.recap.issues)
        return {
            "text": without_secrets(f"osint-ingest {self.run} {how}: {self.reason}"),
            "run": self.run,
            "ended": self.ended,
            "reason": without_secrets(self.reason),
            "release": self.release,
            "counts": counts,
            "raw": without_secrets(settings.raw),
            "curated": without_secrets(settings.curated),
            "host": platform.node(),
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
        }


def without_secrets(text: str) -> str:
    """Return the text without logins in addresses and without values that are called a secret."""
    return _SECRET.sub(r"\1...", _LOGIN.sub("...@", text))


def held_back(run: str, recap: Recap) -> Notice:
    reasons = "; ".join(f.message for f in recap.findings if f.severity == "error")
    return Notice(run, "held_back", reasons, recap.held.name if recap.held else None, recap)


def tell(notice: Notice, settings: Settings, reporter: Reporter | None = None) -> bool:
    """Send a notice to the webhook of the settings, if there is one. False, with a warning, if it was not delivered."""
    if settings.webhook is None:
        return True
    from osint_ingest.fetch.guard import NotDelivered, Proxies, post_json

    try:
        post_json(settings.webhook.get_secret_value(), notice.message(settings), Proxies.of(settings))
    except (NotDelivered, RefusedRun) as trouble:
        (reporter or Reporter()).warn(str(trouble))
        return False
    return True


@contextmanager
def alerting(run: str, settings: Settings, reporter: Reporter) -> Iterator[Callable[[Recap], Recap]]:
    """Send a notice if the run in this block fails or is held back. Pass its recap to the function that is yielded."""

    made: Recap | None = None

    def ended(recap: Recap) -> Recap:
        nonlocal made
        made = recap
        return recap

    try:
        yield ended
    except RefusedRun as refusal:
        tell(Notice(run, "refused", str(refusal)), settings, reporter)
        raise
    except Exception as error:
        tell(Notice(run, "failed", f"{type(error).__name__}: {error}"), settings, reporter)
        raise
    if made is not None and made.held:
        tell(held_back(run, made), settings, reporter)
