"""Stands for the Nova that ip-driver-nova finds installed: its options, and how one gets at its database.

2012.1 (Essex): nova.flags.FLAGS, nova.openstack.common.cfg, nova.db.sqlalchemy.api.get_session
2013.1 to 2015.1: oslo.config as oslo_config (2015.1), nova.config.parse_args, the same get_session
13.1 to 20.x: nova.db.sqlalchemy.api.get_engine, sqlalchemy.text

On a real SQLite database, whose path stands as [database] connection in nova.conf.
"""
import contextlib
import re
import sqlite3
import sys
import types

RELEASES = ("2012.1", "2015.1", "20.0")


class Opt(object):
    """cfg.StrOpt and its like."""

    def __init__(self, name, default=None, help=None):
        self.name = name
        self.default = default


class Conf(object):
    """FLAGS, CONF: options that are registered, and those of the files that were read."""

    def __init__(self):
        self._values = {}
        self._read = {}

    def register_opts(self, opts):
        for opt in opts:
            self._values.setdefault(opt.name, opt.default)

    def read(self, path):
        with open(path) as file:
            self._read.update(re.findall(r"^(?:--)?(\w+) *= *(.*)$", file.read(), re.MULTILINE))

    def __call__(self, arguments):
        """nova.flags.FLAGS of Essex, which reads --flagfile."""
        for argument in arguments[1:]:
            self.read(argument[len("--flagfile="):])

    def __getattr__(self, name):
        values = self.__dict__["_values"]
        if name not in values:
            raise AttributeError(name)
        return self._read.get(name, values[name])


class Result(object):
    """SQLAlchemy's ResultProxy."""

    def __init__(self, cursor):
        self._names = [column[0] for column in cursor.description or ()]
        self._rows = cursor.fetchall()

    def keys(self):
        return self._names

    def fetchall(self):
        return self._rows


class Connection(object):
    """A session with autocommit, or a connection of an engine; the latter takes statements made with text() only."""

    def __init__(self, path, kind):
        self._path = path
        self._kind = kind
        self._connection = None

    @contextlib.contextmanager
    def begin(self):
        self._connection = sqlite3.connect(self._path, isolation_level=None)
        try:
            self._connection.execute("PRAGMA synchronous = OFF")
            self._connection.execute("BEGIN")
            try:
                yield self
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")
        finally:
            self._connection.close()

    def execute(self, statement, values=None):
        if not isinstance(statement, self._kind):
            raise TypeError("%r is no %s" % (statement, self._kind.__name__))
        if isinstance(values, list):
            return Result(self._connection.executemany("%s" % statement, values))
        return Result(self._connection.execute("%s" % statement, values or {}))

    def close(self):
        pass


class Text(str):
    """sqlalchemy.text()"""


class Engine(object):
    def __init__(self, path):
        self._path = path

    def connect(self):
        return Connection(self._path, Text)


def modules(release):
    """The modules of a release, by name."""
    conf, made = Conf(), {}

    def module(name, **members):
        made[name] = types.ModuleType(name)
        made[name].__dict__.update(members)
        made[name].__path__ = []

    conf.register_opts([Opt("connection")])
    kinds = dict((kind, Opt) for kind in ("StrOpt", "IntOpt", "ListOpt"))
    for name in ("nova", "nova.db", "nova.db.sqlalchemy"):
        module(name)
    if release == "2012.1":
        module("nova.openstack")
        module("nova.flags", FLAGS=conf)
        module("nova.openstack.common", cfg=None)
        module("nova.openstack.common.cfg", **kinds)
        made["nova.openstack.common"].cfg = made["nova.openstack.common.cfg"]
    else:
        def parse_args(arguments, default_config_files=None):
            for path in default_config_files:
                conf.read(path)

        module("nova.config", parse_args=parse_args)
        module("oslo_config", cfg=None)
        module("oslo_config.cfg", CONF=conf, **kinds)
        made["oslo_config"].cfg = made["oslo_config.cfg"]
    if release == "20.0":
        module("sqlalchemy", text=Text)
        module("nova.db.sqlalchemy.api", get_engine=lambda: Engine(conf.connection))
    else:
        module("nova.db.sqlalchemy.api", get_session=lambda: Connection(conf.connection, str))
    for name, made_one in made.items():
        parent, _, last = name.rpartition(".")
        if parent in made:
            setattr(made[parent], last, made_one)
    return made


@contextlib.contextmanager
def installed(release):
    """This Nova, and no other, is installed."""
    hidden = ("nova", "oslo_config", "oslo", "sqlalchemy")
    saved = dict((name, module) for name, module in sys.modules.items() if name.split(".")[0] in hidden)
    for name in saved:
        del sys.modules[name]
    made = modules(release)
    # A name that maps to None cannot be imported.
    made.setdefault("oslo_config", None)
    made.setdefault("oslo", None)
    made.setdefault("nova.config", None)
    sys.modules.update(made)
    try:
        yield
    finally:
        for name in made:
            sys.modules.pop(name, None)
        sys.modules.update(saved)
