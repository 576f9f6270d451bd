"""The one open handle of the process, opened at first use: nova-compute too instantiates the managers, and uses none."""
import threading

import ip_driver
from ip_driver.nova import options

_lock = threading.Lock()
_driver = None


def get():
    """The driver of the configuration that the option ip_driver_config names."""
    global _driver
    if _driver is None:
        with _lock:
            if _driver is None:
                _driver = ip_driver.Driver(config=options.conf().ip_driver_config)
    return _driver


def close():
    """Closes the handle; the next use opens it again."""
    global _driver
    with _lock:
        if _driver is not None:
            _driver.close()
            _driver = None


def default_tenant():
    """The tenant of what belongs to no project."""
    return options.conf().ip_driver_tenant


def tentative(driver):
    """The argument that makes an allocation a hold, where the backend has holds: {"hold": seconds} or {}."""
    return {"hold": options.conf().ip_driver_hold} if driver.supports("hold") else {}
