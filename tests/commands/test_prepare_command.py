"""``zhupi prepare``: what it says, how it ends, and that `import` takes what it makes."""

import gzip
import json

import pytest
from running import PAGE, refusal, run

from store.output.verify import verify


@pytest.fixture
def crawl(workplace):
    """Two shards of one name, in two folders."""
    for folder in ("a", "b"):
        (workplace.folder / "crawl" / folder).mkdir(parents=True)
        row = json.dumps({"text": f"{PAGE}{folder}\n"})
        (workplace.folder / "crawl" / folder / "pages.jsonl").write_text(f"{row}\n{row}\n")
    return workplace


def prepare(place, *arguments):
    return run(place, "prepare", "crawl", "-o", "out", *arguments)


def names(place):
    return sorted(path.name for path in (place.folder / "out").iterdir() if path.name.endswith(".gz"))


def test_a_folder_of_shards_is_prepared_once_and_imported(crawl):
    done = prepare(crawl)
    assert done.returncode == 0
    told = "2 notices, 2 repeated, 0 refused"
    assert done.stderr == f"2 shards prepared, 0 there already, 0 failed; {told}: {crawl.folder}/out\n"
    assert f"0 shards prepared, 2 there already, 0 failed; {told}" in prepare(crawl).stderr
    for name in names(crawl):
        assert name.startswith("pages-")
        (total,) = verify(crawl.folder / "out" / name)
        assert total.number == 1
    assert "2 added" in run(crawl, "import", "out").stderr
    assert "0 added, 2 already there" in run(crawl, "import", "out").stderr
    assert [row["meta"]["fields"] for row in crawl.export()] == [{}, {}]


def test_tasks_of_an_array_share_the_shards(crawl):
    assert "1 shard prepared" in prepare(crawl, "--shard", "1/2").stderr
    assert len(names(crawl)) == 1
    assert "1 shard prepared" in prepare(crawl, "--shard", "2/2").stderr
    assert len(names(crawl)) == 2
    assert "0 shards prepared, 0 there already" in prepare(crawl, "--shard", "3/3").stderr


def test_what_fails_is_named_the_others_go_on_and_the_end_tells(crawl):
    (crawl.folder / "crawl" / "cut.jsonl.gz").write_bytes(gzip.compress(b'{"text":"x"}\n' * 99)[:-9])
    with (crawl.folder / "crawl" / "a" / "pages.jsonl").open("a") as out:
        out.write("no row\n")
    done = run(crawl, "prepare", "crawl", "none.jsonl", "-o", "out")
    assert done.returncode == 1
    assert f"failed {crawl.folder}/crawl/cut.jsonl.gz: damaged or cut off gzip" in done.stderr
    assert "failed none.jsonl: no such file" in done.stderr
    assert f"refused {crawl.folder}/crawl/a/pages.jsonl:3: not JSON" in done.stderr
    assert "2 shards prepared, 0 there already, 2 failed" in done.stderr
    # What was refused is told again, whoever prepared it.
    assert "pages.jsonl:3: not JSON" in prepare(crawl).stderr


def test_suggestions_come_with_the_shard_and_their_labels(crawl):
    assert "--labels goes with --suggest" in refusal(crawl, "prepare", "crawl", "-o", "out", "--labels", __file__)
    labels = crawl.folder / "labels.toml"
    labels.write_text(run(crawl, "init").stdout + run(crawl, "labels", "--toml").stdout)
    done = prepare(crawl, "--suggest", "--labels", "labels.toml")
    assert done.returncode == 0
    assert " suggestions" in done.stderr
    assert "annotations and 0 reviews added" in run(crawl, "import", "out").stderr
    assert run(crawl, "suggest").stderr.startswith("0 notices")
    # The patterns of a project stand beside its labels: another shard, since another label set.
    with labels.open("a") as out:
        out.write('\n[[pattern]]\nname = "river-chiefs"\nlabel = "OFFICIAL"\nwords = ["河长制"]\n')
    assert "2 shards prepared, 0 there already" in prepare(crawl, "--suggest", "--labels", "labels.toml").stderr
    assert "0 shards prepared, 2 there already" in prepare(crawl, "--suggest", "--labels", "labels.toml").stderr
    assert run(crawl, "import", "out").returncode == 0
    found = [each["suggested_by"] for row in crawl.export() for each in row["annotations"]]
    assert sum(each.startswith("patterns/river-chiefs@") for each in found) == 2
    # Where the database has the same patterns, they have been looked for.
    run(crawl, "labels", "--set", "labels.toml")
    assert run(crawl, "suggest").stderr.startswith("0 notices")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--shard", "0/2"], "give I/N"),
        (["--shard", "3/2"], "give I/N"),
        (["--shard", "x"], "give I/N"),
        (["--engine", "dask"], "go together"),
        (["--scheduler", "tcp://x:1"], "go together"),
        (["--engine", "dask", "--scheduler", "tcp://x:1", "--workers", "2"], "--workers is for --engine local"),
        (["--field", "x=y"], "give FIELD=NAME"),
    ],
)
def test_wrong_usage_is_one_line(crawl, arguments, told):
    assert told in refusal(crawl, "prepare", "crawl", "-o", "out", *arguments)
    assert not (crawl.folder / "out").exists()
