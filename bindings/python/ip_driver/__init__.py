"""ip_driver: IP address management, with the backend behind it chosen by one line of a configuration file.

    import ip_driver

    with ip_driver.Driver() as driver:
        block = driver.block.create(tenant="acme", cidr="10.0.0.0/24", type="private")
        address = driver.address.allocate(tenant="acme", block=block.id, interface="vif-7")[0]
        print(address.address)

A Python form of the C library's ABI, without a compiled part: the groups and operations, and the names of arguments and
results, are those of the headers in include/ip_driver/. Calls raise what is in ip_driver.errors and return what is in
ip_driver.results.
"""
from ip_driver.driver import Driver, Transaction, backends, set_log, version
from ip_driver.errors import (Config, Conflict, Denied, DeniedByPolicy, Duplicate, Error, Exhausted, Internal, Invalid, Locked,
                              NotAllowed, NotFound, NotInBlock, NotSupported, Protocol, Storage, Unavailable)

__version__ = "1.0.0"

__all__ = ["Config", "Conflict", "Denied", "DeniedByPolicy", "Driver", "Duplicate", "Error", "Exhausted", "Internal", "Invalid",
           "Locked", "NotAllowed", "NotFound", "NotInBlock", "NotSupported", "Protocol", "Storage", "Transaction", "Unavailable",
           "backends", "set_log", "version"]
