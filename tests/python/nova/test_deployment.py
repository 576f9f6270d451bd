"""ip-driver-nova on the database of a small deployment that Nova Essex wrote: there, compared, on to Melange, and back."""
import unittest

import ip_driver
from deployment_support import CLI, SERVER, WithDeployment

COUNTS = ("5 networks, 6 blocks of networks, 18 reserved addresses, 460 fixed IPs in use, 454 leased, 6 of hosts, 2 pools of "
          "floating IPs, 252 floating IPs, 103 floating IPs of projects, 57 associated")
MADE = "2 blocks of floating IPs, 6 blocks of networks, 57 associations, 103 floating IPs, 460 fixed IPs were made"
AGREE = "Nova and ip_driver agree: " + COUNTS


class There(object):
    def test_there_and_back(self):
        before = self.bytes_of(self.nova)
        self.assertEqual(self.succeed("import"), MADE)
        self.assertEqual(self.succeed("verify"), AGREE)
        held = self.snapshot()
        self.assertEqual(self.succeed("import"), "nothing to do")
        self.assertEqual(self.snapshot(), held)
        # Nova's database is only read.
        self.assertEqual(self.bytes_of(self.nova), before)
        empty = self.empty(self.nova)
        self.assertEqual(self.succeed("export", nova=empty), "2048 fixed IPs, 252 floating IPs were written")
        self.assertSame(self.contents(empty), self.contents(self.nova))
        # What is there and says the same stays.
        self.assertEqual(self.succeed("export", nova=empty), "nothing to do")


class TestMelange(There, WithDeployment):
    kind = "melange"


