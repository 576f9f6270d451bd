"""Nova's rows (2012.1 to 2013.2) through Nova's own session: what nova.db has no function for.

Plain SQL that every database of Nova understands. The column `deleted` is a boolean or a number, by release, so it is
read and judged here and never compared in SQL. No statement searches fixed_ips or virtual_interfaces by a column
without an index where an allocation waits for it: most of these releases have none.
"""
import collections
import datetime
import threading
import time

# A row of fixed_ips. instance: instance_id in Essex, instance_uuid later.
Row = collections.namedtuple("Row", "id address network_id instance host reserved")

# A row of floating_ips. fixed_ip: the number of the row that it is associated with.
Floating = collections.namedtuple("Floating", "id address pool project fixed_ip host auto_assigned")

# What is known of a VIF.
Vif = collections.namedtuple("Vif", "id uuid address")


def _session():
    from nova.db.sqlalchemy import api
    return api.get_session()


class _Columns(object):
    """How the release at hand calls the instance of a fixed IP."""

    name = None

    @classmethod
    def instance(cls):
        if cls.name is None:
            session = _session()
            with session.begin():
                keys = session.execute("SELECT * FROM fixed_ips WHERE 1 = 0").keys()
            cls.name = "instance_uuid" if "instance_uuid" in keys else "instance_id"
        return cls.name


def instance_column():
    """instance_id or instance_uuid: a column of fixed_ips and of virtual_interfaces."""
    return _Columns.instance()


def _select(statement, **values):
    session = _session()
    with session.begin():
        return session.execute(statement, values).fetchall()


def _write(statement, values):
    session = _session()
    with session.begin():
        return session.execute(statement, values).rowcount


class Recent(object):
    """The last few things that this process has written, by key, so that they need not be searched for."""

    def __init__(self, size=1024):
        self._size = size
        self._lock = threading.Lock()
        self._items = collections.deque()
        self._by_key = {}

    def put(self, key, value):
        with self._lock:
            if key not in self._by_key:
                self._items.append(key)
                if len(self._items) > self._size:
                    self._by_key.pop(self._items.popleft(), None)
            self._by_key[key] = value

    def get(self, key):
        return self._by_key.get(key)


_vifs = Recent()
_written = Recent()


def remember_vif(vif):
    """Of a row that virtual_interface_create() has just made."""
    _vifs.put((vif[instance_column()], vif["network_id"]), Vif(vif["id"], vif["uuid"], vif["address"]))


def user(instance, network_id):
    """(uuid, project, Vif on the network) of an instance, deleted or not; None for each that is not known. Essex names
    an instance by its number."""
    column = "id" if instance_column() == "instance_id" else "uuid"
    known = _vifs.get((instance, network_id))
    if known is not None:
        found = _select("SELECT i.uuid, i.project_id, v.uuid, v.deleted FROM instances i, virtual_interfaces v"
                        " WHERE i.%s = :instance AND v.id = :vif" % column, instance=instance, vif=known.id)
        if found and found[0][2] == known.uuid and not found[0][3]:
            return found[0][0], found[0][1], known
    found = _select("SELECT uuid, project_id FROM instances WHERE %s = :instance" % column, instance=instance)
    uuid, project = found[0] if found else (None, None)
    found = _select("SELECT id, uuid, address, deleted FROM virtual_interfaces WHERE %s = :instance AND network_id = :network"
                    " ORDER BY id" % instance_column(), instance=instance, network=network_id)
    vifs = [Vif(row_[0], row_[1], row_[2]) for row_ in found if not row_[3]]
    return uuid, project, vifs[0] if vifs else None


def _rows(condition, **values):
    found = _select("SELECT id, address, network_id, %s, host, reserved, deleted FROM fixed_ips WHERE %s" % (
        instance_column(), condition), **values)
    return [Row(row[0], row[1], row[2], row[3], row[4], bool(row[5])) for row in found if not row[6]]


def row(id_):
    """The row; None if there is none."""
    found = _rows("id = :id", id=id_)
    return found[0] if found else None


def of_network(network_id):
    """All rows of a network."""
    return _rows("network_id = :network", network=network_id)


def free():
    """The rows that nobody uses, of all networks; a deployment has them that was not made with ip_driver, or an API has
    disassociated or unreserved them behind our back."""
    return [row for row in _rows("%s IS NULL AND host IS NULL AND network_id IS NOT NULL" % instance_column())
            if not row.reserved]


def matching(network_id, address, instance_, host):
    """The rows of an address that are somebody's."""
    return [row for row in _rows("network_id = :network AND address = :address", network=network_id, address=address)
            if row.instance == instance_ and row.host == host]


def insert(network_id, address, instance_, host, vif_id=None):
    """Writes the mirror row of an address.

    vif_id: of the VIF that it is for, where that is known: the row is written at once as fixed_ip_update() is going to
    have it, which has nothing left to commit then. From now on it can time out, as one that Nova has taken.
    """
    from nova.db.sqlalchemy import models

    made = models.FixedIp()
    made.update({"network_id": network_id, "address": address, instance_column(): instance_, "host": host,
                 "allocated": vif_id is not None, "virtual_interface_id": vif_id, "leased": False, "reserved": False,
                 "updated_at": _now()})
    made.save()
    _written.put(address, made.id)


