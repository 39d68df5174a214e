"""``zhupi suggest`` and ``zhupi stats``: what they do, say and refuse."""

from __future__ import annotations

import gzip
import json

import pytest
from running import annotations, page, refusal, run

HOSTILE = "\x1b]0;owned\x07[/b]"


@pytest.fixture
def place(workplace):
    workplace.run(
        "import", page(workplace, "a.txt", "会议召开\n会议要求,各乡镇要于2023年4月底前完成排查。副县长林知远出席。\n")
    )
    return workplace


def test_suggest_is_idempotent_and_counts_what_it_did(place):
    report = json.loads(place.run("suggest", "--json"))
    assert report["notices"] == 1
    assert report["added"] > 2
    assert json.loads(place.run("suggest", "--json")) == {
        "notices": 0, "added": 0, "existing": 0, "withdrawn": 0, "refused": 0,
    }  # fmt: skip
    assert json.loads(place.run("suggest", "--all", "--workers", "2", "--json"))["existing"] == report["added"]
    assert place.run("verify", export(place)) is not None


def export(place):
    path = place.folder / "out.jsonl"
    place.run("export", "-o", path)
    return path


def test_only_the_named_suggesters_run(place):
    place.run("suggest", "--only", "dates")
    assert {item["label"] for item in place.export()[0]["annotations"]} == {"DATE"}
    assert "dates, officials, requirements" in refusal(place, "suggest", "--only", "nonsense")
    assert "--from" in refusal(place, "suggest", "--only", "dates", "--from", "x.jsonl")
    assert "--model" in refusal(place, "suggest", "--model", "x")


@pytest.mark.parametrize(
    "packed",
    [gzip.compress, lambda data: b"\xef\xbb\xbf" + data, lambda data: data.decode().encode("utf-16")],
    ids=["gzip", "mark", "UTF-16"],
)
def test_predictions_are_read_from_whatever_import_reads(place, packed):
    data = packed(json.dumps({"doc": "a", "label": "OFFICIAL", "text": "副县长林知远"}, ensure_ascii=False).encode())
    (place.folder / "model.jsonl").write_bytes(data)
    assert json.loads(place.run("suggest", "--from", "model.jsonl", "--json"))["added"] == 1
    done = run(place, "suggest", "--from", "-", "--model", "model", "--json", data=data)
    assert json.loads(done.stdout)["existing"] == 1


def test_predictions_come_from_a_file_and_what_does_not_fit_is_named(place):
    path = place.folder / "model.jsonl"
    path.write_text(
        json.dumps({"doc": "a", "label": "OFFICIAL", "text": "副县长林知远"})
        + "\n"
        + json.dumps({"doc": f"no{HOSTILE}", "label": "DATE", "text": "x"})
        + "\n",
        encoding="utf-8",
    )
    done = run(place, "suggest", "--from", path, "--model", "tagger-3")
    assert done.returncode == 1
    assert f"{path}:2" in done.stderr
    assert "\x1b" not in done.stderr
    (item,) = place.export()[0]["annotations"]
    assert (item["suggested_by"], item["attributes"]["name"]) == ("tagger-3", "林知远")
    assert "nosuch.jsonl: no such file" in refusal(place, "suggest", "--from", "nosuch.jsonl", status=1)


def test_an_own_export_loads_as_predictions_and_adds_nothing(place):
    place.run("suggest")
    path = export(place)
    assert json.loads(place.run("suggest", "--from", path, "--json"))["added"] == 0


def test_stats_are_a_table_and_an_object(place):
    assert "nobody has reviewed yet" in place.run("stats")
    place.run("suggest")
    place.run("tag", "a", "DATE", "0", "2")
    shown = place.run("stats")
    assert "dates/full@2" in shown
    assert "requirements/modal@2" in shown
    found = json.loads(place.run("stats", "--json"))
    assert found["reviewers"][0]["labels"] == {"DATE": 1}
    assert {rule["acceptance"] for rule in found["rules"]} == {None}


