#!/usr/bin/env python
"""What bench.py measures, with Nova Essex itself on both sides: its functions on its SQLAlchemy, and the layer on the same.

    cd NOVA_TREE; PYTHONPATH=. python2 .../real.py [options of bench.py]

Not run by anything: needs a checkout of Nova 2012.1 with its dependencies importable (tests/python/nova/real/README.md).
"""
import __builtin__
import os
import sys

import bench

from ip_driver.nova import connection, db_api, fixed_ips, options
from nova import context, flags
from nova import db
from nova.db.sqlalchemy import models, session

FLAGS = flags.FLAGS
FLAGS([sys.argv[0]])
setattr(__builtin__, "_", lambda text: text)


class Real(object):
    """nova.db on a database of its own: Nova has one engine, which is changed with the side that is measured."""

    def __init__(self, path, durability):
        FLAGS.set_override("sql_connection", "sqlite:///" + path)
        FLAGS.set_override("sqlite_synchronous", durability == "full")
        session._ENGINE = session._MAKER = None
        session.get_session()
        # Those that an instance needs besides.
        models.BASE.metadata.create_all(session.get_engine())
        self._kept = session._ENGINE, session._MAKER
        self._context = context.get_admin_context()

    def prepare(self, instances):
        session._ENGINE, session._MAKER = self._kept
        for instance in instances:
            db.instance_create(self._context, {"id": instance, "uuid": bench.instance_uuid(instance), "project_id": "p"})
            self._db.virtual_interface_create(self._context, {
                "id": instance, "uuid": bench.vif_uuid(instance), "address": bench.mac(instance), "instance_id": instance,
                "network_id": 1})

    def allocate(self, instance):
        given = self._db.fixed_ip_associate_pool(self._context, 1, instance)
        self._db.fixed_ip_update(self._context, given, {"allocated": True, "virtual_interface_id": instance})
        return given

    def close(self):
        pass


class Nova(Real):
    name = "Nova Essex"
    _db = db

    def __init__(self, folder, used, durability):
        path = os.path.join(folder, "nova.sqlite")
        bench.fill(path, used, False)
        Real.__init__(self, path, durability)


class Layer(Real):
    name = "on ip_driver"
    _db = db_api

    def __init__(self, folder, used, durability):
        path = os.path.join(folder, "mirror.sqlite")
        bench.fill(path, used, True)
        options.conf().set_override("ip_driver_config", bench.fill_driver(folder, used, durability))
        Real.__init__(self, path, durability)

    def close(self):
        connection.close()
        # A process would end here.
        fixed_ips._reconciler = None
        fixed_ips._places.clear()
        fixed_ips._settled.clear()


if __name__ == "__main__":
    sys.exit(bench.main((Nova, Layer)))
