#!/usr/bin/env python3
"""Reads the public headers, for the tests of this folder. A small parser of exactly the style that these headers
are written in, not of C.

  public.py functions HEADERS     names of the declared functions
  public.py structs HEADERS       names of the structs that are laid out
  public.py initialisers HEADERS  a C file that uses every ..._INIT macro
  public.py constants HEADERS     a C program that prints every constant with its value
  public.py surface HEADERS       a C file whose functions take every struct: what abidw is to see
"""

import pathlib
import re
import sys


def read (folder):
	text = "".join (path.read_text () for path in sorted (pathlib.Path (folder).glob ("*.h")))
	return re.sub (r"/\*.*?\*/", " ", text, flags=re.DOTALL)


def functions (text):
	marked = set (re.findall (r"IP_DRIVER_API\s[^;(]*?\b(ip_driver_\w+) \(", text))
	# At the beginning of a line stands a declaration; members of structs are indented.
	declared = set (re.findall (r"^[a-zA-Z][^;(]*?\b(ip_driver_\w+) \(", text, flags=re.MULTILINE))
	if marked != declared:
		sys.exit ("without IP_DRIVER_API: " + " ".join (sorted (declared ^ marked)))
	return sorted (declared)


def structs (text):
	return sorted (re.findall (r"^typedef struct (ip_driver_\w+) \{", text, flags=re.MULTILINE))


def initialisers (text):
	yield "#include <ip_driver/backend.h>"
	for macro, struct in re.findall (r"#define (\w+_INIT) IP_DRIVER_INIT_OF \((\w+)\)", text):
		yield f"size_t use_{struct} (void);"
		yield f"size_t use_{struct} (void) {{ {struct} value = {macro}; return value.size; }}"


def constants (text):
	yield "#include <inttypes.h>\n#include <ip_driver/backend.h>\n#include <stdio.h>\nint main (void) {"
	names = re.findall (r"^\t(IP_DRIVER_\w+) = ", text, flags=re.MULTILINE)
	names += re.findall (r"^#define (IP_DRIVER_\w+) [0-9]", text, flags=re.MULTILINE)
	for name in sorted (names):
		# The library's version is no constant of the ABI.
		if not name.startswith ("IP_DRIVER_VERSION_"):
			yield f'printf ("{name} %" PRId64 "\\n", (int64_t) {name});'
	yield "return 0; }"


def surface (text):
	yield "#include <ip_driver/backend.h>"
	for struct in structs (text):
		yield f"void surface_{struct} (const {struct} *value);"
		yield f"void surface_{struct} (const {struct} *value) {{ (void) value; }}"
	yield "void surface_entry (ip_driver_backend_entry_function value);"
	yield "void surface_entry (ip_driver_backend_entry_function value) { (void) value; }"
	yield "void surface_log (ip_driver_log_function value);"
	yield "void surface_log (ip_driver_log_function value) { (void) value; }"


modes = {f.__name__: f for f in (functions, structs, initialisers, constants, surface)}
if len (sys.argv) != 3 or sys.argv[1] not in modes:
	sys.exit (__doc__)
print ("\n".join (modes[sys.argv[1]] (read (sys.argv[2]))))
