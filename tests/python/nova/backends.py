"""The backends on which the tests of the nova part run: native; melange against our service; and melange as the historical
service was, without our extension of its API (no holds, no request keys, no other tenants' blocks).

The service is the program that IP_DRIVER_MELANGE_SERVER names; without it, the two are skipped.
"""
import os
import re
import shutil
import subprocess
import tempfile
import threading
import unittest

import ip_driver

KINDS = ("native", "melange", "historical")


class Backend(object):
    """A started backend. path: its configuration file."""

    def __init__(self, kind, **native):
        self.folder = tempfile.mkdtemp()
        self._service = self._reader = None
        try:
            self._start(kind, dict({"connection": "sqlite:///%s/ipam.db" % self.folder, "durability": "normal"}, **native))
        except BaseException:
            self.stop()
            raise

    def _start(self, kind, native):
        self.path = self._write("native.conf", "native", native)
        if kind == "native":
            return
        program = os.environ.get("IP_DRIVER_MELANGE_SERVER")
        if not program:
            raise unittest.SkipTest("IP_DRIVER_MELANGE_SERVER names no melange-server")
        server = os.path.join(self.folder, "server.conf")
        with open(server, "w") as file:
            file.write("[melange-server]\nbackend_config = native.conf\n")
        self._service = subprocess.Popen([program, "--config", server, "--port", "0"], stderr=subprocess.PIPE,
                                         universal_newlines=True)
        lines = []
        for line in iter(self._service.stderr.readline, ""):
            lines.append(line)
            found = re.search(r"listening on (http://\S+)", line)
            if found:
                break
        else:
            raise AssertionError("the service did not start: %s" % "".join(lines))
        # The service writes a line for each request, and waits until it is read.
        self._reader = threading.Thread(target=self._service.stderr.read)
        self._reader.start()
        self.path = self._write("melange.conf", "melange", {
            "url": found.group(1), "extension": "on" if kind == "melange" else "off"})

    def _write(self, name, backend, values):
        path = os.path.join(self.folder, name)
        with open(path, "w") as file:
            file.write("[ip_driver]\nbackend = %s\n" % backend)
            if os.environ.get("IP_DRIVER_MODULE_PATH"):
                file.write("module_path = %s\n" % os.environ["IP_DRIVER_MODULE_PATH"])
            file.write("\n[%s]\n" % backend)
            for key in sorted(values):
                file.write("%s = %s\n" % (key, values[key]))
        return path

    def driver(self):
        return ip_driver.Driver(config=self.path)

    def stop(self):
        if self._service is not None:
            self._service.terminate()
            self._service.wait()
            if self._reader is not None:
                self._reader.join()
            self._service.stderr.close()
        shutil.rmtree(self.folder)
