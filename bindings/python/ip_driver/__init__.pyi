"""Types of the package: see __init__.py."""
from .driver import (
    Driver as Driver,
    Transaction as Transaction,
    backends as backends,
    set_log as set_log,
    version as version,
)
from .errors import (
    Config as Config,
    Conflict as Conflict,
    Denied as Denied,
    DeniedByPolicy as DeniedByPolicy,
    Duplicate as Duplicate,
    Error as Error,
    Exhausted as Exhausted,
    Internal as Internal,
    Invalid as Invalid,
    Locked as Locked,
    NotAllowed as NotAllowed,
    NotFound as NotFound,
    NotInBlock as NotInBlock,
    NotSupported as NotSupported,
    Protocol as Protocol,
    Storage as Storage,
    Unavailable as Unavailable,
)

__version__: str
