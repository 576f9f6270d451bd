"""Runs a blocking call of the library so that it stops no other green thread.

ctypes releases the GIL, which is all that native threads need. Where eventlet or gevent has replaced the threads of
the process, a blocking call would stop them all: there it goes to their pool of native threads.
"""
import sys

# Any of these being patched means that the threads of the process are green.
_EVENTLET_PATCHES = ("thread", "socket", "select")
_GEVENT_PATCHES = ("threading", "thread", "_thread", "socket", "select")


def run(function, *arguments):
    """Calls the function, in a native thread if this one is green, and returns what it returns."""
    patcher = sys.modules.get("eventlet.patcher")
    if patcher is not None and any(patcher.is_monkey_patched(name) for name in _EVENTLET_PATCHES):
        from eventlet import tpool
        return tpool.execute(function, *arguments)
    monkey = sys.modules.get("gevent.monkey")
    if monkey is not None and any(monkey.is_module_patched(name) for name in _GEVENT_PATCHES):
        import gevent
        return gevent.get_hub().threadpool.apply(function, arguments)
    return function(*arguments)
