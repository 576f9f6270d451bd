"""The functions in front of nova.db, one by one, as nova.db of each release is called."""
import sys
import unittest

import ip_driver
from early_support import all_variants
from standin import early_db


class Functions(object):
    def setUp(self):
        super(Functions, self).setUp()
        self.net = self.network()
        self.exception = self.nova["nova.exception"]

    def associate(self, instance=None, **given):
        return self.api.fixed_ip_associate_pool(self.admin, self.net["id"], instance or self.instance(), **given)

    def test_it_is_nova_db_but_for_what_it_has_itself(self):
        __import__("ip_driver.nova.db_api")
        module = sys.modules["ip_driver.nova.db_api"]
        self.assertEqual(module.network_get(self.admin, self.net["id"]), self.net)
        self.assertRaises(AttributeError, getattr, module, "no_such_function")
        # What is replaced in nova.db is replaced here.
        self.addCleanup(setattr, self.db, "network_get_all_by_host", self.db.network_get_all_by_host)
        self.db.network_get_all_by_host = lambda *arguments: "replaced"
        self.assertEqual(module.network_get_all_by_host(self.admin, "h"), "replaced")

    def test_a_network_has_rows_for_its_reserved_addresses_only(self):
        self.assertEqual(self.rows(), {})
        self.assertEqual(sorted(self.rows(reserved=True)), ["10.0.0.0", "10.0.0.1", "10.0.0.255"])
        block = self.block(self.net)
        self.assertEqual((block.cidr, block.network, block.tenant, block.type),
                         ("10.0.0.0/24", self.net["uuid"], "default", "private"))

    def test_associate_pool(self):
        instance = self.instance(project="p2")
        vif = self.vif(instance, self.net)
        address = self.associate(instance)
        self.assertEqual(address, "10.0.0.2")
        row = self.rows()[address]
        self.assertEqual((row[self.column], row["host"], row["network_id"], bool(row["leased"])),
                         (instance, None, self.net["id"], False))
        # As fixed_ip_update() is going to have it.
        self.assertEqual((bool(row["allocated"]), row["virtual_interface_id"]), (True, vif["id"]))
        allocation = self.check(self.net)[address]
        uuid = self.nova["database"].rows("instances")[0]["uuid"]
        self.assertEqual((allocation.interface, allocation.used_by_device, allocation.used_by_tenant),
                         (vif["uuid"], uuid, "p2"))
        interface = self.driver.interface.get(tenant="p2", id=vif["uuid"])
        self.assertEqual(interface.mac, vif["address"])
        self.assertEqual(self.associate(), "10.0.0.3")

    def test_a_vif_of_another_process_is_found(self):
        instance = self.instance()
        self.vif(instance, self.net)
        self.restart()
        address = self.associate(instance)
        self.assertEqual(self.allocated(self.net)[address].interface, "vif-%s-02:00:00:00:00:01" % instance)

    def test_a_mac_that_the_driver_has_elsewhere_is_no_obstacle(self):
        other = self.network(cidr="10.9.0.0/24")
        self.driver.address.allocate(tenant="default", block=self.block(other).id, interface="old", mac="02:00:00:00:00:01",
                                     device="old", used_by_tenant="p1")
        instance = self.instance()
        self.vif(instance, self.net)
        self.assertEqual(self.associate(instance), "10.0.0.2")

    def test_associate_pool_for_a_host(self):
        address = self.api.fixed_ip_associate_pool(self.admin, self.net["id"], host="c7")
        row = self.rows()[address]
        self.assertEqual((row[self.column], row["host"]), (None, "c7"))
        self.assertEqual(self.check(self.net)[address].used_by_device, "host:c7")
        self.assertEqual(self.db.fixed_ip_get_by_network_host(self.admin, self.net["id"], "c7")["address"], address)
        # A host's stays a host's.
        self.api.fixed_ip_disassociate(self.admin, address)
        self.check(self.net)
        self.assertIn(address, self.rows())

    def test_no_more(self):
        self.net = self.network(cidr="10.5.0.0/29")
        self.assertEqual(sorted(self.associate() for _ in range(5)), ["10.5.0.%d" % n for n in range(2, 7)])
        self.assertRaises(self.exception.NoMoreFixedIps, self.associate)
        self.check(self.net)

    def test_associate_a_certain_address(self):
        instance = self.instance()
        self.assertEqual(self.api.fixed_ip_associate(self.context, "10.0.0.77", instance, self.net["id"]), "10.0.0.77")
        self.assertEqual(self.rows()["10.0.0.77"][self.column], instance)
        self.check(self.net)
        other = self.instance()
        self.assertRaises(self.exception.FixedIpAlreadyInUse, self.api.fixed_ip_associate, self.context, "10.0.0.77", other,
                          self.net["id"])
        for address in ("10.0.1.5", "10.0.0.0", "10.0.0.1", "10.0.0.255"):
            self.assertRaises(self.exception.FixedIpNotFoundForNetwork, self.api.fixed_ip_associate, self.context, address,
                              other, self.net["id"])
        self.assertEqual(list(self.check(self.net)), ["10.0.0.77"])

    def test_an_instance_that_is_no_uuid(self):
        if self.release == "2012.1":
            self.assertEqual(self.associate(4711), "10.0.0.2")
            self.assertEqual(self.allocated(self.net)["10.0.0.2"].used_by_device, "4711")
        else:
            self.assertRaises(self.exception.InvalidUUID, self.associate, "4711")
            self.assertRaises(self.exception.InvalidUUID, self.api.fixed_ip_associate, self.admin, "10.0.0.9", "4711",
                              self.net["id"])
        self.check(self.net)

    def test_associate_a_reserved_address(self):
        instance = self.instance()
        self.api.fixed_ip_associate(self.context, "10.0.0.1", instance, self.net["id"], reserved=True)
        self.assertEqual(self.rows(reserved=True)["10.0.0.1"][self.column], instance)
        self.assertRaises(self.exception.FixedIpNotFoundForNetwork, self.api.fixed_ip_associate, self.context, "10.0.0.9",
                          instance, self.net["id"], reserved=True)
        self.api.fixed_ip_disassociate(self.context, "10.0.0.1")
        self.assertEqual(self.rows(reserved=True)["10.0.0.1"][self.column], None)
        self.assertEqual(self.check(self.net), {})

    def test_disassociate(self):
        address = self.associate()
        self.api.fixed_ip_disassociate(self.context, address)
        self.assertEqual(self.rows(), {})
        self.assertEqual(self.check(self.net), {})
        # Again, as Flat managers do from 2013.1 on: nothing happens.
        self.api.fixed_ip_disassociate(self.context, address)
        self.assertRaises(self.exception.FixedIpNotFoundForAddress, self.api.fixed_ip_disassociate, self.context, "172.16.0.1")

    def test_disassociate_where_the_row_of_a_deleted_network_has_the_address_too(self):
        old = self.associate()
        self.api.network_delete_safe(self.admin, self.net["id"])
        self.net = self.network()
        self.assertEqual(self.associate(), old)
        self.api.fixed_ip_disassociate(self.context.elevated(read_deleted="yes"), old)
        self.assertEqual(self.check(self.net), {})

    def test_disassociate_while_a_floating_ip_points_to_it(self):
        address = self.associate()
        database = self.nova["database"]
        database.write("INSERT INTO floating_ips (address, deleted, auto_assigned) VALUES ('172.24.4.1', 0, 0)")
        database.write("INSERT INTO floating_ips (address, id, deleted, auto_assigned, fixed_ip_id)"
                       " VALUES ('172.24.4.2', 9, %d, 0, %d)" % (
                           9 if self.release in early_db.NUMBERED else 1, self.rows()[address]["id"]))
        self.db.floating_ip_fixed_ip_associate(self.admin, "172.24.4.1", address, "net1")
        self.api.fixed_ip_disassociate(self.admin, address)
        self.assertEqual(self.rows()[address][self.column], None)
        self.fixed_ips.reconcile_network(self.admin, self.net["id"])
        self.assertEqual(list(self.check(self.net)), [address])
        self.db.floating_ip_disassociate(self.admin, "172.24.4.1")
        self.fixed_ips.release_free(self.admin)
        self.assertEqual(self.check(self.net), {})

    def test_get_by_address(self):
        address = self.associate()
        self.assertEqual(self.api.fixed_ip_get_by_address(self.context, address),
                         self.db.fixed_ip_get_by_address(self.context, address))
        free = self.api.fixed_ip_get_by_address(self.context, "10.0.0.200")
        self.assertEqual((free["address"], free["network_id"], free[self.column], free["virtual_interface_id"],
                          free["allocated"], free.get("leased"), free["reserved"]),
                         ("10.0.0.200", self.net["id"], None, None, False, False, False))
        self.assertRaises(self.exception.FixedIpNotFoundForAddress, self.api.fixed_ip_get_by_address, self.context, "10.0.1.1")
        # Just the columns that a row has, and its network.
        self.assertEqual(set(free), set(self.rows()[address]) | set(["network"]))

    def test_update(self):
        first, second = self.associate(), self.associate()
        for address in (first, second, first):
            self.api.fixed_ip_update(self.context, address, {"allocated": True, "virtual_interface_id": 5})
            row = self.rows()[address]
            self.assertEqual((row["allocated"], row["virtual_interface_id"]), (1, 5))
            self.assertNotEqual(row["updated_at"], None)
        self.api.fixed_ip_update(self.context, first, {"host": "x"})
        self.assertEqual([self.rows()[address]["host"] for address in (first, second)], ["x", None])
        self.api.fixed_ip_update(self.context, first, {"host": None})
        self.api.fixed_ip_disassociate(self.admin, first)
        self.assertRaises(self.exception.FixedIpNotFoundForAddress, self.api.fixed_ip_update, self.context, first,
                          {"allocated": True})

    def test_update_of_what_is_so_already(self):
        """Is left alone if it is allocated; of what is not, the time of the last update counts."""
        instance = self.instance()
        vif = self.vif(instance, self.net)
        address = self.associate(instance)
        before = dict(self.rows()[address])
        values = {"allocated": True, "virtual_interface_id": vif["id"]}
        writes = []
        write = self.nova_rows._write
        self.addCleanup(setattr, self.nova_rows, "_write", write)
        self.nova_rows._write = lambda *arguments: writes.append(arguments) or write(*arguments)
        self.api.fixed_ip_update(self.context, address, values)
        self.assertEqual((self.rows()[address], writes), (before, []))
        self.api.fixed_ip_update(self.context, address, dict(values, virtual_interface_id=vif["id"] + 1))
        self.assertEqual(self.rows()[address]["virtual_interface_id"], vif["id"] + 1)
        self.api.fixed_ip_update(self.context, address, {"allocated": True})
        self.assertEqual(len(writes), 1)
        for _ in range(2):
            self.api.fixed_ip_update(self.context, address, {"allocated": False})
        self.assertEqual(len(writes), 3)

    def test_what_is_never_updated_times_out(self):
        """Its process died between the two calls."""
        import datetime
        address = self.associate()
        self.db.network_set_host(self.admin, self.net["id"], "net1")
        later = datetime.datetime.utcnow() + datetime.timedelta(seconds=5)
        self.assertEqual(bool(self.rows()[address]["allocated"]), False)
        self.assertEqual(self.api.fixed_ip_disassociate_all_by_timeout(self.admin, "net1", later), 1)
        self.assertEqual(self.check(self.net), {})

    def test_bulk_create_as_nova_calls_it(self):
        """All addresses at once, of a part of the network; what is not listed is never given."""
        network = self.db.network_create_safe(self.admin, {
            "cidr": "10.7.0.0/28", "gateway": "10.7.0.1", "cidr_v6": "fd00:7::/64", "gateway_v6": "fd00:7::1",
            "dns1": "8.8.4.4"})
        self.assertIs(self.api.fixed_ip_bulk_create(self.admin, [
            {"network_id": network["id"], "address": "10.7.0.%d" % n, "reserved": n == 6} for n in (4, 5, 6, 7, 9)]), None)
        self.assertEqual([address for address in self.rows(reserved=True) if address.startswith("10.7.")], ["10.7.0.6"])
        self.net = network
        self.assertEqual(sorted(self.associate() for _ in range(4)), ["10.7.0.4", "10.7.0.5", "10.7.0.7", "10.7.0.9"])
        self.assertRaises(self.exception.NoMoreFixedIps, self.associate)
        blocks = dict((block.version, block) for block in self.driver.network.get(tenant="default", network=network["uuid"]))
        self.assertEqual((blocks[6].cidr, blocks[6].gateway, blocks[4].dns1), ("fd00:7::/64", "fd00:7::1", "8.8.4.4"))

    def test_time_out(self):
        """Rows that were deallocated long ago and never released, of this host's network only."""
        import datetime
        addresses = [self.associate() for _ in range(3)]
        for address in addresses[:2]:
            self.api.fixed_ip_update(self.admin, address, {"allocated": False})
        self.api.fixed_ip_update(self.admin, addresses[2], {"allocated": True})
        later = datetime.datetime.utcnow() + datetime.timedelta(seconds=5)
        time_out = self.api.fixed_ip_disassociate_all_by_timeout
        self.assertEqual(time_out(self.admin, "net1", later), 0)
        self.db.network_set_host(self.admin, self.net["id"], "net1")
        self.assertEqual(time_out(self.admin, "net1", later - datetime.timedelta(seconds=60)), 0)
        self.assertEqual(time_out(self.admin, "other", later), 0)
        self.assertEqual(len(self.check(self.net)), 3)
        self.assertEqual(time_out(self.admin, "net1", later), 2)
        self.assertEqual(list(self.check(self.net)), [addresses[2]])

    def test_rows_that_others_freed_are_released(self):
        """A host's address that 2013.2's VlanManager gives up, and one that an administrator unreserves."""
        address = self.api.fixed_ip_associate_pool(self.admin, self.net["id"], host="c1")
        self.db.fixed_ip_update(self.admin, address, {"allocated": False, "host": None})
        self.db.fixed_ip_update(self.admin, "10.0.0.0", {"reserved": False})
        self.api.fixed_ip_disassociate_all_by_timeout(self.admin, "net1", __import__("datetime").datetime.utcnow())
        self.assertEqual(self.rows(), {})
        self.assertEqual(self.check(self.net), {})
        # The network's first address is never given, policy or not; another is.
        self.db.fixed_ip_create(self.admin, {"network_id": self.net["id"], "address": "10.0.0.2", "reserved": True})

    def test_free_rows_of_networks_that_are_gone_are_no_obstacle(self):
        self.db.fixed_ip_create(self.admin, {"network_id": 4711, "address": "10.66.0.5"})
        self.db.fixed_ip_create(self.admin, {"network_id": 1, "address": "10.0.0.66"})
        self.fixed_ips.release_free(self.admin)
        self.assertEqual(list(self.rows()), ["10.66.0.5"])

    def test_an_unreserved_address_is_given(self):
        self.net = self.network(cidr="10.8.0.0/29", fixed_cidr="10.8.0.2/31")
        # fixed_cidr is 10.8.0.2 and 10.8.0.3, the first two and the last of which are reserved: none is left.
        self.assertRaises(self.exception.NoMoreFixedIps, self.associate)
        self.db.fixed_ip_update(self.admin, "10.8.0.3", {"reserved": False})
        self.fixed_ips.release_free(self.admin)
        self.assertEqual(self.associate(), "10.8.0.3")
        self.assertRaises(self.exception.NoMoreFixedIps, self.associate)
        self.check(self.net)

    def test_delete_network(self):
        address = self.associate()
        self.api.fixed_ip_update(self.admin, address, {"allocated": True})
        block = self.block(self.net)
        self.assertRaises(self.exception.NetworkInUse, self.api.network_delete_safe, self.admin, self.net["id"])
        self.check(self.net)
        self.api.fixed_ip_disassociate(self.admin, address)
        self.api.network_delete_safe(self.admin, self.net["id"])
        self.assertRaises(ip_driver.NotFound, self.driver.block.get, tenant=block.tenant, id=block.id)
        self.assertEqual(list(self.store.policy.list()), [])
        self.assertRaises(self.exception.NetworkNotFound, self.associate)
        self.assertRaises(self.exception.NetworkNotFound, self.api.network_delete_safe, self.admin, self.net["id"])

    def test_a_network_that_is_given_to_a_project_later(self):
        self.db.network_update(self.admin, self.net["id"], {"project_id": "p2"})
        self.net = self.db.network_get(self.admin, self.net["id"])
        address = self.associate(self.instance(project="p2"))
        self.api.fixed_ip_disassociate(self.admin, address)
        self.assertEqual(self.check(self.net), {})
        self.api.network_delete_safe(self.admin, self.net["id"])
        self.assertEqual(list(self.store.block.list()), [])

    def test_a_network_that_the_driver_does_not_know(self):
        self.net = self.db.network_create_safe(self.admin, {"cidr": "10.6.0.0/24"})
        try:
            self.associate()
        except ip_driver.NotFound as error:
            self.assertIn("ip-driver-nova import", str(error))
        else:
            self.fail("nothing was raised")

    def test_rows_from_before_ip_driver(self):
        """A deployment that was imported: Nova has a row for every address."""
        self.db.fixed_ip_bulk_create(self.admin, [
            {"network_id": self.net["id"], "address": "10.0.0.%d" % n, "reserved": False} for n in range(2, 255)])
        instance = self.instance()
        self.db.fixed_ip_associate(self.admin, "10.0.0.2", instance, self.net["id"])
        self.driver.address.allocate(tenant="default", block=self.block(self.net).id, address="10.0.0.2", interface="i",
                                     device=str(instance), used_by_tenant="p1")
        self.assertEqual(self.associate(), "10.0.0.3")
        self.assertEqual(sorted(self.check(self.net)), ["10.0.0.2", "10.0.0.3"])


all_variants(Functions, globals())

if __name__ == "__main__":
    unittest.main()
