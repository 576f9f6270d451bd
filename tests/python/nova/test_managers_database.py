"""The managers of Essex to Havana: what becomes of an instance's addresses, with Flat, FlatDHCP and Vlan networks."""
import os
import resource
import sys
import time
import unittest

import ip_driver
from early_support import variants
from standin import early


class Managers(object):
    def setUp(self):
        super(Managers, self).setUp()
        # nova-compute asks in the user's name with an administrator's rights.
        self.asking = self.context.elevated()

    def allocate(self, manager, instance=None, project="p1", **given):
        """An instance with addresses: its name, and {address: row}."""
        instance = instance or self.instance(project=project)
        manager.allocate_for_instance(self.asking, instance_id=instance, project_id=project, host="c1", **given)
        return instance, dict((row["address"], row) for row in self.db.fixed_ip_get_by_instance(self.admin, instance))

    def end(self, manager, instance):
        manager.deallocate_for_instance(self.asking, instance_id=instance, host="c1")

    def test_flat(self):
        flat = self.manager("FlatManager")
        net = self.network(flat)
        first, rows = self.allocate(flat)
        self.assertEqual(list(rows), ["10.0.0.2"])
        row = rows["10.0.0.2"]
        vif = self.db.virtual_interface_get(self.admin, row["virtual_interface_id"])
        self.assertEqual((row["allocated"], vif[self.column], vif["network_id"]), (1, first, net["id"]))
        allocation = self.check(net)["10.0.0.2"]
        self.assertEqual((allocation.interface, allocation.used_by_tenant), (vif["uuid"], "p1"))
        second, rows = self.allocate(flat)
        self.assertEqual(list(rows), ["10.0.0.3"])
        # Free as soon as it is deallocated.
        self.end(flat, first)
        self.assertEqual(list(self.check(net)), ["10.0.0.3"])
        self.assertEqual([row["address"] for row in self.db.fixed_ip_get_by_instance(self.admin, second)], ["10.0.0.3"])
        self.end(flat, first)
        self.end(flat, second)
        self.assertEqual((self.check(net), self.rows()), ({}, {}))

    def test_dhcp(self):
        dhcp = self.manager("FlatDHCPManager")
        net = self.network(dhcp)
        instance, rows = self.allocate(dhcp)
        (address,) = rows
        dhcp.lease_fixed_ip(self.admin, address)
        self.assertEqual(self.rows()[address]["leased"], 1)
        # A lease that ends while the instance lives changes nothing.
        dhcp.release_fixed_ip(self.admin, address)
        dhcp.lease_fixed_ip(self.admin, address)
        self.end(dhcp, instance)
        row = self.rows()[address]
        self.assertEqual((row["allocated"], row["leased"], row[self.column], row["virtual_interface_id"]),
                         (0, 1, instance, None))
        # Nobody else's until dnsmasq says that the lease is over.
        self.assertEqual(list(self.check(net)), [address])
        self.assertEqual(list(self.allocate(dhcp)[1]), ["10.0.0.3"])
        dhcp.release_fixed_ip(self.admin, address)
        self.assertEqual(list(self.check(net)), ["10.0.0.3"])
        # dnsmasq may say it again.
        if self.release in ("2012.1", "2012.2"):
            self.assertRaises(Exception, dhcp.release_fixed_ip, self.admin, address)
        else:
            dhcp.release_fixed_ip(self.admin, address)
        self.assertEqual(list(self.check(net)), ["10.0.0.3"])

    def test_dhcp_without_a_release(self):
        dhcp = self.manager("FlatDHCPManager")
        net = self.network(dhcp)
        self.db.network_set_host(self.admin, net["id"], "net1")
        instance, rows = self.allocate(dhcp)
        self.end(dhcp, instance)
        dhcp.periodic_tasks(self.admin)
        self.assertEqual(list(self.check(net)), list(rows))
        self.override("fixed_ip_disassociate_timeout", -60)
        dhcp.periodic_tasks(self.admin)
        self.assertEqual((self.check(net), self.rows()), ({}, {}))

    def test_vlan(self):
        vlan = self.manager("VlanManager")
        self.override("cnt_vpn_clients", 5)
        self.override("network_manager", "ip_driver.nova.network.manager.VlanManager")
        vlan.create_networks(self.admin, label="v", cidr="10.0.0.0/16", num_networks=3, network_size=256, vlan_start=100,
                             vpn_start=1000)
        networks = self.db.network_get_all(self.admin)
        self.assertEqual([(net["vlan"], net["bridge"], net["vpn_public_port"], net["vpn_private_address"], net["dhcp_start"])
                          for net in networks],
                         [(100 + n, "br%d" % (100 + n), 1000 + n, "10.0.%d.2" % n, "10.0.%d.3" % n) for n in range(3)])
        self.assertEqual(len(self.rows(reserved=True)), 3 * (3 + 6))
        # Each project's is its own; which it is, is decided at the first instance.
        one, rows = self.allocate(vlan)
        self.assertEqual(list(rows), ["10.0.0.3"])
        self.asking.project_id = "p2"
        two, rows = self.allocate(vlan, project="p2")
        self.assertEqual(list(rows), ["10.0.1.3"])
        net = self.db.network_get(self.admin, networks[1]["id"])
        self.assertEqual(net["project_id"], "p2")
        self.assertEqual(self.check(net)["10.0.1.3"].used_by_tenant, "p2")
        # The cloudpipe's address is reserved for it, and stays so.
        pipe, rows = self.allocate(vlan, project="p2", vpn=True)
        self.assertEqual(list(rows), ["10.0.1.2"])
        self.assertEqual((rows["10.0.1.2"]["reserved"], rows["10.0.1.2"]["allocated"]), (1, 1))
        self.end(vlan, pipe)
        vlan.release_fixed_ip(self.admin, "10.0.1.2")
        self.assertEqual(self.rows(reserved=True)["10.0.1.2"][self.column], None)
        self.end(vlan, two)
        vlan.release_fixed_ip(self.admin, "10.0.1.3")
        self.assertEqual(self.check(net), {})
        self.assertRaises(ValueError, vlan.delete_network, self.admin, None, net["uuid"])
        vlan.delete_network(self.admin, None, net["uuid"], False)
        self.assertEqual(len(list(self.store.block.list())), 2)

    def test_multi_host(self):
        hosts = [self.manager("FlatDHCPManager", host=host) for host in ("c1", "c2")]
        net = self.network(hosts[0], multi_host=True)
        given = [manager._get_dhcp_ip(self.admin, net) for manager in hosts]
        self.assertEqual(given, ["10.0.0.2", "10.0.0.3"])
        self.assertEqual([manager._get_dhcp_ip(self.admin, net) for manager in hosts], given)
        self.assertEqual([self.check(net)[address].used_by_device for address in given], ["host:c1", "host:c2"])
        instance, rows = self.allocate(hosts[1])
        self.assertEqual(list(rows), ["10.0.0.4"])
        self.end(hosts[1], instance)
        hosts[1].release_fixed_ip(self.admin, "10.0.0.4")
        for manager in hosts:
            manager.periodic_tasks(self.admin)
        self.assertEqual(sorted(self.check(net)), given)

    def test_an_address_that_is_asked_for(self):
        flat = self.manager("FlatManager")
        net = self.network(flat)
        wanted = [(net["uuid"], "10.0.0.200")]
        flat.validate_networks(self.asking, wanted)
        instance, rows = self.allocate(flat, requested_networks=wanted)
        self.assertEqual(list(rows), ["10.0.0.200"])
        exception = self.nova["nova.exception"]
        self.assertRaises(exception.FixedIpAlreadyInUse, flat.validate_networks, self.asking, wanted)
        self.assertRaises(exception.FixedIpAlreadyInUse, self.allocate, flat, requested_networks=wanted)
        other = self.network(flat, cidr="10.1.0.0/24")
        self.assertRaises(exception.FixedIpNotFoundForNetwork, flat.validate_networks, self.asking,
                          [(net["uuid"], "10.1.0.9")])
        self.assertRaises(exception.FixedIpNotFoundForAddress, flat.validate_networks, self.asking,
                          [(net["uuid"], "10.2.0.9")])
        self.end(flat, instance)
        flat.validate_networks(self.asking, wanted)
        self.assertEqual((self.check(net), self.check(other)), ({}, {}))

    def test_more_addresses_for_an_instance(self):
        flat = self.manager("FlatManager")
        net = self.network(flat)
        instance, _ = self.allocate(flat)
        flat.add_fixed_ip_to_instance(self.asking, instance, "c1", net["id"])
        self.assertEqual(len(set(allocation.interface for allocation in self.check(net).values())), 1)
        flat.remove_fixed_ip_from_instance(self.asking, instance, "c1", "10.0.0.2")
        self.assertEqual(list(self.check(net)), ["10.0.0.3"])
        self.assertRaises(self.nova["nova.exception"].FixedIpNotFoundForSpecificInstance, flat.remove_fixed_ip_from_instance,
                          self.asking, instance, "c1", "10.0.0.2")
        self.end(flat, instance)
        self.assertEqual(self.check(net), {})

    def test_a_part_of_a_network(self):
        dhcp = self.manager("FlatDHCPManager")
        net = self.network(dhcp, cidr="10.0.0.0/16", fixed_cidr="10.0.7.0/29")
        self.assertEqual(sorted(self.rows(reserved=True)), ["10.0.7.0", "10.0.7.1", "10.0.7.7"])
        given = sorted(list(self.allocate(dhcp)[1])[0] for _ in range(5))
        self.assertEqual(given, ["10.0.7.%d" % n for n in range(2, 7)])
        self.assertRaises(self.nova["nova.exception"].NoMoreFixedIps, self.allocate, dhcp)
        self.check(net)

    def test_both_families(self):
        net = self.network(cidr_v6="fd00:1::/64")
        blocks = dict((block.version, block) for block in self.driver.network.get(tenant="default", network=net["uuid"]))
        self.assertEqual((blocks[4].cidr, blocks[4].gateway, blocks[6].cidr, blocks[6].gateway),
                         ("10.0.0.0/24", "10.0.0.1", "fd00:1::/64", "fd00:1::1"))
        self.manager("FlatManager").delete_network(self.admin, None, net["uuid"])
        self.assertEqual((list(self.store.block.list()), list(self.store.policy.list())), ([], []))


