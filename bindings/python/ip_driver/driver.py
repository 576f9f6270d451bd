"""The handle: opening a backend, its groups of operations, transactions, information and logging."""
import ctypes
import os

from ip_driver import _abi, _arguments, _blocking, _library, _operations, _text, errors
from ip_driver.results import Info

LOG_LEVELS = ("error", "warning", "info", "debug")


def _run(function, inputs):
    """Calls a function that ends with an error record; raises what it says."""
    error = _abi.Error(size=ctypes.sizeof(_abi.Error))
    status = _blocking.run(getattr(_library.get(), function), *(list(inputs) + [ctypes.byref(error)]))
    if status != 0:
        raise errors.of_status(status, _text.decode(error.message), error.retryable != 0)


class _Handle(object):
    """What Driver and Transaction have in common: the groups, and the way to call."""

    def __init__(self):
        for group, made in _operations.CLASSES.items():
            setattr(self, group, made(self))

    def _handle(self):
        raise NotImplementedError

    def _call(self, function, inputs):
        _run(function, [self._handle()] + inputs)

    @staticmethod
    def _free(function, pointer):
        getattr(_library.get(), function)(pointer)

    def supports(self, capability):
        """True if this handle can do something: an operation ("lease.expire") or a feature ("hold"); see driver.h."""
        return _library.get().ip_driver_supports(self._handle(), _text.encode("capability", capability)) != 0

    def info(self):
        """What this handle is: a results.Info."""
        pointer = ctypes.POINTER(_abi.Info)()
        self._call("ip_driver_info_get", [ctypes.byref(pointer)])
        try:
            return Info._of(pointer.contents)
        finally:
            self._free("ip_driver_info_free", pointer)


class Driver(_Handle):
    """An open backend. Any number of threads may use it at once.

    config: path of a configuration file; None: as ip_driver_open() says ($IP_DRIVER_CONFIG, /etc/ip_driver/ip_driver.conf,
        else the native backend in the user's data directory).
    settings: instead of a file, {"ip_driver": {"backend": "native"}, "native": {"connection": "sqlite:////..."}}.

    In a child of fork() the handle opens itself anew at the first call.
    """

    def __init__(self, config=None, settings=None):
        if config is not None and settings is not None:
            raise TypeError("config and settings exclude one another")
        _Handle.__init__(self)
        self._config = config
        self._settings = settings
        # By process: a handle must not be used in a child of the process that opened it, not even to be closed.
        self._handles = {os.getpid(): self._open()}
        self._closed = False

    def _open(self):
        handle = ctypes.c_void_p()
        if self._settings is None:
            _run("ip_driver_open", [_text.encode("config", self._config), ctypes.byref(handle)])
        else:
            array, count = _arguments.settings(self._settings)
            _run("ip_driver_open_settings", [array, count, ctypes.byref(handle)])
        return handle

    def _handle(self):
        if self._closed:
            raise ValueError("the driver is closed")
        pid = os.getpid()
        handle = self._handles.get(pid)
        if handle is None:
            # No lock: one that was held by another thread when the process was forked is held for ever.
            opened = self._open()
            handle = self._handles.setdefault(pid, opened)
            if handle is not opened:
                _library.get().ip_driver_close(opened)
        return handle

    def transaction(self):
        """Begins a transaction: several calls as one (see transaction.h).

        with driver.transaction() as t:
            t.block.create(...)

        commits at the end of the block, or undoes everything if it is left by an exception.
        """
        return Transaction(self)

    def close(self):
        """Closes the handle. No call may be running on it. Closing twice is allowed."""
        if self._closed:
            return
        self._closed = True
        handle = self._handles.pop(os.getpid(), None)
        if handle is not None:
            _library.get().ip_driver_close(handle)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        self.close()

    def __repr__(self):
        return "<ip_driver.Driver %s>" % (self._config or ("of settings" if self._settings is not None else "by default"))


class Transaction(_Handle):
    """A transaction: the groups of a Driver, seen by nobody else until the commit. One thread at a time may use it."""

    def __init__(self, driver):
        _Handle.__init__(self)
        # The driver must outlive its transactions.
        self._driver = driver
        self._pid = os.getpid()
        handle = ctypes.c_void_p()
        driver._call("ip_driver_transaction_begin", [ctypes.byref(handle)])
        self._open_handle = handle

    def _handle(self):
        if self._open_handle is None:
            raise ValueError("the transaction has ended")
        if self._pid != os.getpid():
            raise ValueError("the transaction belongs to the process that began it")
        return self._open_handle

    def commit(self):
        """Commits, and ends the transaction whatever the result."""
        handle = self._handle()
        self._open_handle = None
        _run("ip_driver_transaction_commit", [handle])

    def rollback(self):
        """Undoes everything and ends the transaction."""
        handle = self._handle()
        self._open_handle = None
        _blocking.run(_library.get().ip_driver_transaction_rollback, handle)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        if self._open_handle is None:
            return
        if kind is None:
            self.commit()
        else:
            self.rollback()


def version():
    """The version of the library, "1.0.0"."""
    return _text.decode(_library.get().ip_driver_version())


def backends(config=None):
    """The backends that are found, as a list of results.Info: see ip_driver_backend_list()."""
    pointer = ctypes.POINTER(_abi.Infos)()
    _run("ip_driver_backend_list", [_text.encode("config", config), ctypes.byref(pointer)])
    try:
        return [Info._of(pointer.contents.items[i].contents) for i in range(pointer.contents.count)]
    finally:
        _library.get().ip_driver_infos_free(pointer)


# Every callback that was ever set: the library may still be running one when another is set.
_callbacks = []


def set_log(function, level="info"):
    """Sets where the library's log messages of `level` ("error", "warning", "info", "debug") and more severe ones go, for the
    whole process: function(level, message), which must not call the library. None: nowhere."""
    if level not in LOG_LEVELS:
        raise ValueError("level %r is not one of %s" % (level, ", ".join(LOG_LEVELS)))
    callback = _abi.LOG_FUNCTION()
    if function is not None:
        def receive(number, message, _data):
            function(LOG_LEVELS[number] if 0 <= number < len(LOG_LEVELS) else "debug", _text.decode(message))
        callback = _abi.LOG_FUNCTION(receive)
    _callbacks.append(callback)
    _library.get().ip_driver_log_set(LOG_LEVELS.index(level), callback, None)
