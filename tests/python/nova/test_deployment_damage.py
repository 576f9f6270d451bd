"""What verify finds, each kind of difference; what an import mends of it, and what it only names; and imports cut anywhere."""
import unittest

import ip_driver
from ip_driver import driver as binding
from ip_driver.nova.deployment import importing
from test_deployment_rows import UUID, WithRows

# Calls that change something, but transactions, which the test of cuts goes without.
CHANGES = ("create", "update", "delete", "allocate", "grant", "add")


class WithSmall(WithRows):
    """A deployment that has one of everything."""

    def setUp(self):
        super(WithSmall, self).setUp()
        self.fixed(0, reserved=True)
        self.fixed(1, reserved=True)
        self.vif(1, uuid="vif-a", address="02:00:00:00:00:0a")
        self.fixed(5, instance=1, allocated=True, leased=True, virtual_interface_id=1)
        self.fixed(6, instance=2, leased=True)
        self.fixed(7, instance=1, reserved=True)
        self.fixed(8, host="compute1")
        self.fixed(511, reserved=True)
        self.floating(1, project_id="p1", fixed_ip_id=3, host="nethost")
        self.floating(2, project_id="p1", auto_assigned=True)
        self.floating(4)


class TestDamage(WithSmall):
    def setUp(self):
        super(TestDamage, self).setUp()
        self.succeed("import", "--verify")
        self.handle = self.driver()
        (self.block,) = self.handle.network.get(tenant="default", network="net")
        self.pools = list(self.handle.block.list(tenant="default", network="pool:nova"))

    def differences(self, *expected):
        """What verify says must be this, of one network or pool each."""
        lines = self.fail_with("verify")
        self.assertEqual(lines, list(expected) + ["%d differences" % len(expected)])

    def mended(self, what):
        """An import mends it, and makes nothing else."""
        self.assertEqual(self.succeed("import"), what + " were made")
        self.succeed("verify")
        self.assertEqual(self.succeed("import"), "nothing to do")

    def named(self, *expected):
        """An import names it, and changes nothing."""
        before = self.snapshot()
        self.assertEqual(self.fail_with("import")[1:], list(expected) + ["nothing to do"])
        self.assertEqual(self.snapshot(), before)

    def free(self, address):
        self.handle.address.deallocate(tenant="default", block=self.block.id, address=address)
        self.handle.address.purge(tenant="default", block=self.block.id, address=address, all=True)

    def test_an_address_is_missing(self):
        self.free("10.0.0.5")
        self.handle.interface.delete(tenant="p1", id="vif-a")
        self.differences("network one (net): address 10.0.0.5 is not in the driver",
                         "pool nova: floating IP 203.0.113.1's association with 10.0.0.5 is not in the driver")
        self.mended("1 associations, 1 fixed IPs")

    def test_a_reserved_address_in_use_is_missing(self):
        self.free("10.0.0.7")
        self.differences("network one (net): address 10.0.0.7 is not in the driver")
        self.mended("1 fixed IPs")
        # The policy is back in its place.
        self.free("10.0.0.7")
        self.assertRaises(ip_driver.DeniedByPolicy, self.handle.address.allocate, tenant="default", block=self.block.id,
                          address="10.0.0.7")

    def test_an_address_rests(self):
        self.handle.address.deallocate(tenant="default", block=self.block.id, address="10.0.0.8")
        line = "network one (net): address 10.0.0.8: Nova has it in use; in the driver it rests since it was released"
        self.differences(line)
        self.named(line)

    def test_an_address_is_held(self):
        self.free("10.0.0.8")
        self.handle.address.allocate(tenant="default", block=self.block.id, address="10.0.0.8", hold=600)
        line = "network one (net): address 10.0.0.8: Nova has it in use; in the driver it is held, not yet confirmed"
        self.differences(line)
        self.named(line)

    def test_an_address_is_somebody_elses(self):
        self.free("10.0.0.8")
        self.handle.address.allocate(tenant="default", block=self.block.id, address="10.0.0.8", interface="x",
                                     device="host:other", used_by_tenant="p9")
        lines = ["network one (net): address 10.0.0.8: tenant: Nova has default, the driver p9",
                 "network one (net): address 10.0.0.8: device: Nova has host:compute1, the driver host:other"]
        self.differences(*lines)
        self.named(*lines)

    def test_an_address_has_another_interface(self):
        self.vif(1, uuid="vif-b", address="02:00:00:00:00:0b")
        self.sql(self.nova, "UPDATE fixed_ips SET virtual_interface_id = 2 WHERE address = '10.0.0.5'")
        line = "network one (net): address 10.0.0.5: interface: Nova has vif-b, the driver vif-a"
        self.differences(line)
        self.named(line)

    def test_an_interface_has_another_mac(self):
        self.sql(self.nova, "UPDATE virtual_interfaces SET address = '02:00:00:00:00:0c'")
        line = "network one (net): address 10.0.0.5: MAC address: Nova has 02:00:00:00:00:0c, the driver 02:00:00:00:00:0a"
        self.differences(line)
        self.named(line)

    def test_only_the_driver_has_it_in_use(self):
        got = self.handle.address.allocate(tenant="default", block=self.block.id)[0].address
        self.differences("network one (net): address %s is in use in the driver, not in Nova" % got)
        # Nothing that an import would touch.
        self.assertEqual(self.succeed("import"), "nothing to do")

    def test_a_lease_is_missing(self):
        self.handle.lease.release(tenant="default", block=self.block.id, address="10.0.0.5")
        self.differences("network one (net): the lease of address 10.0.0.5 is not in the driver")
        self.succeed("verify", "--live")
        self.mended("1 leases")

    def test_a_lease_is_over_in_nova(self):
        self.sql(self.nova, "UPDATE fixed_ips SET leased = 0 WHERE address = '10.0.0.5'")
        line = "network one (net): address 10.0.0.5: it is leased in the driver, not in Nova"
        self.differences(line)
        self.named(line)
        self.succeed("verify", "--live")

    def test_a_block_is_missing(self):
        self.add("networks", id=2, uuid="two", label="two", cidr="10.2.0.0/24")
        self.differences("network two (two): block 10.2.0.0/24 is not in the driver")
        self.mended("1 blocks of networks")

    def test_a_block_is_another(self):
        self.add("networks", id=2, uuid="two", label="two", cidr="10.2.0.0/24")
        self.handle.block.create(tenant="default", type="private", network="two", cidr="10.2.0.0/23")
        self.differences("network two (two): block 10.2.0.0/24 is not in the driver",
                         "network two (two): block 10.2.0.0/23 is not in Nova")
        self.assertRegex(self.fail_with("import")[1], "10.2.0.0/23")

    def test_a_block_keeps_its_tenant_when_the_network_is_given_away(self):
        # VlanManager gives networks to projects, and takes them back.
        self.sql(self.nova, "UPDATE networks SET project_id = 'p7'")
        self.succeed("verify")
        self.assertEqual(self.succeed("import"), "nothing to do")
        self.free("10.0.0.8")
        self.handle.interface.delete(tenant="default", id="host:10.0.0.8@net")
        self.mended("1 fixed IPs")

    def test_a_block_is_a_strangers(self):
        self.add("networks", id=2, uuid="two", label="two", cidr="10.2.0.0/24", project_id="p7")
        self.handle.block.create(tenant="p9", type="private", network="two", cidr="10.2.0.0/24")
        line = "network two (two): block 10.2.0.0/24: tenant: Nova has p7, the driver p9"
        self.differences(line)
        self.named(line)

    def test_gateway_and_name_servers(self):
        self.handle.block.update(tenant="default", id=self.block.id, gateway=None, dns1="198.51.100.1")
        self.differences("network one (net): gateway 10.0.0.1 of block 10.0.0.0/23 is not in the driver",
                         "network one (net): block 10.0.0.0/23: dns1: Nova has 192.0.2.53, the driver 198.51.100.1")
        self.assertEqual(self.fail_with("import")[1:], [
            "network one (net): block 10.0.0.0/23: dns1: Nova has 192.0.2.53, the driver 198.51.100.1",
            "1 gateways and name servers were made"])
        self.assertEqual(self.handle.block.get(tenant="default", id=self.block.id).gateway, "10.0.0.1")

    def test_reservations(self):
        self.fixed(20, reserved=True)
        self.fixed(21, reserved=True)
        self.differences("network one (net): the reservation of 10.0.0.20 to 10.0.0.21 is not in the driver")
        self.mended("1 reservations")
        self.sql(self.nova, "UPDATE fixed_ips SET reserved = 0 WHERE address = '10.0.0.21'")
        # One free row does not make all others of a /23 a reservation.
        self.differences("network one (net): 10.0.0.21: excluded by the driver's policy, not reserved in Nova")

    def test_a_policy_is_gone(self):
        self.handle.block.update(tenant="default", id=self.block.id, policy=None)
        self.assertEqual(len(self.fail_with("verify")), 4)
        self.mended("1 reservations")
        self.assertEqual(len([item for item in self.handle.policy.list(tenant="default") if item.name == "nova net"]), 1)

    def test_octets_of_a_policy_are_reservations(self):
        self.handle.policy_octet.create(tenant="default", policy=self.block.policy, octet=33)
        # Where Nova has no row, there may be a reason for it.
        self.succeed("verify")
        self.fixed(256 + 33)
        self.differences("network one (net): 10.0.1.33: excluded by the driver's policy, not reserved in Nova")

    def test_a_floating_ip_is_missing_in_the_pool(self):
        self.floating(200)
        self.differences("pool nova: 1 floating IPs from 203.0.113.200 on is not in the driver")
        self.mended("1 blocks of floating IPs")

    def pool(self, address):
        """The block of a floating IP."""
        return [match.block for match in self.handle.address.find(tenant="default", address=address)
                if match.block.type == "public"][0]

    def test_a_floating_ip_is_free_in_the_driver(self):
        block = self.pool("203.0.113.2")
        self.handle.address.deallocate(tenant="default", block=block.id, address="203.0.113.2")
        line = "pool nova: floating IP 203.0.113.2: project p1 has it in Nova; in the driver it rests since it was released"
        self.differences(line)
        self.named(line)
        self.handle.address.purge(tenant="default", block=block.id, address="203.0.113.2", all=True)
        self.differences("pool nova: floating IP 203.0.113.2 of project p1 is not in the driver")
        self.mended("1 floating IPs")

    def test_a_floating_ip_is_another_projects(self):
        self.sql(self.nova, "UPDATE floating_ips SET project_id = 'p2', auto_assigned = 0 WHERE address = '203.0.113.2'")
        lines = ["pool nova: floating IP 203.0.113.2: project: Nova has p2, the driver p1",
                 "pool nova: floating IP 203.0.113.2: auto_assigned: Nova has False, the driver True"]
        self.differences(*lines)
        self.named(*lines)

    def test_only_the_driver_has_a_floating_ip_in_use(self):
        block = self.pool("203.0.113.4")
        self.handle.address.allocate(tenant="default", block=block.id, address="203.0.113.4")
        self.differences("pool nova: floating IP 203.0.113.4 is in use in the driver, not in Nova")

    def test_associations(self):
        block = self.pool("203.0.113.1")
        pair = {"locals": [(self.block.id, "10.0.0.5")], "globals": [(block.id, "203.0.113.1")]}
        self.handle.nat.remove(**pair)
        self.differences("pool nova: floating IP 203.0.113.1's association with 10.0.0.5 is not in the driver")
        self.mended("1 associations")
        self.handle.nat.remove(**pair)
        self.handle.nat.add(locals=[(self.block.id, "10.0.0.7")], globals=pair["globals"])
        line = "pool nova: floating IP 203.0.113.1: association: Nova has 10.0.0.5, the driver 10.0.0.7"
        self.differences(line)
        self.named(line)
        self.sql(self.nova, "UPDATE floating_ips SET fixed_ip_id = NULL, host = NULL")
        self.differences("pool nova: floating IP 203.0.113.1: it is associated with 10.0.0.7 in the driver, not in Nova")

    def test_a_pool_has_another_interface(self):
        self.sql(self.nova, "UPDATE floating_ips SET interface = 'eth8' WHERE address = '203.0.113.4'")
        line = "pool nova: floating IP 203.0.113.4: interface: Nova has eth8, the driver eth9"
        self.differences(line)
        self.named(line)

    def test_a_pools_block_is_another_owners(self):
        self.handle.block.create(tenant="p3", type="public", network="pool:nova", cidr="203.0.113.64/32")
        self.differences("pool nova: block 203.0.113.64/32: owner: Nova has public of default, the driver public of p3",
                         "pool nova: 203.0.113.64: the driver can give them, Nova has no such floating IPs")

    def test_a_pool_is_in_the_way(self):
        self.handle.block.create(tenant="p3", type="public", network="other", cidr="203.0.113.128/25")
        self.floating(200)
        self.assertRegex(self.fail_with("import")[1], "^pool nova: .*203.0.113.128/25")

    def test_what_the_network_managers_do_not_tell(self):
        # A reserved address is no choice of the driver's: Nova gives it to a VPN by itself.
        self.fixed(30, reserved=True, instance=2, leased=True)
        self.sql(self.nova, "UPDATE fixed_ips SET instance_id = NULL WHERE address = '10.0.0.7'",
                 "UPDATE fixed_ips SET leased = 0 WHERE address = '10.0.0.5'")
        self.assertEqual(self.fail_with("verify", "--live"), [
            "network one (net): the reservation of 10.0.0.30 is not in the driver", "1 differences"])
        self.handle.policy_range.create(tenant="default", policy=self.block.policy, offset=30, length=1)
        self.succeed("verify", "--live")
        self.assertEqual(len(self.fail_with("verify")), 4)

    def test_what_the_network_managers_tell_less_of_is_no_difference(self):
        # They know no VIF when they allocate, and say nothing when an address waits for its release.
        self.sql(self.nova, "UPDATE fixed_ips SET allocated = 0, virtual_interface_id = NULL WHERE address = '10.0.0.5'")
        self.free("10.0.0.7")
        self.handle.block.update(tenant="default", id=self.block.id, policy=None)
        self.handle.address.allocate(tenant="default", block=self.block.id, address="10.0.0.7", interface="made-by-a-manager",
                                     device=UUID % 1, used_by_tenant="p1")
        self.handle.block.update(tenant="default", id=self.block.id, policy=self.block.policy)
        self.succeed("verify")


