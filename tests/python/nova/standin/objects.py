"""Stand-ins for what by_objects.py touches of Nova 2014.1.5 (Icehouse) and 20.6.1 (Train).

Icehouse and Train (both flavours, where they differ in what the driver's managers depend on, by `self.train`):
  nova.objects: in 2014.1 modules, later classes:
  fixed_ip.FixedIP                   get_by_address, get_by_network_and_host, associate, associate_pool, disassociate,
                                     disassociate_by_address, disassociate_all_by_timeout, create, save
  fixed_ip.FixedIPList               bulk_create, get_by_network, get_by_instance_uuid
  network                            Network: get_by_id, get_by_uuid, get_by_cidr, create, destroy; NetworkList: get_all
  instance.Instance                  get_by_uuid
  virtual_interface                  VirtualInterface: get_by_instance_and_network, get_by_address
  nova.network.manager               objects_manager.py
  nova.exception, nova.utils.synchronized, periodic_task, oslo config

The tables are those of Nova's models at these tags, with their constraints and without the indices.
"""
import contextlib
import os
import sqlite3
import sys
import threading
import time
import types
import uuid

from standin import early

COMMON = "created_at DATETIME, updated_at DATETIME, deleted_at DATETIME, deleted INTEGER DEFAULT 0, id INTEGER PRIMARY KEY"
NETWORK = ("label VARCHAR(255), injected BOOLEAN, cidr VARCHAR(43), cidr_v6 VARCHAR(43), multi_host BOOLEAN,"
           " gateway_v6 VARCHAR(39), netmask_v6 VARCHAR(39), netmask VARCHAR(39), bridge VARCHAR(255),"
           " bridge_interface VARCHAR(255), gateway VARCHAR(39), broadcast VARCHAR(39), dns1 VARCHAR(39), dns2 VARCHAR(39),"
           " vlan INTEGER, vpn_public_address VARCHAR(39), vpn_public_port INTEGER, vpn_private_address VARCHAR(39),"
           " dhcp_start VARCHAR(39), rxtx_base INTEGER, project_id VARCHAR(255), priority INTEGER, host VARCHAR(255),"
           " uuid VARCHAR(36)%s, CONSTRAINT uniq_networks0vlan0deleted UNIQUE (vlan, deleted)")
TRAIN_NETWORK = ", mtu INTEGER, dhcp_server VARCHAR(39), enable_dhcp BOOLEAN, share_address BOOLEAN"
TABLES = {
    "fixed_ips": "address VARCHAR(39), network_id INTEGER, virtual_interface_id INTEGER, instance_uuid VARCHAR(36),"
                 " allocated BOOLEAN, leased BOOLEAN, reserved BOOLEAN, host VARCHAR(255),"
                 " CONSTRAINT uniq_fixed_ips0address0deleted UNIQUE (address, deleted)",
    "virtual_interfaces": "address VARCHAR(255), network_id INTEGER, instance_uuid VARCHAR(36), uuid VARCHAR(36),"
                          " CONSTRAINT uniq_virtual_interfaces0address0deleted UNIQUE (address, deleted)",
    "instances": "uuid VARCHAR(36), project_id VARCHAR(255), host VARCHAR(255), display_name VARCHAR(255)",
}

EXCEPTIONS = {
    "NovaException": "Exception",
    "NotFound": "NovaException",
    "Invalid": "NovaException",
    "FixedIpNotFound": "NotFound",
    "FixedIpNotFoundForAddress": "FixedIpNotFound",
    "FixedIpNotFoundForInstance": "FixedIpNotFound",
    "FixedIpNotFoundForNetwork": "FixedIpNotFound",
    "FixedIpNotFoundForNetworkHost": "FixedIpNotFound",
    "FixedIpNotFoundForSpecificInstance": "FixedIpNotFound",
    "FixedIpAlreadyInUse": "NovaException",
    "FixedIpExists": "NovaException",
    "FixedIpInvalid": "Invalid",
    "InstanceNotFound": "NotFound",
    "NetworkHasProject": "NovaException",
    "NetworkInUse": "NovaException",
    "NetworkNotFound": "NotFound",
    "NetworkNotFoundForUUID": "NetworkNotFound",
    "NetworkNotFoundForCidr": "NetworkNotFound",
    "NoMoreFixedIps": "NovaException",
    "AdminRequired": "NovaException",
    "NoNetworksFound": "NotFound",
    "DuplicateVlan": "NovaException",
}


