"""How a host's robots.txt is got, through its redirects, and what it means when it is not there."""

from __future__ import annotations

from collections.abc import Callable, Collection

from osint_ingest.fetch.failure import FetchFailed
from osint_ingest.fetch.polite_client import HostLost
from osint_ingest.fetch.robots import RobotsText
from osint_ingest.fetch.safety import CheckedAddress, Refused, checked_address
from osint_ingest.fetch.visit import Visit

_HOPS = 5


def robots_text(
    look: Callable[[CheckedAddress], Visit], address: CheckedAddress, hosts: Collection[str] | None
) -> RobotsText:
    """The robots.txt of the address's host, through up to five redirects (RFC 9309), by `look`.

    A 4xx means that there are no rules; anything else without a text means that nothing may be asked.
    """
    url = f"{address.origin}/robots.txt"
    try:
        for _ in range(_HOPS):
            visit = look(checked_address(url, hosts))
            if visit.leads_to is None:
                return (
                    RobotsText(visit.data.decode("utf-8", "replace"))
                    if visit.data
                    else RobotsText(None, absent=True)
                )
            url = visit.leads_to
    except FetchFailed as failed:
        if failed.status is not None and 400 <= failed.status < 500 and failed.status != 429:
            return RobotsText(None, absent=True)
        return RobotsText(None, why=str(failed))
    except Refused as refused:
        where = "" if refused.url == address.host else f"its robots.txt leads to {refused.url}: "
        return RobotsText(None, why=f"{where}refused, because {refused.why}")
    except HostLost as lost:
        return RobotsText(None, why=str(lost))
    return RobotsText(None, absent=True)
