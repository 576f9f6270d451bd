"""FlatManager, FlatDHCPManager and VlanManager on ip_driver, to be named by the option network_manager.

The Nova that is installed decides how: 2012.1 to 2013.2 go through the database driver of the managers
(by_database.py), 2014.1 to 20.x through Nova's objects (by_objects.py).
"""
try:
    from nova.network import manager as _stock
except ImportError as _error:
    raise ImportError("the network managers of ip_driver need a Nova that has nova-network, 2012.1 to 20.x: %s" % _error)

# 2014.1 imports the modules of the objects one by one.
if hasattr(_stock, "objects") or hasattr(_stock, "fixed_ip_obj"):
    from ip_driver.nova.network.by_objects import FlatDHCPManager, FlatManager, VlanManager
else:
    from ip_driver.nova.network.by_database import FlatDHCPManager, FlatManager, VlanManager

__all__ = ["FlatManager", "FlatDHCPManager", "VlanManager"]