class TestCut(WithSmall):
    def test_an_import_that_was_cut_anywhere_is_taken_up_again(self):
        """On a backend without transactions, which would make it easier."""
        calls = {"left": 10 ** 6, "made": 0}
        real = binding._Handle._call

        def call(handle, function, inputs):
            if function.rsplit("_", 1)[1] in CHANGES:
                if not calls["left"]:
                    raise KeyboardInterrupt()
                calls["left"] -= 1
                calls["made"] += 1
            return real(handle, function, inputs)

        supports = binding.Driver.supports
        binding._Handle._call = call
        binding.Driver.supports = lambda handle, what: what != "transaction.begin" and supports(handle, what)
        try:
            self.succeed("import", "--verify")
            total = calls["made"]
            self.assertEqual(total, 20)
            for cut in range(total):
                backend = self.another("native")
                calls["left"] = cut
                status, _ = self.run_program("import", backend=backend)
                self.assertEqual((status, self.errors), (130, "ip-driver-nova: interrupted\n"))
                calls["left"] = 10 ** 6
                self.succeed("import", "--verify", backend=backend)
                self.assertEqual(self.snapshot(backend), self.snapshot())
                policies = [item.name for item in self.driver(backend).policy.list(tenant="default")]
                self.assertEqual(len(policies), len(set(policies)))
        finally:
            binding._Handle._call = real
            binding.Driver.supports = supports

    def test_a_transaction_that_was_cut_leaves_nothing(self):
        real, importing.BATCH = importing.BATCH, 2
        allocate = importing.Import._allocate
        made = []

        def interrupted(job, handle, comparison, fixed):
            if len(made) == 2:
                raise KeyboardInterrupt()
            made.append(fixed.address)
            allocate(job, handle, comparison, fixed)

        importing.Import._allocate = interrupted
        try:
            self.assertEqual(self.run_program("import")[0], 130)
        finally:
            importing.BATCH, importing.Import._allocate = real, allocate
        # The reserved one is by itself; the other went with the one that was not allocated.
        self.assertEqual(made, ["10.0.0.7", "10.0.0.5"])
        self.assertEqual([item.address for item in self.driver().address.list(network="net")], ["10.0.0.7"])
        self.succeed("import", "--verify")


if __name__ == "__main__":
    unittest.main()
