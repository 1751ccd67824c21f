"""What markers and links of a text speak of: their sentence, or their share of it."""

from __future__ import annotations

import re
import time

import pytest

from osint_ingest.text.contexts import ContextMark, contexts

_MARK = re.compile(r"\[([^\[\]]+)\]([¹²³]?)")


def shared(marked: str) -> dict[str, str]:
    """What each `[phrase]¹` and each `[words of a link]` of a text speaks of."""
    text, marks, last = "", [], 0
    for found in _MARK.finditer(marked):
        text += marked[last : found.start()]
        start, last = len(text), found.end()
        text += found[1]
        marks.append(ContextMark(start, len(text), len(text), is_link=not found[2]))
    text += marked[last:]
    told = contexts(text, marks)
    return {text[m.start : m.end]: text[slice(*at)].strip() for m, at in zip(marks, told, strict=True)}


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        (
            "It rains. The Office, made in 2019, [publishes tides]¹. So it is.",
            {"publishes tides": "The Office, made in 2019, publishes tides"},
        ),
        (
            "The Bay pays the harbour, [which is old]¹, and the Office [counts the boats]².",
            {
                "which is old": "The Bay pays the harbour, which is old",
                "counts the boats": ", and the Office counts the boats",
            },
        ),
        (
            "There are [Rims]¹, a library of forms, [Open Tides]², a fork of it, and others.",
            {
                "Rims": "There are Rims, a library of forms,",
                "Open Tides": "Open Tides, a fork of it, and others.",
            },
        ),
        ("[Rims]¹ is made of parts. They vary.", {"Rims": "Rims is made of parts."}),
        (
            "It rains. The Bay keeps [a map] and has bought [a crane], and the Office [counts boats].",
            {
                "a map": "The Bay keeps a map and has bought",
                "a crane": "The Bay keeps a map and has bought a crane,",
                "counts boats": "and the Office counts boats.",
            },
        ),
        (
            "Il pleut. La Baie vend [une grue]¹ et [a fermé le port]², et l’Office [compte les bateaux]³.",
            {
                "une grue": "La Baie vend une grue",
                "a fermé le port": "La Baie vend une grue et a fermé le port",
                "compte les bateaux": ", et l’Office compte les bateaux",
            },
        ),
        (
            "The Harbour, the [Office of Tides]¹ and the [Bay Council]² keep lists. They vary.",
            dict.fromkeys(
                ("Office of Tides", "Bay Council"), "Office of Tides and the Bay Council keep lists."
            ),
        ),
        (
            "Il dit : « Tout est ouvert. » La Cour [en doute]¹.",
            {"en doute": "La Cour en doute"},
        ),
        (
            "Mr. Oy told J. Ay: “It rains. [It pours.”]¹ Nobody came.",
            {"It pours.”": "Mr. Oy told J. Ay: “It rains. It pours.”"},
        ),
        (
            "A rule (art. 5. It is long. See the annex) is [kept by all]¹. More.",
            {"kept by all": "A rule (art. 5. It is long. See the annex) is kept by all"},
        ),
        (
            "The portal of the Office ([https://tides.example/a]) opens. It rains.",
            {"https://tides.example/a": "The portal of the Office (https://tides.example/a) opens."},
        ),
        (
            "Read the lists at [https://a.example/1] and [https://b.example/2].",
            {
                "https://a.example/1": "Read the lists at https://a.example/1",
                "https://b.example/2": "Read the lists at https://a.example/1 and https://b.example/2.",
            },
        ),
        (
            "B. Oy. Tides and rims, 1994. [https://a.example/1]",
            {"https://a.example/1": "B. Oy. Tides and rims, 1994. https://a.example/1"},
        ),
        (
            "It rains. [www.tides.example] lists the tides.",
            {"www.tides.example": "www.tides.example lists the tides."},
        ),
        (
            "Lo firman el [Banco], la [Caja] e l’[Opera]. Llueve.",
            dict.fromkeys(("Banco", "Caja", "Opera"), "Lo firman el Banco, la Caja e l’Opera."),
        ),
        (
            "The [Bay Council] was told [in May]¹; the Office [counts]² boats; all is well.",
            {
                "Bay Council": "The Bay Council was told in May;",
                "in May": "The Bay Council was told in May",
                "counts": "the Office counts boats; all is well.",
            },
        ),
        ("[Rims]¹; the rest is sand.", {"Rims": "Rims"}),
        ("Guide: [Tides vs. Rims] (Bay Office)", {"Tides vs. Rims": "Guide: Tides vs. Rims (Bay Office)"}),
        (
            "The office publishes [here] what it measures, and [there] what it pays.",
            {
                "here": "The office publishes here what it measures,",
                "there": "and there what it pays.",
            },
        ),
    ],
)
def test_each_has_its_share_of_the_sentence(marked: str, expected: dict[str, str]) -> None:
    assert shared(marked) == expected


def test_a_mark_without_text_has_an_empty_context() -> None:
    assert contexts("", [ContextMark(0, 0, 0)]) == [(0, 0)]


def test_time_grows_as_the_text_does() -> None:
    def seconds(sentences: int) -> float:
        text = "The office said so. " * sentences
        marks = [ContextMark(20 * n + 4, 20 * n + 10, 20 * n + 10) for n in range(sentences)]
        start = time.process_time()
        contexts(text, marks)
        return time.process_time() - start

    few = min(seconds(500) for _ in range(3))
    assert seconds(8_000) < 60 * few  # 16 times in proportion, 256 times by its square
