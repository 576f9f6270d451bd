"""Nova's own network tests, in the checkout that NOVA_TREE names: what passes on Nova passes with our managers and our library.

Skipped without NOVA_TREE, and under a Python that cannot import it. See README.md.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import known  # noqa: E402

TREE = os.environ.get("NOVA_TREE")


def run(arguments, stderr):
    """Runs this Python in the checkout."""
    path = [TREE] + os.environ.get("NOVA_PATH", "").split(os.pathsep) + os.environ.get("PYTHONPATH", "").split(os.pathsep)
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(folder for folder in path if folder))
    with open(os.devnull, "w") as null:
        return subprocess.call([sys.executable, "-W", "ignore"] + arguments, cwd=TREE, env=environment, stdout=null, stderr=stderr)


@unittest.skipUnless(TREE, "NOVA_TREE names no checkout of Nova")
class NovasOwnTests(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        said = self.call(["-c", "import nova.network.manager"])
        if said is not None:
            self.skipTest("this Python cannot import %s: %s" % (TREE, (said.split("\n") or ["?"])[-1]))

    def call(self, arguments):
        """None, or what was said on failure."""
        log = os.path.join(self.folder, "stderr")
        with open(log, "w") as stream:
            status = run(arguments, stream)
        if status == 0:
            return None
        with open(log) as stream:
            return stream.read().strip()

    def outcomes(self, mode):
        results = os.path.join(self.folder, mode)
        said = self.call([os.path.join(HERE, "run_tree.py"), mode, results])
        self.assertIsNone(said, said)
        with open(results) as stream:
            return json.load(stream)

    def test_network_tests(self):
        release = known.release(lambda path: os.path.exists(os.path.join(TREE, path)))
        reasons = known.known(release)
        stock = self.outcomes("stock")["outcomes"]
        ours = self.outcomes("ours")
        # Otherwise the tests would have been Nova's on Nova twice.
        self.assertGreater(ours["calls"], 0)
        ours = ours["outcomes"]
        self.assertEqual(sorted(stock), sorted(ours))
        passed = [test for test in stock if stock[test][0] == "passed"]
        lost = [test for test in passed if ours[test][0] != "passed"]
        sys.stderr.write("Nova %s: of its %d network tests %d pass; on ip_driver %d of them, %d known differences\n" % (
            release, len(stock), len(passed), len(passed) - len(lost), len(set(lost) & set(reasons))))
        for test in sorted(set(lost) & set(reasons)):
            sys.stderr.write("  %s: %s\n" % (test, reasons[test]))
        self.assertTrue(passed)
        unknown = sorted(set(lost) - set(reasons))
        self.assertEqual(unknown, [], "\n".join("%s\n%s" % (test, ours[test][1]) for test in unknown))
        self.assertEqual(sorted(set(reasons) - set(lost)), [], "these are known to differ and do not")


if __name__ == "__main__":
    unittest.main()
