"""What an export writes besides what an import read: rows that are there already, what the managers allocated, VIFs; and conflicts."""
import unittest

from test_deployment_damage import WithSmall
from test_deployment_rows import UUID


class TestExport(WithSmall):
    def setUp(self):
        super(TestExport, self).setUp()
        self.succeed("import", "--verify")
        self.handle = self.driver()
        (self.block,) = self.handle.network.get(tenant="default", network="net")
        self.pool = list(self.handle.block.list(tenant="default", network="pool:nova"))

    def allocate(self, **given):
        return self.handle.address.allocate(**dict({"tenant": "default", "block": self.block.id}, **given))[0]

    def row(self, address, table="fixed_ips"):
        for row in self.contents(self.nova, [table]).values():
            if row["address"] == address:
                return row
        self.fail("there is no row of %s" % address)

    def conflicts(self, *expected):
        """An export names these, and writes nothing, though there is more to write."""
        before = self.contents(self.nova, ("fixed_ips", "floating_ips", "virtual_interfaces"))
        self.assertEqual(self.fail_with("export"), list(expected) + ["%d conflicts; nothing was written" % len(expected)])
        self.assertSame(self.contents(self.nova, ("fixed_ips", "floating_ips", "virtual_interfaces")), before)

    def test_rows_that_are_there_stay(self):
        before = dict((row["address"], row) for row in self.contents(self.nova).values())
        # What only Nova knows stays too.
        self.sql(self.nova, "UPDATE fixed_ips SET leased = 0, virtual_interface_id = NULL WHERE address = '10.0.0.5'")
        self.assertEqual(self.succeed("export"), "505 fixed IPs were written")
        self.assertEqual(self.row("10.0.0.5"), dict(before["10.0.0.5"], leased=0, virtual_interface_id=None))
        self.assertEqual(self.row("10.0.0.8"), before["10.0.0.8"])
        ((times,),) = self.sql(self.nova, "SELECT count(*) FROM fixed_ips WHERE created_at > '2012-05-02' AND updated_at IS NULL")
        self.assertEqual(times, 505)

    def test_what_a_manager_allocated(self):
        """Its interfaces are its own: the VIF is found by the instance, as Nova finds it."""
        number = self.fixed(20)
        self.allocate(address="10.0.0.20", interface="made", device=UUID % 1, used_by_tenant="p1")
        self.allocate(address="10.0.0.21", interface="made-too", device="1", used_by_tenant="p1")
        self.allocate(address="10.0.0.22", interface="made-three", device=UUID % 2, used_by_tenant="p2")
        self.allocate(address="10.0.0.23", interface="made-four", device="host:compute7")
        self.assertEqual(self.succeed("export"), "504 fixed IPs, 1 changed fixed IPs were written")
        # A free row is filled in. Without a word of DHCP it is taken to be leased.
        values = {"instance_id": 1, "virtual_interface_id": 1, "allocated": 1, "leased": 1, "host": None, "reserved": 0}
        for last, more in ((20, {"id": number}), (21, {}), (22, {"instance_id": 2, "virtual_interface_id": None, "allocated": 0}),
                           (23, {"instance_id": None, "virtual_interface_id": None, "allocated": 0, "leased": 0,
                                 "host": "compute7"})):
            row = self.row("10.0.0.%d" % last)
            expected = dict(values, **more)
            self.assertEqual(dict((key, row[key]) for key in expected), expected)
        self.succeed("verify", "--live")

    def test_a_network_without_dhcp_leases_nothing(self):
        self.sql(self.nova, "UPDATE networks SET dhcp_start = NULL")
        self.allocate(address="10.0.0.21", interface="made", device=UUID % 1, used_by_tenant="p1")
        self.succeed("export")
        self.assertEqual(self.row("10.0.0.21")["leased"], 0)

    def test_an_interface_that_nova_does_not_know(self):
        self.allocate(address="10.0.0.30", interface="c0ffee", mac="02:00:00:00:00:30", device=UUID % 1, used_by_tenant="p1")
        self.assertEqual(self.succeed("export"), "1 virtual interfaces, 505 fixed IPs were written")
        ((vif, instance, network, uuid),) = self.sql(
            self.nova, "SELECT id, instance_id, network_id, uuid FROM virtual_interfaces WHERE address = '02:00:00:00:00:30'")
        self.assertEqual((instance, network, uuid), (1, 1, "c0ffee"))
        self.assertEqual(self.row("10.0.0.30")["virtual_interface_id"], vif)
        self.assertEqual(self.succeed("export"), "nothing to do")

    def test_without_a_policy_what_is_never_given_is_reserved(self):
        self.add("networks", id=2, uuid="two", label="two", cidr="10.2.0.0/29", gateway="10.2.0.6")
        self.handle.block.create(tenant="default", type="private", network="two", cidr="10.2.0.0/29", gateway="10.2.0.6")
        self.succeed("export")
        self.assertEqual(self.sql(self.nova, "SELECT address FROM fixed_ips WHERE network_id = 2 AND reserved ORDER BY id"),
                         [("10.2.0.0",), ("10.2.0.6",), ("10.2.0.7",)])

    def test_floating_ips_of_the_driver(self):
        ((number,),) = self.sql(self.nova, "SELECT id FROM floating_ips WHERE address = '203.0.113.4'")
        block = [match.block for match in self.handle.address.find(address="203.0.113.4")][0]
        self.handle.address.allocate(tenant="default", block=block.id, address="203.0.113.4", used_by_tenant="p1")
        self.handle.nat.add(locals=[(self.block.id, "10.0.0.6")], globals=[(block.id, "203.0.113.4")])
        self.handle.block.create(tenant="default", type="public", network="pool:more", cidr="198.51.100.8/31")
        self.assertEqual(self.succeed("export"), "505 fixed IPs, 2 floating IPs, 1 changed floating IPs were written")
        row = self.row("203.0.113.4", "floating_ips")
        self.assertEqual((row["id"], row["project_id"], row["host"], row["fixed_ip_id"]),
                         (number, "p1", "nethost", self.row("10.0.0.6")["id"]))
        self.assertEqual([self.row("198.51.100.%d" % last, "floating_ips")["pool"] for last in (8, 9)], ["more"] * 2)

    def test_rows_that_say_something_else(self):
        self.fixed(20, instance=1)
        self.fixed(21, reserved=True)
        self.sql(self.nova, "UPDATE fixed_ips SET instance_id = 2 WHERE address = '10.0.0.5'",
                 "UPDATE fixed_ips SET host = 'other' WHERE address = '10.0.0.8'",
                 "UPDATE floating_ips SET project_id = 'p2' WHERE address = '203.0.113.2'")
        self.conflicts(
            "fixed IP 10.0.0.5: its row is of instance 2, in the driver it is of instance 1",
            "fixed IP 10.0.0.8: its row is of host other, in the driver it is of host compute1",
            "fixed IP 10.0.0.20: its row is in use, in the driver it is free",
            "fixed IP 10.0.0.21: its row says reserved=1, the driver reserved=0",
            "floating IP 203.0.113.2: its row is of project p2 and fixed IP None, in the driver it is of p1 and None")

    def test_what_nova_does_not_know(self):
        self.allocate(address="10.0.0.20", interface="a", device="not-an-instance")
        self.allocate(address="10.0.0.21", hold=600)
        self.allocate(address="10.0.0.22", interface="deallocated:unheard-of", device=UUID % 1, used_by_tenant="p1")
        self.allocate(address="10.0.0.23", interface="b", mac="02:00:00:00:00:99", device=UUID % 1, used_by_tenant="p1")
        self.vif(2, uuid="z", address="02:00:00:00:00:99")
        other = self.handle.block.create(tenant="default", type="private", network="elsewhere", cidr="10.9.0.0/24")
        self.handle.address.allocate(tenant="default", block=other.id, address="10.9.0.9")
        block = [match.block for match in self.handle.address.find(address="203.0.113.2")][0]
        self.handle.nat.add(locals=[(other.id, "10.9.0.9")], globals=[(block.id, "203.0.113.2")])
        self.conflicts(
            "interface b: Nova has its MAC address 02:00:00:00:00:99 for another",
            "fixed IP 10.0.0.20: its instance not-an-instance is not among Nova's",
            "fixed IP 10.0.0.21: it is held in the driver, not yet confirmed",
            "fixed IP 10.0.0.22: its VIF unheard-of is not among Nova's",
            "floating IP 203.0.113.2: Nova has no row for its association with 10.9.0.9")

    def test_two_associations_are_one_too_many(self):
        block = [match.block for match in self.handle.address.find(address="203.0.113.1")][0]
        self.handle.nat.add(locals=[(self.block.id, "10.0.0.6")], globals=[(block.id, "203.0.113.1")])
        self.conflicts("floating IP 203.0.113.1: Nova has no row for its association with 10.0.0.5, 10.0.0.6")

    def test_a_held_floating_ip(self):
        block = [match.block for match in self.handle.address.find(address="203.0.113.4")][0]
        self.handle.address.allocate(tenant="default", block=block.id, address="203.0.113.4", hold=600)
        self.conflicts("floating IP 203.0.113.4: it is held in the driver, not yet confirmed")


if __name__ == "__main__":
    unittest.main()
