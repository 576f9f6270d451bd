"""Text between Python and C: `str` in and out on both Pythons; UTF-8 below."""
import sys

from ip_driver import errors

if sys.version_info[0] < 3:
    TEXT = (str, unicode)  # noqa: F821 (the name exists where this is run)

    def _bytes(value):
        return value if isinstance(value, str) else value.encode("utf-8")

    def decode(value):
        """The text of a char *; None for NULL."""
        return value
else:
    TEXT = (str,)

    def _bytes(value):
        return value.encode("utf-8")

    def decode(value):
        """The text of a char *; None for NULL. What is not UTF-8 is replaced: only an error message could hold it."""
        return None if value is None else value.decode("utf-8", "replace")


def encode(name, value):
    """The bytes of a text, for a const char *; None for None. `name` is for messages."""
    if value is None:
        return None
    if not isinstance(value, TEXT):
        raise TypeError("%s must be a str, not %s" % (name, type(value).__name__))
    try:
        encoded = _bytes(value)
    except UnicodeError:
        raise errors.Invalid("%s is not text" % name)
    # C would silently see less than was given.
    if b"\0" in encoded:
        raise errors.Invalid("%s has a NUL in it" % name)
    return encoded
