"""What the tests of the binding share: a database in a temporary folder, and a driver on it."""
import os
import shutil
import tempfile
import unittest

import ip_driver


class WithDatabase(unittest.TestCase):
    """self.driver: the native backend on a fresh database; self.settings: what it was opened with."""

    native = {}

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.settings = {
            "ip_driver": {"backend": "native"},
            "native": dict({"connection": "sqlite:///%s/ipam.db" % self.folder, "durability": "normal"}, **self.native),
        }
        # The library reads no environment for settings.
        if os.environ.get("IP_DRIVER_MODULE_PATH"):
            self.settings["ip_driver"]["module_path"] = os.environ["IP_DRIVER_MODULE_PATH"]
        self.driver = ip_driver.Driver(settings=self.settings)

    def tearDown(self):
        self.driver.close()
        shutil.rmtree(self.folder)

    def block(self, **given):
        return self.driver.block.create(**dict({"tenant": "acme", "cidr": "10.0.0.0/24", "type": "private"}, **given))

    def raised(self, kind, function, *arguments, **given):
        """What the call raised, which must be of that kind."""
        try:
            function(*arguments, **given)
        except kind as problem:
            return problem
        self.fail("no %s was raised" % kind.__name__)