class Number(object):
    """An address or a network as netaddr has it: no text, and printed as one."""

    def __init__(self, text):
        self._text = str(text)

    def __str__(self):
        return self._text

    def __eq__(self, other):
        return isinstance(other, Number) and self._text == other._text

    def __ne__(self, other):
        return not self == other

    __hash__ = None


class Context(object):
    """nova.context.RequestContext."""

    def __init__(self, project_id="acme", is_admin=False, read_deleted="no"):
        self.project_id = project_id
        self.is_admin = is_admin
        self.read_deleted = read_deleted

    def elevated(self, read_deleted=None):
        return Context(self.project_id, True, self.read_deleted if read_deleted is None else read_deleted)


class Options(object):
    """The options object of oslo.config: attributes that are registered first."""

    def __init__(self):
        self.values = {}
        self.reset()

    def reset(self):
        self.values.update({
            "network_manager": "ip_driver.nova.network.manager.FlatDHCPManager",
            "fixed_ip_disassociate_timeout": 600,
            "share_dhcp_address": False,
            "force_dhcp_release": False,
        })

    def register_opts(self, options):
        for name, default in options:
            self.values.setdefault(name, default)

    def __getattr__(self, name):
        return self.__dict__["values"][name]


class Nova(object):
    """A Nova of one of the two flavours, on a database file."""

    def __init__(self, path, train):
        self.path = path
        self.train = train
        self.conf = Options()
        # What is to fail: {name of a database function: the exception to raise before it, or after it}.
        self.fail_before = {}
        self.fail_after = {}
        self.setups = []
        self.modules = {}
        # Each statement is a transaction of its own.
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.row_factory = sqlite3.Row
        self.execute("PRAGMA synchronous = OFF")
        self.execute("CREATE TABLE networks (%s, %s)" % (COMMON, NETWORK % (TRAIN_NETWORK if train else "")))
        for name in sorted(TABLES):
            self.execute("CREATE TABLE %s (%s, %s)" % (name, COMMON, TABLES[name]))
        self._make_modules()

    def select(self, statement, *values):
        return [dict(zip(row.keys(), row)) for row in self.execute(statement, *values).fetchall()]

    def execute(self, statement, *values):
        return self._database.execute(statement, values)

    def insert(self, table, values):
        values = dict({"created_at": time.time(), "deleted": 0}, **values)
        names = sorted(values)
        return self.execute("INSERT INTO %s (%s) VALUES (%s)" % (
            table, ", ".join(names), ", ".join("?" * len(names))), *[values[name] for name in names]).lastrowid

    def update(self, table, id_, values):
        names = sorted(values)
        self.execute("UPDATE %s SET %s, updated_at = ? WHERE id = ?" % (
            table, ", ".join("%s = ?" % name for name in names)), *([values[name] for name in names] + [time.time(), id_]))

    @contextlib.contextmanager
    def failing(self, name):
        """Around what stands for a function of the database: raises what is asked for before or after it."""
        problem = self.fail_before.pop(name, None)
        if problem is not None:
            raise problem
        yield
        problem = self.fail_after.pop(name, None)
        if problem is not None:
            raise problem

    def raises(self, name, **values):
        return getattr(self.modules["nova.exception"], name)(**values)

    # Modules

    def install(self):
        """Makes `import nova` give this one."""
        early.remove()
        sys.modules.update(self.modules)

    def uninstall(self):
        early.remove()
        for name in self.modules:
            sys.modules.pop(name, None)
        self._database.close()

    def reset(self):
        """As it was at first."""
        for table in ["networks"] + sorted(TABLES):
            self.execute("DELETE FROM %s" % table)
        self.conf.reset()
        self.fail_before.clear()
        self.fail_after.clear()
        del self.setups[:]

    def _module(self, name, **members):
        module = types.ModuleType(name)
        module.__dict__.update(members)
        self.modules[name] = module
        parent, _, last = name.rpartition(".")
        if parent in self.modules:
            setattr(self.modules[parent], last, module)
        return module

    def _make_modules(self):
        self._module("nova", __path__=[])
        made = {"Exception": Exception}

        def base_init(exception, message=None, **values):
            Exception.__init__(exception, message or "%s %r" % (type(exception).__name__, sorted(values.items())))
            exception.kwargs = values

        pending = dict(EXCEPTIONS)
        while pending:
            for name in sorted(pending):
                if pending[name] in made:
                    members = {"__init__": base_init} if name == "NovaException" else {}
                    made[name] = type(name, (made[pending.pop(name)],), members)
        del made["Exception"]
        self._module("nova.exception", **made)

        def option(name, default=None, help=None):
            return name, default

        cfg = {"CONF": self.conf, "StrOpt": option, "IntOpt": option, "ListOpt": option}
        if self.train:
            self._module("oslo_config", __path__=[])
            self._module("oslo_config.cfg", **cfg)
        else:
            self._module("oslo", __path__=[])
            self._module("oslo.config", __path__=[])
            self._module("oslo.config.cfg", **cfg)

        self._module("nova.utils", synchronized=Lock.synchronized)
        made = make_objects(self)
        self.objects = dict((name, class_) for members in made.values() for name, class_ in members.items())
        if self.train:
            self._module("nova.objects", **self.objects)
        else:
            self._module("nova.objects", __path__=[])
            for name, members in made.items():
                self._module("nova.objects.%s" % name, **members)
        self._module("nova.network", __path__=[])
        self._module("nova.network.manager", **make_managers(self))


