"""Nova's rows: through Nova's own session, on whatever database Nova uses, or in a bare SQLite database without Nova.

Either has read(), which gives the tables that concern addresses as of one moment, and write(), a transaction. Rows are dicts with
the columns of the release at hand; text is `str` on both Pythons. What is deleted is left out, but for instances, which
still own addresses after their end.
"""
import contextlib
import os
import sqlite3
import sys

# What is read: everything of the small tables; of instances, which have a hundred columns, what every release has.
QUERIES = {
    "networks": "SELECT * FROM networks ORDER BY id",
    "fixed_ips": "SELECT * FROM fixed_ips ORDER BY id",
    "floating_ips": "SELECT * FROM floating_ips ORDER BY id",
    "virtual_interfaces": "SELECT * FROM virtual_interfaces ORDER BY id",
    "instances": "SELECT id, uuid, project_id, host, hostname, deleted FROM instances ORDER BY id",
}
# How many rows one statement writes.
BATCH = 1000


class Error(Exception):
    """Nova's database cannot be used."""


if sys.version_info[0] < 3:
    def _in(value):
        return value.encode("utf-8") if isinstance(value, unicode) else value  # noqa: F821

    def _out(value):
        return value.decode("utf-8") if isinstance(value, str) else value
else:
    def _in(value):
        return value

    _out = _in


class Rows(object):
    """The tables as of one moment, as lists of dicts."""

    def __init__(self, found):
        for name, rows in found.items():
            setattr(self, name, rows if name == "instances" else [row for row in rows if not row["deleted"]])


class Tables(object):
    """What both ways share."""

    def _select(self, statement):
        """(columns, rows) of a query."""
        raise NotImplementedError

    def _execute(self, statement, values):
        """Executes a statement once for each dict of values."""
        raise NotImplementedError

    def transaction(self):
        """A context manager: what is read and written in it is of one moment, and all or nothing."""
        raise NotImplementedError

    def select(self, statement):
        """The rows of a query; in a transaction."""
        columns, rows = self._select(statement)
        return [dict(zip(columns, [_in(value) for value in row])) for row in rows]

    def read(self):
        """All tables; in a transaction."""
        return Rows(dict((name, self.select(query)) for name, query in QUERIES.items()))

    def instance_column(self):
        """instance_id or instance_uuid: which names the instance in fixed_ips."""
        return "instance_uuid" if "instance_uuid" in self._select("SELECT * FROM fixed_ips WHERE 1 = 0")[0] else "instance_id"

    def insert(self, table, rows):
        """Inserts rows, an iterable of dicts with the same keys."""
        self._each("INSERT INTO %s (%%s) VALUES (%%s)" % table, rows,
                   lambda form, names: form % (", ".join(names), ", ".join(":" + name for name in names)))

    def update(self, table, rows):
        """Updates rows by their id; an iterable of dicts with the same keys."""
        self._each("UPDATE %s SET %%s WHERE id = :id" % table, rows,
                   lambda form, names: form % ", ".join("%s = :%s" % (name, name) for name in names if name != "id"))

    def _each(self, form, rows, fill):
        batch, statement = [], None
        for row in rows:
            if statement is None:
                statement = fill(form, sorted(row))
            batch.append(dict((name, _out(value)) for name, value in row.items()))
            if len(batch) == BATCH:
                self._execute(statement, batch)
                batch = []
        if batch:
            self._execute(statement, batch)


class Dump(Tables):
    """A SQLite database with Nova's tables; Nova is not needed."""

    def __init__(self, path):
        if not os.path.exists(path):
            raise Error("there is no database %s" % path)
        self.name = path
        self._connection = sqlite3.connect(path, isolation_level=None)

    def _select(self, statement):
        cursor = self._connection.execute(statement)
        return [column[0] for column in cursor.description], cursor

    def _execute(self, statement, values):
        self._connection.executemany(statement, values)

    @contextlib.contextmanager
    def transaction(self):
        self._connection.execute("BEGIN")
        try:
            yield self
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def close(self):
        self._connection.close()


class Nova(Tables):
    """The database of the Nova that is installed: through its session (2012.1 to 2015.1), or its engine (later)."""

    def __init__(self):
        from nova.db.sqlalchemy import api
        self.name = "Nova's database"
        self._api = api
        self._open = None

    def _run(self, statement, *values):
        return self._open.execute(statement, *values)

    def _select(self, statement):
        result = self._run(statement)
        return list(result.keys()), result.fetchall()

    def _execute(self, statement, values):
        self._run(statement, values)

    @contextlib.contextmanager
    def transaction(self):
        if hasattr(self._api, "get_session"):
            session = self._api.get_session()
            with session.begin():
                self._open = session
                yield self
            return
        from sqlalchemy import text
        connection = self._api.get_engine().connect()
        try:
            with connection.begin():
                self._open = _Texts(connection, text)
                yield self
        finally:
            connection.close()

    def close(self):
        self._open = None


class _Texts(object):
    """A connection that takes plain SQL with named values, as a session does."""

    def __init__(self, connection, text):
        self._connection = connection
        self._text = text

    def execute(self, statement, *values):
        return self._connection.execute(self._text(statement), *values)
