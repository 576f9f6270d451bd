#!/usr/bin/env python3
"""Takes out of a new ABI what the rules allow to be added: members at the end of a struct that begins with its `size`.
What then differs from the old ABI, new functions and types apart, is an incompatible change.

  cut_growth.py OLD.abi NEW.abi > CUT.abi

(abidiff's own suppression `has_data_member_inserted_at = end` would also hide members whose type has changed.)
"""

import sys
import xml.etree.ElementTree as tree


def members (struct):
	return struct.findall ("data-member")


def layouts (root):
	return {
		struct.get ("name"): struct
		for struct in root.iter ("class-decl")
		if struct.get ("is-struct") == "yes" and struct.get ("size-in-bits") and members (struct)
	}


old = layouts (tree.parse (sys.argv[1]).getroot ())
new = tree.parse (sys.argv[2])
for name, struct in layouts (new.getroot ()).items ():
	before = old.get (name)
	if before is None or members (before)[0].find ("var-decl").get ("name") != "size":
		continue
	end = int (before.get ("size-in-bits"))
	grown = [m for m in members (struct) if int (m.get ("layout-offset-in-bits")) >= end]
	if grown:
		for member in grown:
			struct.remove (member)
		struct.set ("size-in-bits", str (end))
new.write (sys.stdout.buffer)
