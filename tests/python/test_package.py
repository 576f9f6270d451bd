"""The wheel and the sdist: built by the standard tools, installed with no index, and complete."""
import glob
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest
import zipfile

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "bindings", "python")


def can_build():
    if sys.version_info[0] < 3:
        return False
    import importlib.util
    return all(importlib.util.find_spec(name) for name in ("pip", "setuptools", "wheel"))


@unittest.skipIf(not can_build(), "this Python has no pip, setuptools and wheel, or is not the one to build with")
class Package(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.source = os.path.join(self.folder, "source")
        shutil.copytree(SOURCE, self.source, ignore=shutil.ignore_patterns("*.pyc", "__pycache__", "*.egg-info", "build", "dist"))
        self.files = sorted(os.path.relpath(os.path.join(place, name), self.source)
                            for place, _, names in os.walk(os.path.join(self.source, "ip_driver"))
                            for name in names if not name.endswith(".md"))

    def tearDown(self):
        shutil.rmtree(self.folder)

    def call(self, *arguments):
        # Nothing of the builder's own setting, and nothing of the source tree.
        environment = dict((name, value) for name, value in os.environ.items()
                           if not name.startswith("PIP_") and name != "PYTHONPATH")
        child = subprocess.Popen([sys.executable] + list(arguments), cwd=self.source, env=environment,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        said = child.communicate()[0].decode("utf-8", "replace")
        self.assertEqual(child.returncode, 0, said)
        return said

    def test_wheel(self):
        self.call("-m", "pip", "wheel", "--no-index", "--no-deps", "--no-build-isolation", "-w", "dist", ".")
        (wheel,) = glob.glob(os.path.join(self.source, "dist", "*.whl"))
        self.assertTrue(wheel.endswith("-py2.py3-none-any.whl"), wheel)
        with zipfile.ZipFile(wheel) as archive:
            packed = sorted(name for name in archive.namelist() if name.startswith("ip_driver/"))
        self.assertEqual(packed, self.files)
        target = os.path.join(self.folder, "installed")
        self.call("-m", "pip", "install", "--no-index", "--no-deps", "--target", target, wheel)
        said = self.call("-c", "import sys; sys.path.insert(0, %r); import ip_driver; "
                               "print(ip_driver.__file__); print(ip_driver.version())" % target)
        self.assertTrue(said.startswith(target), said)
        self.assertTrue(os.path.exists(os.path.join(target, "bin", "ip-driver-nova")))

    def test_sdist(self):
        self.call("setup.py", "-q", "sdist")
        (sdist,) = glob.glob(os.path.join(self.source, "dist", "*.tar.gz"))
        with tarfile.open(sdist) as archive:
            packed = sorted(name.split("/", 1)[1] for name in archive.getnames() if "/ip_driver/" in name)
        self.assertEqual([name for name in packed if "." in os.path.basename(name)], self.files)


if __name__ == "__main__":
    unittest.main()
