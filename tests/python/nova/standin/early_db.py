"""Stands for nova.db, nova.db.sqlalchemy.api and nova.db.sqlalchemy.models of 2012.1 (Essex), 2012.2, 2013.1 and 2013.2
(Havana).

A real SQLite database with the tables of Nova Essex; the later releases' differences that matter here are made of it:
instance_id became instance_uuid (2012.2), `deleted` a number (2013.1), and (address, deleted) unique (2013.2). The
functions do and raise what those of nova/db/sqlalchemy/api.py do at these tags: network_*, fixed_ip_*,
virtual_interface_*, instance_get*, floating_ip_get_by_address, those that allocate, deallocate, associate and disassociate
floating IPs, authorize_project_context.
"""
import contextlib
import datetime
import os
import sqlite3
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
ESSEX = os.path.join(HERE, "..", "..", "..", "data", "nova-essex.sqlite")
TABLES = ("networks", "fixed_ips", "virtual_interfaces", "floating_ips", "instances")

# Where this release differs from Essex.
UUIDS = ("2012.2", "2013.1", "2013.2")
NUMBERED = ("2013.1", "2013.2")
UNIQUE = ("2013.2",)


def now():
    return datetime.datetime.utcnow().strftime("%Y-%m-%d %H:%M:%S.%f")


def create(release, path):
    """Makes an empty database of a release."""
    source = sqlite3.connect(ESSEX)
    made = sqlite3.connect(path)
    made.execute("PRAGMA synchronous = OFF")
    for table in TABLES:
        (statement,) = source.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).fetchone()
        if release in UUIDS and table in ("fixed_ips", "virtual_interfaces"):
            statement = statement.replace("instance_id INTEGER", "instance_uuid VARCHAR(36)")
        if release in NUMBERED:
            statement = statement.replace("deleted BOOLEAN", "deleted INTEGER").replace("CHECK (deleted IN (0, 1))",
                                                                                        "CHECK (deleted IN (0, id))")
        if release in UNIQUE and table == "fixed_ips":
            statement = statement.rstrip().rstrip(")") + ", UNIQUE (address, deleted))"
        made.execute(statement)
    # Later releases' only; a key of Essex's own is made by its migrations in the same way.
    made.execute("CREATE UNIQUE INDEX uuid ON instances (uuid)")
    made.commit()
    made.close()
    source.close()


class Row(dict):
    """A row as Nova's models are: by name, by attribute, and iterable as pairs."""

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name)

    def iteritems(self):
        return iter(self.items())


class Session(object):
    """SQLAlchemy's session as Nova makes it (autocommit), for statements as text with named parameters."""

    def __init__(self, path, step):
        self._path = path
        self._step = step
        self._connection = None

    @contextlib.contextmanager
    def begin(self, subtransactions=False):
        if self._connection is not None:
            yield self
            return
        self._writes = False
        self._connection = sqlite3.connect(self._path, timeout=60, isolation_level=None)
        try:
            # What survives a power loss is not tested here.
            self._connection.execute("PRAGMA synchronous = OFF")
            self._connection.execute("BEGIN")
            try:
                yield self
                if self._writes:
                    self._step("before commit")
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction if hasattr(self._connection, "in_transaction") else True:
                    self._connection.execute("ROLLBACK")
                raise
        finally:
            self._connection.close()
            self._connection = None
        if self._writes:
            self._step("after commit")

    def execute(self, statement, parameters=None):
        if self._connection is None:
            with self.begin():
                return self.execute(statement, parameters)
        self._writes = self._writes or not statement.startswith("SELECT")
        values = dict((name, value.strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(value, datetime.datetime) else value)
                      for name, value in (parameters or {}).items())
        return Result(self._connection.execute(statement, values))


class Result(object):
    def __init__(self, cursor):
        self._names = [column[0] for column in cursor.description or ()]
        self._rows = cursor.fetchall()
        self.rowcount = cursor.rowcount

    def keys(self):
        return self._names

    def fetchall(self):
        return self._rows


class Model(Row):
    """What nova.db.sqlalchemy.models has for a table."""

    table = None
    database = None
    defaults = {}

    def save(self, session=None):
        self.database.insert(self)

    def __setattr__(self, name, value):
        self[name] = value


