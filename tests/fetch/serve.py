"""Serves small pages from a process of its own: `python -m tests.fetch.serve 500` prints its base URL."""

from __future__ import annotations

import sys

from tests.fetch.unruly_site import UnrulySite, page

if __name__ == "__main__":
    paths = tuple(f"/p/{n}" for n in range(int(sys.argv[1])))
    with UnrulySite() as site:
        site.pages["/start"] = page("start", "", paths)
        site.pages.update({path: page(path, "x" * 4000) for path in paths})
        print(site.base_url, flush=True)
        sys.stdin.read()
