"""ip-driver-nova with a Nova that is installed: through its own session or engine, and with the options of nova.conf."""
import os
import sys
import unittest

from deployment_support import ESSEX, Captured, WithDeployment
from ip_driver.nova.deployment import program
from standin import deployment


class WithInstalledNova(object):
    release = None

    def setUp(self):
        super(WithInstalledNova, self).setUp()
        # One network of five is enough.
        self.sql(self.nova, "DELETE FROM fixed_ips WHERE network_id <> 3", "DELETE FROM networks WHERE id <> 3",
                 "DELETE FROM floating_ips WHERE fixed_ip_id NOT IN (SELECT id FROM fixed_ips)")
        installed = deployment.installed(self.release)
        installed.__enter__()
        self.addCleanup(installed.__exit__, None, None, None)
        # What is known of the options belongs to the Nova that was there before. Other tests load the module anew.
        __import__("ip_driver.nova.options")
        options = sys.modules["ip_driver.nova.options"]
        self.addCleanup(setattr, options, "_conf", options._conf)
        options._conf = None

    def configure(self, path):
        """A nova.conf for a database."""
        file_name = os.path.join(self.folder, "nova.conf")
        with open(file_name, "w") as file:
            file.write("connection = %s\nip_driver_config = %s\nip_driver_tenant = ours\n" % (path, self.backend.path))
        return file_name

    def run_installed(self, command, path, *arguments):
        out, was = Captured(), sys.stdout
        sys.stdout = out
        try:
            status = program.main([command, "--nova-conf", self.configure(path)] + list(arguments))
        finally:
            sys.stdout = was
        self.assertEqual(status, 0, out.text)
        return out.text.splitlines()[-1]

    def test_there_and_back(self):
        self.assertRegex(self.run_installed("import", self.nova, "--verify"), "^Nova and ip_driver agree: 1 networks")
        self.assertEqual(self.run_installed("import", self.nova), "nothing to do")
        driver = self.driver()
        self.assertEqual(set(block.tenant for block in driver.block.list()), set(["ours", "acme"]))
        empty = self.empty(self.nova)
        self.assertRegex(self.run_installed("export", empty, "--dry-run"), "would be written$")
        self.assertEqual(self.contents(empty), {})
        self.assertRegex(self.run_installed("export", empty), "^256 fixed IPs, .* were written")
        self.assertSame(self.unnumbered(empty), self.unnumbered(self.nova))
        # Without Nova, with the same default tenant, it is the same.
        self.succeed("verify", "--tenant", "ours")


class TestSession(WithInstalledNova, WithDeployment):
    release = "2012.1"


class TestOslo(WithInstalledNova, WithDeployment):
    release = "2015.1"


class TestEngine(WithInstalledNova, WithDeployment):
    release = "20.0"


class TestWithout(WithDeployment):
    def run_main(self, *arguments):
        err, was = Captured(), (sys.stdout, sys.stderr)
        sys.stdout = sys.stderr = err
        try:
            status = program.main(list(arguments))
        except SystemExit as end:
            status = end.code
        finally:
            sys.stdout, sys.stderr = was
        return status, err.text

    def test_what_cannot_be_done(self):
        saved = dict((name, sys.modules.pop(name)) for name in list(sys.modules) if name.split(".")[0] == "nova")
        sys.modules["nova"] = None
        try:
            status, said = self.run_main("verify", "--config", self.backend.path)
        finally:
            del sys.modules["nova"]
            sys.modules.update(saved)
        self.assertEqual(status, 2)
        self.assertRegex(said, "^ip-driver-nova: Nova is not installed .*--database")
        for arguments, expected in (
                (["verify", "--database", "/nowhere"], "^ip-driver-nova: there is no database /nowhere"),
                (["verify", "--database", self.backend.path, "--config", self.backend.path], "ip-driver-nova: file is .*not a database"),
                (["import", "--database", ESSEX, "--config", "/nowhere"], "^ip-driver-nova: .*/nowhere"),
                ([], "import, verify or export"),
                (["remove"], "import, verify or export"),
                (["verify", "that"], "what is that"),
                (["verify", "--dry-run"], "no such option"),
        ):
            status, said = self.run_main(*arguments)
            self.assertEqual(status, 2, said)
            self.assertRegex(said, expected)

    def test_a_database_that_is_none_of_novas(self):
        other = os.path.join(self.folder, "other.sqlite")
        self.sql(other, "CREATE TABLE networks (id)")
        status, said = self.run_main("verify", "--database", other, "--config", self.backend.path)
        self.assertEqual(status, 2)
        self.assertRegex(said, "no such (table|column)")

    def test_help(self):
        status, said = self.run_main("--help")
        self.assertEqual(status, 0)
        for option in ("--config", "--database", "--nova-conf", "--tenant", "--dry-run", "--verify", "--lease-time", "--live"):
            self.assertIn(option, said)
        self.assertNotIn("--verify", self.run_main("export", "--help")[1].replace("verify and", ""))


if __name__ == "__main__":
    unittest.main()
