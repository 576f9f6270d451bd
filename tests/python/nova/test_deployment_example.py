"""examples/nova-network: the walkthrough, on the sample deployment; and that its snippets say what there is."""
import glob
import os
import subprocess
import sys
import unittest

from deployment_support import CLI, SERVER, WithDeployment

EXAMPLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "examples", "nova-network")


class TestExample(WithDeployment):
    @unittest.skipUnless(os.environ.get("IP_DRIVER_SLOW"), "IP_DRIVER_SLOW is not set: the walkthrough is not run")
    @unittest.skipUnless(SERVER and CLI, "IP_DRIVER_MELANGE_SERVER and IP_DRIVER_CLI name no programs")
    def test_walkthrough(self):
        process = subprocess.Popen(
            [os.path.join(EXAMPLE, "walkthrough"), self.nova, self.folder], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            universal_newlines=True, env=dict(os.environ, PYTHON=sys.executable,
                                              IP_DRIVER_NOVA=sys.executable + " -m ip_driver.nova.deployment"))
        said = process.communicate()[0]
        self.assertEqual(process.returncode, 0, said)
        self.assertEqual(said.count("Nova and ip_driver agree"), 3)
        self.assertIn("\n> backend = melange\n", said)
        self.assertIn("2048 fixed IPs, 252 floating IPs were written", said)
        self.assertSame(self.contents(os.path.join(self.folder, "back.sqlite")), self.contents(self.nova))

    def test_snippets(self):
        known = ["ip_driver_config", "ip_driver_tenant"]
        for path in glob.glob(os.path.join(EXAMPLE, "nova-*.conf")):
            with open(path) as file:
                lines = file.read().splitlines()
            options = dict(line.split(" = ") for line in lines if line and line[0] not in "#[")
            self.assertEqual(sorted(name for name in options if name.startswith("ip_driver_")), known, path)
            named = options["network_manager"] if "quantum_ipam_lib" not in options else options["quantum_ipam_lib"] + ".x"
            self.assertTrue(named.startswith("ip_driver.nova."), path)

    def test_configuration(self):
        with open(os.path.join(EXAMPLE, "ip_driver.conf")) as file:
            text = file.read().replace("/var/lib/ip_driver", self.folder)
        with open(self.backend.path, "w") as file:
            file.write(text)
        self.assertEqual(self.driver().info().backend, "native")


if __name__ == "__main__":
    unittest.main()
