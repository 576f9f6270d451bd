"""What the tests of the managers of Essex to Havana share: a Nova of stand-ins on a fresh database, and ip_driver beneath it."""
import atexit
import os
import re
import shutil
import subprocess
import tempfile
import unittest

import ip_driver
from standin import early, early_db

SERVER = os.environ.get("IP_DRIVER_MELANGE_SERVER")
# "melange" speaks the API extension with melange-server, "historical" the API of the historical service.
BACKENDS = ["native"] + (["melange", "historical"] if SERVER else [])


def native_file(path, database, **more):
    """Writes a configuration of the native backend."""
    with open(path, "w") as file:
        file.write("[ip_driver]\nbackend = native\n")
        if os.environ.get("IP_DRIVER_MODULE_PATH"):
            file.write("module_path = %s\n" % os.environ["IP_DRIVER_MODULE_PATH"])
        file.write("[native]\nconnection = sqlite:///%s\n" % database)
        for name, value in sorted(dict({"durability": "normal", "quarantine": 0}, **more).items()):
            file.write("%s = %s\n" % (name, value))


class Server(object):
    """A melange-server on a free port, over a native database in a folder."""

    def __init__(self, folder, **native):
        native_file(os.path.join(folder, "served.conf"), os.path.join(folder, "served.db"), **native)
        path = os.path.join(folder, "melange-server.conf")
        with open(path, "w") as file:
            file.write("[melange-server]\nport = 0\nbackend_config = served.conf\nlog_level = info\n")
        self.process = subprocess.Popen([SERVER, "--config", path], stderr=subprocess.PIPE)
        self._kill = lambda: self.process.poll() is None and self.process.kill()
        atexit.register(self._kill)
        said = []
        for line in iter(self.process.stderr.readline, b""):
            said.append(line.decode("utf-8", "replace"))
            found = re.search(r"listening on (http://.*:\d+)$", said[-1].strip())
            if found:
                self.url = found.group(1)
                break
        else:
            raise AssertionError("".join(said))
        # Nobody reads its log any more: little comes, far less than a pipe holds.

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.process.stderr.close()

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()


class WithNova(unittest.TestCase):
    """self.nova: the modules of the stand-in; self.driver: a handle of the test's own, on the backend that is under test;
    self.store: one on the native database where it all ends up."""

    release = "2012.1"
    backend = "native"
    native = {}
    options = {}

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        self.config = os.path.join(self.folder, "ip_driver.conf")
        self.server = None
        stored = self.config
        if self.backend == "native":
            native_file(self.config, os.path.join(self.folder, "ipam.db"), **self.native)
        else:
            self.server = Server(self.folder, **self.native)
            self.addCleanup(self.server.stop)
            stored = os.path.join(self.folder, "served.conf")
            with open(self.config, "w") as file:
                file.write("[ip_driver]\nbackend = melange\n")
                if os.environ.get("IP_DRIVER_MODULE_PATH"):
                    file.write("module_path = %s\n" % os.environ["IP_DRIVER_MODULE_PATH"])
                file.write("[melange]\nurl = %s\nextension = %s\n" % (
                    self.server.url, "on" if self.backend == "melange" else "off"))
        self.path = os.path.join(self.folder, "nova.sqlite")
        early_db.create(self.release, self.path)
        self.install()
        self.addCleanup(early.remove)
        self.driver = ip_driver.Driver(config=self.config)
        self.addCleanup(self.driver.close)
        self.store = ip_driver.Driver(config=stored)
        self.addCleanup(self.store.close)

    def install(self):
        """Nova as a process finds it that has just started."""
        self.nova = early.install(self.release, self.path)
        self.db = self.nova["nova.db"]
        self.context = self.nova["nova.context"].RequestContext("user", "p1")
        self.admin = self.nova["nova.context"].get_admin_context()
        from ip_driver.nova import connection, db_api, fixed_ips, options
        self.api, self.connection, self.fixed_ips = db_api, connection, fixed_ips
        conf = options.conf()
        for name, value in dict({"ip_driver_config": self.config, "ip_driver_reconcile_grace": 0}, **self.options).items():
            conf.set_override(name, value)
        self.addCleanup(connection.close)

    def manager(self, name, **given):
        from ip_driver.nova.network import manager
        return getattr(manager, name)(**given)

    def network(self, manager=None, cidr="10.0.0.0/24", **given):
        """A network, made by the manager; its row."""
        manager = manager or self.manager("FlatManager")
        arguments = dict({"label": "net", "cidr": cidr, "num_networks": 1, "network_size": 1 << (32 - int(cidr.split("/")[1])),
                          "vlan_start": 100, "vpn_start": 1000}, **given)
        manager.create_networks(self.admin, **arguments)
        return [row for row in self.db.network_get_all(self.admin)][-1]

    def instance(self, project="p1", **given):
        """What Nova's functions call a new instance."""
        row = self.db.instance_create(self.admin, dict({"project_id": project, "host": "c1", "display_name": "vm"}, **given))
        return row["id"] if self.release == "2012.1" else row["uuid"]

    def vif(self, instance, network, mac="02:00:00:00:00:01"):
        return self.api.virtual_interface_create(self.context, {
            "address": mac, self.column: instance, "network_id": network["id"], "uuid": "vif-%s-%s" % (instance, mac)})

    @property
    def column(self):
        return "instance_id" if self.release == "2012.1" else "instance_uuid"

    def rows(self, reserved=False):
        """{address: row} of the rows of fixed_ips that are or are not reserved; no address has two."""
        found = {}
        for row in self.nova["database"].rows("fixed_ips"):
            if bool(row["reserved"]) == reserved:
                self.assertNotIn(row["address"], found)
                found[row["address"]] = row
        return found

    def block(self, network):
        """The driver's IPv4 block of a network."""
        from ip_driver.nova import mapping
        return mapping.network_blocks(self.driver, network, network["project_id"] or "default", "default")[4]

    def allocated(self, network):
        from ip_driver.nova import addresses
        return addresses.allocated(self.driver, self.block(network))

    def check(self, network):
        """Nova's rows and the driver agree, nothing is tentative, and no interface is left behind."""
        allocated = self.allocated(network)
        rows = dict((address, row) for address, row in self.rows().items() if row["network_id"] == network["id"])
        self.assertEqual(sorted(rows), sorted(allocated))
        for address, allocation in allocated.items():
            self.assertEqual(allocation.hold_until, 0, allocation)
        for interface in self.store.interface.list():
            self.assertTrue(interface.allocations, interface)
        return allocated


def variants(base, namespace, releases=early.RELEASES, backends=None):
    """Makes of a class of tests one for each release and backend, in the namespace of its module."""
    for release in releases:
        for backend in backends or BACKENDS:
            name = "%s_%s_%s" % (base.__name__, release.replace(".", "_"), backend)
            namespace[name] = type(name, (base, WithNova), {"release": release, "backend": backend,
                                                            "__module__": namespace["__name__"]})
