"""The managers of 2012.1 to 2013.2: Nova's own, with db_api.py in front of their database, and a task that reconciles."""
import copy
import logging
import time

from nova.network import manager

from ip_driver import errors
from ip_driver.nova import db_api, fixed_ips, ip_text, options

try:
    from nova.openstack.common import periodic_task as _tasks
except ImportError:
    from nova import manager as _tasks

LOG = logging.getLogger(__name__)

DB_DRIVER = "ip_driver.nova.db_api"


def _reconcile_task():
    """The task; a function of its own for each class, because Nova writes its schedule onto the function."""
    def _reconcile_with_ip_driver(self, context):
        self._reconcile_when_due(context)
    return _tasks.periodic_task(_reconcile_with_ip_driver)


class _OnDriver(object):
    """What the three managers have in common."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("db_driver", DB_DRIVER)
        self._reconciled = None
        super(_OnDriver, self).__init__(*args, **kwargs)

    def _has_driver(self):
        """Whether db_api is the manager's database: one that was told another is Nova's own in all it does."""
        return getattr(self.db, "network_create_fixed_ips", None) is not None

    def _create_fixed_ips(self, context, network_id, fixed_cidr=None):
        """Creates the network in the driver. Nova's own makes a list of all its addresses first, and a row for each."""
        if not self._has_driver():
            return super(_OnDriver, self)._create_fixed_ips(context, network_id, fixed_cidr)
        network = self._get_network_by_id(context, network_id)
        first, last = ip_text.bounds(str(fixed_cidr or network["cidr"]))
        numbers = set(range(first, min(first + self._bottom_reserved_ips, last + 1)))
        numbers.update(range(max(first, last + 1 - self._top_reserved_ips), last + 1))
        reserved = [ip_text.of_int(number, 4) for number in sorted(numbers)]
        self.db.network_create_fixed_ips(context, network, reserved, str(fixed_cidr) if fixed_cidr else None)

    def _reconcile_when_due(self, context):
        """Reconciles the networks that this host serves, twice in the time of grace."""
        now = time.time()
        if not self._has_driver() or (
                self._reconciled is not None
                and 0 <= now - self._reconciled < options.conf().ip_driver_reconcile_grace / 2):
            return
        self._reconciled = now
        for network in self._served_networks(context):
            try:
                fixed_ips.reconcile_network(context, network["id"])
            except errors.Error as error:
                LOG.warning("network %s cannot be reconciled now: %s", network["uuid"], error)

    def _served_networks(self, context):
        from nova import exception
        try:
            networks = self.db.network_get_all(context.elevated())
        except exception.NoNetworksFound:
            return []
        return [network for network in networks
                if network["cidr"] and (network["multi_host"] or network["host"] in (None, self.host))]


class FlatManager(_OnDriver, manager.FlatManager):
    """Nova's FlatManager, whose addresses ip_driver gives."""

    _reconcile_with_ip_driver = _reconcile_task()


class FlatDHCPManager(_OnDriver, manager.FlatDHCPManager):
    """Nova's FlatDHCPManager, whose addresses ip_driver gives."""

    _reconcile_with_ip_driver = _reconcile_task()


class _VlanNetworks(object):
    """The database while networks are created: gives those their VLAN that have none.

    In 2013.2 the base class does so only if the option network_manager names Nova's own VlanManager.
    """

    def __init__(self, db, context, vlan, vlan_start, vpn_start):
        from nova import exception
        self._db = db
        try:
            networks = db.network_get_all(context)
        except exception.NoNetworksFound:
            networks = []
        self._vlan = vlan
        self._index = len(networks)
        self._used = [network["vlan"] for network in networks if network["vlan"]]
        self._vlan_start = vlan_start
        self._vpn_start = vpn_start

    def __getattr__(self, name):
        return getattr(self._db, name)

    def network_create_safe(self, context, values):
        if not values.get("vlan"):
            values.update(self._values(values["cidr"]))
        return self._db.network_create_safe(context, values)

    def _values(self, cidr):
        vlan, self._vlan = self._vlan, None
        if not vlan:
            vlan = self._vlan_start + self._index
            if vlan in self._used:
                vlan = max(self._used) + 1
        self._used.append(vlan)
        first = ip_text.bounds(cidr)[0]
        values = {"vlan": vlan, "bridge": "br%s" % vlan, "vpn_public_port": self._vpn_start + self._index,
                  "vpn_private_address": ip_text.of_int(first + 2, 4), "dhcp_start": ip_text.of_int(first + 3, 4)}
        self._index += 1
        return values


class VlanManager(_OnDriver, manager.VlanManager):
    """Nova's VlanManager, whose addresses ip_driver gives."""

    _reconcile_with_ip_driver = _reconcile_task()

    def _do_create_networks(self, context, **kwargs):
        # Of 2013.2. A copy, so that another green thread keeps the database that it has.
        creator = copy.copy(self)
        creator.db = _VlanNetworks(self.db, context, kwargs.get("vlan"), kwargs["vlan_start"], kwargs["vpn_start"])
        return super(VlanManager, creator)._do_create_networks(context, **kwargs)
