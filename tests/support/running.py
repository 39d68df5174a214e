"""Run commands and look at everything that came out of them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess

import pytest
from workplace import ZHUPI

# What a terminal would obey: controls but the newline, C1, controls of direction.
OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")

PAGE = "临江县召开河长制工作会\n来源:临江县水务局 时间:2023-04-12\n会议要求,各乡镇要于4月底前完成排查。\n"


def run(place, *arguments, data=b"", env=None, before=(), cwd=None, process=False):
    """A finished run on a workplace; nothing of it has a traceback or anything that a terminal would obey.

    With ``process``, or ``before`` it, the installed command is run in a process of its own.
    """
    if process or before:
        done = subprocess.run(
            [*before, ZHUPI, *arguments], env={**os.environ, **place.env, **(env or {})}, cwd=cwd or place.folder,
            input=data, capture_output=True, timeout=60,
        )  # fmt: skip
        done.stdout, done.stderr = done.stdout.decode(), done.stderr.decode()
    else:
        done = place.call(*arguments, data=data, env=env, cwd=cwd)
    assert "Traceback" not in done.stderr
    assert not OBEYED.search(done.stderr)
    return done


def refusal(place, *arguments, status=2, **options):
    """The one line of a refusal, without the name of the program."""
    done = run(place, *arguments, **options)
    assert (done.returncode, done.stdout) == (status, ""), done
    assert re.fullmatch(r"zhupi: [^\n]+\n", done.stderr), done.stderr
    return done.stderr.removeprefix("zhupi: ").rstrip("\n")


def page(place, name="page.txt", text=PAGE):
    path = place.folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    return path


def annotations(place):
    """All annotations of a fresh export that ``verify`` has passed."""
    return [item for row in place.export() for item in row["annotations"]]


def lines(output):
    return [json.loads(line) for line in output.split("\n") if line]


def plain_user():
    """What runs a command as somebody to whom permissions apply, which they do not to root."""
    if os.getuid():
        return ()
    if not shutil.which("setpriv"):
        pytest.skip("needs setpriv to test permissions as root")
    return ("setpriv", "--bounding-set=-all", "--inh-caps=-all")