def test_predictions_find_a_text_with_a_nul(workplace):
    run(workplace, "import", page(workplace, text="临江县通知\n各乡镇要于4月底前\0完成排查。\n"))
    (row,) = workplace.export()
    assert "\0" in row["normalized"]
    at = row["normalized"].index("4月底")
    line = {"text": row["normalized"], "spans": [{"start": at, "end": at + 3, "label": "DATE"}]}
    path = page(workplace, "found.jsonl", json.dumps(line) + "\n")
    done = run(workplace, "suggest", "--from", path)
    assert done.returncode == 0, done.stderr
    assert [item["text"] for item in annotations(workplace)] == ["4月底"]


def test_suggestions_are_hidden_on_a_share_of_the_notices_and_shown_again(place):
    assert "suggestions are hidden on 10% of the notices: " in run(place, "suggest", "--hide", "10%").stderr
    assert "suggestions are hidden on 10% of the notices already: " in run(place, "suggest", "--hide", "0.1").stderr
    assert "suggestions are shown on all notices: " in run(place, "suggest", "--hide", "0").stderr
    assert "give a share as 5% or 0.05" in run(place, "suggest", "--hide", "much").stderr
    for other in (["--all"], ["--json"], ["--try", "chiefs"]):
        assert "goes with no other option" in run(place, "suggest", "--hide", "10%", *other).stderr
    place.run("check")


def test_rules_are_muted_by_name_and_by_a_bar_and_stats_tell_which(place):
    place.run("suggest")
    made = [item["suggested_by"].partition("@")[0] for item in place.export()[0]["annotations"]]
    [rule, *_] = [each for each in made if each.startswith("requirements/")]
    before = place.export()
    told = run(place, "suggest", "--mute-below", "40%").stderr
    assert "muted below 40%: no rule yet; it takes 30 decisions" in told
    assert "muted below 40%: no rule yet; it takes 30 decisions on one, and no doubt, as before" in run(
        place, "suggest", "--mute-below", "0.4"
    ).stderr.replace("\n", " ")
    assert "muted below 2.5%: " in run(place, "suggest", "--mute-below", "2.5%").stderr
    assert "no rule lies below 2.5% for certain" in place.run("stats")
    place.run("suggest", "--mute-below", "40%")
    told = run(place, "suggest", "--mute", rule, "REQUIREMENT").stderr
    assert f"{rule} REQUIREMENT is muted; in all 1 rule" in told
    assert "is muted already" in run(place, "suggest", "--mute", rule, "REQUIREMENT").stderr
    assert "1 rule muted: `zhupi stats` tells which" in run(place, "suggest").stderr
    assert f"  {rule} REQUIREMENT: nobody has decided, by name\n" in run(place, "suggest", "--mute-below", "0.4").stderr
    found = json.loads(place.run("stats", "--json"))["muting"]
    assert (found["below"], found["is_counted"], found["kept"]) == (0.4, True, [])
    [muted] = found["rules"]
    assert (muted["rule"], muted["label"], muted["by_name"], muted["decisions"]) == (rule, "REQUIREMENT", True, 0)
    assert "not shown" in place.run("stats")
    # What is stored and exported stays as it was.
    assert place.export() == before
    assert f"{rule} REQUIREMENT is shown" in run(place, "suggest", "--unmute", rule, "REQUIREMENT").stderr
    assert "nothing is muted: " in run(place, "suggest", "--mute-below", "0").stderr
    assert "nothing is muted already: " in run(place, "suggest", "--mute-below", "0").stderr
    assert "there are: requirements/" in refusal(place, "suggest", "--mute", "nothing", "REQUIREMENT")
    assert "there is none for the label" in refusal(place, "suggest", "--unmute", "nothing", HOSTILE)
    for other in (("--all",), ("--hide", "1%"), ("--mute", rule, "REQUIREMENT")):
        assert "it goes with no other option" in refusal(place, "suggest", "--mute-below", "40%", *other)
    assert "give a share as 5%" in refusal(place, "suggest", "--mute-below", "140%")
