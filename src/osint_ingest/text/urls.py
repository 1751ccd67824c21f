"""URLs as text and as addresses. Normalised by w3lib; domains by the public suffix list, offline."""

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from unicodedata import normalize
from urllib.parse import unquote, urljoin, urlsplit

from osint_ingest.text.domains import file_ends, is_domain, suffixes
from osint_ingest.text.language_files import late, words
from osint_ingest.text.mail import begins_in_mail, mail_spans

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_IPV4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")


@lru_cache(maxsize=20_000)
def normalise_url(url: str, base: str | None = None) -> str:
    """An absolute, normalised form of a URL: scheme and host lower case, escapes made even; a host with letters beyond
    ASCII is kept as people read it. A bare `www.` or domain gets `https://`. The fragment and the order of the query
    are kept: both can matter to the page meant. A string that is no URL comes back stripped."""
    from w3lib.url import canonicalize_url  # noqa: PLC0415 - it loads much, ssl too, and many a document has no address

    stripped = url.strip()
    if base:
        try:
            stripped = urljoin(base, stripped)
        except ValueError:  # `http://[bad`
            return stripped
    scheme, colon, rest = stripped.partition(":")
    if not colon or (not rest.startswith("//") and "." in scheme):
        stripped = f"https://{stripped}"
    if stripped[:7].lower() == "mailto:":
        return "mailto:" + stripped[7:]
    try:
        parts = urlsplit(stripped)
        if not parts.netloc:
            return stripped
        query, canonical = parts.query, urlsplit(canonicalize_url(stripped, keep_fragments=True))
    except ValueError:
        return stripped
    # an empty fragment is kept too: it is how some pages are cited
    host = canonical.netloc
    if "xn--" in host:
        host = ".".join(_readable(label) for label in host.split("."))
    return canonical._replace(query=query, netloc=host).geturl() + ("#" if stripped.endswith("#") else "")


def _readable(label: str) -> str:
    try:
        return label.encode("ascii").decode("idna") if label.startswith("xn--") else label
    except UnicodeError:
        return label


@lru_cache(maxsize=20_000)
def host_of(url: str) -> str | None:
    """The host of an absolute URL, lower case; None if there is none."""
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def file_name_of(url: str) -> str | None:
    """The last part of an address's path, percent-decoded: `.../OSS%20Report.pdf` -> `OSS Report.pdf`. None where the
    path has no part, and for `file:<sha256>`, which names bytes and no file."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if not parts.netloc:
        return None
    name = unquote(parts.path).rstrip("/").rpartition("/")[2]
    return printable_name(name) or None


def printable_name(name: str) -> str:
    """The name of a file in NFC, control characters as spaces."""
    return " ".join(_CONTROL.sub(" ", normalize("NFC", name)).split())


def registered_domain(url: str) -> str | None:
    """`datos.gob.example.ar` -> `example.ar` by the public suffix list; None for an IP or no host. Under a top level
    that the list does not have, two labels count: the list's own rule for that case."""
    host = host_of(url)
    return _domain_of(host) if host else None


@lru_cache(maxsize=20_000)
def _domain_of(host: str) -> str | None:
    if ":" in host or _IPV4.fullmatch(host):
        return None
    return suffixes().privatesuffix(host.rstrip("."))


# what can stand in a printed URL; a CJK, Arabic or Hebrew sign ends it, an arrow that leads back, a bullet that a
# font has for itself; an accented Latin letter does not
_URL_CHAR = r"[^\s<>\"«»\u0590-\u06ff\u2015-\u2bff\u3000-\u9fff\ue000-\uf8ff\ufe00-\ufe0f\uff00-\uffff]"
_SCHEME = re.compile(r"(?:https?|ftp)://", re.I)
# each set of signs takes 4 ms to compile, so that of a URL stands but twice
_FOUND = late(
    rf"""(?x)(?: (?i:https?|ftp)://
    | (?<![\w@./-])(?i:www)\.(?:[\w-]+\.)+[A-Za-z]{{2,24}}(?![\w-])
    | (?<![\w/.])(?P<doi>(?i:doi):\s?)?10\.\d{{4,9}}/(?={_URL_CHAR})
    | (?<![\w@./:-])(?P<bare>(?:[A-Za-z0-9-]+\.)+[A-Za-z]{{2,24}})(?![\w@-])
    )(?:(?(bare)(?=/)){_URL_CHAR}*+)?"""
)
_CAN_BE = re.compile(r"://|\.\w")  # what every one of these has, and few sentences have
_AS_HYPHEN = str.maketrans("\u2010\u2011", "--")  # hyphens that fonts draw for the one of ASCII
_CLOSING = ".,;:!?'\"”’»…*"
_PAIRS = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True, slots=True)
class PrintedUrl:
    """A URL that a text prints: characters `[start, end)`; `url` with a scheme (a DOI: at doi.org)."""

    start: int
    end: int
    url: str


