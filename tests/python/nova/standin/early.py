"""Stands for Nova 2012.1 (Essex), 2012.2, 2013.1 and 2013.2 (Havana) as a whole: puts the modules into sys.modules.

Here: the options (nova.flags and nova.openstack.common.cfg; from 2013.1 on oslo.config), nova.exception, nova.context,
nova.manager and nova.openstack.common.periodic_task with their way to collect tasks, nova.db.base. early_db.py and
early_managers.py have the rest.
"""
import sys
import types

from standin import early_db, early_managers

RELEASES = ("2012.1", "2012.2", "2013.1", "2013.2")


class Option(object):
    def __init__(self, name, default=None, help=None):
        self.name = name
        self.default = default


class NoSuchOptError(AttributeError):
    pass


class Conf(object):
    """The options object: cfg.ConfigOpts, nova.flags.FLAGS."""

    def __init__(self):
        self.__dict__["_values"] = {}

    def register_opts(self, opts):
        for opt in opts:
            self.register_opt(opt)

    def register_opt(self, opt):
        self._values.setdefault(opt.name, opt.default)

    def set_override(self, name, value):
        self._values[name] = value

    def __getattr__(self, name):
        try:
            return self._values[name]
        except KeyError:
            raise NoSuchOptError(name)


class Context(object):
    """nova.context.RequestContext."""

    def __init__(self, user_id, project_id, is_admin=False, read_deleted="no"):
        self.user_id = user_id
        self.project_id = project_id
        self.is_admin = is_admin
        self.read_deleted = read_deleted

    def elevated(self, read_deleted=None, overwrite=False):
        return Context(self.user_id, self.project_id, True, read_deleted or self.read_deleted)


def exceptions():
    """nova.exception: those that are raised about fixed IPs, with their messages' arguments as keywords."""
    class NovaException(Exception):
        def __init__(self, message=None, **kwargs):
            self.kwargs = kwargs
            Exception.__init__(self, message or "%s %s" % (type(self).__name__, sorted(kwargs.items())))

    made = {"NovaException": NovaException, "Error": type("Error", (Exception,), {})}
    for name, parent in (
            ("NotFound", "NovaException"), ("Invalid", "NovaException"), ("InvalidUUID", "Invalid"),
            ("NetworkInUse", "NovaException"), ("NetworkNotFound", "NotFound"), ("NetworkNotFoundForUUID", "NetworkNotFound"),
            ("NoNetworksFound", "NotFound"), ("InstanceNotFound", "NotFound"), ("FixedIpNotFound", "NotFound"),
            ("FixedIpNotFoundForAddress", "FixedIpNotFound"), ("FixedIpNotFoundForInstance", "FixedIpNotFound"),
            ("FixedIpNotFoundForNetworkHost", "FixedIpNotFound"), ("FixedIpNotFoundForSpecificInstance", "FixedIpNotFound"),
            ("FixedIpNotFoundForNetwork", "FixedIpNotFound"), ("FixedIpAlreadyInUse", "NovaException"),
            ("FixedIpExists", "NovaException"), ("NoMoreFixedIps", "NovaException"),
            ("VirtualInterfaceCreateException", "NovaException"), ("NotAuthorized", "NovaException"),
            ("FloatingIpNotFound", "NotFound"), ("NoMoreFloatingIps", "FloatingIpNotFound"),
            ("FloatingIpNotFoundForAddress", "FloatingIpNotFound")):
        made[name] = type(name, (made[parent],), {})
    return made


def old_tasks():
    """periodic_task and ManagerMeta of nova.manager, 2012.1 and 2012.2: by ticks."""
    def periodic_task(function):
        function._periodic_task = True
        function._ticks_between_runs = 0
        return function

    class ManagerMeta(type):
        def __init__(cls, names, bases, dict_):
            super(ManagerMeta, cls).__init__(names, bases, dict_)
            cls._periodic_tasks = list(getattr(cls, "_periodic_tasks", []))
            for value in cls.__dict__.values():
                if getattr(value, "_periodic_task", False):
                    cls._periodic_tasks.append((value.__name__, value))

    return periodic_task, ManagerMeta


