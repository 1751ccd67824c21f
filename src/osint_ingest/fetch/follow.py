"""An address asked for as its host allows, along its redirects: what link checks and look-ups in archives share."""

import re
from collections.abc import Callable, Collection, Sequence
from functools import partial
from urllib.parse import urljoin

from osint_ingest.fetch.client import Answer
from osint_ingest.fetch.failure import FetchFailed
from osint_ingest.fetch.polite_client import PoliteClient
from osint_ingest.fetch.robots import Robots, read_robots
from osint_ingest.fetch.safety import CheckedAddress, checked_address
from osint_ingest.fetch.visit import Visit


class Follower:
    """Follows redirects, each of them checked. Asks only for what robots.txt allows, at the rate that it asks for."""

    def __init__(self, client: PoliteClient, redirects: int) -> None:
        self._client = client
        self._redirects = redirects
        self._robots = Robots(lambda address: read_robots(self._look, address, None))

    def usable(
        self,
        url: str,
        *,
        headers: Sequence[tuple[str, str]] = (),
        until: re.Pattern[str] | None = None,
        statuses: Collection[int] = (200, 404),
    ) -> Answer:
        """An answer of one of these `statuses`, or the redirect that `until` asks for; else FetchFailed says why.

        A host that fails several times in a row is left alone.
        """
        address = checked_address(url, None)
        try:
            answer = self.answer(address, partial(self._client.ask, headers=headers), until=until)
            if answer.status not in statuses and not answer.header("location"):
                code = "refused_by_site" if answer.status in (401, 403) else "unexpected_status"
                raise FetchFailed(code, f"{url}: status {answer.status}", "", status=answer.status)
        except FetchFailed as failed:
            self._client.went_wrong(address, failed.code)
            raise
        self._client.went_well(address)
        return answer

    def answer(
        self,
        address: CheckedAddress,
        ask: Callable[[CheckedAddress], Answer],
        *,
        until: re.Pattern[str] | None = None,
    ) -> Answer:
        """The answer at the end of the redirects, or the first that leads to an address that `until` finds.

        Raises FetchFailed if there is none; otherwise as `PoliteClient.ask`.
        """
        seen = {address.url}
        for _ in range(self._redirects + 1):
            self._allowed(address)
            answer = ask(address)
            location = answer.header("location")
            if not 300 <= answer.status < 400 or not location:
                return answer
            target = urljoin(address.url, location)
            if until and until.search(target):
                return answer
            address = checked_address(target, None)
            if address.url in seen:
                raise FetchFailed("redirect_loop", f"{address.url}: its redirects form a loop", "")
            seen.add(address.url)
        message = f"{address.url}: more than {self._redirects} redirects"
        raise FetchFailed("too_many_redirects", message, "")

    def _allowed(self, address: CheckedAddress) -> None:
        rules = self._robots.rules(address)
        if rules.why is not None:
            raise FetchFailed("robots_unreachable", rules.why, "")
        if not rules.allow(address):
            message = f"{address.url}: robots.txt does not allow it"
            raise FetchFailed("robots_disallow", message, "", severity="warning")
        self._client.pace(address).slow_down(rules.seconds_between)

    def _look(self, address: CheckedAddress) -> Visit:
        answer = self._client.ask(address)
        if 300 <= answer.status < 400 and (location := answer.header("location")):
            return Visit("alias", leads_to=urljoin(address.url, location))
        if answer.status != 200:
            raise FetchFailed(
                "unexpected_status", f"{address.url}: status {answer.status}", "", status=answer.status
            )
        return Visit("new", data=answer.body)
