"""Numbers of securities by their shape and check digit."""

from __future__ import annotations

import pytest

from domain.security_numbers import NUMBERS, read_cusip, read_sedol


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("isin", "US0378331005"), ("isin", "GB0002634946"), ("isin", "DE0007164600"),
        ("cusip", "037833100"), ("cusip", "17275R102"), ("cusip", "38259P508"), ("cusip", "191216100"),
        ("sedol", "0263494"), ("sedol", "B1YW440"), ("sedol", "2046251"),
    ],
)  # fmt: skip
def test_a_wrong_digit_is_noticed(kind: str, code: str) -> None:
    """A published number is whole, and with any other check digit, a letter less or one in lower case it is not."""
    fits = NUMBERS[kind].fits
    assert fits(code)
    assert not any(fits(code[:-1] + digit) for digit in "0123456789" if digit != code[-1])
    assert not fits(code[1:])
    assert not fits(code.lower()) or code.isdigit()


def test_every_example_is_a_number_of_its_kind() -> None:
    """What a form shows as an example can be typed."""
    assert all(kind.fits(kind.example) for kind in NUMBERS.values())


@pytest.mark.parametrize(
    ("printed", "cusip", "sedol"),
    [
        (" 17275r102 ", "17275R102", ""),
        ("B1YW440", "", "B1YW440"),
        ("--", "", ""),
        ("", "", ""),
        ("FACEBOOK1", "FACEBOOK1", ""),
    ],
)
def test_what_a_file_prints_is_kept_when_it_has_the_shape(printed: str, cusip: str, sedol: str) -> None:
    """Marks for nothing and numbers of another kind are left out."""
    assert (read_cusip(printed), read_sedol(printed)) == (cusip, sedol)