def new_tasks():
    """The same from 2013.1 on (nova.manager), and of nova.openstack.common.periodic_task (2013.2): by spacing, which
    they write onto the function, and take a function whose spacing is written already for one that is disabled (on
    Python 2)."""
    def periodic_task(function):
        function._periodic_task = True
        function._periodic_spacing = 0
        return function

    class ManagerMeta(type):
        def __init__(cls, names, bases, dict_):
            super(ManagerMeta, cls).__init__(names, bases, dict_)
            cls._periodic_tasks = list(getattr(cls, "_periodic_tasks", []))
            for value in cls.__dict__.values():
                if getattr(value, "_periodic_task", False):
                    if value._periodic_spacing is None:
                        continue
                    value._periodic_spacing = None
                    cls._periodic_tasks.append((value.__name__, value))

    return periodic_task, ManagerMeta


def install(release, path):
    """Makes `import nova` give this release, on the database at a path, which is made if it is not there. Returns the
    modules: {"conf": the options, "nova.db": ...}."""
    assert release in RELEASES
    remove()
    conf = Conf()
    for name, default in (("host", "net1"), ("fixed_ip_disassociate_timeout", 600), ("vlan_start", 100), ("vpn_start", 1000),
                          ("cnt_vpn_clients", 0), ("network_manager", ""), ("db_driver", "nova.db"),
                          ("teardown_unused_network_gateway", False)):
        conf.register_opt(Option(name, default))
    modules = {"conf": conf}

    def module(name, **contents):
        made = types.ModuleType(name)
        made.__path__ = []
        made.__dict__.update(contents)
        modules[name] = sys.modules[name] = made
        parent, _, child = name.rpartition(".")
        if parent:
            if parent not in modules:
                module(parent)
            setattr(modules[parent], child, made)
        return made

    cfg = dict((name, Option) for name in ("StrOpt", "IntOpt", "ListOpt", "BoolOpt"))
    if release in ("2012.1", "2012.2"):
        module("nova.flags", FLAGS=conf)
        module("nova.openstack.common.cfg", **cfg)
    else:
        module("oslo.config.cfg", CONF=conf, **cfg)
    module("nova.exception", **exceptions())
    module("nova.context", RequestContext=Context, get_admin_context=lambda: Context(None, None, True))

    database = early_db.Database(release, path, modules)
    functions = dict((name, getattr(database, name)) for name in dir(database) if name.startswith((
        "network_", "fixed_ip_", "virtual_interface_", "instance_", "floating_ip_", "project_")))
    if release in ("2012.1", "2012.2"):
        functions["authorize_project_context"] = database.authorize_project_context
    else:
        modules["nova.context"].authorize_project_context = database.authorize_project_context
    module("nova.db", **functions)
    module("nova.db.sqlalchemy.api", get_session=database.get_session, **functions)
    module("nova.db.sqlalchemy.models", FixedIp=database.FixedIp, VirtualInterface=database.VirtualInterface)
    modules["database"] = database

    def import_module(name):
        __import__(name)
        return sys.modules[name]

    class Base(object):
        def __init__(self, db_driver=None):
            self.db = import_module(db_driver or conf.db_driver)

    module("nova.db.base", Base=Base)
    periodic_task, meta = old_tasks() if release in ("2012.1", "2012.2") else new_tasks()

    def __init__(self, host=None, db_driver=None):
        self.host = host or conf.host
        Base.__init__(self, db_driver)

    def periodic_tasks(self, context, raise_on_error=True):
        for _, task in self._periodic_tasks:
            task(self, context)

    manager = meta("Manager", (Base,), {"__init__": __init__, "periodic_tasks": periodic_tasks})
    if release == "2013.2":
        module("nova.openstack.common.periodic_task", periodic_task=periodic_task)
        module("nova.manager", Manager=manager)
    else:
        module("nova.manager", Manager=manager, periodic_task=periodic_task)
    module("nova.network.manager", **early_managers.make(release, modules))
    return modules


def remove():
    """Makes it forget Nova, and what ip_driver has of it."""
    for name in list(sys.modules):
        if name.split(".")[0] in ("nova", "oslo") or name.startswith("ip_driver.nova"):
            del sys.modules[name]
    package = sys.modules.get("ip_driver")
    if package is not None and hasattr(package, "nova"):
        del package.nova
