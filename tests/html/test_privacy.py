"""Personal data: what is masked, and what only looks like it."""

from __future__ import annotations

import time

import pytest

from osint_ingest.text.privacy import mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("ana.perez@\noffice.example", "xxx.xxxxx@\nxxxxxx.xxxxxxx"),
        ("to ana.\nperez@office.example", "to xxx.\nxxxxx@xxxxxx.xxxxxxx"),
        ("ana@sea-\nport.example", "xxx@xxx-\nxxxx.xxxxxxx"),
        ("ana@office\n.example", "xxx@xxxxxx\n.xxxxxxx"),
        ("ana.perez @ office.example", "xxx.xxxxx @ xxxxxx.xxxxxxx"),
        ("{ana, eva}@office.example", "{xxx, xxx}@xxxxxx.xxxxxxx"),
        ('"ana perez"@office.example', '"xxx xxxxx"@xxxxxx.xxxxxxx'),
        ("ana\uff20office.example", "xxx\uff20xxxxxx.xxxxxxx"),
        ("请联系ana@office.example获取", "请联系xxx@xxxxxx.xxxxxxx获取"),
        ("ана@пример.рф", "xxx@xxxxxx.xx"),
        ("ana%2Eperez%40office.example", "xxx%2Exxxxx%40xxxxxx.xxxxxxx"),
        ("https://ana:pw@host.example/", "https://xxx:xx@host.example/"),
        ("ana arroba office punto example", "xxx xxxxxx xxxxxx xxxxx xxxxxxx"),
        ("ANA AT OFFICE DOT EXAMPLE", "xxx xx xxxxxx xxx xxxxxxx"),
        ("ana (Klammeraffe) office (Punkt) example", "xxx (xxxxxxxxxxx) xxxxxx (xxxxx) xxxxxxx"),
        ("Phone\n4321 5678", "Phone\nxxxx xxxx"),
        ("+54 11\n4321-5678", "+xx xx\nxxxx-xxxx"),
        ("+54 11 4321 5678\n2019 was", "+xx xx xxxx xxxx\n2019 was"),
        ("Τηλ.: 210 1234567", "Τηλ.: xxx xxxxxxx"),
        ("電話：03-1234-5678", "電話：xx-xxxx-xxxx"),
        ("01 23 45 67 89", "xx xx xx xx xx"),
        ("+49/30/1234567 ext. 12", "+xx/xx/xxxxxxx xxx. xx"),
        ("write to ana.perez@office.example now", "write to xxx.xxxxx@xxxxxx.xxxxxxx now"),
        ("Tel: 4321-5678 int. 12", "Tel: xxxx-xxxx xxx. xx"),
        ("Teléfono (011) 4321-5678", "Teléfono (xxx) xxxx-xxxx"),
        ("+54 11 4321-5678", "+xx xx xxxx-xxxx"),
        ("0054 11 4321 5678", "xxxx xx xxxx xxxx"),
        ("call (011) 4321-5678", "call (xxx) xxxx-xxxx"),
        ("WhatsApp: 54 9 11 2345 6789", "WhatsApp: xx x xx xxxx xxxx"),
        ("maria [at] office [dot] org", "xxxxx [xx] xxxxxx [xxx] xxx"),
        ("maria (zavináč) office.example", "xxxxx (xxxxxxx) xxxxxx.xxxxxxx"),
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
        "npm i @scope/name", "react@18.2.0", "actions/checkout@v4", "icon@2x.png", "user@localhost",
        "thanks @office.example",
        "https://maps.example/@-34.603722,-58.381592,15z", "+40.712812, -74.006015", "ORCID 0000-0002-1825-0097",
        "IBAN ES91 2100 0418 4502 0005 1332", "(12) 2018-2019", "https://x.example/phone-20181234567.pdf",
        "we meet at the dot com bubble", "In 1954. At some point in 1955", "2016-02-25-talk-at-iff.md",
        "hotel:2019-2020",
        "the office (a) of the state. and", "2020 01 02 03 04 05", "CUIT 30-12345678-9",
        "follow @opengov", "section (34) 123-4567-8",
    ],
)  # fmt: skip
def test_other_numbers_are_left_alone(text: str) -> None:
    assert mask(text) == (text, 0)


def test_what_is_masked_stays_as_it_is() -> None:
    once, count = mask("write to ana@office.example or Tel. 4321-5678 ext. 9 or https://ana:pw@host.example/")
    assert count == 3 and mask(once) == (once, 0)


@pytest.mark.parametrize(
    "piece", ["@", "a@", "a@a", "x@x.x@", "(at)", " at ", "1", "+1", "(1", "0 1", "%40", "//a@", "tel "]
)
def test_time_grows_with_the_length_of_any_text(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length] + "!"
        start = time.process_time()
        mask(text)
        return time.process_time() - start

    seconds(2_000)
    assert min(seconds(100_000) for _ in range(2)) < 40 * max(min(seconds(10_000) for _ in range(3)), 0.004)
