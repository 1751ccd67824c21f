"""Personal data: what is masked, and what only looks like it."""

from __future__ import annotations

import pytest

from osint_ingest.text.privacy import mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("write to ana.perez@office.example now", "write to xxx.xxxxx@xxxxxx.xxxxxxx now"),
        ("Tel: 4321-5678 int. 12", "Tel: xxxx-xxxx xxx. xx"),
        ("Teléfono (011) 4321-5678", "Teléfono (xxx) xxxx-xxxx"),
        ("+54 11 4321-5678", "+xx xx xxxx-xxxx"),
        ("0054 11 4321 5678", "xxxx xx xxxx xxxx"),
        ("call (011) 4321-5678", "call (xxx) xxxx-xxxx"),
        ("WhatsApp: 54 9 11 2345 6789", "WhatsApp: xx x xx xxxx xxxx"),
        ("maria [at] office [dot] org", "xxxxx [xx] xxxxxx [xxx] xxx"),
        ("[email\u00a0protected]", "[xxxxx\u00a0xxxxxxxxx]"),
    ],
)
def test_addresses_and_numbers_to_call_are_masked(text: str, masked: str) -> None:
    assert mask(text) == (masked, 1)
    assert len(masked) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "2017-2019", "Law No. 24,156", "Decree 1172/2003", "the mobile 2018-2020 plan", "an amount of +2 000 000 000",
        "ISBN 978-3-16-148410-0", "doi 10.1234/5678.90", "(2018) 2019-2020", "1.000.000.000", "AR0090, 2019",
        "by tel 12.10.2018", "code 0012345678901", "telework 2020 2021 2022", "Resolution 1234567/2020",
        "CUIT 30-12345678-9", "follow @opengov", "section (34) 123-4567-8",
    ],
)  # fmt: skip
def test_other_numbers_are_left_alone(text: str) -> None:
    assert mask(text) == (text, 0)
