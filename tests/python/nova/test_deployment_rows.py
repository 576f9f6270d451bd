"""Every state that a row can be in, in every shape of Nova's tables, through the driver and back; and what the driver cannot say."""
import itertools
import os
import sqlite3
import unittest

from deployment_support import WithDeployment
from standin import early_db

UUID = "%08d-0000-4000-8000-000000000000"


class WithRows(WithDeployment):
    """A database of a release, with one network and two instances, the second one deleted."""

    release = "2012.1"

    def setUp(self):
        super(WithRows, self).setUp()
        self.nova = os.path.join(self.folder, "made.sqlite")
        early_db.create(self.release, self.nova)
        self.connection = sqlite3.connect(self.nova, isolation_level=None)
        self.addCleanup(self.connection.close)
        self.connection.execute("PRAGMA synchronous = OFF")
        self.column = "instance_uuid" if self.release in early_db.UUIDS else "instance_id"
        self.add("networks", id=1, uuid="net", label="one", cidr="10.0.0.0/23", gateway="10.0.0.1", dns1="192.0.2.53", host="nethost",
                 dhcp_start="10.0.0.2", multi_host=False)
        for number, deleted in ((1, 0), (2, 2 if self.release in early_db.NUMBERED else 1)):
            # In the table of Essex, what is deleted is a boolean.
            self.add("instances", id=number, uuid=UUID % number, project_id="p%d" % number, host="compute%d" % number,
                     hostname="vm%d" % number, deleted=deleted)

    def add(self, table, **values):
        """Inserts a row; returns its number."""
        values = dict({"deleted": 0, "created_at": "2012-05-01 00:00:00"}, **values)
        keys = sorted(values)
        cursor = self.connection.execute("INSERT INTO %s (%s) VALUES (%s)" % (
            table, ", ".join(keys), ", ".join("?" for _ in keys)), [values[key] for key in keys])
        return cursor.lastrowid

    def instance(self, number):
        """How a row names an instance."""
        return UUID % number if self.column == "instance_uuid" else number

    def vif(self, instance, **values):
        return self.add("virtual_interfaces", **dict({self.column: self.instance(instance), "network_id": 1}, **values))

    def fixed(self, last, **values):
        """Inserts the row of 10.0.0.LAST."""
        values = dict({"address": "10.0.%d.%d" % (last >> 8, last & 255), "network_id": 1, "allocated": False, "leased": False,
                       "reserved": False}, **values)
        if "instance" in values:
            values[self.column] = self.instance(values.pop("instance"))
        return self.add("fixed_ips", **values)

    def floating(self, last, **values):
        return self.add("floating_ips", **dict({"address": "203.0.113.%d" % last, "pool": "nova", "interface": "eth9",
                                                "auto_assigned": False}, **values))

    def fill(self, first, last):
        """Adds the rows that are missing, as Nova has them."""
        known = set(row[0] for row in self.sql(self.nova, "SELECT address FROM fixed_ips"))
        self.connection.execute("BEGIN")
        for number in range(first, last + 1):
            if "10.0.%d.%d" % (number >> 8, number & 255) not in known:
                self.fixed(number, reserved=number in (0, 511))
        self.connection.execute("COMMIT")


class States(object):
    """All that a row of fixed_ips can say, and some of floating_ips."""

    def build(self):
        users = [{}, {"instance": 1}, {"instance": 2}, {"instance": 9}, {"host": "compute1"}]
        vifs = [None, "uuid", "number", "gone"]
        number = 2
        for flags in itertools.product((False, True), repeat=3):
            allocated, leased, reserved = flags
            for user, vif in itertools.product(users, vifs):
                if not (user or allocated or leased):
                    # A free row; that it may still name a VIF is forgotten.
                    continue
                values = dict(user, allocated=allocated, leased=leased, reserved=reserved)
                if vif == "gone":
                    values["virtual_interface_id"] = 10000 + number
                elif vif is not None:
                    values["virtual_interface_id"] = self.vif(user.get("instance", 1), address="02:00:00:00:00:%02X" % number,
                                                              uuid=UUID % (1000 + number) if vif == "uuid" else None)
                self.fixed(number, **values)
                number += 1
        self.fill(0, 511)
        (associated,), = self.sql(self.nova, "SELECT id FROM fixed_ips WHERE %s = '%s' AND allocated LIMIT 1" % (
            self.column, self.instance(1)))
        self.floating(9, project_id="p1", auto_assigned=True)
        self.floating(10, project_id="p1", fixed_ip_id=associated, host="nethost")
        self.floating(11)
        self.floating(12, project_id="p2", interface=None)
        self.floating(13, pool="other", project_id="p2")

    def test_each_goes_there_and_back(self):
        self.build()
        (reservations,), = self.sql(self.nova, "SELECT count(*) FROM fixed_ips WHERE reserved")
        self.assertTrue(reservations > 70)
        self.succeed("import", "--verify")
        self.assertEqual(self.succeed("import"), "nothing to do")
        empty = self.empty(self.nova)
        self.succeed("export", nova=empty)
        self.assertSame(self.unnumbered(empty), self.unnumbered(self.nova))


