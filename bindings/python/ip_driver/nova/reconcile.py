"""Reconciling the driver with Nova's rows, so that what a failure left half-way is put right; used by both ways.

The driver's addresses are listed first and Nova's rows second, so that nothing is lost that is allocated in between. An
address without a row is one whose row has been deleted and whose release failed, or one whose row is yet to be written,
or to be seen here (the backend may have no holds, Nova's database may be a cluster): it is released when it has had no
row in any run for the time of grace. A row without an address is one whose process died before it confirmed its hold:
the address is taken again, for that row.
"""
import logging
import time

from ip_driver import errors
from ip_driver.nova import addresses

LOG = logging.getLogger(__name__)

try:
    _now = time.monotonic
except AttributeError:
    # Python 2. Set back, the clock delays a release; set forward, it could only shorten the grace, never the two runs.
    _now = time.time


class Report(object):
    """What a run did: lists of addresses."""

    def __init__(self):
        self.confirmed = []
        self.claimed = []
        self.released = []
        self.refused = []


class Reconciler(object):
    """Reconciles networks. Remembers from run to run which addresses were without a row, and since when."""

    def __init__(self, driver, grace):
        self._driver = driver
        self._grace = grace
        # {block: {id of the allocation: when it was first seen without a row}}
        self._orphans = {}

    def run(self, block, living, user):
        """Reconciles a block.

        living: function(allocated) that reads Nova's rows and returns {address: True if it is in use and must be allocated,
            False if it merely must not be released}. allocated: {address: allocation} that the driver had before.
        user: function(address) that reads the row again and returns the arguments of addresses.take() that say who uses it;
            None if nobody does.
        """
        report = Report()
        allocated = addresses.allocated(self._driver, block)
        rows = living(allocated)
        for address in sorted(rows):
            allocation = allocated.pop(address, None)
            if allocation is None:
                if rows[address]:
                    self._claim(block, address, user, report)
            elif allocation.hold_until:
                self._confirm(block, allocation, report)
        self._release(block, allocated, report)
        return report

    def forget(self, block):
        """Of a block that is deleted."""
        self._orphans.pop(block.id, None)

    def _confirm(self, block, allocation, report):
        try:
            addresses.confirm(self._driver, block, allocation)
            report.confirmed.append(allocation.address)
        except errors.NotFound:
            # Lapsed or cancelled since it was listed. If its row stays, the next run claims the address.
            pass

    def _claim(self, block, address, user, report):
        """Takes an address for a row that has none."""
        found = addresses.find(self._driver, block, address)
        if found is not None and found.state == "allocated":
            # Since the list.
            return
        who = user(address)
        if who is None:
            return
        try:
            mine = addresses.take_back(self._driver, block, who, address, found is not None)
        except (errors.Duplicate, errors.Locked, errors.NotInBlock, errors.DeniedByPolicy, errors.NotAllowed,
                errors.NotFound) as error:
            report.refused.append(address)
            LOG.warning("ip_driver does not give %s, which Nova has in use: %s", address, error)
            return
        # Its row may have gone while nothing was allocated that its owner could have released.
        if user(address) is None:
            addresses.give_back(self._driver, block, mine)
            return
        addresses.confirm(self._driver, block, mine)
        report.claimed.append(address)
        LOG.warning("Nova has %s in use, which was free in ip_driver: it is allocated again", address)

    def _release(self, block, orphans, report):
        now = _now()
        before = self._orphans.get(block.id, {})
        after = {}
        for address in sorted(orphans):
            allocation = orphans[address]
            # A hold ends by itself. What has no interface was not allocated by Nova: an operator keeps it for something
            # else.
            if allocation.hold_until or allocation.interface is None:
                continue
            since = before.get(allocation.id, now)
            if now - since < self._grace:
                after[allocation.id] = since
                continue
            addresses.release(self._driver, block, allocation)
            report.released.append(address)
            LOG.warning("%s was allocated in ip_driver, but Nova has it not in use: it is released", address)
        self._orphans[block.id] = after
