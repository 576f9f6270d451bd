"""The command line: ip-driver-nova import | verify | export.

Exit status: 0: done, or in agreement; 1: there are differences or conflicts, each a line on the standard output; 2: it could not be
done at all; 130: it was interrupted.
"""
import optparse
import os
import sqlite3
import sys

import ip_driver
from ip_driver.nova.deployment import compare, exporting, importing, progress, tables, wanted

USAGE = """ip-driver-nova import [options]     bring Nova's networks, fixed and floating IPs into ip_driver
       ip-driver-nova verify [options]     say where Nova's rows and ip_driver differ
       ip-driver-nova export [options]     fill Nova's fixed_ips and floating_ips from ip_driver"""

# How many problems a dry run names.
SHOWN = 10


class Refused(Exception):
    """It cannot be done; the message says why."""


def _say(text=""):
    """Prints a line, whatever the terminal can show."""
    if sys.version_info[0] >= 3:
        encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
        text = text.encode(encoding, "backslashreplace").decode(encoding)
    sys.stdout.write(text + "\n")


def _parser(command):
    parser = optparse.OptionParser(prog="ip-driver-nova", usage=USAGE, version="ip-driver-nova " + ip_driver.__version__)
    parser.add_option("--config", "--driver-config", metavar="FILE",
                      help="configuration of ip_driver; not given: Nova's option ip_driver_config, then what the library finds")
    parser.add_option("--database", metavar="FILE", help="a SQLite database with Nova's tables; Nova need not be installed")
    parser.add_option("--nova-conf", metavar="FILE", default="/etc/nova/nova.conf",
                      help="configuration of the Nova that is installed (default: %default)")
    parser.add_option("--tenant", metavar="TENANT",
                      help="owner of what belongs to no project; not given: Nova's option ip_driver_tenant, then \"default\"")
    if command in (None, "import", "export"):
        parser.add_option("--dry-run", action="store_true", help="import, export: say what would be done, change nothing")
    if command in (None, "verify"):
        parser.add_option("--live", action="store_true", help="verify: Nova runs on ip_driver by now; leave out what its network "
                          "managers do not tell it: leases, and who uses reserved addresses")
    if command in (None, "import"):
        parser.add_option("--verify", action="store_true", help="import: verify when done")
        parser.add_option("--lease-time", metavar="SECONDS", type="int", default=importing.LEASE,
                          help="import: how long a lease lasts that Nova has (default: %default)")
    return parser


def _configure_nova(path):
    """Has the Nova that is installed read its configuration."""
    arguments = ["ip-driver-nova"]
    files = [path] if os.path.exists(path) else []
    try:
        from nova import config
    except ImportError:
        from nova import flags
        if hasattr(flags, "parse_args"):
            flags.parse_args(arguments, default_config_files=files)
        else:
            flags.FLAGS(arguments + ["--flagfile=" + name for name in files])
        return
    config.parse_args(arguments, default_config_files=files)


def _open(options):
    """(tables, driver, default tenant)."""
    config, tenant = options.config, options.tenant
    if options.database is not None:
        source = tables.Dump(options.database)
    else:
        try:
            import nova.db  # noqa: F401
        except ImportError as error:
            raise Refused("Nova is not installed (%s): name a SQLite database with --database" % error)
        from ip_driver.nova import options as nova_options
        conf = nova_options.conf()
        _configure_nova(options.nova_conf)
        source = tables.Nova()
        config = config or conf.ip_driver_config
        tenant = tenant or conf.ip_driver_tenant
    return source, ip_driver.Driver(config=config), tenant or "default"


def _counts(pairs):
    return ", ".join("%d %s" % pair for pair in pairs)


def _import(source, driver, tenant, options):
    line = progress.on_terminal()
    with source.transaction():
        rows = source.read()
    found = wanted.Wanted(rows, tenant)
    _say("Nova has " + _counts(found.counts()))
    job = importing.Import(driver, found, rows, line, dry_run=options.dry_run, lease=options.lease_time)
    number = job.run()
    shown = job.conflicts[:SHOWN] if options.dry_run else job.conflicts
    for text in shown:
        _say(text)
    if len(shown) < len(job.conflicts):
        _say("and %d more problems" % (len(job.conflicts) - len(shown)))
    for text in found.notes:
        _say("note: " + text)
    did = "would be made" if options.dry_run else "were made"
    _say("%s %s" % (_counts(sorted((count, what) for what, count in job.done.items())), did) if number else "nothing to do")
    if job.conflicts or not options.verify or options.dry_run:
        return 1 if job.conflicts else 0
    return _verify(source, driver, tenant, None)


def _verify(source, driver, tenant, options):
    line = progress.on_terminal()
    with source.transaction():
        rows = source.read()
    found = wanted.Wanted(rows, tenant)
    lines = list(found.problems)
    for comparison in compare.compare(driver, found, rows, line, live=options is not None and options.live):
        lines.extend(comparison.lines())
    line.clear()
    for text in lines:
        _say(text)
    if lines:
        _say("%d differences" % len(lines))
        return 1
    _say("Nova and ip_driver agree: " + _counts(found.counts()))
    return 0


def _export(source, driver, tenant, options):
    job = exporting.Export(source, driver, tenant, progress.on_terminal(), dry_run=options.dry_run)
    job.run()
    for text in job.conflicts:
        _say(text)
    if job.conflicts:
        _say("%d conflicts; nothing was written" % len(job.conflicts))
        return 1
    did = "would be written" if options.dry_run else "were written"
    _say("%s %s" % (_counts(job.done), did) if job.done else "nothing to do")
    return 0


COMMANDS = {"import": _import, "verify": _verify, "export": _export}


def main(arguments=None):
    """Runs the program; gives its exit status."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    command = arguments.pop(0) if arguments and arguments[0] in COMMANDS else None
    parser = _parser(command)
    options, rest = parser.parse_args(arguments)
    if command is None or rest:
        parser.error("what shall be done: import, verify or export?" if command is None else "what is %s?" % rest[0])
    try:
        source, driver, tenant = _open(options)
        try:
            return COMMANDS[command](source, driver, tenant, options)
        finally:
            driver.close()
            source.close()
    except (Refused, ip_driver.Error, tables.Error, sqlite3.Error) as error:
        sys.stderr.write("ip-driver-nova: %s\n" % error)
        return 2
    except KeyboardInterrupt:
        # An import goes on from there when it is run again; of an export nothing was written.
        sys.stderr.write("ip-driver-nova: interrupted\n")
        return 130
