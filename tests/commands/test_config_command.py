"""``zhupi config``, and what a broken config does to the app."""

from __future__ import annotations

import os
import re
import subprocess

from workplace import SAMPLES, ZHUPI


def test_the_defaults_are_printed_as_a_file_to_start_from(workplace):
    printed = workplace.run("config")
    (workplace.folder / "config.toml").write_text(printed.replace("# theme", "theme"), encoding="utf-8")
    workplace.env["ZHUPI_CONFIG"] = str(workplace.folder / "config.toml")
    assert '"review.tag_1" = "1"' in workplace.run("config")


def test_a_broken_config_is_one_line_and_exit_2(workplace):
    workplace.env["ZHUPI_CONFIG"] = str(workplace.folder / "config.toml")
    (workplace.folder / "config.toml").write_text('[keys]\n"review.nxt" = "n"\n', encoding="utf-8")
    done = subprocess.run([ZHUPI, "config"], env={**os.environ, **workplace.env}, capture_output=True)
    assert done.returncode == 2
    assert done.stderr.decode().split("\n")[-2] == (
        "zhupi: config.toml:2: review.nxt is no key of zhupi; did you mean review.next?"
    )


def test_a_key_that_terminals_send_as_another_is_told_with_its_line(workplace):
    path = workplace.folder / "config.toml"
    workplace.env["ZHUPI_CONFIG"] = str(path)
    path.write_text('[keys]\n"review.done" = ["m", "ctrl+m"]\n', encoding="utf-8")
    done = workplace.call("config")
    assert done.returncode == 2
    assert "config.toml:2: ctrl+m is enter to a terminal; write enter, or take another key" in done.stderr


def test_the_app_says_what_is_wrong_with_the_config_before_it_opens(workplace):
    workplace.run("import", SAMPLES)
    workplace.env["ZHUPI_CONFIG"] = str(workplace.folder / "config.toml")
    (workplace.folder / "config.toml").write_text('[keys]\n"review.next" = "m"\n', encoding="utf-8")
    screen = workplace.open(80, 24)
    screen.wait(r"config.toml:2: m is the key of review.next and of review.done")
    screen.wait_for_end()
    assert screen.child.exitstatus == 2


def test_what_is_set_is_printed_as_it_is_set(workplace):
    path = workplace.folder / "config.toml"
    workplace.env["ZHUPI_CONFIG"] = str(path)
    path.write_text('theme = "light"\nmouse = false\n[keys]\n"review.done" = "f9"\n')
    printed = workplace.run("config")
    assert re.search(r'^theme = "light" +#', printed, re.MULTILINE)
    assert re.search(r"^mouse = false +#", printed, re.MULTILINE)
    assert re.search(r'^# ambiguous_width = "narrow" +#', printed, re.MULTILINE)


def test_a_key_that_a_label_has_is_told(workplace):
    path = workplace.folder / "config.toml"
    workplace.env["ZHUPI_CONFIG"] = str(path)
    path.write_text('[keys]\n"review.done" = "d"\n', encoding="utf-8")
    done = workplace.call("config")
    assert done.returncode == 2
    assert "config.toml:2: d is the key of review.tag_3 and of review.done" in done.stderr
