"""Heads of initiatives and of policies, in the ways that reports write them (all of them made up)."""

from __future__ import annotations

import pytest

from osint_ingest.sources.osor.records import act_in, heading_kind, initiative_in


@pytest.mark.parametrize(
    ("text", "name", "translation", "year"),
    [
        ("NordCode, 2022: a platform", "NordCode", None, 2022),
        ("Casa Común (Common House), 2022: a platform", "Casa Común", "Common House", 2022),
        ("NordCode (2018): a platform", "NordCode", None, 2018),
        ("NordCode – 2018: a platform", "NordCode", None, 2018),
        ("NordCode, 2018. A platform", "NordCode", None, 2018),
        ("NordCode, 2018 – a platform", "NordCode", None, 2018),
        ("NordCode, June 2012: a platform", "NordCode", None, 2012),
        ("NordCode, since 2001: a platform", "NordCode", None, 2001),
        ("NordCode, 2019-2021: a platform", "NordCode", None, 2019),
        ("NordCode, 2019/20: a platform", "NordCode", None, 2019),
        ("NordCode, 2019-present: a platform", "NordCode", None, 2019),
        ("NordCode, ongoing: a platform", "NordCode", None, None),
        ("NordCode: a platform that was made in 2019", "NordCode", None, None),
        ("Vision 2030, 2021: a platform", "Vision 2030", None, 2021),
        ("Phase two: the return, 2020: a platform", "Phase two: the return", None, 2020),
        ("Open Programme Office (OPO), 2021: a body", "Open Programme Office", None, 2021),
        ("2020 – Code Lab: a room", "Code Lab", None, 2020),
        ("free software as a tool, 2018: a course", "free software as a tool", None, 2018),
        ("In 2021, the city of Norport launched the Balsa Platform, which", "Balsa Platform", None, 2021),
        ("NordCode is a platform of the city that was built in 2016", "NordCode", None, 2016),
        ("NordCode, 2022", "NordCode", None, 2022),
    ],
)
def test_initiatives(text: str, name: str, translation: str | None, year: int | None) -> None:
    found = initiative_in(text, (), lambda phrase: 0.0)
    assert found is not None
    assert (found.name, found.translation, found.year) == (name, translation, year)


def test_plain_prose_is_no_initiative() -> None:
    assert initiative_in("the platforms that follow were chosen by experts", (), lambda phrase: 0.0) is None


@pytest.mark.parametrize(
    ("text", "year", "title"),
    [
        ("In 2020, the Office introduced the Federal Code Plan, which makes", 2020, "Federal Code Plan"),
        (
            "On 5 March 2019, the Government adopted Decree No. 123/2018 on reuse.",
            2019,
            "Decree No. 123/2018",
        ),
        ("Law 39/2015: public bodies have to publish", 2015, "Law 39/2015"),
        ("The Digital Norland Act (Lov) was adopted in October 2016.", 2016, "Digital Norland Act"),
        (
            "In September 2023, the Action Plan 2023-2025 was published. In 2024, more.",
            2023,
            "Action Plan 2023-2025",
        ),
        ("Digital Strategy 2030 (2021) sets aims", 2021, "Digital Strategy 2030"),
        ("Between 2016 and 2018, Law No. 4,118 on Code was drafted.", 2016, "Law No. 4,118 on Code"),
        (
            "Since early 2018, bodies prefer open formats. More.",
            2018,
            "Since early 2018, bodies prefer open formats",
        ),
        ("Bodies prefer open formats.", None, "Bodies prefer open formats"),
    ],
)
def test_acts(text: str, year: int | None, title: str) -> None:
    act = act_in(text)
    assert (act.year, act.title) == (year, title)


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Policy makers", "policy_makers"),
        ("2.1 Policymakers", "policy_makers"),
        ("Governmental bodies", "policy_makers"),
        ("Strategic players", "strategic_players"),
        ("Non-governmental actors", "strategic_players"),
        ("Key strategic stakeholders", "strategic_players"),
        ("Actors", "actors"),
        ("Policy and legal framework", "policies"),
        ("Policies", "policies"),
        ("Legal acts", "policies"),
        ("Open source policies in Norland", "policies"),
        ("OPEN SOURCE SOFTWARE INITIATIVES", "initiatives"),
        ("III. Initiatives", "initiatives"),
        ("Key projects in the public sector", "initiatives"),
        ("Executive Summary", None),
        ("Table of Contents", None),
        ("Norland", None),
        (
            "This section lists the policies of the last ten years, which were many and are not all in force today",
            None,
        ),
    ],
)
def test_headings_are_told_by_their_meaning(heading: str, kind: str | None) -> None:
    assert heading_kind(heading, "Norland") == kind
