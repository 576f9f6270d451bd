"""The options of nova.conf that concern ip_driver, registered the way the Nova at hand registers its own.

Essex and Folsom: nova.flags and nova's copy of cfg; Grizzly to Juno: oslo.config; Kilo and later: oslo_config.
"""


def _essex():
    from nova import flags
    from nova.openstack.common import cfg
    return cfg, flags.FLAGS


def _grizzly():
    from oslo.config import cfg
    return cfg, cfg.CONF


def _kilo():
    from oslo_config import cfg
    return cfg, cfg.CONF


def _find():
    """The cfg module and the options object of the Nova that is installed: the newest way that it knows."""
    for way in (_kilo, _grizzly, _essex):
        try:
            return way()
        except ImportError:
            continue
    raise ImportError("no Nova is installed whose options ip_driver knows how to register (2012.1 to 20.x)")


_conf = None


def conf():
    """Nova's options, ours among them."""
    global _conf
    if _conf is None:
        cfg, found = _find()
        found.register_opts([
            cfg.StrOpt("ip_driver_config", default=None,
                       help="Configuration file of ip_driver; by default $IP_DRIVER_CONFIG, then "
                            "/etc/ip_driver/ip_driver.conf"),
            cfg.StrOpt("ip_driver_tenant", default="default",
                       help="Tenant that owns the blocks of networks without a project, and of floating pools"),
            cfg.ListOpt("ip_driver_floating_pools", default=[],
                        help="Pools of floating IPs whose addresses are kept by ip_driver"),
            # Far longer than from one reconciling to the next: if a process dies after its row is committed and before
            # the hold is confirmed, some host finds the row before the hold ends, and the address can never be somebody
            # else's.
            cfg.IntOpt("ip_driver_hold", default=3600,
                       help="Seconds after which an allocation ends by itself whose row never came to be"),
            cfg.IntOpt("ip_driver_reconcile_grace", default=600,
                       help="Seconds for which an allocation without a row in Nova's database is left alone; twice in "
                            "this time, each host reconciles the networks that it serves"),
        ])
        _conf = found
    return _conf
