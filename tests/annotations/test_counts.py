import pytest

from annotations.counts import counted


@pytest.mark.parametrize(
    ("number", "noun", "told"),
    [
        (0, "notice", "0 notices"),
        (1, "notice", "1 notice"),
        (2000, "notice", "2,000 notices"),
        (1, "suggestion added", "1 suggestion added"),
        (3, "notice with spans", "3 notices with spans"),
    ],
)
def test_a_number_and_its_noun(number, noun, told):
    assert counted(number, noun) == told
