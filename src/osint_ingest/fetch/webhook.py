"""Sends JSON to a webhook: an address that whoever runs this has chosen."""

import json
import time
from collections.abc import Mapping

import httpcore

from osint_ingest.fetch.proxy import Proxies
from osint_ingest.fetch.safety import Refused, checked_address

SECONDS = 10.0  # for each part of a request: connect, send, answer
TRIES = 3
PAUSE = 1.0  # seconds before the second try; before the third twice as many


class NotTold(Exception):
    """The message was not delivered. Only the host of the address is named: the rest may be secret."""


def post_json(url: str, message: Mapping[str, object], proxies: Proxies) -> None:
    """Posts a message; any answer of 200 to 299 will do. Raises `NotTold` after TRIES, or at once where it is refused.

    Redirects are not followed. Private addresses are allowed, unlike for what a crawl finds.
    """
    try:
        address = checked_address(url, None)
    except Refused:
        raise NotTold("the webhook is not an http(s) URL") from None
    proxy = proxies.for_address(address)
    body = json.dumps(message, ensure_ascii=False, default=str).encode()
    headers = [("Content-Type", "application/json; charset=utf-8"), ("User-Agent", "osint-ingest")]
    timeouts = dict.fromkeys(("connect", "read", "write", "pool"), SECONDS)
    trouble = ""
    with (
        httpcore.HTTPProxy(proxy.url, proxy_auth=proxy.credentials)
        if proxy
        else httpcore.ConnectionPool() as pool
    ):
        for number in range(TRIES):
            if number:
                time.sleep(PAUSE * number)
            try:
                answer = pool.request(
                    "POST", url, headers=headers, content=body, extensions={"timeout": timeouts}
                )
            except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
                trouble = f"{type(error).__name__} {error}".strip()
                continue
            if 200 <= answer.status < 300:
                return
            trouble = f"status {answer.status}"
            if answer.status < 500 and answer.status != 429:
                break
    raise NotTold(f"the webhook at {address.host} did not accept the message: {trouble}")
