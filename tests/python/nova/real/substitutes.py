"""What makes Nova's own tests run on ip_driver: options, and ours in the place of what a test names by itself.

A test module that says network_manager.VlanManager(), or self.network.db = db, would test Nova's class on Nova's database
whatever the options are. It finds a Front of those modules instead, which has ours under these names and is the module itself
otherwise, also when the test puts a mock in its place. Nova's own modules find nothing changed.
"""
import os
import shutil
import sys
import types

import ip_driver.nova.connection
import ip_driver.nova.mapping
import ip_driver.nova.options

MANAGERS = ("FlatManager", "FlatDHCPManager", "VlanManager")


class Front(types.ModuleType):
    """A module but for some names, which are another's.

    A mock goes into both: it is to answer whoever calls. When the test puts back what it found, both get their own back.
    """

    def __init__(self, module, ours, names):
        types.ModuleType.__init__(self, module.__name__)
        own = object.__getattribute__(self, "__dict__")
        own["_module"] = module
        own["_ours"] = ours
        own["_names"] = dict((name, (getattr(ours, name), getattr(module, name, None))) for name in names)

    def __getattribute__(self, name):
        own = object.__getattribute__(self, "__dict__")
        if name == "__dict__" or name in ("_module", "_ours", "_names"):
            return own if name == "__dict__" else own[name]
        return getattr(own["_ours" if name in own["_names"] else "_module"], name)

    def __setattr__(self, name, value):
        theirs = value
        if name in self._names:
            if value is self._names[name][0]:
                theirs = self._names[name][1]
            setattr(self._ours, name, value)
        setattr(self._module, name, theirs)

    def __delattr__(self, name):
        delattr(self._module, name)


class Ours(object):
    """Nova's tests on ip_driver."""

    def __init__(self, folder):
        self._database = os.path.join(folder, "ip_driver")
        self._clean = os.path.join(folder, "clean")
        self._config = os.path.join(folder, "ip_driver.conf")
        with open(self._config, "w") as stream:
            stream.write("[ip_driver]\nbackend = native\n")
            if os.environ.get("IP_DRIVER_MODULE_PATH"):
                stream.write("module_path = %s\n" % os.environ["IP_DRIVER_MODULE_PATH"])
            stream.write("[native]\nconnection = sqlite:///%s/ipam.db\ndurability = normal\n" % self._database)
        os.mkdir(self._database)
        self._snapshot = False
        self._feigned = []
        self.calls = 0
        self._count()

    def _count(self):
        stock = ip_driver.nova.connection.get

        def get():
            self.calls += 1
            return stock()

        ip_driver.nova.connection.get = get

    def set_options(self):
        """As an operator would in nova.conf."""
        # It registers network_manager.
        import nova.service
        conf = ip_driver.nova.options.conf()
        conf.set_default("ip_driver_config", self._config)
        # The class of the test's choice, or of the release's, but ours.
        stock = conf.network_manager.rsplit(".", 1)[-1]
        if stock in MANAGERS:
            conf.set_default("network_manager", "ip_driver.nova.network.manager." + stock)
        try:
            conf.set_default("quantum_ipam_lib", "ip_driver.nova.ipam_lib")
        except Exception as error:
            if type(error).__name__ != "NoSuchOptError":
                raise

    def before_import(self):
        """After the options of Nova are there, before its tests are."""
        import nova.network.manager
        self.set_options()
        import ip_driver.nova.network.manager as managers
        front = Front(nova.network.manager, managers, MANAGERS)
        self._fronts = {"nova.network.manager": front}
        # What makes the first networks of Nova's test database imports it in a function.
        nova.network.manager = front
        if "ip_driver.nova.db_api" in sys.modules:
            self._put_database()
        try:
            import nova.network.quantum.manager as quantum
        except ImportError:
            return
        self._put_quantum(quantum)

    def _put_database(self):
        """2012.1 to 2013.2: a test that gives a manager the database gives it ours."""
        import nova.db
        import ip_driver.nova.db_api as ours
        self._fronts["nova.db"] = Front(nova.db, ours, [
            name for name, value in vars(ours).items()
            if isinstance(value, types.FunctionType) and value.__module__ == ours.__name__ and not name.startswith("_")])

    def _put_quantum(self, quantum):
        """2012.1: a test that names Nova's own IPAM library gets ours."""
        class QuantumManager(quantum.QuantumManager):
            def __init__(self, q_conn=None, ipam_lib=None, *args, **kwargs):
                if ipam_lib == "nova.network.quantum.nova_ipam_lib":
                    ipam_lib = None
                quantum.QuantumManager.__init__(self, q_conn, ipam_lib, *args, **kwargs)

        ours = types.ModuleType("ours")
        ours.QuantumManager = QuantumManager
        self._fronts["nova.network.quantum.manager"] = Front(quantum, ours, ["QuantumManager"])

    def after_import(self, modules):
        import nova.test
        for module in modules:
            # Networks that its mocks of nova.db tell of, and that have no rows.
            self._feigned += [network for network in getattr(module, "networks", []) if network.get("uuid")]
        for module in modules + [nova.test]:
            for name, value in list(vars(module).items()):
                if isinstance(value, types.ModuleType):
                    front = self._fronts.get(value.__name__)
                    if front is not None and (value is front or value is front._module):
                        setattr(module, name, front)
        self._wrap(nova.test.TestCase)

    def _wrap(self, case):
        """The driver's database is restored whenever Nova's is."""
        stock = case.setUp
        ours = self

        def setUp(test):
            ours.set_options()
            stock(test)
            ours.restore()

        case.setUp = setUp

    def restore(self):
        self.set_options()
        ip_driver.nova.connection.close()
        if not self._snapshot:
            for network in self._feigned:
                ip_driver.nova.mapping.create_network(ip_driver.nova.connection.get(), network, "default", [])
            ip_driver.nova.connection.close()
            shutil.copytree(self._database, self._clean)
            self._snapshot = True
        else:
            shutil.rmtree(self._database)
            shutil.copytree(self._clean, self._database)
        # A process would have been started anew.
        for name in ("fixed_ips", "rows"):
            module = sys.modules.get("ip_driver.nova." + name)
            if module is not None:
                for cache in ("_places", "_settled", "_vifs", "_written"):
                    if hasattr(module, cache):
                        _empty(getattr(module, cache))
                if hasattr(module, "_reconciler"):
                    module._reconciler = None


def _empty(cache):
    if isinstance(cache, (dict, set)):
        cache.clear()
    else:
        cache.__init__()
