"""What the tests of the managers of Essex to Havana share: a Nova of stand-ins on a fresh database, and ip_driver beneath it."""
import os
import shutil
import tempfile
import unittest

import ip_driver
from backends import KINDS, Backend
from standin import early, early_db


class WithNova(unittest.TestCase):
    """self.nova: the modules of the stand-in; self.driver: a handle of the test's own, on the backend that is under
    test; self.store: one on the native database where it all ends up."""

    release = "2012.1"
    backend = "native"
    native = {}
    options = {}

    @classmethod
    def setUpClass(cls):
        cls.served = Backend(cls.backend, **dict({"quarantine": 0}, **cls.native))
        cls.driver = cls.served.driver()
        cls.store = ip_driver.Driver(config=os.path.join(cls.served.folder, "native.conf"))
        cls.folder = tempfile.mkdtemp()
        cls.path = os.path.join(cls.folder, "nova.sqlite")
        early_db.create(cls.release, os.path.join(cls.folder, "empty.sqlite"))
        cls.nova = early.install(cls.release, cls.path)
        cls.db = cls.nova["nova.db"]
        cls.context = cls.nova["nova.context"].RequestContext("user", "p1")
        cls.admin = cls.nova["nova.context"].get_admin_context()
        from ip_driver.nova import connection, db_api, fixed_ips, options, rows
        cls.api, cls.connection, cls.fixed_ips, cls.nova_rows = db_api, connection, fixed_ips, rows
        cls.conf = options.conf()

    @classmethod
    def tearDownClass(cls):
        early.remove()
        cls.driver.close()
        cls.store.close()
        cls.served.stop()
        shutil.rmtree(cls.folder)

    def setUp(self):
        shutil.copyfile(os.path.join(self.folder, "empty.sqlite"), self.path)
        self.restart()
        for name, value in dict({"ip_driver_config": self.served.path, "ip_driver_reconcile_grace": 0}, **self.options).items():
            self.override(name, value)

    def override(self, name, value):
        """Sets an option for one test."""
        self.addCleanup(self.conf.set_override, name, getattr(self.conf, name))
        self.conf.set_override(name, value)

    def tearDown(self):
        self.nova["database"].step = lambda what: None
        self.connection.close()
        for group in (self.store.block, self.store.interface, self.store.policy):
            for left in list(group.list()):
                group.delete(tenant=left.tenant, id=left.id)

    def restart(self):
        """What is learnt while running is forgotten, as when the process ends and another begins."""
        self.connection.close()
        self.fixed_ips._places.clear()
        self.fixed_ips._settled.clear()
        self.fixed_ips._reconciler = None
        self.nova_rows._vifs = self.nova_rows.Recent()
        self.nova_rows._written = self.nova_rows.Recent()

    def manager(self, name, **given):
        from ip_driver.nova.network import manager
        return getattr(manager, name)(**given)

    def network(self, manager=None, cidr="10.0.0.0/24", **given):
        """A network, made by the manager; its row."""
        manager = manager or self.manager("FlatManager")
        arguments = dict({"label": "net", "cidr": cidr, "num_networks": 1, "vlan_start": 100, "vpn_start": 1000,
                          "network_size": 1 << (32 - int(cidr.split("/")[1]))}, **given)
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


def variants(base, namespace, releases=early.RELEASES, backends=("native",)):
    """Makes of a class of tests one for each release and backend, in the namespace of its module."""
    for release in releases:
        for backend in backends:
            name = "%s_%s_%s" % (base.__name__, release.replace(".", "_"), backend)
            namespace[name] = type(name, (base, WithNova), {"release": release, "backend": backend,
                                                            "__module__": namespace["__name__"]})


def all_variants(base, namespace):
    """Every release on the native backend, the first on the others."""
    variants(base, namespace)
    variants(base, namespace, early.RELEASES[:1], [kind for kind in KINDS if kind != "native"])
