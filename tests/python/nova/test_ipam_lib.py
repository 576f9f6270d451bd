"""The library of Essex's QuantumManager (ip_driver.nova.ipam_lib), by itself and under the manager, on each backend."""
import logging
import os
import unittest
import uuid

import ip_driver

import early_support
from backends import KINDS
from standin import quantum

LIBRARY = "ip_driver.nova.ipam_lib"


class _Library(object):
    """self.manager: a QuantumManager; self.lib: its library."""

    release = "2012.1"

    @classmethod
    def setUpClass(cls):
        super(_Library, cls).setUpClass()
        quantum.install(cls.nova)
        cls.exception = cls.nova["nova.exception"]

    def setUp(self):
        super(_Library, self).setUp()
        logging.disable(logging.CRITICAL)
        self.addCleanup(logging.disable, logging.NOTSET)
        self.manager = self.new_manager()
        self.lib = self.manager.ipam

    def tearDown(self):
        super(_Library, self).tearDown()
        for range_ in list(self.store.mac_range.list()):
            self.store.mac_range.delete(id=range_.id)

    def new_manager(self):
        return self.nova["nova.network.quantum.manager"].QuantumManager(LIBRARY)

    def create(self, cidr="10.0.0.0/24", label="net", **given):
        """A network, by the manager; its row."""
        made = self.manager.create_networks(self.admin, label=label, cidr=cidr, **given)
        return self.db.network_get_by_uuid(self.admin, made[0]["uuid"])

    def vif_of(self, network, project="p1"):
        """A VIF as the manager makes it."""
        id_ = str(uuid.uuid4())
        return self.db.virtual_interface_create(self.context, {
            "uuid": id_, "instance_id": self.instance(project), "network_id": network["id"],
            "address": "02:16:3e:%s:%s:%s" % (id_[0:2], id_[2:4], id_[4:6])})

    def allocate(self, network, vif=None):
        vif = vif or self.vif_of(network)
        return self.lib.allocate_fixed_ips(self.context, "p1", network["uuid"], network["project_id"] or "default", vif)

    def left(self):
        """What the driver has: (blocks, interfaces, allocated addresses)."""
        blocks = list(self.store.block.list())
        return (len(blocks), len(list(self.store.interface.list())),
                sum(len(list(self.store.address.list(block=block.id, state="allocated"))) for block in blocks))

    def subnets(self, network, vif=None):
        return self.lib.get_subnets_by_net_id(self.context, "p1", network["uuid"], vif and vif["uuid"])

    # Networks

    def test_create_subnet(self):
        row = self.create("10.0.3.7/22", dns1="8.8.8.8", dns2="8.8.4.4", cidr_v6="FD00::/64", project_id="p1", priority=3)
        self.assertEqual([row[name] for name in (
            "label", "project_id", "priority", "cidr", "netmask", "gateway", "broadcast", "dhcp_start", "cidr_v6", "netmask_v6",
            "gateway_v6", "dns1", "dns2", "host")], [
            "net", "p1", 3, "10.0.0.0/22", "255.255.252.0", "10.0.0.1", "10.0.3.255", None, "fd00::/64", "64", "fd00::1",
            "8.8.8.8", "8.8.4.4", "net1"])
        self.assertEqual(sorted((block.version, block.cidr, block.gateway, block.dns1, block.dns2, block.tenant, block.type)
                                for block in self.store.block.list(network=row["uuid"])), [
            (4, "10.0.0.0/22", "10.0.0.1", "8.8.8.8", "8.8.4.4", "p1", "private"),
            (6, "fd00::/64", "fd00::1", "8.8.8.8", "8.8.4.4", "p1", "private")])

    def test_create_subnet_with_dhcp(self):
        self.override("quantum_use_dhcp", True)
        self.assertEqual(self.create(gateway="10.0.0.254")["dhcp_start"], "10.0.0.2")
        self.assertEqual(self.create(None, cidr_v6="fd00::/64")["dhcp_start"], None)

    def test_create_subnet_of_one_family(self):
        for given in ({"cidr": "10.0.0.0/24"}, {"cidr": None, "cidr_v6": "fd00::/64", "gateway_v6": "fd00::ff"}):
            row = self.create(**given)
            (block,) = self.store.block.list(network=row["uuid"])
            self.assertEqual((block.cidr, block.gateway),
                             (given["cidr"] or given["cidr_v6"], given.get("gateway_v6", "10.0.0.1")))
            self.assertEqual((row["cidr"], row["cidr_v6"]), (given["cidr"], given.get("cidr_v6")))

    def test_create_subnet_leaves_nothing_if_a_block_fails(self):
        self.assertRaises(ValueError, self.create, cidr_v6="fd00::/64", gateway_v6="10.0.0.1")
        self.assertEqual(self.left(), (0, 0, 0))
        self.assertEqual(self.nova["database"].rows("networks"), [])

    def test_create_subnet_leaves_nothing_if_the_row_fails(self):
        def fail(what):
            if what == "before commit":
                raise RuntimeError("database")

        self.nova["database"].step = fail
        self.assertRaises(RuntimeError, self.create)
        self.nova["database"].step = lambda what: None
        self.assertEqual(self.left(), (0, 0, 0))
        self.assertEqual(self.nova["database"].rows("networks"), [])

    def test_create_subnet_twice(self):
        row = self.create()
        self.assertRaises(ValueError, self.create, "10.1.0.0/24", uuid_=row["uuid"])
        self.assertEqual(len(self.nova["database"].rows("networks")), 1)
        self.assertEqual(self.left(), (1, 0, 0))

    def test_create_subnet_of_blocks_that_exist(self):
        id_ = str(uuid.uuid4())
        block = self.driver.block.create(tenant="default", type="private", network=id_, cidr="10.0.0.0/24", gateway="10.0.0.1")
        self.assertRaises(ValueError, self.create, "10.1.0.0/24", uuid_=id_)
        row = self.create("10.0.0.0/24", uuid_=id_)
        self.assertEqual([found.id for found in self.store.block.list()], [block.id])
        self.assertEqual(self.allocate(row), ["10.0.0.2"])

    def test_delete_subnets(self):
        row = self.create(cidr_v6="fd00::/64")
        other = self.create()
        self.allocate(row)
        self.manager.delete_network(self.context, None, row["uuid"])
        self.assertEqual([found["uuid"] for found in self.nova["database"].rows("networks")], [other["uuid"]])
        self.assertEqual([block.network for block in self.store.block.list()], [other["uuid"]])
        self.assertRaises(self.exception.NetworkNotFoundForUUID, self.lib.delete_subnets_by_net_id, self.context, row["uuid"],
                          None)

    def test_delete_subnets_can_be_repeated(self):
        row = self.create()
        delete = self.db.network_delete_safe
        self.db.network_delete_safe = lambda *arguments: {}["database"]
        self.addCleanup(setattr, self.db, "network_delete_safe", delete)
        self.assertRaises(KeyError, self.lib.delete_subnets_by_net_id, self.context, row["uuid"], None)
        self.db.network_delete_safe = delete
        self.lib.delete_subnets_by_net_id(self.context, row["uuid"], None)
        self.assertEqual(self.nova["database"].rows("networks"), [])
        self.assertEqual(self.left(), (0, 0, 0))

    def test_networks_of_projects(self):
        self.assertEqual(self.lib.get_project_networks(self.admin), [])
        self.assertEqual(self.lib.get_global_networks(self.admin), [])
        self.assertEqual(self.lib.get_project_and_global_net_ids(self.context, "p1"), [])
        made = dict((label, self.create("10.%d.0.0/24" % number, label, project_id=project, priority=priority))
                    for number, (label, project, priority) in enumerate([
                        ("late", "p1", 5), ("all", None, 1), ("theirs", "p2", 0), ("first", "p1", 0)]))
        # As Nova's Melange library marked those of all.
        made["old"] = self.create("10.9.0.0/24", "old", project_id="default", priority=2)
        self.assertEqual(sorted(row["label"] for row in self.lib.get_project_networks(self.admin)), ["first", "late", "theirs"])
        self.assertEqual(sorted(row["label"] for row in self.lib.get_global_networks(self.admin)), ["all", "old"])
        pairs = self.lib.get_project_and_global_net_ids(self.context, "p1")
        self.assertEqual(pairs, [(made["first"]["uuid"], "p1"), (made["all"]["uuid"], None), (made["old"]["uuid"], None),
                                 (made["late"]["uuid"], "p1")])
        self.assertEqual([tenant for _net, tenant in self.lib.get_project_and_global_net_ids(self.context, None)], [None, None])

    def test_tenant_of_a_network(self):
        ask = self.lib.get_tenant_id_by_net_id
        self.assertEqual(ask(self.context, self.create()["uuid"], "vif", "p1"), "default")
        self.assertEqual(ask(self.context, self.create(project_id="p2")["uuid"], "vif", "p1"), "p2")
        self.assertRaises(self.exception.NetworkNotFoundForUUID, ask, self.context, "none", "vif", "p1")

    def test_verify_subnet_exists(self):
        row = self.create()
        self.assertEqual(self.lib.verify_subnet_exists(self.context, "p1", row["uuid"]), True)
        self.manager.validate_networks(self.context, [(row["uuid"], None)])
        for id_ in ("", "none"):
            self.assertRaises(self.exception.NetworkNotFound, self.manager.validate_networks, self.context, [(id_, None)])
        (block,) = self.store.block.list()
        self.store.block.delete(id=block.id)
        self.assertEqual(self.lib.verify_subnet_exists(self.context, "p1", row["uuid"]), False)

    def test_subnets(self):
        row = self.create(dns1="8.8.8.8", cidr_v6="fd00::/64")
        blocks = dict((block.version, block.id) for block in self.store.block.list())
        wanted = [
            {"network_id": row["uuid"], "id": blocks[4], "cidr": "10.0.0.0/24", "gateway": "10.0.0.1", "broadcast": "10.0.0.255",
             "netmask": "255.255.255.0", "version": 4, "dns1": "8.8.8.8", "dns2": None},
            {"network_id": row["uuid"], "id": blocks[6], "cidr": "fd00::/64", "gateway": "fd00::1",
             "broadcast": self.store.block.get(id=blocks[6]).broadcast, "netmask": self.store.block.get(id=blocks[6]).netmask,
             "version": 6, "dns1": "8.8.8.8", "dns2": None}]
        self.assertEqual(self.subnets(row), wanted)
        vif = self.vif_of(row)
        self.assertEqual(self.subnets(row, vif), wanted)
        self.allocate(row, vif)
        self.assertEqual(self.subnets(row, vif), wanted)
        self.assertEqual(self.lib.get_subnets_by_net_id(self.context, None, row["uuid"]), wanted)

    def test_subnets_of_a_network_with_two_blocks(self):
        row = self.create("10.0.0.0/30")
        second = self.driver.block.create(tenant="default", type="private", network=row["uuid"], cidr="10.7.0.0/24")
        vifs = [self.vif_of(row) for _ in range(2)]
        self.assertEqual([self.allocate(row, vif) for vif in vifs], [["10.0.0.2"], ["10.7.0.1"]])
        self.assertEqual([[subnet["cidr"] for subnet in self.subnets(row, vif)] for vif in vifs + [None]],
                         [["10.0.0.0/30"], ["10.7.0.0/24"], ["10.0.0.0/30"]])
        self.assertEqual(self.subnets(row, vifs[1])[0]["id"], second.id)

    def test_routes(self):
        row = self.create(project_id="p2", cidr_v6="fd00::/64")
        blocks = dict((subnet["version"], subnet["id"]) for subnet in self.subnets(row))
        for version, destination, netmask, gateway in (
                (4, "192.168.0.0", "255.255.0.0", "10.0.0.9"), (4, "192.0.2.1", None, "10.0.0.9"), (6, "fd01::", "48", "fd00::9"),
                (6, "fd02::1", None, "fd00::9")):
            self.driver.route.create(tenant="p2", block=blocks[version], destination=destination, netmask=netmask,
                                     gateway=gateway)
        # The manager names Quantum's default tenant, or the network's.
        for project in ("p2", "default") if self.backend != "historical" else ("p2",):
            # A historical service has them in no order.
            found = [sorted(self.lib.get_routes_by_ip_block(self.context, blocks[version], project),
                            key=lambda route: route["destination"]) for version in (4, 6)]
            self.assertEqual(found, [
                [{"destination": "192.0.2.1", "netmask": "255.255.255.255", "gateway": "10.0.0.9"},
                 {"destination": "192.168.0.0", "netmask": "255.255.0.0", "gateway": "10.0.0.9"}],
                [{"destination": "fd01::", "netmask": "48", "gateway": "fd00::9"},
                 {"destination": "fd02::1", "netmask": "128", "gateway": "fd00::9"}]])
        self.assertEqual(self.lib.get_routes_by_ip_block(self.context, str(uuid.uuid4()), "p2"), [])

    # Addresses

    def test_allocate(self):
        row = self.create(cidr_v6="fd00::/64")
        vif = self.vif_of(row)
        got = self.allocate(row, vif)
        mac = vif["address"].split(":")
        self.assertEqual(got, ["10.0.0.2", "fd00::16:3eff:fe%s:%s" % (mac[3], "".join(mac[4:]).lstrip("0"))])
        for found in self.store.address.list(interface=vif["uuid"]):
            self.assertEqual((found.used_by_device, found.used_by_tenant, found.hold_until), (str(vif["instance_id"]), "p1", 0))
        self.assertEqual(self.store.interface.get(id=vif["uuid"]).mac, vif["address"])
        self.assertEqual(self.lib.get_v4_ips_by_interface(self.context, row["uuid"], vif["uuid"], "default"), got[:1])
        self.assertEqual(self.lib.get_v6_ips_by_interface(self.context, row["uuid"], vif["uuid"], "default"), got[1:])
        for ask in (self.lib.get_v4_ips_by_interface, self.lib.get_v6_ips_by_interface):
            self.assertEqual(ask(self.context, row["uuid"], str(uuid.uuid4()), "default"), [])

    def test_allocate_until_none_is_left(self):
        row = self.create("10.0.0.0/30")
        self.assertEqual(self.allocate(row), ["10.0.0.2"])
        self.assertRaises(self.exception.NoMoreFixedIps, self.allocate, row)
        self.assertEqual(self.left(), (1, 1, 1))

    def test_allocate_all_families_or_none(self):
        row = self.create("10.0.0.0/30", cidr_v6="fd00::/64")
        self.assertEqual(len(self.allocate(row)), 2)
        self.assertRaises(self.exception.NoMoreFixedIps, self.allocate, row)
        self.assertEqual(self.left(), (2, 1, 2))

    def test_allocate_on_a_network_without_blocks(self):
        row = self.create()
        (block,) = self.store.block.list()
        self.store.block.delete(id=block.id)
        self.assertRaises(self.exception.NetworkNotFoundForUUID, self.allocate, row)

    def test_deallocate(self):
        row = self.create(cidr_v6="fd00::/64")
        vif, other = self.vif_of(row), self.vif_of(row)
        self.allocate(row, vif)
        kept = self.allocate(row, other)
        self.assertEqual(self.left(), (2, 2, 4))
        self.assertEqual(self.lib.deallocate_ips_by_vif(self.context, "default", row["uuid"], vif), None)
        self.assertEqual(self.left(), (2, 1, 2))
        self.assertEqual(self.lib.get_v4_ips_by_interface(self.context, row["uuid"], other["uuid"], "default"), kept[:1])
        # Of what it has not, only the log tells.
        self.assertEqual(self.lib.deallocate_ips_by_vif(self.context, "default", row["uuid"], vif), None)
        self.assertEqual(self.left(), (2, 1, 2))

    def test_deallocate_what_novas_own_library_allocated(self):
        row = self.create()
        vif = self.vif_of(row)
        self.allocate(row, vif)
        self.db.fixed_ip_bulk_create(self.admin, [{"network_id": row["id"], "address": "10.0.0.2", "reserved": False}])
        self.db.fixed_ip_update(self.admin, "10.0.0.2", {
            "allocated": True, "virtual_interface_id": vif["id"], "instance_id": vif["instance_id"]})
        self.lib.deallocate_ips_by_vif(self.context, "default", row["uuid"], vif)
        found = self.db.fixed_ip_get_by_address(self.admin, "10.0.0.2")
        self.assertEqual((found["allocated"], found["virtual_interface_id"], found["instance_id"]), (0, None, None))
        self.assertEqual(self.left(), (1, 0, 0))

    def test_allocated_ips(self):
        row, other = self.create(cidr_v6="fd00::/64"), self.create("10.1.0.0/24")
        vifs = [self.vif_of(row) for _ in range(12)]
        for vif in vifs:
            self.allocate(row, vif)
        self.allocate(other)
        block = self.subnets(row)[0]["id"]
        self.driver.address.allocate(tenant="default", block=block, address="10.0.0.100")
        self.driver.address.allocate(tenant="default", block=block, address="10.0.0.101", interface="router")
        self.assertEqual(self.lib.get_allocated_ips(self.context, row["uuid"], None),
                         [("10.0.0.%d" % (2 + i), vif["uuid"]) for i, vif in enumerate(vifs)])
        self.assertEqual(self.manager.get_dhcp_hosts_text(self.context, row["uuid"]).splitlines()[9],
                         "%s,host-10.0.0.11.novalocal,10.0.0.11" % vifs[9]["address"])
        # One that is gone, though its addresses could not be released: dnsmasq's file can still be made.
        self.db.virtual_interface_delete(self.context, vifs[0]["id"])
        self.assertEqual(len(self.manager.get_dhcp_hosts_text(self.context, row["uuid"]).splitlines()), 11)

    def test_floating_ips(self):
        row = self.create()
        (fixed,) = self.allocate(row)
        ask = self.lib.get_floating_ips_by_fixed_address
        self.assertEqual(ask(self.context, fixed), [])
        self.assertEqual(ask(self.context, "10.99.0.1"), [])
        pool = self.driver.block.create(tenant="default", type="public", network="pool:nova", cidr="203.0.113.0/24")
        local = {"block": self.subnets(row)[0]["id"], "address": fixed}
        for address in ("203.0.113.9", "203.0.113.10"):
            got = self.driver.address.allocate(tenant="default", block=pool.id, address=address, used_by_tenant="p1")[0]
            self.driver.nat.add(tenant="default", locals=[local], globals=[{"block": pool.id, "address": got.address}])
        self.assertEqual(ask(self.context, fixed), [{"address": "203.0.113.9"}, {"address": "203.0.113.10"}])
        # A floating IP has none itself.
        self.assertEqual(ask(self.context, "203.0.113.9"), [])

    def test_floating_ips_of_novas_table(self):
        row = self.create()
        self.db.fixed_ip_bulk_create(self.admin, [{"network_id": row["id"], "address": "10.0.0.2", "reserved": False}])
        self.nova["database"].write("INSERT INTO floating_ips (address, deleted) VALUES ('198.51.100.7', 0)")
        self.db.floating_ip_fixed_ip_associate(self.admin, "198.51.100.7", "10.0.0.2", "net1")
        self.assertEqual(self.lib.get_floating_ips_by_fixed_address(self.context, "10.0.0.2"), [{"address": "198.51.100.7"}])

    def test_floating_ips_of_an_address_on_two_networks(self):
        rows = [self.create(project_id=project) for project in ("p1", "p2")]
        pool = self.driver.block.create(tenant="default", type="public", network="pool:nova", cidr="203.0.113.0/24")
        for number, (row, project) in enumerate(zip(rows, ("p1", "p2"))):
            vif = self.vif_of(row, project)
            self.assertEqual(self.lib.allocate_fixed_ips(self.context, project, row["uuid"], project, vif), ["10.0.0.2"])
            got = self.store.address.allocate(block=pool.id, address="203.0.113.%d" % (1 + number))[0]
            self.store.nat.add(locals=[{"block": self.subnets(row)[0]["id"], "address": "10.0.0.2"}],
                               globals=[{"block": pool.id, "address": got.address}])
        self.assertEqual(self.lib.get_floating_ips_by_fixed_address(self.context, "10.0.0.2"), [{"address": "203.0.113.1"}])

    def test_create_vif(self):
        self.assertRaises(self.exception.VirtualInterfaceMacAddressException, self.lib.create_vif, "vif1", 7, "p1")
        self.assertEqual(self.left(), (0, 0, 0))
        self.store.mac_range.create(cidr="02:16:3e:00:00:00/47")
        macs = [self.lib.create_vif("vif%d" % i, 7, project) for i, project in ((1, "p1"), (2, None))]
        self.assertEqual(macs, ["02:16:3e:00:00:00", "02:16:3e:00:00:01"])
        self.assertEqual([(found.id, found.tenant, found.device) for found in self.store.interface.list()],
                         [("vif1", "p1", "7"), ("vif2", "default", "7")])
        for taken in ("vif1", "vif3"):
            self.assertRaises(self.exception.VirtualInterfaceMacAddressException, self.lib.create_vif, taken, 7, "p1")
        row = self.create()
        self.assertEqual(self.allocate(row, {"uuid": "vif1", "address": macs[0], "instance_id": 7}), ["10.0.0.2"])

    # Under the manager

    def test_instance(self):
        self.create("10.0.0.0/24", "all", priority=9, dns1="8.8.8.8", cidr_v6="fd00::/64")
        self.create("10.1.0.0/24", "mine", project_id="p1", priority=1, gateway="10.1.0.254")
        self.create("10.2.0.0/24", "theirs", project_id="p2")
        instance = self.instance()
        got = self.manager.allocate_for_instance(self.context, instance, "p1")
        self.assertEqual([label for label, _ips in got], ["mine", "all"])
        self.assertEqual(got[0][1], ["10.1.0.1"])
        info = self.manager.get_instance_nw_info(self.context, instance, "p1")
        self.assertEqual([[subnet["cidr"] for subnet in vif["subnets"]] for vif in info],
                         [["10.1.0.0/24"], ["10.0.0.0/24", "fd00::/64"]])
        self.assertEqual(info[0]["subnets"][0], {
            "cidr": "10.1.0.0/24", "gateway": "10.1.0.254", "dhcp_server": "10.1.0.254", "dns": [], "routes": [],
            "ips": [("10.1.0.1", [])]})
        self.assertEqual([address for subnet in info[1]["subnets"] for address, _floating in subnet["ips"]], got[1][1])
        self.manager.deallocate_for_instance(self.context, instance, "p1")
        self.assertEqual(self.left(), (4, 0, 0))

    def test_reconciling(self):
        row = self.create()
        block = self.subnets(row)[0]["id"]
        kept, lost = self.vif_of(row), self.vif_of(row)
        for vif in (kept, lost):
            self.allocate(row, vif)
        self.driver.address.allocate(tenant="default", block=block, address="10.0.0.100", interface="router", device="router")
        self.driver.address.allocate(tenant="default", block=block, address="10.0.0.101")
        before = self.left()
        # The manager deletes the VIF even if its addresses cannot be released.
        self.override("ip_driver_config", os.path.join(self.folder, "none.conf"))
        self.connection.close()
        self.manager.deallocate_for_instance(self.context, lost["instance_id"], "p1")
        self.override("ip_driver_config", self.served.path)
        self.assertEqual(self.left(), before)
        self.manager.periodic_tasks(self.admin)
        self.assertEqual(self.left(), (1, before[1] - 1, 3))
        self.assertEqual(self.lib.get_allocated_ips(self.context, row["uuid"], None), [("10.0.0.2", kept["uuid"])])

    def test_reconciling_waits_for_the_grace(self):
        row = self.create()
        vif = self.vif_of(row)
        self.allocate(row, vif)
        self.db.virtual_interface_delete(self.context, vif["id"])
        self.override("ip_driver_reconcile_grace", 3600)
        self.manager.periodic_tasks(self.admin)
        self.assertEqual(self.left(), (1, 1, 1))
        self.override("ip_driver_reconcile_grace", 0)
        self.manager.periodic_tasks(self.admin)
        self.assertEqual(self.left(), (1, 0, 0))

    def test_reconciling_is_a_task_of_each_manager(self):
        self.new_manager()
        kind = type(self.manager)
        self.assertEqual([name for name, _task in self.manager._periodic_tasks],
                         ["_disassociate_stale_fixed_ips", "reconcile_ip_driver"])
        self.assertEqual([name for name, _task in kind._periodic_tasks], ["_disassociate_stale_fixed_ips"])
        self.assertEqual(sorted(kind._ticks_to_skip), ["_disassociate_stale_fixed_ips"])

    def test_connects_at_first_use(self):
        self.override("ip_driver_config", os.path.join(self.folder, "none.conf"))
        manager = self.new_manager()
        self.assertEqual(manager.ipam.get_global_networks(self.admin), [])
        self.assertRaises(ip_driver.Config, manager.create_networks, self.admin, "net", "10.0.0.0/24")
        self.assertEqual(self.nova["database"].rows("networks"), [])


for _kind in KINDS:
    _name = "LibraryOn%s" % _kind.capitalize()
    globals()[_name] = type(_name, (_Library, early_support.WithNova), {"backend": _kind, "__module__": __name__})


if __name__ == "__main__":
    unittest.main()