class Lock(object):
    """nova.utils.synchronized: as there, not reentrant."""

    locks = {}

    @classmethod
    def synchronized(cls, name):
        def decorate(function):
            def locked(*args, **kwargs):
                lock = cls.locks.setdefault(name, threading.Lock())
                if not lock.acquire(False):
                    raise AssertionError("the lock %s is held already" % name)
                try:
                    return function(*args, **kwargs)
                finally:
                    lock.release()
            return locked
        return decorate


class PeriodicTasks(object):
    """nova.openstack.common.periodic_task, later oslo_service.periodic_task."""

    @staticmethod
    def periodic_task(function):
        function._periodic_task = True
        return function


class ManagerMeta(type):
    """Collects the tasks of a class, as they are defined in that very class, after those of its base."""

    def __init__(cls, name, bases, members):
        super(ManagerMeta, cls).__init__(name, bases, members)
        cls._periodic_tasks = list(getattr(cls, "_periodic_tasks", []))
        for value in cls.__dict__.values():
            if getattr(value, "_periodic_task", False):
                cls._periodic_tasks.append((value.__name__, value))


def make_objects(nova):
    """The modules below nova.objects: {name: members}."""

    class Base(object):
        table = None
        numbers = ()

        def __init__(self, context=None, **values):
            self._context = context
            self._changed = {}
            for name in values:
                setattr(self, name, values[name])

        def __setattr__(self, name, value):
            if not name.startswith("_"):
                self.__dict__["_changed"][name] = value
                if name in self.numbers and value is not None:
                    value = Number(value)
            self.__dict__[name] = value

        def __getitem__(self, name):
            return getattr(self, name)

        def get(self, name, default=None):
            return getattr(self, name, default)

        @classmethod
        def of(cls, context, row):
            made = cls(context)
            for name in row:
                setattr(made, name, row[name])
            made._changed = {}
            return made

        @classmethod
        def first(cls, context, condition, *values):
            deleted = "" if context.read_deleted == "yes" else " AND deleted = 0"
            rows = nova.select("SELECT * FROM %s WHERE %s%s ORDER BY id" % (cls.table, condition, deleted), *values)
            return cls.of(context, rows[0]) if rows else None

        def changes(self):
            return dict((name, str(value) if isinstance(value, Number) else value) for name, value in self._changed.items())

    class Instance(Base):
        table = "instances"

        @classmethod
        def get_by_uuid(cls, context, uuid, expected_attrs=None):
            found = cls.first(context, "uuid = ?", uuid)
            if found is None:
                raise nova.raises("InstanceNotFound", instance_id=uuid)
            return found

    class VirtualInterface(Base):
        table = "virtual_interfaces"

        @classmethod
        def get_by_instance_and_network(cls, context, instance_uuid, network_id):
            return cls.first(context, "instance_uuid = ? AND network_id = ?", instance_uuid, network_id)

        @classmethod
        def get_by_address(cls, context, address):
            return cls.first(context, "address = ?", address)

    class Network(Base):
        table = "networks"
        numbers = ("cidr", "cidr_v6", "gateway", "gateway_v6", "dns1", "dns2", "netmask", "broadcast", "dhcp_start",
                   "dhcp_server", "vpn_private_address")

        @classmethod
        def get_by_id(cls, context, network_id, project_only="allow_none"):
            found = cls.first(context, "id = ?", network_id)
            if found is None:
                raise nova.raises("NetworkNotFound", network_id=network_id)
            return found

        @classmethod
        def get_by_uuid(cls, context, network_uuid):
            found = cls.first(context, "uuid = ?", network_uuid)
            if found is None:
                raise nova.raises("NetworkNotFoundForUUID", uuid=network_uuid)
            return found

        @classmethod
        def get_by_cidr(cls, context, cidr):
            found = cls.first(context, "(cidr = ? OR cidr_v6 = ?)", cidr, cidr)
            if found is None:
                raise nova.raises("NetworkNotFoundForCidr", cidr=cidr)
            return found

        def create(self):
            values = dict({"uuid": str(uuid.uuid4())}, **self.changes())
            try:
                id_ = nova.insert("networks", values)
            except sqlite3.IntegrityError:
                raise nova.raises("DuplicateVlan", vlan=values.get("vlan"))
            self.__dict__.update(self.get_by_id(self._context, id_).__dict__)

        def destroy(self):
            with nova.failing("network_delete_safe"):
                if nova.select("SELECT id FROM fixed_ips WHERE network_id = ? AND allocated = 1 AND deleted = 0", self.id):
                    raise nova.raises("NetworkInUse", network_id=self.id)
                nova.execute("UPDATE fixed_ips SET deleted = id WHERE network_id = ? AND deleted = 0", self.id)
                nova.execute("DELETE FROM networks WHERE id = ?", self.id)

    class NetworkList(object):

        @classmethod
        def get_all(cls, context, project_only="allow_none"):
            found = [Network.of(context, row) for row in nova.select("SELECT * FROM networks WHERE deleted = 0 ORDER BY id")]
            if not found:
                raise nova.raises("NoNetworksFound")
            return found

    class FixedIP(Base):
        table = "fixed_ips"
        numbers = ("address",)

        @classmethod
        def get_by_address(cls, context, address, expected_attrs=None):
            found = cls.first(context, "address = ?", str(address))
            if found is None:
                raise nova.raises("FixedIpNotFoundForAddress", address=address)
            if "network" in (expected_attrs or []):
                found.__dict__["network"] = Network.first(context, "id = ?", found.network_id)
            return found

        @classmethod
        def get_by_network_and_host(cls, context, network_id, host):
            found = cls.first(context, "network_id = ? AND host = ?", network_id, host)
            if found is None:
                raise nova.raises("FixedIpNotFoundForNetworkHost", network_id=network_id, host=host)
            return found

        @classmethod
        def associate(cls, context, address, instance_uuid, network_id=None, reserved=False, **vif):
            if not nova.train and vif:
                raise TypeError("2014.1 knows no vif_id")
            if not nova.train and not context.is_admin:
                raise nova.raises("AdminRequired")
            with nova.failing("fixed_ip_associate"):
                rows = nova.select("SELECT * FROM fixed_ips WHERE address = ? AND reserved = ? AND deleted = 0 AND"
                                   " (network_id = ? OR network_id IS NULL)", address, bool(reserved), network_id)
                if not rows:
                    raise nova.raises("FixedIpNotFoundForNetwork", address=address, network_uuid=network_id)
                if rows[0]["instance_uuid"]:
                    raise nova.raises("FixedIpAlreadyInUse", address=address, instance_uuid=instance_uuid)
                values = {"instance_uuid": instance_uuid, "network_id": network_id}
                if nova.train:
                    values.update(allocated=vif["vif_id"] is not None, virtual_interface_id=vif["vif_id"])
                nova.update("fixed_ips", rows[0]["id"], values)
            return cls.get_by_address(context, address)

        @classmethod
        def associate_pool(cls, context, network_id, **values):
            raise AssertionError("Nova was to choose an address")

        @classmethod
        def disassociate_by_address(cls, context, address):
            cls.get_by_address(context, address).disassociate()

        @classmethod
        def disassociate_all_by_timeout(cls, context, host, limit):
            rows = nova.select(
                "SELECT f.id FROM fixed_ips f JOIN networks n ON n.id = f.network_id JOIN instances i"
                " ON i.uuid = f.instance_uuid WHERE f.deleted = 0 AND f.allocated = 0 AND f.updated_at < ? AND"
                " ((i.host = ? AND n.multi_host) OR n.host = ?)", limit, host, host)
            for row in rows:
                nova.update("fixed_ips", row["id"], {"instance_uuid": None, "leased": False})
            return len(rows)

        def create(self):
            with nova.failing("fixed_ip_create"):
                try:
                    id_ = nova.insert("fixed_ips", self.changes())
                except sqlite3.IntegrityError:
                    raise nova.raises("FixedIpExists", address=self.address)
                self.__dict__.update(self.first(self._context, "id = ?", id_).__dict__)

        def save(self):
            with nova.failing("fixed_ip_update"):
                nova.update("fixed_ips", self.id, self.changes())
                self._changed = {}

        def disassociate(self):
            with nova.failing("fixed_ip_disassociate"):
                values = {"instance_uuid": None}
                if nova.train:
                    values["virtual_interface_id"] = None
                nova.update("fixed_ips", self.id, values)
                self.__dict__["instance_uuid"] = None

    class FixedIPList(object):

        @classmethod
        def bulk_create(cls, context, values):
            with nova.failing("fixed_ip_bulk_create"):
                for row in values:
                    nova.insert("fixed_ips", dict({"allocated": False, "leased": False}, **row))

        @classmethod
        def get_by_network(cls, context, network, host=None):
            rows = nova.select(
                "SELECT f.* FROM fixed_ips f JOIN virtual_interfaces v ON v.id = f.virtual_interface_id AND v.deleted = 0"
                " JOIN instances i ON i.uuid = f.instance_uuid AND i.deleted = 0"
                " WHERE f.deleted = 0 AND f.network_id = ? AND f.allocated", network["id"])
            return [FixedIP.of(context, row) for row in rows]

        @classmethod
        def get_by_instance_uuid(cls, context, instance_uuid):
            rows = nova.select("SELECT * FROM fixed_ips WHERE deleted = 0 AND instance_uuid = ?", instance_uuid)
            if not rows:
                raise nova.raises("FixedIpNotFoundForInstance", instance_uuid=instance_uuid)
            return [FixedIP.of(context, row) for row in rows]

    return {
        "fixed_ip": {"FixedIP": FixedIP, "FixedIPList": FixedIPList},
        "instance": {"Instance": Instance},
        "network": {"Network": Network, "NetworkList": NetworkList},
        "virtual_interface": {"VirtualInterface": VirtualInterface},
    }


def make_managers(nova):
    """The members of nova.network.manager."""
    members = {
        "__name__": "nova.network.manager",
        "nova": nova,
        "CONF": nova.conf,
        "exception": nova.modules["nova.exception"],
        "utils": nova.modules["nova.utils"],
        "periodic_task": PeriodicTasks,
        "ManagerMeta": ManagerMeta,
    }
    members.update(nova.objects)
    # By these, ip_driver.nova.network.manager tells the releases apart.
    members["objects" if nova.train else "fixed_ip_obj"] = nova.modules["nova.objects"]
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "objects_manager.py")
    with open(path) as file:
        exec(compile(file.read(), path, "exec"), members)
    return members