def find_urls(text: str, line_ends: Iterable[int] = ()) -> list[PrintedUrl]:
    """URLs, `www.` addresses, DOIs and bare domains of a text, closing punctuation left outside. A closing bracket
    belongs to the URL when its opening one does. A bare domain counts when its suffix is on the public suffix list and
    it does not look like a file's name or a name with a dot in it; beside a whole address, a capital makes it the name
    of a site (`Congress.gov, https://...`). What begins inside a mail address is none (`line_ends`: see
    `mail_spans`)."""
    if _CAN_BE.search(text) is None:
        return []
    found = []
    mail = mail_spans(text, line_ends)
    for match in _FOUND().finditer(text):
        start, end = match.start(), trim_url(text, match.start(), match.end())
        printed = text[start:end]
        if len(printed) < 4 or (not _SCHEME.match(printed) and begins_in_mail(start, mail)):
            continue
        if match.group("bare") and not is_domain(match.group("bare"), printed):
            continue
        if match.group("doi") or printed.startswith("10."):
            url = "https://doi.org/" + printed[printed.index("10.") :]
        elif _SCHEME.match(printed):
            url = printed
            if len(printed) < 9 or not re.search(r"\w", printed.partition("://")[2]):
                continue
        else:
            url = f"https://{printed}"
        found.append(PrintedUrl(start, end, url.translate(_AS_HYPHEN)))
    if any(_SCHEME.match(text, link.start) for link in found):
        printed_as = ((link, text[link.start : link.end]) for link in found)
        return [
            x for x, said in printed_as if not said[0].isupper() or "/" in said or said[:4].lower() == "www."
        ]
    return found


def trim_url(text: str, start: int, end: int) -> int:
    """Return where the URL that begins at `start` ends, at most at `end`: closing punctuation is left outside."""
    while end > start:
        last = text[end - 1]
        unopened = last in _PAIRS and text.count(last, start, end) > text.count(_PAIRS[last], start, end)
        if last in _CLOSING or unopened:
            end -= 1
        else:
            break
    return end


JoinRule = Literal["annotation", "scheme", "break_sign", "filled_line", "url_piece"]
JOIN_CONFIDENCE: dict[str, float] = {
    "annotation": 1.0,
    "scheme": 0.95,
    "break_sign": 0.9,
    "filled_line": 0.9,
    "url_piece": 0.8,
}

_OPEN_END = re.compile(
    r"(?:(?:https?|ftp)://|www\.|\bdoi:\s?10\.|\b10\.\d{4,9}/"
    r"|(?<![\w@./-])(?:[A-Za-z0-9-]++\.)++[A-Za-z]{2,24}+/)\S*$",
    re.I,
)
_CUT_SCHEME = re.compile(r"(?:^|[\s(\[<])(?:https?|https?:/?|https?://|www\.?)$", re.I)
_BREAKS_AFTER = "/.?#,"
_NEVER_LAST = "-_=&%~+@"
_STOPS = re.compile(r"^[(\[{<«“\"„‘–—•|]")
_PATH = re.compile(r"[A-Za-z]\w{0,40}+[/=&%?]\w")
_AFTER_URL = frozenset(words("after_urls"))
"""Words that follow a URL on the next line far oftener than they are part of one."""
_PIECE = re.compile(r"[/_=&%?#~]|\w[-.+]\w|\d\w|\w\d")


def open_url(text: str) -> str | None:
    """The URL at the very end of a text (of a line, say) that may go on; None if there is none."""
    if _CUT_SCHEME.search(text):
        return text.rsplit(maxsplit=1)[-1].lstrip("([<")
    match = _OPEN_END.search(text)
    if match is None or match.group()[-1] in '>"”»':
        return None
    return match.group()


