"""Green threads: where eventlet or gevent has patched the process, a call that blocks stops no other green thread.

Each is tried in a process of its own, which it patches.
"""
import os
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))

# A transaction holds the database; a second writer waits for it in a call of the library, until a third green thread, which
# must be able to run meanwhile, ends it.
PROGRAM = """
%(patch)s
import sys
sys.path.insert(0, %(here)r)
import threading
import support

class Case(support.WithDatabase):
    def runTest(self):
        transaction = self.driver.transaction()
        done = []
        def write():
            self.block()
            done.append("written")
        def commit():
            done.append("committing")
            transaction.commit()
        threads = [threading.Thread(target=write), threading.Thread(target=commit)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(done, ["committing", "written"])

import unittest
result = unittest.TextTestRunner().run(Case())
sys.exit(not result.wasSuccessful())
"""


class Green(unittest.TestCase):
    def check(self, name, patch):
        try:
            __import__(name)
        except ImportError:
            self.skipTest("%s is not installed for this Python" % name)
        child = subprocess.Popen([sys.executable, "-B", "-c", PROGRAM % {"patch": patch, "here": HERE}],
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        said = child.communicate()[0].decode("utf-8", "replace")
        self.assertEqual(child.returncode, 0, said)

    def test_eventlet(self):
        self.check("eventlet", "import eventlet; eventlet.monkey_patch()")

    def test_gevent(self):
        self.check("gevent", "import gevent.monkey; gevent.monkey.patch_all()")


if __name__ == "__main__":
    unittest.main()
