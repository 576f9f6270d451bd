"""The managers for 2014.1 to 20.x (by_objects.py): on both flavours of nova.objects, on each backend."""
import os
import shutil
import tempfile
import time
import unittest
import uuid

import ip_driver
from standin import objects

import backends

PROJECT = "acme"


class _Managers(object):
    """Tests for a flavour and a backend: self.nova, self.driver, self.manager."""

    train = None
    kind = None

    @classmethod
    def setUpClass(cls):
        cls.backend = backends.Backend(cls.kind, quarantine=0)
        cls.driver = cls.backend.driver()
        # The database where it all ends up, whatever the backend can be asked.
        cls.store = ip_driver.Driver(config=os.path.join(cls.backend.folder, "native.conf"))
        cls.folder = tempfile.mkdtemp()
        cls.nova = objects.Nova(os.path.join(cls.folder, "nova.sqlite"), cls.train)
        cls.nova.install()
        from ip_driver.nova import connection
        from ip_driver.nova.network import manager
        cls.connection = connection
        cls.managers = manager

    @classmethod
    def tearDownClass(cls):
        cls.nova.uninstall()
        cls.driver.close()
        cls.store.close()
        cls.backend.stop()
        shutil.rmtree(cls.folder)

    def setUp(self):
        self.nova.reset()
        self.nova.conf.values.update(ip_driver_config=self.backend.path, ip_driver_tenant="default",
                                     ip_driver_reconcile_grace=0)
        self.manager = self.managers.FlatDHCPManager(host="net1")
        self.context = objects.Context(PROJECT, is_admin=True)

    def tearDown(self):
        self.connection.close()
        for group in (self.store.block, self.store.interface, self.store.policy):
            for left in list(group.list()):
                group.delete(id=left.id)

    # What the tests say

    def create(self, cidr="10.0.0.0/24", **given):
        """A network, as the stock manager creates it; its object."""
        arguments = dict({"label": "net", "cidr": [cidr], "vlan_start": 100, "vpn_start": 1000}, **given)
        return self.manager._do_create_networks(self.context, **arguments)[0]

    def instance(self, network, number=1, project=PROJECT, host="compute1"):
        """An instance with a VIF on a network; its uuid."""
        found = str(uuid.uuid4())
        self.nova.insert("instances", {"uuid": found, "project_id": project, "host": host, "display_name": "vm"})
        self.nova.insert("virtual_interfaces", {
            "uuid": str(uuid.uuid4()), "instance_uuid": found, "network_id": network.id,
            "address": "02:16:3e:%s:%s:%s" % (found[0:2], found[2:4], found[4:6])})
        return found

    def again(self, network):
        """The network as it is in the table now: what a caller would pass."""
        return self.nova.objects["Network"].get_by_id(self.context, network.id)

    def allocate(self, network, instance=None, **given):
        return str(self.manager.allocate_fixed_ip(self.context, instance or self.instance(network), self.again(network), **given))

    def row(self, address):
        found = self.nova.select("SELECT * FROM fixed_ips WHERE address = ? AND deleted = 0", address)
        return found[0] if found else None

    def blocks(self, network):
        for tenant in ("default", PROJECT):
            try:
                return list(self.driver.network.get(tenant=tenant, network=network.uuid))
            except ip_driver.NotFound:
                continue
        return []

    def given(self, network):
        """{address: allocation} of what the driver has allocated, for good or as a hold."""
        block = self.blocks(network)[0]
        return dict((found.address, found) for found in
                    self.driver.address.list(tenant=block.tenant, block=block.id, state="allocated"))

    def left(self):
        """What the driver has: (blocks, policies, interfaces)."""
        return tuple(len(list(group.list())) for group in (self.store.block, self.store.policy, self.store.interface))

    def refused(self, network):
        """The addresses in use that reconciling wants, and the driver does not give."""
        runs = []
        run = self.manager._ip_driver_reconciler.run

        def record(*arguments):
            runs.append(run(*arguments))

        self.manager._ip_driver_reconciler.run = record
        self.manager._reconcile(self.context, self.connection.get(), self.again(network))
        return runs[0].refused

    def raised(self, name, function, *arguments, **given):
        """What the call raised, which must be of Nova's exception of that name."""
        try:
            function(*arguments, **given)
        except getattr(self.nova.modules["nova.exception"], name) as problem:
            return problem
        self.fail("%s was not raised" % name)

    # Creating

    def test_create_makes_rows_of_reserved_addresses_only(self):
        network = self.create("10.1.0.0/16", gateway="10.1.0.9", dns1="8.8.8.8")
        rows = self.nova.select("SELECT address, reserved, network_id FROM fixed_ips ORDER BY id")
        extra = ["10.1.0.9"] if self.train else []
        self.assertEqual([row["address"] for row in rows], ["10.1.0.0", "10.1.0.1"] + extra + ["10.1.255.255"])
        self.assertEqual(set((row["reserved"], row["network_id"]) for row in rows), set([(1, network.id)]))
        block = self.blocks(network)[0]
        self.assertEqual((block.cidr, block.gateway, block.dns1, block.tenant), ("10.1.0.0/16", "10.1.0.9", "8.8.8.8", "default"))
        self.assertEqual(self.allocate(network), "10.1.0.2")

    def test_create_gives_from_fixed_cidr_only(self):
        network = self.create("10.1.0.0/16", fixed_cidr="10.1.4.8/29")
        rows = [row["address"] for row in self.nova.select("SELECT address FROM fixed_ips ORDER BY id")]
        self.assertEqual(rows, ["10.1.4.8", "10.1.4.9", "10.1.4.15"])
        got = [self.allocate(network) for _ in range(5)]
        self.assertEqual(got, ["10.1.4.%d" % i for i in range(10, 15)])
        self.raised("NoMoreFixedIps", self.allocate, network)
        self.raised("FixedIpNotFoundForNetwork", self.allocate, network, address="10.1.5.1")

    def test_create_dual_stack(self):
        network = self.create(cidr_v6="fd00:1::/64", project_id=PROJECT)
        self.assertEqual(sorted((block.version, block.cidr, block.gateway, block.tenant) for block in self.blocks(network)),
                         [(4, "10.0.0.0/24", "10.0.0.1", PROJECT), (6, "fd00:1::/64", "fd00:1::1", PROJECT)])
        self.assertEqual(self.allocate(network), "10.0.0.2")

    def test_create_leaves_nothing_if_the_rows_fail(self):
        self.nova.fail_before["fixed_ip_bulk_create"] = RuntimeError("database")
        self.assertRaises(RuntimeError, self.create, project_id=PROJECT)
        self.assertEqual(self.nova.select("SELECT * FROM networks"), [])
        self.assertEqual(self.left(), (0, 0, 0))

    def test_create_leaves_nothing_if_the_driver_fails(self):
        self.assertRaises(ip_driver.Invalid, self.create, gateway="fd00::1", project_id=PROJECT)
        self.assertEqual(self.nova.select("SELECT * FROM networks"), [])
        self.assertEqual(self.nova.select("SELECT * FROM fixed_ips"), [])
        self.assertEqual(self.left(), (0, 0, 0))

    def test_vlan_networks_get_what_the_stock_class_gives(self):
        self.nova.conf.values["network_manager"] = "ip_driver.nova.network.manager.VlanManager"
        self.manager = self.managers.VlanManager(host="net1")
        self.create("10.5.0.0/24")
        network = self.again(self.create("10.5.1.0/24"))
        self.assertEqual((network.vlan, network.bridge, network.vpn_public_port), (101, "br101", 1001))
        self.assertEqual((str(network.vpn_private_address), str(network.dhcp_start)), ("10.5.1.2", "10.5.1.3"))
        self.assertEqual(self.nova.conf.network_manager, "ip_driver.nova.network.manager.VlanManager")
        rows = self.nova.select("SELECT address FROM fixed_ips WHERE network_id = ? ORDER BY address", network.id)
        self.assertEqual([row["address"] for row in rows], ["10.5.1.0", "10.5.1.1", "10.5.1.2", "10.5.1.255"])
        self.assertEqual(self.allocate(network), "10.5.1.3")

    # Allocating

    def test_allocate_makes_the_row(self):
        network = self.create()
        instance = self.instance(network)
        self.assertEqual(self.allocate(network, instance), "10.0.0.2")
        row = self.row("10.0.0.2")
        vif = self.nova.select("SELECT * FROM virtual_interfaces")[0]
        self.assertEqual((row["instance_uuid"], row["virtual_interface_id"], row["network_id"], row["allocated"],
                          row["reserved"], row["leased"]), (instance, vif["id"], network.id, 1, 0, 0))
        found = self.given(network)["10.0.0.2"]
        self.assertEqual((found.used_by_device, found.interface, found.used_by_tenant, found.hold_until),
                         (instance, vif["uuid"], PROJECT, 0))
        self.assertEqual(self.nova.setups, [network.id])

    def test_allocate_of_instances_of_other_projects(self):
        network = self.create()
        self.allocate(network, self.instance(network, project="umbrella"))
        self.assertEqual(self.given(network)["10.0.0.2"].used_by_tenant, "umbrella")

    def test_allocate_two_for_one_vif(self):
        network = self.create()
        instance = self.instance(network)
        self.assertEqual([self.allocate(network, instance) for _ in range(2)], ["10.0.0.2", "10.0.0.3"])
        self.assertEqual(set(found.used_by_device for found in self.given(network).values()), set([instance]))

    def test_allocate_a_requested_address(self):
        network = self.create()
        other = self.instance(network)
        self.assertEqual(self.allocate(network, address=objects.Number("10.0.0.77")), "10.0.0.77")
        problem = self.raised("FixedIpAlreadyInUse", self.allocate, network, other, address="10.0.0.77")
        self.assertEqual(problem.kwargs["address"], "10.0.0.77")
        for address in ("10.0.0.1", "10.0.0.0", "10.0.0.255", "10.0.1.4"):
            self.raised("FixedIpNotFoundForNetwork", self.allocate, network, other, address=address)
        self.assertEqual(list(self.given(network)), ["10.0.0.77"])

    def test_allocate_for_a_user(self):
        """Who adds a fixed IP to his instance; 2014.1 lets only an administrator associate a certain address."""
        network = self.create()
        user = objects.Context(PROJECT, is_admin=False)
        instance = self.instance(network)
        self.assertEqual(str(self.manager.allocate_fixed_ip(user, instance, self.again(network))), "10.0.0.2")

    def test_allocate_until_none_is_left(self):
        network = self.create("10.0.0.0/29")
        self.assertEqual([self.allocate(network) for _ in range(5)], ["10.0.0.%d" % i for i in range(2, 7)])
        self.raised("NoMoreFixedIps", self.allocate, network)

    def test_allocate_on_a_network_that_is_not_imported(self):
        network = self.create()
        block = self.blocks(network)[0]
        self.driver.block.delete(tenant=block.tenant, id=block.id)
        self.raised("NoMoreFixedIps", self.allocate, network)

    def test_vlan_network_that_changes_hands(self):
        self.nova.conf.values["network_manager"] = "ip_driver.nova.network.manager.VlanManager"
        self.manager = self.managers.VlanManager(host="net1")
        network = self.create()
        # network_associate(): the first instance of a project takes a network of none.
        self.nova.update("networks", network.id, {"project_id": PROJECT})
        instance = self.instance(network)
        self.assertEqual(self.allocate(network, instance), "10.0.0.3")
        self.assertEqual(str(self.manager.allocate_fixed_ip(self.context, instance, self.again(network), vpn=True)), "10.0.0.2")
        self.assertEqual(self.row("10.0.0.2")["instance_uuid"], instance)
        self.assertEqual(list(self.given(network)), ["10.0.0.3"])
        self.manager._reconcile_when_due(self.context)
        self.assertEqual(self.refused(network), [])
        self.assertEqual(list(self.given(network)), ["10.0.0.3"])
        self.manager.deallocate_fixed_ip(self.context, "10.0.0.3")
        self.manager.deallocate_fixed_ip(self.context, "10.0.0.2")
        self.manager.release_fixed_ip(self.context, "10.0.0.2")
        self.manager.release_fixed_ip(self.context, "10.0.0.3")
        self.assertEqual(self.given(network), {})
        self.nova.update("networks", network.id, {"project_id": None})
        self.manager.delete_network(self.context, None, network.uuid)
        self.assertEqual(self.blocks(network), [])

    def test_row_in_use_is_never_given_again(self):
        network = self.create()
        strangers = [self.instance(network), self.instance(network)]
        for number, stranger in enumerate(strangers):
            self.nova.insert("fixed_ips", {"address": "10.0.0.%d" % (2 + number), "network_id": network.id, "reserved": 0,
                                           "instance_uuid": stranger, "allocated": 1, "leased": 0})
        self.nova.insert("fixed_ips", {"address": "10.0.0.4", "network_id": network.id, "reserved": 0, "host": "compute7",
                                       "allocated": 0, "leased": 0})
        self.nova.insert("fixed_ips", {"address": "10.0.0.5", "network_id": network.id, "reserved": 1, "allocated": 0,
                                       "leased": 0})
        instance = self.instance(network)
        self.raised("FixedIpAlreadyInUse", self.allocate, network, instance, address="10.0.0.3")
        self.assertEqual(self.allocate(network, instance), "10.0.0.6")
        if self.kind == "historical":
            # What is given back there rests, and is given to nobody meanwhile.
            return
        found = self.given(network)
        self.assertEqual([found["10.0.0.%d" % i].used_by_device for i in range(2, 7)],
                         strangers + ["host:compute7", None, instance])
        self.assertEqual(set(allocation.hold_until for allocation in found.values()), set([0]))

    # Failures

    def test_failure_before_the_row(self):
        network = self.create()
        instance = self.instance(network)
        self.nova.fail_before["fixed_ip_create"] = RuntimeError("database")
        self.assertRaises(RuntimeError, self.allocate, network, instance)
        self.assertEqual(self.given(network), {})
        self.assertEqual(self.row("10.0.0.2"), None)
        self.assertEqual(self.left(), (1, 1, 0))

    def test_failure_after_the_row(self):
        network = self.create()
        self.nova.fail_after["fixed_ip_create"] = RuntimeError("connection lost")
        self.assertRaises(RuntimeError, self.allocate, network)
        self.assertEqual(self.given(network), {})

    def test_failure_before_the_association(self):
        network = self.create()
        self.nova.fail_before["fixed_ip_associate"] = RuntimeError("quota")
        self.assertRaises(RuntimeError, self.allocate, network)
        self.assertEqual(self.given(network), {})
        self.assertEqual(self.row("10.0.0.2")["instance_uuid"], None)
        self.assertIn(self.allocate(network), ("10.0.0.2", "10.0.0.3"))

    def test_failure_after_the_association(self):
        network = self.create()
        instance = self.instance(network)
        self.nova.fail_before["setup"] = RuntimeError("iptables")
        self.assertRaises(RuntimeError, self.allocate, network, instance)
        if self.train:
            # The stock manager cleans up.
            self.assertEqual(self.row("10.0.0.2")["instance_uuid"], None)
            self.assertEqual(self.given(network), {})
            return
        # The stock manager leaves the row to the instance: so does the driver, and both go when the instance goes.
        self.assertEqual(self.row("10.0.0.2")["instance_uuid"], instance)
        self.assertEqual(self.given(network)["10.0.0.2"].hold_until, 0)
        self.manager.deallocate_fixed_ip(self.context, "10.0.0.2")
        self.manager.release_fixed_ip(self.context, "10.0.0.2")
        self.assertEqual(self.given(network), {})

    def test_killed_before_the_confirmation(self):
        if self.kind == "historical":
            self.skipTest("a backend without holds has nothing to confirm")
        network = self.create()
        instance = self.instance(network)
        self.manager._confirm = lambda *arguments: None
        self.assertEqual(self.allocate(network, instance), "10.0.0.2")
        self.assertNotEqual(self.given(network)["10.0.0.2"].hold_until, 0)
        self.manager._reconcile_when_due(self.context)
        found = self.given(network)["10.0.0.2"]
        self.assertEqual((found.hold_until, found.used_by_device), (0, instance))

    def test_hold_that_lapsed_before_the_confirmation(self):
        if self.kind == "historical":
            self.skipTest("a backend without holds has nothing that lapses")
        network = self.create()
        instance = self.instance(network)
        block = self.blocks(network)[0]

        def setup(_context, _network):
            # What a slow setup of the network comes to.
            self.driver.address.cancel(tenant=block.tenant, refs=[self.given(network)["10.0.0.2"]])

        self.manager._setup_network_on_host = setup
        self.assertEqual(self.allocate(network, instance), "10.0.0.2")
        found = self.given(network)["10.0.0.2"]
        self.assertEqual((found.hold_until, found.used_by_device), (0, instance))

    def test_driver_out_of_reach_when_releasing(self):
        network = self.create()
        instance = self.instance(network)
        self.allocate(network, instance)
        self.allocate(network)
        self.manager.deallocate_fixed_ip(self.context, "10.0.0.2")
        path = self.nova.conf.ip_driver_config
        self.connection.close()
        self.nova.conf.values["ip_driver_config"] = os.path.join(self.folder, "none.conf")
        self.manager.release_fixed_ip(self.context, "10.0.0.2")
        self.assertEqual(self.row("10.0.0.2")["instance_uuid"], None)
        self.nova.conf.values["ip_driver_config"] = path
        self.assertEqual(sorted(self.given(network)), ["10.0.0.2", "10.0.0.3"])
        for _ in range(2):
            self.manager._reconcile_when_due(self.context)
        self.assertEqual(sorted(self.given(network)), ["10.0.0.3"])

    # Releasing

    def test_dhcp_releases_at_the_end_of_the_lease(self):
        network = self.create()
        instance = self.instance(network)
        address = self.allocate(network, instance)
        self.manager.lease_fixed_ip(self.context, address)
        self.manager.deallocate_fixed_ip(self.context, address, host="net1", instance=None)
        self.assertEqual(list(self.given(network)), [address])
        given = {"mac": "02:16:3e:ff:ff:ff"} if self.train else {}
        self.manager.release_fixed_ip(self.context, address, **given)
        self.assertEqual(self.given(network), {})
        self.assertEqual((self.row(address)["instance_uuid"], self.row(address)["leased"]), (None, 0))
        self.assertEqual(self.left(), (1, 1, 0))
        # A second packet, or one of another lease, finds nothing.
        self.manager.release_fixed_ip(self.context, address, **given)
        self.assertEqual(self.given(network), {})

    def test_end_of_lease_of_a_running_instance(self):
        network = self.create()
        address = self.allocate(network)
        self.manager.lease_fixed_ip(self.context, address)
        self.manager.release_fixed_ip(self.context, address)
        self.assertEqual(list(self.given(network)), [address])

    def test_released_row_is_used_again(self):
        network = self.create("10.0.0.0/30")
        for _ in range(3):
            address = self.allocate(network)
            self.assertEqual(address, "10.0.0.2")
            self.manager.deallocate_fixed_ip(self.context, address)
            self.manager.release_fixed_ip(self.context, address)
        self.assertEqual(len(self.nova.select("SELECT * FROM fixed_ips WHERE address = '10.0.0.2'")), 1)

    def test_flat_releases_at_once(self):
        self.manager = self.managers.FlatManager(host="net1")
        network = self.create()
        address = self.allocate(network)
        self.manager.deallocate_fixed_ip(self.context, address)
        self.assertEqual(self.given(network), {})
        self.assertEqual(self.row(address)["instance_uuid"], None)

    def test_forced_release(self):
        self.nova.conf.values["force_dhcp_release"] = True
        network = self.create()
        address = self.allocate(network)
        self.manager.deallocate_fixed_ip(self.context, address)
        self.assertEqual(self.given(network), {})

    def test_removing_a_fixed_ip_from_an_instance(self):
        network = self.create()
        instance = self.instance(network)
        keep, remove = self.allocate(network, instance), self.allocate(network, instance)
        self.manager.remove_fixed_ip_from_instance(self.context, instance, "net1", remove, rxtx_factor=1)
        self.assertEqual(list(self.given(network)), [keep])
        self.raised("FixedIpNotFoundForSpecificInstance", self.manager.remove_fixed_ip_from_instance, self.context, instance,
                    "net1", "10.0.0.99")

    def test_deallocating_what_has_no_row(self):
        self.create()
        self.raised("FixedIpNotFoundForAddress", self.manager.deallocate_fixed_ip, self.context, "10.0.0.9")
        self.raised("FixedIpNotFoundForAddress", self.manager.release_fixed_ip, self.context, "10.0.0.9")

    def test_time_out_is_reconciled(self):
        network = self.create()
        self.nova.update("networks", network.id, {"host": "net1"})
        gone, kept = self.allocate(network), self.allocate(network)
        self.manager.deallocate_fixed_ip(self.context, gone)
        self.nova.execute("UPDATE fixed_ips SET updated_at = ? WHERE address = ?", time.time() - 3600, gone)
        tasks = [name for name, _task in self.manager._periodic_tasks]
        self.assertEqual(tasks, ["_disassociate_stale_fixed_ips", "_reconcile_with_ip_driver"])
        for _ in range(2):
            for _name, task in self.manager._periodic_tasks:
                task(self.manager, self.context)
        self.assertEqual(list(self.given(network)), [kept])
        self.assertEqual(self.row(gone)["instance_uuid"], None)

    def test_reconciling_keeps_what_is_in_use(self):
        network = self.create(multi_host=True)
        server = str(self.manager._get_dhcp_ip(self.context, self.again(network), "compute1"))
        leased, running = self.allocate(network), self.allocate(network)
        self.manager.lease_fixed_ip(self.context, leased)
        self.manager.deallocate_fixed_ip(self.context, leased)
        block = self.blocks(network)[0]
        self.driver.address.allocate(tenant=block.tenant, block=block.id, address="10.0.0.200", interface="router",
                                     device="router")
        before = sorted(self.given(network))
        self.assertEqual(before, sorted([server, leased, running, "10.0.0.200"]))
        for _ in range(3):
            self.manager._reconcile_when_due(self.context)
        self.assertEqual(sorted(self.given(network)), before)

    def test_reconciling_waits_for_the_grace(self):
        self.nova.conf.values["ip_driver_reconcile_grace"] = 3600
        self.create()
        self.manager._reconcile_when_due(self.context)
        self.manager._reconcile = lambda *arguments: self.fail("reconciled again")
        self.manager._reconcile_when_due(self.context)

    def test_reconciling_without_networks(self):
        self.manager._reconcile_when_due(self.context)

    # Hosts

    def test_address_of_a_host(self):
        network = self.create(multi_host=True)
        first = str(self.manager._get_dhcp_ip(self.context, self.again(network)))
        self.assertEqual(first, str(self.manager._get_dhcp_ip(self.context, self.again(network), "net1")))
        second = str(self.manager._get_dhcp_ip(self.context, self.again(network), "compute2"))
        self.assertEqual((first, second), ("10.0.0.2", "10.0.0.3"))
        self.assertEqual((self.row(first)["host"], self.row(second)["host"]), ("net1", "compute2"))
        found = self.given(network)
        self.assertEqual([(found[a].used_by_device, found[a].hold_until) for a in (first, second)],
                         [("host:net1", 0), ("host:compute2", 0)])

    def test_address_of_a_host_after_a_failure(self):
        network = self.create(multi_host=True)
        self.nova.fail_before["fixed_ip_update"] = RuntimeError("database")
        self.assertRaises(RuntimeError, self.manager._get_dhcp_ip, self.context, self.again(network))
        self.assertEqual(self.given(network), {})
        self.assertIn(str(self.manager._get_dhcp_ip(self.context, self.again(network))), ("10.0.0.2", "10.0.0.3"))
        self.assertEqual(len(self.given(network)), 1)

    def test_two_processes_of_a_host(self):
        if self.kind == "historical":
            self.skipTest("needs request keys")
        network = self.create(multi_host=True)
        manager = self.managers.FlatDHCPManager(host="net1")
        take = manager._take
        got = []

        def late(*arguments, **given):
            # The other process goes all the way between our look at the rows and our allocation.
            got.append(str(self.manager._take_dhcp_ip(self.context, self.again(network), "net1")))
            return take(*arguments, **given)

        manager._take = late
        self.assertEqual(str(manager._get_dhcp_ip(self.context, self.again(network))), "10.0.0.2")
        self.assertEqual(list(self.given(network)), ["10.0.0.2"])
        self.assertEqual(len(got), 1)

    def test_shared_address(self):
        network = self.create()
        self.assertEqual(str(self.manager._get_dhcp_ip(self.context, self.again(network))), "10.0.0.1")
        self.nova.conf.values["share_dhcp_address"] = True
        network = self.create("10.0.7.0/24", multi_host=True)
        self.assertEqual(str(self.manager._get_dhcp_ip(self.context, self.again(network))), "10.0.7.1")
        self.assertEqual(self.given(network), {})

    # Deleting and validating

    def test_delete_network(self):
        network = self.create(cidr_v6="fd00:2::/64", project_id=PROJECT)
        self.raised("NetworkHasProject" if self.train else "NovaException", self.delete, network)
        self.manager.delete_network(self.context, None, network.uuid, require_disassociated=False)
        self.assertEqual(self.nova.select("SELECT * FROM networks"), [])
        self.assertEqual(self.left(), (0, 0, 0))

    def delete(self, network):
        try:
            self.manager.delete_network(self.context, None, network.uuid)
        except ValueError as problem:
            raise self.nova.raises("NovaException", message=str(problem))

    def test_delete_network_by_cidr(self):
        network = self.create()
        self.manager.delete_network(self.context, "10.0.0.0/24", None)
        self.assertEqual(self.blocks(network), [])

    def test_delete_network_in_use(self):
        network = self.create()
        address = self.allocate(network)
        self.raised("NetworkInUse", self.manager.delete_network, self.context, None, network.uuid)
        self.assertEqual(list(self.given(network)), [address])

    def test_delete_network_can_be_repeated(self):
        network = self.create()
        self.connection.close()
        self.nova.conf.values["ip_driver_config"] = os.path.join(self.folder, "none.conf")
        self.assertRaises(ip_driver.Config, self.manager.delete_network, self.context, None, network.uuid)
        self.assertEqual(self.nova.select("SELECT * FROM networks"), [])
        self.nova.conf.values["ip_driver_config"] = self.backend.path
        self.manager.delete_network(self.context, None, network.uuid)
        self.assertEqual(self.blocks(network), [])
        self.raised("NetworkNotFoundForUUID", self.manager.delete_network, self.context, None, network.uuid)

    def test_delete_network_of_others(self):
        policy = self.driver.policy.create(tenant="default", name="theirs")
        for given in ({}, {"policy": policy.id}):
            other = str(uuid.uuid4())
            block = self.driver.block.create(tenant="default", type="private", network=other, cidr="10.9.0.0/24", **given)
            self.raised("NetworkNotFoundForUUID", self.manager.delete_network, self.context, None, other)
            self.assertEqual(self.driver.block.get(tenant="default", id=block.id).id, block.id)

    def test_validate_networks(self):
        network = self.create()
        taken = self.allocate(network)
        validate = self.manager.validate_networks
        for fine in (None, [], [(network.uuid, None)], [(network.uuid, "10.0.0.50")]):
            validate(self.context, fine)
        self.assertEqual(self.row("10.0.0.50"), None)
        self.raised("FixedIpAlreadyInUse", validate, self.context, [(network.uuid, taken)])
        self.raised("FixedIpInvalid", validate, self.context, [(network.uuid, "10.0.0")])
        self.raised("FixedIpNotFoundForAddress", validate, self.context, [(network.uuid, "10.7.0.1")])
        self.raised("FixedIpNotFoundForNetwork", validate, self.context, [(str(uuid.uuid4()), taken)])
        self.raised("FixedIpNotFoundForAddress", validate, self.context, [(str(uuid.uuid4()), "10.0.0.50")])
        block = self.blocks(network)[0]
        self.driver.address.allocate(tenant=block.tenant, block=block.id, address="10.0.0.60")
        self.raised("FixedIpAlreadyInUse", validate, self.context, [(network.uuid, "10.0.0.60")])

    # Connecting

    def test_connects_at_first_use(self):
        self.nova.conf.values["ip_driver_config"] = os.path.join(self.folder, "none.conf")
        manager = self.managers.VlanManager(host="compute1")
        self.assertEqual(manager.host, "compute1")
        self.assertRaises(ip_driver.Config, self.create)
        self.assertEqual(self.nova.select("SELECT * FROM networks"), [])


class IcehouseOnNative(_Managers, unittest.TestCase):
    train = False
    kind = "native"


class TrainOnNative(_Managers, unittest.TestCase):
    train = True
    kind = "native"


class TrainOnMelange(_Managers, unittest.TestCase):
    train = True
    kind = "melange"


class IcehouseOnHistorical(_Managers, unittest.TestCase):
    train = False
    kind = "historical"
