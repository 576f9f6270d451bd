"""Finds and loads libip_driver, once, at first use: importing this package needs no library."""
import ctypes
import os
import threading

from ip_driver import _abi, _text, errors

# The soname of the library of ABI 1, then what a build without an installation may have.
_NAMES = ("libip_driver.so.1", "libip_driver.so")

_lock = threading.Lock()
_loaded = None


def _open():
    given = os.environ.get("IP_DRIVER_LIBRARY")
    problems = []
    for name in (given,) if given else _NAMES:
        try:
            return ctypes.CDLL(name)
        except OSError as problem:
            problems.append("%s" % problem)
    raise errors.Config("the library libip_driver cannot be loaded (%s); %s" % (
        "; ".join(problems), "see IP_DRIVER_LIBRARY" if given else "install it, or set IP_DRIVER_LIBRARY to its path"))


def _declare(library):
    for name, (result, arguments) in _abi.FUNCTIONS.items():
        try:
            function = getattr(library, name)
        except AttributeError:
            raise errors.Config("the library has no function %s; it is older than this package" % name)
        function.restype = result
        function.argtypes = arguments
    version = _text.decode(library.ip_driver_version())
    if version.split(".")[0] != "1":
        raise errors.Config("the library has version %s; this package needs version 1" % version)
    return library


def get():
    """The library, with its functions declared."""
    global _loaded
    if _loaded is None:
        with _lock:
            if _loaded is None:
                _loaded = _declare(_open())
    return _loaded