class TestEssex(States, WithRows):
    def test_a_multi_host_network_has_the_instances_hosts(self):
        self.sql(self.nova, "UPDATE networks SET multi_host = 1")
        fixed = self.fixed(5, instance=1, allocated=True, virtual_interface_id=self.vif(1, uuid="v", address="02:00:00:00:00:01"))
        self.fill(0, 511)
        self.floating(9, project_id="p1", fixed_ip_id=fixed, host="compute1")
        self.succeed("import", "--verify")
        empty = self.empty(self.nova)
        self.succeed("export", nova=empty)
        self.assertSame(self.unnumbered(empty), self.unnumbered(self.nova))

    def test_what_has_no_row_is_not_given(self):
        # --fixed_cidr, and a row that somebody took out to keep the address for himself.
        self.fixed(256, reserved=True)
        self.fixed(300, instance=1)
        self.fill(257, 319)
        self.sql(self.nova, "DELETE FROM fixed_ips WHERE address = '10.0.1.50'")
        self.succeed("import", "--verify")
        driver = self.driver()
        (block,) = driver.network.get(tenant="default", network="net")
        given = set(item.address for item in driver.address.allocate(tenant="default", block=block.id, count=61))
        self.assertEqual(given, set("10.0.1.%d" % last for last in range(1, 64)) - set(["10.0.1.44", "10.0.1.50"]))
        # Where it runs on ip_driver, there are rows of what is used only, and no row means nothing.
        other = self.another("native")
        self.sql(self.nova, "DELETE FROM fixed_ips WHERE instance_id IS NULL AND NOT reserved AND address <> '10.0.1.9'")
        self.succeed("import", "--verify", backend=other)
        (block,) = self.driver(other).network.get(tenant="default", network="net")
        self.driver(other).address.allocate(tenant="default", block=block.id, address="10.0.0.9")

    def test_leases_that_have_run_out_are_leases(self):
        # Nova's rows say "leased" until dnsmasq says otherwise.
        self.fixed(5, instance=1, leased=True)
        self.fill(0, 511)
        self.succeed("import", "--verify", "--lease-time", "0")
        empty = self.empty(self.nova)
        self.succeed("export", nova=empty)
        self.assertSame(self.unnumbered(empty), self.unnumbered(self.nova))

    def test_progress_is_for_terminals(self):
        self.succeed("import", "--dry-run")
        self.assertEqual(self.errors, "")
        self.succeed("import", terminal=True)
        self.assertIn("\rnetwork 0 of 1", self.errors)
        self.assertEqual(self.errors.rsplit("\r", 2)[1].strip(), "")

    def test_text_that_is_not_ascii(self):
        project = b"proj\xc3\xa9t".decode("utf-8")
        self.sql(self.nova, u"UPDATE instances SET project_id = '%s'" % project, u"UPDATE networks SET label = '%s'" % project)
        self.fixed(5, instance=1, allocated=True, virtual_interface_id=self.vif(1, uuid="v", address="02:00:00:00:00:01"))
        self.fixed(6, host=project)
        self.fill(0, 511)
        self.floating(9, project_id=project, pool=project)
        self.succeed("import", "--verify")
        empty = self.empty(self.nova)
        self.succeed("export", nova=empty)
        self.assertSame(self.unnumbered(empty), self.unnumbered(self.nova))

    def test_the_gateway_may_be_in_use(self):
        # Nova reserves the second address and, where its gateway is another one, may well give that.
        self.sql(self.nova, "UPDATE networks SET gateway = '10.0.0.77'")
        self.fixed(77, instance=1)
        self.succeed("import", "--verify")
        (block,) = self.driver().network.get(tenant="default", network="net")
        self.assertEqual(block.gateway, "10.0.0.77")

    def test_what_cannot_be_said_is_named(self):
        self.fixed(5, instance=1, host="h")
        self.fixed(6, instance=1, network_id=7)
        self.fixed(7, instance=1, address="10.9.9.9")
        self.fixed(8, instance=1, address="nonsense")
        self.fixed(9, instance=1)
        self.fixed(9, instance=2)
        self.fixed(511, instance=1)
        free = self.fixed(10)
        self.floating(9, project_id="p1", fixed_ip_id=free)
        self.floating(10, fixed_ip_id=free - 2)
        self.floating(11)
        self.floating(11)
        self.add("networks", id=2, label="two", uuid=None, cidr="10.2.0.0/24")
        self.add("networks", id=3, label="three", uuid="n3", cidr="10.3.0.0")
        lines = self.fail_with("import")
        named = [
            "network 2: it has no uuid",
            "network 3: its CIDR 10.3.0.0 or None is none",
            "fixed IP 10.0.0.5: both instance 1 and host h hold it",
            "fixed IP 10.0.0.6: its network 7 does not exist",
            "fixed IP 10.9.9.9: it is not in network one (net)",
            "fixed IP 4: nonsense is no address",
            "fixed IP 10.0.0.9: network one (net) has it twice in use",
            "floating IP 203.0.113.9: fixed IP %d, with which it is associated, is not in use" % free,
            "floating IP 203.0.113.10: fixed IP %d, with which it is associated, is not in use" % (free - 2),
            "floating IP 203.0.113.11: there are two rows of it",
        ]
        self.assertEqual(lines[1:11], named)
        self.assertRegex(lines[11], "^network one.*10.0.1.255")
        # All else is there.
        self.assertEqual(len(self.driver().address.list_page(network="net").items), 1)
        self.assertEqual(self.fail_with("verify")[:10], named)
        # A dry run names the first of them.
        self.sql(self.nova, *["INSERT INTO networks (id, deleted) VALUES (%d, 0)" % number for number in range(10, 20)])
        self.assertRegex(self.fail_with("import", "--dry-run")[-2], r"^and \d+ more problems$")

    def test_a_host_that_an_export_would_not_write_is_noted(self):
        fixed = self.fixed(5, instance=1, allocated=True)
        self.floating(9, project_id="p1", fixed_ip_id=fixed, host="elsewhere")
        status, lines = self.run_program("import")
        self.assertEqual(status, 0)
        self.assertEqual([line for line in lines if line.startswith("note")], [
            "note: floating IP 203.0.113.9: its host is elsewhere; an export writes nethost, which serves the fixed IP"])

    def test_more_floating_ips_later(self):
        for last in range(1, 63):
            self.floating(last)
        self.succeed("import", "--verify")
        # Two that fit into the block's gap, and some elsewhere.
        self.sql(self.nova, "DELETE FROM floating_ips WHERE address IN ('203.0.113.20', '203.0.113.21')")
        self.assertEqual(self.fail_with("verify")[:-1], [
            "pool nova: 203.0.113.20 to 203.0.113.21: the driver can give them, Nova has no such floating IPs"])
        more = self.another("native")
        self.succeed("import", "--verify", backend=more)
        for last in (20, 21, 100, 101, 102):
            self.floating(last)
        self.floating(64)
        self.succeed("import", "--verify", backend=more)
        self.assertEqual(self.succeed("import", backend=more), "nothing to do")

    def test_a_name_server_of_the_driver_is_no_difference(self):
        self.sql(self.nova, "UPDATE networks SET dns1 = NULL")
        with open(self.backend.path, "a") as file:
            file.write("dns1 = 198.51.100.53\n")
        self.succeed("import", "--verify")


class TestFolsom(States, WithRows):
    release = "2012.2"


class TestHavana(States, WithRows):
    release = "2013.2"


if __name__ == "__main__":
    unittest.main()
