"""The statements that Nova's own fixed_ip_associate_pool() and fixed_ip_update() issue, replayed.

Captured from Nova Essex (2012.1.3) on SQLAlchemy 0.7.9 and SQLite, word for word: session.begin() of each function is a transaction,
and nothing else is asked of the database between them. What the ORM spends around them is left out.
"""
import datetime

COLUMNS = ("created_at", "updated_at", "deleted_at", "deleted", "id", "address", "network_id", "virtual_interface_id",
           "instance_id", "allocated", "leased", "reserved", "host")

SELECT = "SELECT " + ", ".join("fixed_ips.%s AS fixed_ips_%s" % (name, name) for name in COLUMNS) + " \nFROM fixed_ips \nWHERE "

# (deleted, network, reserved, limit, offset)
CHOOSE = SELECT + ("fixed_ips.deleted = ? AND (fixed_ips.network_id = ? OR fixed_ips.network_id IS NULL) AND fixed_ips.reserved = ?"
                   " AND fixed_ips.instance_id IS NULL AND fixed_ips.host IS NULL\n LIMIT ? OFFSET ?")
# (now, instance, id)
TAKE = "UPDATE fixed_ips SET updated_at=?, instance_id=? WHERE fixed_ips.id = ?"
# (deleted, address, limit, offset)
FIND = SELECT + "fixed_ips.deleted = ? AND fixed_ips.address = ?\n LIMIT ? OFFSET ?"
# (now, vif, allocated, id)
UPDATE = "UPDATE fixed_ips SET updated_at=?, virtual_interface_id=?, allocated=? WHERE fixed_ips.id = ?"

ID = COLUMNS.index("id")
ADDRESS = COLUMNS.index("address")


def _now():
    return datetime.datetime.utcnow().strftime("%Y-%m-%d %H:%M:%S.%f")


def associate_pool(connection, network, instance):
    """fixed_ip_associate_pool(context, network, instance). connection: of sqlite3, without transactions of its own."""
    connection.execute("BEGIN")
    row = connection.execute(CHOOSE, (0, network, 0, 1, 0)).fetchone()
    connection.execute(TAKE, (_now(), instance, row[ID]))
    connection.execute("COMMIT")
    return row[ADDRESS]


def update(connection, address, vif):
    """fixed_ip_update(context, address, {"allocated": True, "virtual_interface_id": vif})."""
    connection.execute("BEGIN")
    row = connection.execute(FIND, (0, address, 1, 0)).fetchone()
    connection.execute(UPDATE, (_now(), vif, 1, row[ID]))
    connection.execute("COMMIT")
