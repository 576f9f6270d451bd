"""Runs Nova's own network tests, as they stand in a checkout of Nova, either as Nova has them or on ip_driver.

    run_tree.py stock|ours RESULTS [MODULE...]

Is run in the checkout, by the Python that can import it; test_tree.py does so. Writes to the file RESULTS as JSON "outcomes",
{test: [passed, failed or skipped, message]}, and "calls", how often ip_driver was asked for its handle.

"ours" selects the managers and the library as an operator does, by options; and where a test names Nova's own class instead of the
option, the test, and only the test, finds ours in its place (substitutes.py). Nothing of Nova is changed. As the tests restore
Nova's database for each test, the driver's is restored with it.
"""
import json
import logging
import os
import shutil
import sys
import tempfile
import unittest

# Nova's programs, and from 2012.2 on its tests, do this first. Nova knows one that asks for it.
os.environ["EVENTLET_NO_GREENDNS"] = "yes"

# By release; those that the checkout has are run.
MODULES = [
    "nova.tests.network.test_manager",
    "nova.tests.network.test_api",
    "nova.tests.network.test_linux_net",
    "nova.tests.network.test_network_info",
    "nova.tests.test_linux_net",
    "nova.tests.test_quantum",
    "nova.tests.test_nova_manage",
    "nova.tests.unit.network.test_manager",
    "nova.tests.unit.network.test_api",
    "nova.tests.unit.network.test_linux_net",
    "nova.tests.unit.network.test_network_info",
]


class Results(unittest.TestResult):
    """Outcomes by the id of a test."""

    def __init__(self):
        unittest.TestResult.__init__(self)
        self.outcomes = {}

    def addSuccess(self, test):
        unittest.TestResult.addSuccess(self, test)
        self.outcomes.setdefault(test.id(), ["passed", ""])

    def addError(self, test, err):
        unittest.TestResult.addError(self, test, err)
        self.outcomes[test.id()] = ["failed", self.errors[-1][1]]

    def addFailure(self, test, err):
        unittest.TestResult.addFailure(self, test, err)
        self.outcomes[test.id()] = ["failed", self.failures[-1][1]]

    def addSkip(self, test, reason):
        unittest.TestResult.addSkip(self, test, reason)
        self.outcomes[test.id()] = ["skipped", reason]


def exists(module):
    """Whether the checkout has the module. One that it has must be importable."""
    return os.path.exists(module.replace(".", os.sep) + ".py")


def own_setup():
    """nova.tests.setup(): 2012.1 and 2012.2 make their database by it. Later ones make it in a fixture."""
    import nova.tests
    import nova.test
    if hasattr(nova.tests, "setup"):
        nova.tests.setup()


def main(mode, results_file, modules):
    import eventlet
    eventlet.monkey_patch(os=False)
    sys.path.insert(0, os.getcwd())
    folder = tempfile.mkdtemp()
    try:
        import nova.tests
        if hasattr(nova.tests, "setup") and not hasattr(nova.tests, "reset_db"):
            # 2012.1 has its databases in files, by default in the checkout.
            from nova import flags
            flags.FLAGS(["nova"])
            flags.FLAGS.set_default("state_path", folder)
        if mode == "ours":
            import substitutes
            ours = substitutes.Ours(folder)
            ours.before_import()
        suite = unittest.TestSuite()
        loaded = []
        for name in modules or [module for module in MODULES if exists(module)]:
            __import__(name)
            loaded.append(sys.modules[name])
            suite.addTest(unittest.defaultTestLoader.loadTestsFromModule(sys.modules[name]))
        if mode == "ours":
            ours.after_import(loaded)
        own_setup()
        logging.disable(logging.CRITICAL)
        results = Results()
        suite.run(results)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    with open(results_file, "w") as stream:
        json.dump({"outcomes": results.outcomes, "calls": ours.calls if mode == "ours" else 0}, stream, indent=1, sort_keys=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
