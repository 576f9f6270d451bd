"""What the tests of ip-driver-nova share: backends to import into, databases of Nova, and the program, run in this process."""
import contextlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import unittest

import ip_driver
from ip_driver.nova.deployment import program

HERE = os.path.dirname(os.path.abspath(__file__))
ESSEX = os.path.join(HERE, "..", "..", "data", "nova-essex.sqlite")
SERVER = os.environ.get("IP_DRIVER_MELANGE_SERVER")
CLI = os.environ.get("IP_DRIVER_CLI")

# The API of the historical service knows no leases, no transactions and no choice of ids.
EXTENSION = {"melange": "on", "historical": "off"}


class Backend(object):
    """A fresh backend in a folder: native; melange, which is our service; or historical, our service as the old one was."""

    def __init__(self, folder, kind="native"):
        self.folder = folder
        self._server = None
        if kind == "native":
            self.path = self._write("native.conf", "native", connection="sqlite:///%s/ipam.db" % folder, durability="normal")
            return
        if not SERVER:
            raise unittest.SkipTest("IP_DRIVER_MELANGE_SERVER names no melange-server")
        self._write("served.conf", "native", connection="sqlite:///%s/served.db" % folder, durability="normal")
        path = os.path.join(folder, "server.conf")
        with open(path, "w") as file:
            file.write("[melange-server]\nbackend_config = served.conf\nport = 0\n")
        self._server = subprocess.Popen([SERVER, "--config", path], stderr=subprocess.PIPE)
        said = []
        for line in iter(self._server.stderr.readline, b""):
            said.append(line.decode("utf-8", "replace"))
            found = re.search(r"listening on (http://\S+)", said[-1])
            if found:
                break
        else:
            raise AssertionError("the service did not start: %s" % "".join(said))
        # It writes a line for each request, and would wait for a reader.
        self._reader = threading.Thread(target=self._server.stderr.read)
        self._reader.start()
        self.path = self._write("melange.conf", "melange", url=found.group(1), extension=EXTENSION[kind])

    def _write(self, name, backend, **values):
        path = os.path.join(self.folder, name)
        with open(path, "w") as file:
            file.write("[ip_driver]\nbackend = %s\n" % backend)
            if os.environ.get("IP_DRIVER_MODULE_PATH"):
                file.write("module_path = %s\n" % os.environ["IP_DRIVER_MODULE_PATH"])
            file.write("[%s]\n" % backend)
            file.writelines("%s = %s\n" % pair for pair in sorted(values.items()))
        return path

    def stop(self):
        if self._server is not None:
            self._server.terminate()
            self._reader.join()
            self._server.wait()
            self._server.stderr.close()


class Captured(object):
    """A standard stream: keeps what is written, whatever kind of text the Python at hand has."""

    encoding = "utf-8"

    def __init__(self, terminal=False):
        self.text = ""
        self._terminal = terminal

    def write(self, text):
        self.text += text

    def flush(self):
        pass

    def isatty(self):
        return self._terminal


def run(command, config, nova, options=(), terminal=False):
    """Runs ip-driver-nova in this process; returns (exit status, lines of its standard output, its standard error)."""
    out, err, was = Captured(), Captured(terminal), (sys.stdout, sys.stderr)
    sys.stdout, sys.stderr = out, err
    try:
        status = program.main([command, "--config", config, "--database", nova] + list(options))
    finally:
        sys.stdout, sys.stderr = was
    return status, out.text.splitlines(), err.text


class WithDeployment(unittest.TestCase):
    """self.nova: the path of a copy of Nova's database; self.backend: a backend of the kind `kind`."""

    kind = "native"

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        self.backend = self.another(self.kind)
        self.nova = self.copy(ESSEX)

    def another(self, kind):
        """A further backend."""
        backend = Backend(tempfile.mkdtemp(dir=self.folder), kind)
        self.addCleanup(backend.stop)
        return backend

    def driver(self, backend=None):
        driver = ip_driver.Driver(config=(backend or self.backend).path)
        self.addCleanup(driver.close)
        return driver

    def copy(self, path, *statements):
        """A copy of a database, changed by these statements."""
        copy = tempfile.mktemp(suffix=".sqlite", dir=self.folder)
        shutil.copyfile(path, copy)
        self.sql(copy, *statements)
        return copy

    def bytes_of(self, path):
        with open(path, "rb") as file:
            return file.read()

    def empty(self, path):
        """A copy without fixed and floating IPs."""
        return self.copy(path, "DELETE FROM fixed_ips", "DELETE FROM floating_ips")

    def sql(self, path, *statements):
        """Executes statements; returns what the last one gave."""
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA synchronous = OFF")
            found = []
            for statement in statements:
                found = connection.execute(statement).fetchall()
            connection.commit()
            return found

    def run_program(self, command, *options, **given):
        """Runs ip-driver-nova; returns (exit status, lines of its standard output)."""
        backend = given.pop("backend", self.backend)
        status, lines, self.errors = run(command, backend.path, given.pop("nova", self.nova), options, **given)
        return status, lines

    def succeed(self, command, *options, **given):
        """Runs it; it must succeed. Returns its last line."""
        status, lines = self.run_program(command, *options, **given)
        self.assertEqual(status, 0, "\n".join(lines) + self.errors)
        return lines[-1]

    def assertRegex(self, text, pattern):
        # Python 2 has it by another name.
        self.assertTrue(re.search(pattern, text), text)

    def fail_with(self, command, *options, **given):
        """Runs it; it must end with status 1. Returns its lines."""
        status, lines = self.run_program(command, *options, **given)
        self.assertEqual(status, 1, "\n".join(lines) + self.errors)
        return lines

    def cli(self, *arguments):
        """Runs ip-driver; it must succeed."""
        process = subprocess.Popen([CLI] + list(arguments), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        said = process.communicate()[0]
        self.assertEqual(process.returncode, 0, said)

    def contents(self, path, tables=("fixed_ips", "floating_ips")):
        """The rows of tables without their times, as dicts by (table, number)."""
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.row_factory = sqlite3.Row
            found = {}
            for table in tables:
                for row in connection.execute("SELECT * FROM %s" % table):
                    row = dict((key, row[key]) for key in row.keys() if key not in ("created_at", "updated_at", "deleted_at"))
                    found[table, row["id"]] = row
            return found

    def unnumbered(self, path):
        """{(table, network or pool, address): row} of both tables: without the rows' numbers, and links by address."""
        rows = self.contents(path)
        found = {}
        for (table, _), row in rows.items():
            linked = row.get("fixed_ip_id")
            row = dict(row, id=None, fixed_ip_id=rows["fixed_ips", linked]["address"] if linked else None)
            found[table, row["network_id"] if table == "fixed_ips" else row["pool"], row["address"]] = row
        self.assertEqual(len(found), len(rows))
        return found

    def assertSame(self, found, expected):
        """Two dicts of rows; names the first that differ."""
        keys = [key for key in sorted(set(found) | set(expected), key=str) if found.get(key) != expected.get(key)]
        self.assertEqual([found.get(key) for key in keys[:3]], [expected.get(key) for key in keys[:3]])

    def snapshot(self, backend=None):
        """All that a backend holds, but for times and generated ids."""
        driver = self.driver(backend)
        held = []
        for block in driver.block.list(limit=1000):
            held.append((block.cidr, block.tenant, block.network, block.type, block.gateway, block.policy is not None))
            for item in driver.address.list(block=block.id, limit=1000):
                held.append((item.address, item.interface, item.used_by_tenant, item.used_by_device, item.state))
        return held