def _now():
    """In whole seconds, as the databases of the time stored it."""
    return datetime.datetime(*time.gmtime()[:6])


def exists_already(error):
    """Whether an error of insert() means that there is a row of this address (2013.2 has a constraint)."""
    return type(error).__name__ == "DBDuplicateEntry"


def update(address, values):
    """Updates a row that this process has just written; False if it is not known to have written it."""
    id_ = _written.get(address)
    if id_ is None or not set(values) <= set(("allocated", "virtual_interface_id", "leased")):
        return False
    names = sorted(values)
    if values.get("allocated"):
        # Of what is not allocated, the time of the last update counts too.
        found = _select("SELECT %s FROM fixed_ips WHERE id = :row AND address = :address" % ", ".join(names), row=id_,
                        address=address)
        if found and list(found[0]) == [values[name] for name in names]:
            return True
    values = dict(values, updated_at=_now())
    statement = "UPDATE fixed_ips SET %s WHERE id = :row AND address = :address" % ", ".join(
        "%s = :%s" % (name, name) for name in sorted(values))
    return _write(statement, dict(values, row=id_, address=address)) == 1


def _unchanged(row_):
    """SQL that is true while a row is still what was read; a number may be used again after its row was deleted."""
    tests = ["id = :id", "address = :address"]
    values = {"id": row_.id, "address": row_.address}
    for column, value in ((instance_column(), row_.instance), ("host", row_.host)):
        if value is None:
            tests.append("%s IS NULL" % column)
        else:
            tests.append("%s = :%s" % (column, column))
            values[column] = value
    return " AND ".join(tests), values


def delete(row_):
    """Deletes a row; True if this call did it. One that a floating IP still points to stays, without its instance, as
    Nova leaves it: the address must not be somebody else's while traffic is forwarded to it."""
    unchanged, values = _unchanged(row_)
    statement = "DELETE FROM fixed_ips WHERE %s AND NOT EXISTS (SELECT 1 FROM floating_ips WHERE fixed_ip_id = :id)" % unchanged
    if _write(statement, values) == 1:
        return True
    pointing = _select("SELECT id, deleted FROM floating_ips WHERE fixed_ip_id = :id", id=row_.id)
    if not pointing:
        return False
    if any(not floating[1] for floating in pointing):
        _write("UPDATE fixed_ips SET %s = NULL WHERE %s" % (instance_column(), unchanged), values)
        return False
    # Floating IPs that were deleted.
    for floating in pointing:
        _write("UPDATE floating_ips SET fixed_ip_id = NULL WHERE id = :id", {"id": floating[0]})
    return _write(statement, values) == 1


def delete_free(ids):
    """Deletes many rows that nobody uses, but for those that a floating IP points to and those that are somebody's by now."""
    ids = sorted(ids)
    for start in range(0, len(ids), 500):
        listed = ", ".join("%d" % id_ for id_ in ids[start:start + 500])
        _write("DELETE FROM fixed_ips WHERE id IN (%s) AND %s IS NULL AND host IS NULL AND id NOT IN"
               " (SELECT fixed_ip_id FROM floating_ips WHERE fixed_ip_id IS NOT NULL)" % (listed, instance_column()), {})


def floating(address):
    """The row of a floating IP; None if there is none."""
    found = _select("SELECT id, address, pool, project_id, fixed_ip_id, host, auto_assigned, deleted FROM floating_ips"
                    " WHERE address = :address", address=address)
    living = [Floating(row[0], row[1], row[2], row[3], row[4], row[5], bool(row[6])) for row in found if not row[7]]
    return living[0] if living else None


def take_floating(row_, project, auto_assigned=None):
    """Makes a floating IP that no project has a project's; True if this call did it."""
    values = {"id": row_.id, "address": row_.address, "project": project, "now": _now()}
    flag = ""
    if auto_assigned is not None:
        flag = ", auto_assigned = :auto_assigned"
        values["auto_assigned"] = auto_assigned
    return _write("UPDATE floating_ips SET project_id = :project, updated_at = :now%s WHERE id = :id AND address = :address"
                  " AND project_id IS NULL AND fixed_ip_id IS NULL" % flag, values) == 1


def leave_floating(row_, project):
    """Takes back what take_floating() has done, if it has."""
    _write("UPDATE floating_ips SET project_id = NULL, auto_assigned = :auto_assigned WHERE id = :id AND address = :address"
           " AND project_id = :project AND fixed_ip_id IS NULL",
           {"id": row_.id, "address": row_.address, "project": project, "auto_assigned": row_.auto_assigned})


def reassociate_floating(row_):
    """Gives a floating IP the association back that it had when the row was read."""
    _write("UPDATE floating_ips SET fixed_ip_id = :fixed_ip, host = :host WHERE id = :id AND address = :address",
           {"id": row_.id, "address": row_.address, "fixed_ip": row_.fixed_ip, "host": row_.host})