class Database(object):
    """The functions of nova.db."""

    def __init__(self, release, path, modules):
        self.release = release
        self.path = path
        self.exception = modules["nova.exception"]
        self.instance = "instance_uuid" if release in UUIDS else "instance_id"
        # Called before and after each commit of something written, to fail or to die there.
        self.step = lambda what: None
        outer = self

        class FixedIp(Model):
            table = "fixed_ips"
            database = outer
            defaults = {"allocated": False, "leased": False, "reserved": False}

        class VirtualInterface(Model):
            table = "virtual_interfaces"
            database = outer

        self.FixedIp = FixedIp
        self.VirtualInterface = VirtualInterface

    def get_session(self):
        return Session(self.path, lambda what: self.step(what))

    # What SQLAlchemy does for Nova.

    def insert(self, model):
        values = dict(model.defaults, deleted=0, created_at=now())
        values.update(model)
        names = sorted(values)
        session = self.get_session()
        try:
            with session.begin():
                session.execute("INSERT INTO %s (%s) VALUES (%s)" % (
                    model.table, ", ".join(names), ", ".join(":" + name for name in names)), values)
                values["id"] = session.execute("SELECT last_insert_rowid()").fetchall()[0][0]
        except sqlite3.IntegrityError as error:
            raise DBDuplicateEntry(str(error))
        model.update(values)

    def rows(self, table, condition="1 = 1", deleted=False, **values):
        session = self.get_session()
        with session.begin():
            result = session.execute("SELECT * FROM %s WHERE %s ORDER BY id" % (table, condition), values)
            found = [Row(zip(result.keys(), row)) for row in result.fetchall()]
        return [row for row in found if deleted or not row["deleted"]]

    def write(self, statement, **values):
        session = self.get_session()
        with session.begin():
            return session.execute(statement, values).rowcount

    def set(self, table, id_, values):
        values = dict({"updated_at": now()}, **values)
        self.write("UPDATE %s SET %s WHERE id = :id_" % (
            table, ", ".join("%s = :%s" % (name, name) for name in sorted(values))), id_=id_, **values)

    # Networks.

    def network_get(self, context, network_id, project_only=None):
        found = self.rows("networks", "id = :id", id=network_id)
        # Essex: project_only=True for everybody but an administrator.
        if self.release == "2012.1" and not context.is_admin:
            found = [row for row in found if row["project_id"] == context.project_id]
        if project_only is True and not context.is_admin:
            found = [row for row in found if row["project_id"] == context.project_id]
        if not found:
            raise self.exception.NetworkNotFound(network_id=network_id)
        return found[0]

    def network_get_all(self, context):
        found = self.rows("networks")
        if not found:
            raise self.exception.NoNetworksFound()
        return found

    def network_get_all_by_host(self, context, host):
        return [row for row in self.rows("networks") if row["host"] == host or (row["multi_host"] and [
            ip for ip in self.rows("fixed_ips", "network_id = :id", id=row["id"]) if ip["host"] == host])]

    def network_get_by_uuid(self, context, uuid_):
        found = self.rows("networks", "uuid = :uuid", uuid=uuid_)
        if not found:
            raise self.exception.NetworkNotFoundForUUID(uuid=uuid_)
        return found[0]

    def network_get_all_by_uuids(self, context, uuids, project_id=None, project_only=None):
        found = [row for row in self.rows("networks") if row["uuid"] in uuids]
        for wanted in uuids:
            if wanted not in [row["uuid"] for row in found]:
                raise self.exception.NetworkNotFound(network_id=wanted)
        return found

    def project_get_networks(self, context, project_id, associate=True):
        found = self.rows("networks", "project_id = :project", project=project_id)
        if not found and associate:
            free = [row for row in self.rows("networks") if row["project_id"] is None]
            if not free:
                raise self.exception.NoNetworksFound()
            self.set("networks", free[0]["id"], {"project_id": project_id})
            found = self.rows("networks", "project_id = :project", project=project_id)
        return found

    def network_create_safe(self, context, values):
        values = dict({"uuid": str(uuid.uuid4()), "deleted": 0, "created_at": now(), "injected": 0}, **values)
        names = sorted(values)
        if [row for row in self.rows("networks") if values.get("vlan") and row["vlan"] == values["vlan"]]:
            return None
        session = self.get_session()
        with session.begin():
            session.execute("INSERT INTO networks (%s) VALUES (%s)" % (
                ", ".join(names), ", ".join(":" + name for name in names)), values)
            id_ = session.execute("SELECT last_insert_rowid()").fetchall()[0][0]
        return self.rows("networks", "id = :id", id=id_)[0]

    def network_update(self, context, network_id, values):
        self.set("networks", network_id, values)
        return self.rows("networks", "id = :id", id=network_id)[0]

    def network_set_host(self, context, network_id, host):
        row = self.rows("networks", "id = :id", id=network_id)[0]
        if not row["host"]:
            self.set("networks", network_id, {"host": host})
        return row["host"] or host

    def network_delete_safe(self, context, network_id):
        if [row for row in self.rows("fixed_ips", "network_id = :id", id=network_id) if row["allocated"]]:
            raise self.exception.NetworkInUse(network_id=network_id)
        self.network_get(context, network_id)
        self.write("UPDATE fixed_ips SET deleted = %s, deleted_at = :now WHERE network_id = :id" % (
            "id" if self.release in NUMBERED else "1"), id=network_id, now=now())
        self.write("DELETE FROM networks WHERE id = :id", id=network_id)

    # Fixed IPs.

    def _deleted(self, context):
        return context.read_deleted == "yes"

    def fixed_ip_create(self, context, values):
        made = self.FixedIp()
        made.update(values)
        try:
            made.save()
        except DBDuplicateEntry:
            raise self.exception.FixedIpExists(address=values["address"])
        return made if self.release == "2013.2" else made["address"]

    def fixed_ip_bulk_create(self, context, ips):
        session = self.get_session()
        with session.begin():
            for ip in ips:
                session.execute(
                    "INSERT INTO fixed_ips (network_id, address, reserved, allocated, leased, deleted, created_at)"
                    " VALUES (:network_id, :address, :reserved, 0, 0, 0, :now)", dict({"reserved": False}, now=now(), **ip))

    def _check_uuid(self, instance):
        if self.release in UUIDS and instance:
            try:
                uuid.UUID(instance)
            except ValueError:
                raise self.exception.InvalidUUID(uuid=instance)

    def fixed_ip_associate(self, context, address, instance, network_id=None, reserved=False):
        self._check_uuid(instance)
        found = [row for row in self.rows("fixed_ips", "address = :address AND (network_id = :network OR network_id IS NULL)",
                                          address=address, network=network_id) if bool(row["reserved"]) == reserved]
        if not found:
            raise self.exception.FixedIpNotFoundForNetwork(address=address, network_uuid=network_id)
        if found[0][self.instance]:
            raise self.exception.FixedIpAlreadyInUse(address=address, instance_uuid=instance)
        self.set("fixed_ips", found[0]["id"], {self.instance: instance})
        return address

    def fixed_ip_associate_pool(self, context, network_id, instance=None, host=None):
        self._check_uuid(instance)
        found = [row for row in self.rows("fixed_ips", "network_id = :network AND %s IS NULL AND host IS NULL" % self.instance,
                                          network=network_id) if not row["reserved"]]
        if not found:
            raise self.exception.NoMoreFixedIps()
        self.set("fixed_ips", found[0]["id"], {self.instance: instance, "host": host})
        return found[0]["address"]

    def fixed_ip_disassociate(self, context, address):
        self.set("fixed_ips", self.fixed_ip_get_by_address(context, address)["id"], {self.instance: None})

    def fixed_ip_disassociate_all_by_timeout(self, context, host, time):
        stale = self.rows(
            "fixed_ips", "allocated = 0 AND updated_at < :time AND %s IS NOT NULL AND %s IN (SELECT %s FROM instances) AND"
            " EXISTS (SELECT 1 FROM networks n WHERE n.id = network_id AND (n.host = :host OR n.multi_host AND"
            " (SELECT i.host FROM instances i WHERE i.%s = fixed_ips.%s) = :host))" % (
                (self.instance, self.instance) + ("id" if self.release == "2012.1" else "uuid",) * 2 + (self.instance,)),
            time=time.strftime("%Y-%m-%d %H:%M:%S.%f"), host=host)
        for row in stale:
            self.set("fixed_ips", row["id"], {self.instance: None, "leased": False})
        return len(stale)

    def fixed_ip_get(self, context, id_):
        found = self.rows("fixed_ips", "id = :id", id=id_)
        if not found:
            raise self.exception.FixedIpNotFound(id=id_)
        return found[0]

    def fixed_ip_get_by_address(self, context, address):
        found = self.rows("fixed_ips", "address = :address", deleted=self._deleted(context), address=address)
        if not found:
            raise self.exception.FixedIpNotFoundForAddress(address=address)
        return found[0]

    def fixed_ip_get_by_instance(self, context, instance):
        self._check_uuid(instance)
        found = self.rows("fixed_ips", "%s = :instance" % self.instance, instance=instance)
        if not found:
            raise self.exception.FixedIpNotFoundForInstance(**{self.instance: instance})
        return found

    def fixed_ip_get_by_network_host(self, context, network_id, host):
        found = self.rows("fixed_ips", "network_id = :network AND host = :host", network=network_id, host=host)
        if not found:
            raise self.exception.FixedIpNotFoundForNetworkHost(network_id=network_id, host=host)
        return found[0]

    def fixed_ip_update(self, context, address, values):
        self.set("fixed_ips", self.fixed_ip_get_by_address(context, address)["id"], values)

    # Virtual interfaces, instances, floating IPs.

    def virtual_interface_create(self, context, values):
        made = self.VirtualInterface()
        made.update(values)
        try:
            made.save()
        except DBDuplicateEntry:
            raise self.exception.VirtualInterfaceCreateException()
        return made

    def virtual_interface_get(self, context, id_):
        return (self.rows("virtual_interfaces", "id = :id", id=id_) or [None])[0]

    def virtual_interface_get_by_instance(self, context, instance):
        return self.rows("virtual_interfaces", "%s = :instance" % self.instance, instance=instance)

    def virtual_interface_get_by_instance_and_network(self, context, instance, network_id):
        found = self.rows("virtual_interfaces", "%s = :instance AND network_id = :network" % self.instance,
                          instance=instance, network=network_id)
        return (found or [None])[0]

    def virtual_interface_delete_by_instance(self, context, instance):
        self.write("DELETE FROM virtual_interfaces WHERE %s = :instance" % self.instance, instance=instance)

    def instance_create(self, context, values):
        values = dict({"uuid": str(uuid.uuid4()), "deleted": 0, "created_at": now()}, **values)
        names = sorted(values)
        session = self.get_session()
        with session.begin():
            session.execute("INSERT INTO instances (%s) VALUES (%s)" % (
                ", ".join(names), ", ".join(":" + name for name in names)), values)
            id_ = session.execute("SELECT last_insert_rowid()").fetchall()[0][0]
        return self.instance_get(context, id_)

    def instance_get(self, context, id_):
        found = self.rows("instances", "id = :id", deleted=self._deleted(context), id=id_)
        if not found:
            raise self.exception.InstanceNotFound(instance_id=id_)
        return found[0]

    def instance_get_by_uuid(self, context, uuid_):
        found = self.rows("instances", "uuid = :uuid", deleted=self._deleted(context), uuid=uuid_)
        if not found:
            raise self.exception.InstanceNotFound(instance_id=uuid_)
        return found[0]

    def authorize_project_context(self, context, project_id):
        """Of nova.db.sqlalchemy.api in 2012.1 and 2012.2, of nova.context later."""
        if not context.is_admin and context.user_id and context.project_id and context.project_id != project_id:
            raise self.exception.NotAuthorized()

    def floating_ip_get_by_address(self, context, address):
        found = self.rows("floating_ips", "address = :address", deleted=self._deleted(context), address=address)
        if not found:
            raise self.exception.FloatingIpNotFoundForAddress(address=address)
        if found[0]["project_id"]:
            self.authorize_project_context(context, found[0]["project_id"])
        return found[0]

    def floating_ip_allocate_address(self, context, project_id, pool, **given):
        # 2013.2 has another parameter.
        auto_assigned = {"auto_assigned": given.pop("auto_assigned", False)} if self.release == "2013.2" else {}
        if given:
            raise TypeError("floating_ip_allocate_address() got an unexpected keyword argument")
        self.authorize_project_context(context, project_id)
        found = self.rows("floating_ips", "fixed_ip_id IS NULL AND project_id IS NULL AND pool = :pool", pool=pool)
        if not found:
            raise self.exception.NoMoreFloatingIps()
        self.set("floating_ips", found[0]["id"], dict({"project_id": project_id}, **auto_assigned))
        return found[0]["address"]

    def floating_ip_deallocate(self, context, address):
        values = {"project_id": None, "host": None, "auto_assigned": False}
        if self.release in NUMBERED:
            for row in self.rows("floating_ips", "address = :address", address=address):
                self.set("floating_ips", row["id"], values)
        else:
            self.set("floating_ips", self.floating_ip_get_by_address(context, address)["id"], values)

    def floating_ip_fixed_ip_associate(self, context, floating_address, fixed_address, host):
        floating = self.floating_ip_get_by_address(context, floating_address)
        fixed = self.fixed_ip_get_by_address(context, fixed_address)
        if self.release != "2012.1" and floating["fixed_ip_id"] == fixed["id"]:
            return None
        self.set("floating_ips", floating["id"], {"fixed_ip_id": fixed["id"], "host": host})
        return {"2012.1": None, "2012.2": fixed_address}.get(self.release, fixed)

    def floating_ip_disassociate(self, context, address):
        if self.release == "2012.1":
            floating = self.floating_ip_get_by_address(context, address)
            fixed = self.fixed_ip_get(context, floating["fixed_ip_id"])
        else:
            found = self.rows("floating_ips", "address = :address", address=address)
            if not found:
                raise self.exception.FloatingIpNotFoundForAddress(address=address)
            floating = found[0]
            fixed = (self.rows("fixed_ips", "id = :id", id=floating["fixed_ip_id"]) or [None])[0]
        self.set("floating_ips", floating["id"], {"fixed_ip_id": None, "host": None})
        return fixed if self.release in NUMBERED else fixed and fixed["address"]


class DBDuplicateEntry(Exception):
    """nova.openstack.common.db.exception.DBDuplicateEntry of 2013.2; in the earlier releases IntegrityError or DBError."""
