"""What is a domain, and what only looks like one."""

from functools import cache
from importlib.resources import files

from publicsuffixlist import PublicSuffixList


@cache
def suffixes() -> PublicSuffixList:
    """The public suffixes of the IANA."""
    # without the suffixes that companies registered for their customers: `github.io` is a domain like others
    return PublicSuffixList(only_icann=True)


def is_domain(host: str, printed: str = "") -> bool:
    """Is a bare host a web address, and no file's name or name with a dot in it? `printed`: with what follows it."""
    labels = host.lower().split(".")
    if set(host) <= {"x", ".", "-"}:
        return False  # masked; `.xxx` is a suffix
    if labels[-1] in file_ends() and "/" not in printed:
        return False
    if suffixes().privatesuffix(host, accept_unknown=False) is None:
        return False
    # `Decision.The`, `e.g.in`: a lone short name before a suffix that is a word
    if len(labels) == 2 and "/" not in printed:
        return (host == host.lower() and (len(labels[0]) > 3 or any(c.isdigit() for c in labels[0]))) or (
            (host[0].isupper() and labels[-1] in ("gov", "org", "com", "net", "eu", "int", "info"))
            and host.split(".")[1].islower()
        )
    return host.rsplit(".", maxsplit=1)[-1].islower() and all(labels)


@cache
def file_ends() -> frozenset[str]:
    """Endings of file names that are top-level domains as well."""
    text = files("osint_ingest.text").joinpath("file_endings.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())
