"""What the elements of a page are for, told by their names, roles, attributes and place; never by a class."""

import re
from collections.abc import Mapping

from lxml import etree

from osint_ingest.text.language_files import words


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


BLOCKS = _names(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre section "
    "summary table tbody td tfoot th thead tr ul"
)
HEADINGS = _names("h1 h2 h3 h4 h5 h6")
STRONG = _names("b strong")

UNREAD = _names(
    "script style noscript template svg head iframe object embed canvas audio video select datalist textarea "
    "map math link meta title nav footer dialog"
)
"""Scripts, navigation, drawings: nothing in them is the page's text."""
_UNREAD_ROLES = _names("navigation contentinfo search dialog alertdialog tooltip menu menubar toolbar banner")
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)

# an arrow, a bullet, or the name by which an icon font has its sign: `expand_more`
_ICON = re.compile(r"\W*+(?:[a-z]++(?:_[a-z]++)*+)?\W*+")

_LONGEST_ICON = 40

# elements that carry a tooltip's text inside the words that it explains
HINTS = frozenset(("span", "small", "div", "aside", "p", "section", "details", "button", "dfn", "em", "i"))
_SENTENCE_END = (".", "…", "!", ".”", '."', ".)", *(w for w in words("leads_on") if w[0].isupper()), "»")
LONGEST_TERM = 200  # what a tooltip explains is not longer than this, in code points
_FEWEST_WORDS, _MOST_TERM_WORDS, _LONGEST_HINT = 4, 9, 900


def is_outside_content(element: etree._Element, name: str, attrs: Mapping[str, str], inside: str) -> bool:
    """Navigation, the site's own header and footer, dialogs, by their role: nothing of it is the page's text."""
    role = attrs.get("role")
    if role in _UNREAD_ROLES:
        return role != "banner" or element.find(".//h1") is None
    # a header at the page's top is the site's, unless the page's own title stands in it
    return name == "header" and inside != "main" and element.find(".//h1") is None


def is_hidden(element: etree._Element, attrs: Mapping[str, str], described: set[str]) -> bool:
    """Not shown at all, shown only as the description of something else, or a mere sign: an arrow, a bullet."""
    if "hidden" in attrs or "popover" in attrs or attrs.get("aria-modal") == "true":
        return True
    if attrs.get("aria-hidden") == "true":
        text = _text_of(element)
        if text is not None and len(text) <= _LONGEST_ICON and _ICON.fullmatch(text):
            return True
    style = attrs.get("style")
    return attrs.get("id") in described or bool(style and _HIDING.search(style))


def is_hint(element: etree._Element, before: str, nested: bool) -> bool:
    """A tooltip's text: a whole sentence inside the words that it explains, which go on after it. `before` is the text
    before the element, from where the inline element around it began if it is `nested` in one. Glossary plug-ins write
    `<span>Open Data<span>By opening up data, ... More</span></span>`."""
    term = before.strip()
    if not term or term[-1] in ".:;,!?([–—-\n/|":
        return False
    text = _text_of(element)
    if not text or not text[0].isupper() or text.count(" ") + 1 < _FEWEST_WORDS:
        return False
    if _wraps_a_hint(element):
        return False
    sentence = text.endswith(_SENTENCE_END)
    if nested and len(term.split()) <= _MOST_TERM_WORDS and (sentence or _is_glued(element, text)):
        return True
    goes_on = (element.tail or "").strip() if sentence else ""
    return bool(goes_on) and (goes_on[0].islower() or goes_on[0] in ",.:;)")


def _wraps_a_hint(element: etree._Element) -> bool:
    """It holds the words that are explained and, after them, the element with the explanation."""
    words = bool((element.text or "").strip())
    for child in element:
        text = _text_of(child) if isinstance(child.tag, str) else None
        # the first of some words with a capital, with an end or set right after others
        sentence = text and text[0].isupper() and text.count(" ") + 1 >= _FEWEST_WORDS
        explains = text and sentence and (text.endswith(_SENTENCE_END) or _is_glued(child, text))
        if words and explains and child.tag in HINTS:
            return True
        words = words or bool(text) or bool((child.tail or "").strip())
    return False


def _is_glued(element: etree._Element, text: str) -> bool:
    """A long text set right after the words before it, without a space."""
    above, sibling = element.getparent(), element.getprevious()
    before = (sibling.tail if sibling is not None else above.text if above is not None else "") or ""
    apart = not before.strip() or before[-1:].isspace()
    return not apart and text.count(" ") + 1 >= 2 * _FEWEST_WORDS


def _text_of(element: etree._Element) -> str | None:
    """Its text with white space folded; None when it is too long for a hint."""
    pieces: list[str] = []
    size = 0
    for seen, text in enumerate(element.itertext()):
        size += len(text)
        if size > _LONGEST_HINT or seen > _MOST_TERM_WORDS * 4:
            return None
        pieces.append(text)
    return " ".join("".join(pieces).split())
