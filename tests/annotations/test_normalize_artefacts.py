"""Which parenthesised readings go and which stay."""

from __future__ import annotations

import runpy
import unicodedata
from pathlib import Path

import pytest

from annotations.normalize.artefacts import Artefacts, hosts_of
from annotations.normalize.draft import Draft


def cleaned(text: str, page: str | None = None) -> str:
    return Artefacts(text if page is None else page).drop(Draft.of(text))[0].text


@pytest.mark.parametrize(
    "artefact",
    [
        "關(guān)",
        "關（guān）",
        "關(guān）",
        "關( guān )",
        "關(\u0261u\u0101n)",
        unicodedata.normalize("NFD", "關(guān)"),
        unicodedata.normalize("NFD", "綠(lǜ)"),
        "綠(lǜ)",
        "優(yōu)",
        "個(ge)",
        "個(gè)",
        "們(men)",
        "劉(Liú)",
        "長(zhǎng)",
        "長(cháng)",
    ],
)
def test_a_reading_behind_a_traditional_host_goes(artefact):
    assert cleaned(f"甲{artefact}乙") == f"甲{artefact[0]}乙"


@pytest.mark.parametrize(
    "text",
    [
        "規劃(2018—2035年)",
        "各部(室)",
        "總磷(TP)",
        "關(zhǎng)于",
        "鈉(Na)",
        "關()",
        "關(guān",
        "關 (guān)",
        "(guān)關",
        "關((guān))",
        "關(guān\n)",
        "關(guānguān)",
        "關[guān]",
        "亳(bó)州",
        "亳(bó)州、歙(shè)县",
    ],
)
def test_anything_else_stays(text):
    assert cleaned(text) == text


def test_real_parentheses_behind_an_artefact_stay():
    assert cleaned("各鎮(zhèn)(園)") == "各鎮(園)"
    assert cleaned("(試(shì)行)") == "(試行)"
    assert cleaned("行(xíng)(háng)長(cháng)大(dà)") == "行(háng)長大"


def test_three_different_hosts_show_the_artefact_in_a_simplified_page():
    assert cleaned("长(cháng)长(cháng)江(jiāng)") == "长(cháng)长(cháng)江(jiāng)"
    assert cleaned("长(cháng)江(jiāng)水(shuǐ)") == "长江水"


def test_a_traditional_host_is_no_evidence_for_other_hosts():
    assert cleaned("關(guān)于亳(bó)州") == "關于亳(bó)州"


def test_what_was_left_out_of_the_text_is_evidence_too():
    assert cleaned("亳(bó)州", page="亳(bó)州长(cháng)江(jiāng)") == "亳州"


def test_host_and_reading_are_one_atomic_run():
    draft, found, traditional = Artefacts("").drop(Draft.of("有關(guān)于"))
    assert draft.alignment().runs == ((0, 1, 0, 1), (1, 8, 1, 2), (8, 9, 2, 3))
    assert (found, traditional) == (True, True)


def test_readings_are_those_of_the_host():
    assert "行" in hosts_of("(xíng)")
    assert "行" in hosts_of("(háng)")
    assert "行" not in hosts_of("(guān)")
    assert "a" not in hosts_of("(a)")
    assert "鈉" not in hosts_of("(Na)")


def test_the_table_is_what_the_script_makes_of_pypinyin():
    script = runpy.run_path(str(Path(__file__).parents[2] / "scripts" / "make_readings.py"))
    assert script["TARGET"].read_text(encoding="utf-8") == script["table"]()
