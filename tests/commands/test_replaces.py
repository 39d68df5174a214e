"""``zhupi import --replaces``: says what it carried over, names what it did not find."""

from __future__ import annotations

import json

from running import PAGE, page, run


def test_a_changed_page_takes_over_the_annotations_and_what_is_not_found_is_named(workplace):
    workplace.run("import", page(workplace))
    for quote in ("2023-04-12", "4月底前", "会议要求,各乡镇要于4月底前完成排查"):
        at = PAGE.index(quote)
        workplace.run("tag", "page", "DATE", str(at), str(at + len(quote)))
    gone = PAGE.replace("会议要求,各乡镇要于4月底前完成排查。", "会议听取了汇报。") + "责任编辑:周闻\n"
    done = run(workplace, "import", page(workplace, text=gone), "--replaces")
    assert done.returncode == 0
    assert done.stderr.count("\nnot found ") + done.stderr.startswith("not found ") == 2
    assert "DATE “4月底前” by " in done.stderr
    assert "1 added, 0 already there, 0 refused, 1 replaced (1 annotation carried over, 0 unsure, 2 not found)" in (
        done.stderr
    )
    old, new = workplace.export()
    assert new["meta"]["replaces"] == old["id"]
    assert len(old["annotations"]) == 3
    assert [item["text"] for item in new["annotations"]] == ["2023-04-12"]
    assert [review["status"] for review in new["reviews"]] == ["flagged"]
    workplace.run("check")


def test_the_report_as_json_counts_and_names(workplace):
    workplace.run("import", page(workplace))
    at = PAGE.index("4月底前")
    workplace.run("tag", "page", "DATE", str(at), str(at + 4))
    page(workplace, text=PAGE.replace("4月", "5月"))
    done = json.loads(run(workplace, "import", "page.txt", "--replaces", "--json").stdout)
    assert done == {
        "added": 1, "existing": 0, "annotations": 0, "reviews": 0, "replaced": 1, "carried": 1, "questions": 0,
        "unsure": 1, "lost": [], "refused": [], "unread_dates": [], "passed_over": {},
        "strangers": [],
    }  # fmt: skip
    # Once more changes nothing.
    done = json.loads(run(workplace, "import", "page.txt", "--replaces", "--json").stdout)
    assert (done["added"], done["existing"], done["replaced"], done["carried"]) == (0, 1, 0, 0)


def test_an_ambiguous_page_is_refused_with_the_ids_and_the_rest_goes_on(workplace):
    page(workplace, "a/page.txt")
    page(workplace, "b/page.txt", PAGE + "甲")
    workplace.run("import", "a", "b")
    ids = [row["id"] for row in workplace.export()]
    page(workplace, "c/page.txt", PAGE + "乙")
    page(workplace, "c/zz.txt", PAGE + "丙")
    done = run(workplace, "import", "c", "--replaces")
    assert done.returncode == 1
    assert f"refused c/page.txt: doc page names {', '.join(ids)}" in done.stderr
    assert [row["doc"] for row in workplace.export()] == ["page", "page", "zz"]
