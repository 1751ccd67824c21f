"""What belongs to a source: its hosts, its pages, and where its redirects may lead."""

from __future__ import annotations

from collections.abc import Collection

from osint_ingest.fetch.frontier import LEADING, Wanted
from osint_ingest.fetch.safety import CheckedAddress, LoopbackSite, Refused, checked_address
from osint_ingest.sources.base import SourceConfig


class Scope:
    """The bounds of a crawl. `hosts`: the only ones that are asked; None: any public one."""

    def __init__(
        self,
        config: SourceConfig,
        hosts: Collection[str] | None,
        site: LoopbackSite | None,
        most_redirects: int,
    ) -> None:
        self.hosts = hosts
        self._config = config
        self._site = site
        self._most_redirects = most_redirects

    def address(self, url: str) -> CheckedAddress:
        """An address in its normal, public form. Raises Refused if it is none of the source's."""
        return checked_address(self._site.public_url(url) if self._site else url, self.hosts)

    def is_page(self, address: CheckedAddress) -> bool:
        """Does the source want this page, by its `include` and `exclude`?"""
        include, exclude = self._config.include, self._config.exclude
        wanted = not include or any(pattern.search(address.url) for pattern in include)
        return wanted and not any(pattern.search(address.url) for pattern in exclude)

    def after_redirect(self, wanted: Wanted, target: str, hops: int) -> CheckedAddress:
        """Where a redirect of `wanted` leads, the `hops`-th in a row. Raises Refused if it may not be followed."""
        address = self.address(target)
        if wanted.address.scheme == "https" and address.scheme == "http":
            raise Refused("redirect_downgrade", target, "it leads from https to http")
        if hops > self._most_redirects:
            raise Refused("too_many_redirects", target, f"it is redirect number {hops} in a row")
        if wanted.role not in LEADING and not self.is_page(address):
            raise Refused("redirected_away", target, "it is not one of the pages that this source reads")
        return address