class Havana(Managers):
    """What only 2013.2 does."""

    def test_networks_made_after_others_have_vlans_of_their_own(self):
        vlan = self.manager("VlanManager")
        for number in range(3):
            vlan.create_networks(self.admin, label="v", cidr="10.%d.0.0/24" % number, vlan_start=100)
        vlan.create_networks(self.admin, label="v", cidr="10.3.0.0/24", vlan_start=100, vlan=17)
        self.db.network_update(self.admin, self.db.network_get_all(self.admin)[3]["id"], {"vlan": 105})
        # 100 + 4 and 100 + 5, the second of which is taken: the next after the last.
        vlan.create_networks(self.admin, label="v", cidr="10.4.0.0/23", num_networks=2, vlan_start=100)
        self.assertEqual([net["vlan"] for net in self.db.network_get_all(self.admin)], [100, 101, 102, 105, 104, 106])

    def test_a_host_that_gives_up_its_address(self):
        vlan = self.manager("VlanManager", host="c1")
        vlan.create_networks(self.admin, label="v", cidr="10.0.0.0/24", multi_host=True, vlan_start=100)
        (net,) = self.db.network_get_all(self.admin)
        self.override("teardown_unused_network_gateway", True)
        instance, rows = self.allocate(vlan)
        address = vlan._get_dhcp_ip(self.admin, net)
        self.end(vlan, instance)
        self.assertEqual(self.rows()[address]["host"], None)
        vlan.periodic_tasks(self.admin)
        self.assertEqual(list(self.check(net)), list(rows))


