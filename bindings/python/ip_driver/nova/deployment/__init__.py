"""Bringing a deployment of nova-network along, and back: the program ip-driver-nova.

tables     Nova's rows, through Nova's own session or from a bare SQLite database
names      what an interface's id says about the row that it came from
pools      which blocks a pool of floating IPs becomes
spans      sets of addresses
wanted     what the rows say, in the driver's words
holdings   what the driver holds of it
compare    the differences of the two: verify
importing  writes to the driver what it has not
exporting  writes Nova's rows from what the driver holds
program    the command line
"""
