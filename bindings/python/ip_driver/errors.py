"""What a call raises: one class for each status of the C ABI (ip_driver/base.h), all derived from Error."""


class Error(Exception):
    """A call that failed.

    status: the name of the status, as ip_driver_status_name() gives it ("not_found").
    message: one line that names the offending value.
    retryable: True if the same call may succeed later without anything being changed.
    """

    status = "unknown"

    def __init__(self, message, retryable=False):
        Exception.__init__(self, message)
        self.message = message
        self.retryable = retryable

    def __reduce__(self):
        return self.__class__, (self.message, self.retryable)


class Invalid(Error):
    """A value is malformed, missing or contradicts another."""

    status = "invalid"


class NotFound(Error):
    """No such resource, or it is another tenant's."""

    status = "not_found"


class Duplicate(Error):
    """It exists already: the address is allocated, the id or MAC is taken."""

    status = "duplicate"


class Conflict(Error):
    """Lost a race with another writer; trying again can help."""

    status = "conflict"


class Exhausted(Error):
    """No address, MAC or prefix is left to give."""

    status = "exhausted"


class Locked(Error):
    """The address rests in quarantine."""

    status = "locked"


class NotInBlock(Error):
    """The address does not lie in the block, or the block not in its parent."""

    status = "not_in_block"


class DeniedByPolicy(Error):
    """The block's policy excludes the address."""

    status = "denied_by_policy"


class NotAllowed(Error):
    """The state of the resource forbids it."""

    status = "not_allowed"


class Denied(Error):
    """The backend refuses the caller's credentials."""

    status = "denied"


class Unavailable(Error):
    """No answer, or the backend is busy or failing; trying again can help."""

    status = "unavailable"


class Protocol(Error):
    """The backend answered something that makes no sense."""

    status = "protocol"


class NotSupported(Error):
    """This handle cannot do that; Driver.supports() says so beforehand."""

    status = "not_supported"


class Config(Error):
    """The configuration, the driver module or the library is missing or wrong."""

    status = "config"


class Storage(Error):
    """The database is unreadable, read-only, full, corrupt, foreign or of a newer version."""

    status = "storage"


class Internal(Error):
    """A defect of the library or the driver."""

    status = "internal"


# By the number of the status; 0 is success.
BY_STATUS = (None, Invalid, NotFound, Duplicate, Conflict, Exhausted, Locked, NotInBlock, DeniedByPolicy, NotAllowed, Denied,
             Unavailable, Protocol, NotSupported, Config, Storage, Internal)


def of_status(status, message, retryable):
    """The exception for a status; for a number that this version does not know, as the ABI says, Internal."""
    known = 0 < status < len(BY_STATUS)
    return (BY_STATUS[status] if known else Internal)(message, retryable)
