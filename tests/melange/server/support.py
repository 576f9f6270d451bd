"""A melange-server under test: started on a free port over a fresh native database, and requests to it."""
import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import unittest

SERVER = os.environ["MELANGE_SERVER"]
PATIENCE = 60


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.text = body.decode()

    @property
    def json(self):
        return json.loads(self.text)

    def __repr__(self):
        return "<%d %s>" % (self.status, self.text)


class Server:
    """The process. Its log is read by a thread, so that it never waits for us."""

    def __init__(self, folder, path, arguments=(), environment=None, **popen):
        self.folder = folder
        self.lines = []
        self.news = threading.Condition()
        self.process = subprocess.Popen(
            [SERVER, "--config", path, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=dict(os.environ, **(environment or {})),
            **popen,
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        line = self.wait_for(r"listening on (https?)://(.*):(\d+)$")
        self.scheme, self.host, self.port = line.group(1), line.group(2), int(line.group(3))

    def _read(self):
        for line in self.process.stderr:
            with self.news:
                self.lines.append(line.decode(errors="replace").rstrip("\n"))
                self.news.notify_all()
        with self.news:
            self.lines.append(None)
            self.news.notify_all()

    def wait_for(self, pattern, since=0):
        """The match of a line of the log from the one numbered `since` on."""
        found = []

        def search():
            for line in self.lines[since:]:
                match = re.search(pattern, line) if line is not None else None
                if match or line is None:
                    found.append(match)
                    return True
            return False

        with self.news:
            if not self.news.wait_for(search, PATIENCE) or found[0] is None:
                raise AssertionError("the log has no %r: %s" % (pattern, self.lines))
        return found[0]

    def log(self):
        with self.news:
            return [line for line in self.lines if line is not None]

    def connect(self, timeout=PATIENCE):
        return http.client.HTTPConnection(self.host, self.port, timeout=timeout)

    def request(self, method, path, body=None, headers=None, connection=None):
        """One request; body: JSON, or bytes as they are."""
        used = connection or self.connect()
        headers = dict(headers or {})
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        try:
            used.request(method, path, body, headers)
            response = used.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            if connection is None:
                used.close()

    def get(self, path, **given):
        return self.request("GET", path, **given)

    def call(self, operation, args=None, headers=None, below="", connection=None):
        """An operation of the extension: "address.allocate". below: "/ipam/tenants/TENANT"."""
        path = "/v0.1%s/ip_driver/%s" % (below, operation.replace(".", "/"))
        return self.request("POST", path, args or {}, headers, connection)

    @contextlib.contextmanager
    def raw(self, timeout=PATIENCE):
        with socket.create_connection((self.host, self.port), timeout=timeout) as plug:
            yield plug

    def metric(self, name):
        """The value of a metric, its labels as they stand."""
        for line in self.get("/metrics").text.splitlines():
            if line.startswith(name + " "):
                return float(line[len(name) :])
        return None

    def stop(self, sign=signal.SIGTERM):
        """Its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(sign)
        status = self.process.wait(PATIENCE)
        self.reader.join(PATIENCE)
        self.process.stderr.close()
        return status


def read_all(plug):
    """Up to the end; a connection that is reset has ended too."""
    data = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := plug.recv(65536):
            data += piece
    return data


class WithServer(unittest.TestCase):
    """self.server, with these settings; each test has its own."""

    settings = {}
    native = {}
    environment = {}

    def write_backend(self, name="ip_driver.conf", database="ipam.db", **native):
        path = os.path.join(self.folder, name)
        values = {"connection": "sqlite:///%s/%s" % (self.folder, database), "durability": "normal"}
        values.update(self.native, **native)
        with open(path, "w") as file:
            file.write("[ip_driver]\nbackend = native\n[native]\n")
            file.writelines("%s = %s\n" % pair for pair in values.items())
        return path

    def write_config(self, **settings):
        path = os.path.join(self.folder, "melange-server.conf")
        values = {"port": 0, "backend_config": "ip_driver.conf", "log_level": "info"}
        values.update(self.settings, **settings)
        with open(path, "w") as file:
            file.write("[melange-server]\n")
            file.writelines("%s = %s\n" % pair for pair in values.items())
        return path

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        self.write_backend()
        self.server = self.start(self.write_config())

    def start(self, path, **given):
        server = Server(self.folder, path, **{"environment": self.environment, **given})
        self.addCleanup(self.end_server, server)
        return server

    def end_server(self, server):
        """It has not crashed, and leaks nothing that a sanitizer would tell."""
        if not server.process.stderr.closed:
            self.assertEqual(server.stop(), 0, server.log()[-50:])

    def operation(self, operation, /, **args):
        """The answer of an operation, which must succeed."""
        return self.assertStatus(200, self.server.call(operation, args)).json

    def block(self, **given):
        """The id of a new block."""
        values = {"tenant": "acme", "cidr": "10.0.0.0/24", "type": "private", "network": "net", **given}
        return self.operation("block.create", **values)["block"]["id"]

    def usage(self, block):
        return {name: int(count) for name, count in self.operation("block.usage", id=block)["usage"].items()}

    def assertStatus(self, status, answer):
        self.assertEqual(answer.status, status, answer)
        return answer