class Alone(object):
    """What concerns no backend."""

    def test_a_network_of_16_million_addresses(self):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.time()
        net = self.network(cidr="10.0.0.0/8")
        self.assertLess(time.time() - began, 5)
        # Kilobytes; a list of the addresses takes gigabytes, and minutes.
        self.assertLess(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, 50000)
        self.assertEqual(sorted(self.rows(reserved=True)), ["10.0.0.0", "10.0.0.1", "10.255.255.255"])
        self.check(net)

    def test_no_connection_before_it_is_needed(self):
        """nova-compute makes a manager too."""
        self.override("ip_driver_config", os.path.join(self.folder, "none.conf"))
        manager = self.manager("FlatDHCPManager")
        self.assertRaises(self.nova["nova.exception"].NetworkNotFound, manager._get_network_by_id, self.admin, 5)
        self.assertIs(self.connection._driver, None)
        self.assertRaises(ip_driver.Config, self.network, manager)

    def test_a_manager_that_is_told_another_database(self):
        flat = self.manager("FlatManager", db_driver="nova.db")
        net = self.network(flat, cidr="10.0.0.0/28")
        self.assertEqual((len(self.rows()), len(self.rows(reserved=True))), (13, 3))
        flat.periodic_tasks(self.admin)
        self.assertEqual(list(self.store.block.list()), [])
        self.assertEqual(net["cidr"], "10.0.0.0/28")

    def test_another_database_beneath(self):
        """What the option db_driver names is what it falls through to, unless that is the facade."""
        import types
        self.addCleanup(sys.modules.pop, "other_db")
        sys.modules["other_db"] = other = types.ModuleType("other_db")
        other.network_get = lambda context, network_id: "other's"
        self.override("db_driver", "other_db")
        self.assertEqual(self.api.network_get(self.admin, 1), "other's")
        self.override("db_driver", "ip_driver.nova.db_api")
        self.assertRaises(self.nova["nova.exception"].NetworkNotFound, self.api.network_get, self.admin, 1)

    def test_every_class_has_the_task(self):
        from ip_driver.nova.network import manager
        for name in ("FlatManager", "FlatDHCPManager", "VlanManager"):
            tasks = [task for task, _ in getattr(manager, name)._periodic_tasks]
            self.assertEqual(sorted(tasks), ["_disassociate_stale_fixed_ips", "_reconcile_with_ip_driver"], name)

    def test_the_task(self):
        """Twice in the time of grace; of the networks that the host serves."""
        from ip_driver.nova.network import by_database
        flat = self.manager("FlatManager", host="h1")
        mine, free, others, every = [self.network(flat, cidr="10.%d.0.0/24" % n, multi_host=n == 3) for n in range(4)]
        self.db.network_set_host(self.admin, mine["id"], "h1")
        self.db.network_set_host(self.admin, others["id"], "h2")
        self.db.network_set_host(self.admin, every["id"], "h2")
        # Not known to the driver: no reason to leave out the others.
        unknown = self.db.network_create_safe(self.admin, {"cidr": "10.9.0.0/24", "host": "h1"})
        seen = []
        real = self.fixed_ips.reconcile_network
        self.addCleanup(setattr, self.fixed_ips, "reconcile_network", real)

        def reconcile_network(context, network_id):
            seen.append(network_id)
            return real(context, network_id)

        self.fixed_ips.reconcile_network = reconcile_network
        now = [1000.0]

        class Clock(object):
            @staticmethod
            def time():
                return now[0]

        self.addCleanup(setattr, by_database, "time", by_database.time)
        by_database.time = Clock
        self.override("ip_driver_reconcile_grace", 600)
        expected = [mine["id"], free["id"], every["id"], unknown["id"]]
        for at, found in ((1000, expected), (1060, []), (1299, []), (1301, expected), (1361, []), (900, expected)):
            now[0] = at
            del seen[:]
            flat.periodic_tasks(self.admin)
            self.assertEqual(seen, found, at)

    def test_an_orphan_is_released_by_the_task(self):
        flat = self.manager("FlatManager")
        net = self.network(flat)
        block = self.block(net)
        self.driver.address.allocate(tenant=block.tenant, block=block.id, interface="gone", device="gone")
        flat.periodic_tasks(self.admin)
        self.assertEqual(self.check(net), {})


class WithoutNova(unittest.TestCase):
    def test_it_says_so_when_it_is_used(self):
        early.remove()
        self.addCleanup(early.remove)
        import ip_driver.nova.ipam_lib
        import ip_driver.nova.reconcile
        from ip_driver.nova import db_api, options
        self.assertRaises(ImportError, options.conf)
        self.assertRaises(ImportError, getattr, db_api, "network_get")
        try:
            __import__("ip_driver.nova.network.manager")
        except ImportError as error:
            self.assertIn("need a Nova that has nova-network", str(error))
        else:
            self.fail("no ImportError")


variants(Managers, globals(), early.RELEASES[:3])
variants(Managers, globals(), early.RELEASES[:1], ("melange", "historical"))
variants(Havana, globals(), early.RELEASES[-1:])
variants(Alone, globals(), (early.RELEASES[0], early.RELEASES[-1]))

if __name__ == "__main__":
    unittest.main()
