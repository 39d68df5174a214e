"""``zhupi release`` from a shell."""

from __future__ import annotations

import json

from running import lines, page, refusal, run
from workplace import SAMPLES


def test_a_release_is_made_listed_and_proved(workplace):
    workplace.run("import", page(workplace), SAMPLES / "08-hostile-control-characters.txt")
    workplace.run("tag", "page", "DATE", "33", "43")
    assert "no releases yet" in workplace.run("release")
    done = run(workplace, "release", "v1.0", "-o", "v1", "--split", "train=0.5,dev=0.5")
    assert done.stdout == ""
    assert "released v1.0: 2 notices, 1 annotation: v1\n" in done.stderr
    manifest = json.loads((workplace.folder / "v1" / "manifest.json").read_bytes())
    assert f"head of its log {manifest['head']}\n" in done.stderr
    assert sorted(manifest["parts"]) == ["dev", "train"]
    [listed] = lines(workplace.run("release", "--json"))
    assert (listed["tag"], listed["head"], listed["position"] + 1) == ("v1.0", manifest["head"], listed["event"])
    table = workplace.run("release")
    assert listed["sha256"][:16] in table
    assert max(map(len, table.splitlines())) <= 80
    assert "all proved" in run(workplace, "verify", "v1").stderr
    workplace.run("check", "--since", manifest["head"])
    assert json.loads(workplace.run("release", "v1.1", "-o", "v2", "--json"))["release"]["tag"] == "v1.1"
    # A release has no --all-notices to point to.
    told = run(workplace, "release", "v1.1-spans", "-o", "v3", "--format", "spans").stderr
    assert "left out 1 notice that nobody has said anything about; a release in jsonl keeps" in told


def test_what_is_missing_or_taken_is_said_in_one_line(workplace):
    workplace.run("import", page(workplace))
    assert "name the folder of the release with -o DIR" in refusal(workplace, "release", "v1")
    assert "zhupi release TAG -o DIR" in refusal(workplace, "release", "-o", "v1")
    assert "no release can be called" in refusal(workplace, "release", "a/b", "-o", "v1")
    workplace.run("release", "v1", "-o", "v1")
    assert "a tag is never used twice; name another" in refusal(workplace, "release", "v1", "-o", "v2", status=1)
    assert "which nothing replaces" in refusal(workplace, "release", "v2", "-o", "v1", status=1)