class TestNative(There, WithDeployment):
    def test_what_it_becomes(self):
        self.succeed("import")
        driver = self.driver()
        corp = "8757e991-a52b-45a4-af01-d1f1adae186b"
        blocks = dict((block.version, block) for block in driver.network.get(tenant="default", network=corp))
        four, six = blocks[4], blocks[6]
        self.assertEqual((four.cidr, four.gateway, four.dns1, four.dns2, four.type),
                         ("10.20.0.0/22", "10.20.0.1", "8.8.8.8", "8.8.4.4", "private"))
        self.assertEqual((six.cidr, six.gateway), ("fd00:20::/118", "fd00:20::1"))
        self.assertEqual(list(driver.address.list(tenant="default", block=six.id)), [])
        policy = driver.policy.get(tenant="default", id=four.policy)
        self.assertEqual(policy.name, "nova " + corp)
        ranges = driver.policy_range.list(tenant="default", policy=policy.id)
        self.assertEqual(sorted((item.offset, item.length) for item in ranges), [(0, 2), (1023, 1)])
        (row,) = self.sql(self.nova, "SELECT f.address, v.uuid, v.address, i.uuid, i.project_id FROM fixed_ips f, "
                          "virtual_interfaces v, instances i WHERE f.virtual_interface_id = v.id AND f.instance_id = i.id "
                          "AND f.network_id = 1 ORDER BY f.id LIMIT 1")
        found = driver.address.get(tenant="default", block=four.id, address=row[0])
        self.assertEqual((found.interface, found.used_by_device, found.used_by_tenant), (row[1], row[3], row[4]))
        self.assertEqual(driver.interface.get(tenant=row[4], id=row[1]).mac, row[2])
        storage = list(driver.network.get(tenant="default", network="6ee03ae4-631c-4fcd-aa83-08a0ce236d33"))[0]
        host = driver.address.get(tenant="default", block=storage.id, address="172.30.0.3")
        self.assertEqual(host.used_by_device, "host:net1")
        # A network of a project is the project's.
        acme = list(driver.network.get(tenant="acme", network="53a7feba-f81a-40fc-8079-a558dc7e5243"))[0]
        pool = list(driver.block.list(tenant="default", network="pool:nova"))[0]
        self.assertEqual((pool.cidr, pool.type), ("203.0.113.0/25", "public"))
        floating = driver.address.get(tenant="default", block=pool.id, address="203.0.113.1")
        self.assertEqual(floating.used_by_tenant, "acme")
        (local,) = driver.nat.list_locals(tenant="default", block=pool.id, address="203.0.113.1")
        ((fixed,),) = self.sql(self.nova, "SELECT address FROM fixed_ips WHERE id = 1527")
        self.assertEqual((local.block, local.address), (acme.id, fixed))
        # What is reserved or in use is not given.
        in_use = set(row[0] for row in self.sql(self.nova, "SELECT address FROM fixed_ips WHERE network_id = 5 AND "
                                                "(reserved OR instance_id IS NOT NULL)"))
        block = list(driver.network.get(tenant="initech", network="981789d3-ce65-4530-b855-7fdb9eb7f41b"))[0]
        given = []
        try:
            while True:
                given.append(driver.address.allocate(tenant="initech", block=block.id)[0].address)
        except ip_driver.Exhausted:
            pass
        everything = set("10.42.0.%d" % number for number in range(256))
        self.assertEqual(sorted(given), sorted(everything - in_use))

    def test_a_dry_run_changes_nothing(self):
        status, lines = self.run_program("import", "--dry-run")
        self.assertEqual((status, lines), (0, ["Nova has " + COUNTS, MADE.replace("were", "would be")]))
        self.assertEqual(self.snapshot(), [])
        self.succeed("import")
        empty = self.empty(self.nova)
        self.assertEqual(self.succeed("export", "--dry-run", nova=empty), "2048 fixed IPs, 252 floating IPs would be written")
        self.assertEqual(self.contents(empty), {})

    def test_the_way_to_melange_and_back(self):
        if not SERVER or not CLI:
            self.skipTest("IP_DRIVER_MELANGE_SERVER and IP_DRIVER_CLI name no programs")
        melange = self.another("melange")
        self.succeed("import", "--verify")
        self.cli("migrate", "--from", self.backend.path, "--to", melange.path)
        self.cli("compare", self.backend.path, melange.path)
        self.assertEqual(self.succeed("verify", backend=melange), AGREE)
        self.assertEqual(self.succeed("import", backend=melange), "nothing to do")
        empty = self.empty(self.nova)
        self.succeed("export", nova=empty, backend=melange)
        self.assertSame(self.contents(empty), self.contents(self.nova))


class TestHistorical(WithDeployment):
    """Melange as it was keeps no leases, and associates no address with another tenant's: all else comes along, and an export
    takes for leased what DHCP serves."""

    kind = "historical"

    def test_there_and_back(self):
        # A pool is the default tenant's, the networks 3 to 5 are projects'.
        elsewhere = [row[0] for row in self.sql(self.nova, "SELECT g.address FROM floating_ips g JOIN fixed_ips f "
                                                "ON f.id = g.fixed_ip_id WHERE f.network_id > 2")]
        refused = self.fail_with("import")[1:-1]
        self.assertEqual(len(refused), len(elsewhere))
        for line in refused:
            self.assertRegex(line, "associates within a tenant only")
        nova = self.copy(self.nova, "UPDATE floating_ips SET fixed_ip_id = NULL, host = NULL WHERE address IN (%s)" % ", ".join(
            "'%s'" % address for address in elsewhere))
        self.assertEqual(self.succeed("import", nova=nova), "nothing to do")
        self.succeed("verify", nova=nova)
        empty = self.empty(nova)
        self.succeed("export", nova=empty)
        # Its blocks are of the same second, so that their order is lost, and with it the numbers of the floating IPs.
        self.assertSame(self.contents(empty, ["fixed_ips"]), self.contents(nova, ["fixed_ips"]))
        self.assertSame(self.unnumbered(empty), self.unnumbered(nova))


if __name__ == "__main__":
    unittest.main()
