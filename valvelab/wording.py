"""How messages say numbers, nouns and kinds of data, so that every one of them speaks the same language."""

import difflib
from collections.abc import Iterable, Sequence

_NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_KINDS = {
    "b": "true and false",
    "c": "complex numbers",
    "f": "real numbers",
    "i": "whole numbers",
    "u": "whole numbers",
    "S": "text",
    "T": "text",
    "U": "text",
    "m": "durations",
    "M": "dates",
}


def with_article(noun: str) -> str:
    """Return a noun with its indefinite article.

    Examples
    --------
    >>> with_article("energy")
    'an energy'
    """
    return f"{'an' if noun[0] in 'aeio' else 'a'} {noun}"


def counted(number: int) -> str:
    """Return a small number as a word, a larger one in digits."""
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def one_of(choices: Iterable[object]) -> str:
    """Return choices as they stand in a sentence.

    Examples
    --------
    >>> one_of(["1 mA", "10 mA", "100 mA"])
    '1 mA, 10 mA or 100 mA'
    """
    words = [str(choice) for choice in choices]
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def unsigned_zero(text: str) -> str:
    """Return a number as it is written, without the sign of one that was rounded to zero.

    Examples
    --------
    >>> unsigned_zero("-0.0"), unsigned_zero("-0.1")
    ('0.0', '-0.1')
    """
    return text if any(digit in text for digit in "123456789") else text.lstrip("+-")


def nearest(word: object, known: Iterable[str]) -> str | None:
    """Return the known word that was probably meant."""
    close = difflib.get_close_matches(str(word), sorted(known), n=1)
    return close[0] if close else None


def shown(value: object, length: int = 60) -> str:
    """Return what was found, cut to a length that fits in a line."""
    if value is None or isinstance(value, bool):
        return {None: "nothing", True: "true", False: "false"}[value]
    text = " ".join(repr(value).split())
    return text if len(text) <= length else text[: length - 3] + "..."


def first_line(error: BaseException) -> str:
    """Return the first line of an error's message, or its kind where it has none; QCoDeS adds to the arguments."""
    lines = str(error.args[0] if error.args else "").strip().splitlines()
    return lines[0] if lines else type(error).__name__


def kind_of_data(kind: str, shape: Sequence[int] = ()) -> str:
    """Return what an array of a `numpy.dtype.kind` holds, and how large it is."""
    size = f" in the shape {' x '.join(map(str, shape))}" if len(shape) > 1 else ""
    return f"{_KINDS.get(kind, 'neither numbers nor text')}{size}"