def url_goes_on(  # noqa: PLR0911, PLR0912 - one sign after the other
    head: str,
    following: str,
    *,
    room: float,
    target: str | None,
    same_target: bool,
    known_words: Container[str],
) -> JoinRule | None:
    """Does the URL `head` at a line's end go on with the first word of the next line, and why? `following` is the next
    line's text from its start. `room`: how much of the line is left over, in widths of a letter. `target`: where a
    link annotation over `head` leads; `same_target`: one over the next line's first word leads to the same place;
    programs that look for URLs by themselves end theirs at the line's end, so an annotation that ends there is no
    proof. `known_words`: words of the document in lower case."""
    word, _, rest = following.strip().partition(" ")
    head = head.translate(_AS_HYPHEN)
    if not word:
        return None
    if _CUT_SCHEME.search(head):
        return "scheme"
    last, piece = head[-1], bool(_PIECE.search(word.rstrip(".,;:")))
    if target:
        agreed = _continues_target(head, word, target)
        cut_short = agreed is False and (last in _NEVER_LAST or (room < 2 and bool(_PATH.search(word))))
        if agreed is not None and not cut_short:
            return "annotation" if agreed else None
        if same_target and agreed is None:
            return "annotation"
    if _SCHEME.match(word) or word.lower().startswith("www."):
        return None
    closes = ")" in word and "(" not in word.partition(")")[0]
    if last in _NEVER_LAST or (_is_open(head) and closes):
        return "break_sign"
    bare = word.strip("().,;:!?\"'”»").casefold()
    if last == "." and _completes(head, bare):
        return "break_sign"
    if last in ",;!" or (last in ")]" and not _is_open(head, closed=True)) or _STOPS.match(word):
        return None
    if last == ":" and not (piece and head[:-1].rpartition("/")[2].rpartition("=")[2].isalpha()):
        return None
    plain = not piece and (bare in known_words or bare in _AFTER_URL or (word.istitle() and bool(rest)))
    if last == "." and not piece and (word[:1].isupper() or bare in known_words):
        return None
    if last in _BREAKS_AFTER and not (plain and rest):
        return "break_sign"
    if word[0] in "/?&=#%_-~." and len(word) > 1 and room < 30:
        return "break_sign"
    if room < 2 and not (plain and (rest or bare in _AFTER_URL)):
        return "filled_line"
    if piece and room < 6 and not bare.rpartition("/")[0].startswith(".") and not bare.isdigit():
        return "url_piece"
    return None


def _is_open(head: str, *, closed: bool = False) -> bool:
    """Does a bracket of the URL wait to be closed? With `closed`: was each one that it closes opened in it?"""
    opened = head.count("(") - head.count(")")
    return opened >= 0 if closed else opened > 0


def _completes(head: str, word: str) -> bool:
    """Does a word after a full stop make of a piece a host (`europa.`, `eu`) or a file (`report.`, `pdf`)?"""
    place = head.partition("://")[2] or head
    if "/" in place:
        return word in file_ends()
    before = place.rstrip(".")
    return is_domain(f"{before}.{word}", "/") and not is_domain(before, "/")


def hyphen_of_target(head: str, following: str, target: str) -> bool | None:
    """Is the hyphen at the end of `head` part of the address, according to the link over it? None if that tells
    nothing."""
    whole, first = _comparable(target), _comparable(following.split(" ", 1)[0].rstrip(".,;:)]”»"))[:4]
    if not first:
        return None
    kept, cut = _comparable(head) + first, _comparable(head)[:-1] + first
    return True if kept in whole else False if cut in whole else None


def _continues_target(head: str, word: str, target: str) -> bool | None:
    """Whether the annotation's target goes on after `head` with `word`; None when it tells nothing."""
    whole, part = _comparable(target), _comparable(head)
    at = whole.find(part)
    if at < 0 and part.endswith("-"):
        part = part[:-1]
        at = whole.find(part)
    if at < 0:
        return None
    left = whole[at + len(part) :]
    if not left.strip("/"):
        return False
    first = _comparable(word.rstrip(".,;:)]”»"))
    if not first:
        return None
    return left.startswith(first) or first.startswith(left) or None


def target_of(printed: str, heads: Iterable[str], target: str) -> str:
    """Where a printed URL leads: the target of the annotation over it, unless that is the printed one cut off where a
    line ends (after one of its `heads`) or with the punctuation after it, or is no address: TeX can leave its commands
    in one."""
    said, told = _comparable(printed), _comparable(target)
    if "\\" in target or any(told.rstrip("-") == _comparable(head).rstrip("-") for head in heads):
        return printed
    after = told[len(said) :] if told.startswith(said) else ""
    return printed if after and not after.strip(_CLOSING + ")]}> \r\n") else target


def _comparable(url: str) -> str:
    return re.sub(r"^(?:https?|ftp)://", "", unquote(url.strip()).translate(_AS_HYPHEN).lower())
