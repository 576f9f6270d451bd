#!/bin/sh
# The naming rule: a member of a table of backend.h, the public function, the name in the linker map, the
# exported symbol and the capability follow from one another; and nothing else is exported.
#
# naming.sh INCLUDE_FOLDER MAP LIBRARY CAPABILITIES
# CAPABILITIES: a program that prints what a driver with all members can do.
set -eu

include=$1
map=$2
library=$3
capabilities=$4
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export LC_ALL=C

# The code of headers, without comments, each declaration on one line.
code ()
{
	cat "$@" | awk '
		comment && !/\*\// { next }
		comment { sub (/^.*\*\//, ""); comment = 0 }
		{
			while ((begin = index ($0, "/*")) > 0) {
				rest = substr ($0, begin + 2)
				$0 = substr ($0, 1, begin - 1)
				end = index (rest, "*/")
				if (end == 0) {
					comment = 1
					break
				}
				$0 = $0 substr (rest, end + 2)
			}
		}
		/^#/ { next }
		{ printf "%s%s", $0, /[;{}]/ ? "\n" : " " }'
}

# The functions that headers declare.
functions ()
{
	code "$@" | sed -n 's/.*IP_DRIVER_API [^(]*[ *]\(ip_driver_[a-z0-9_]*\) (.*/\1/p' | sort
}

# group.member for each member of the tables; "delete_" is spelt so for C++.
members ()
{
	code "$include/backend.h" | awk '
		/typedef struct ip_driver_[a-z_]*_ops \{/ { count = 0; inside = 1; next }
		inside && /\(\*[a-z_]+\) \(/ {
			match ($0, /\(\*[a-z_]+\) \(/)
			member[count++] = substr ($0, RSTART + 2, RLENGTH - 5)
		}
		inside && /\} ip_driver_[a-z_]*_ops;/ {
			match ($0, /ip_driver_[a-z_]*_ops/)
			group = substr ($0, RSTART + 10, RLENGTH - 14)
			for (i = 0; i < count; i++) print group "." member[i]
			inside = 0
		}'
}

# Names of one node of the map.
node ()
{
	awk -v node="$1" '
		$1 == node { inside = 1; next }
		inside && /^\}/ { exit }
		inside && /^\t[a-z_0-9]+;$/ { gsub (/[\t;]/, ""); print }' "$map" | sort
}

same ()
{
	if ! diff -u "$2" "$3" >"$scratch/diff"; then
		echo "not the same: $1" >&2
		cat "$scratch/diff" >&2
		exit 1
	fi
	echo "ok: $1 ($(wc -l <"$2"))"
}

client=$(find "$include" -name '*.h' ! -name backend.h)
objects=$(find "$include" -name '*.h' ! -name backend.h ! -name base.h ! -name driver.h ! -name ip_driver.h)

members | sort >"$scratch/members"
# An expression that no longer fits the headers must not pass as an empty list.
test "$(wc -l <"$scratch/members")" -ge 70
sed -e 's/_$//' -e 's/^\(.*\)\.\(.*\)$/ip_driver_\1_\2/' "$scratch/members" | sort >"$scratch/expected"
functions $objects | grep -v '_free$' >"$scratch/declared"
same 'vtable members and functions of the object headers' "$scratch/expected" "$scratch/declared"

functions $client >"$scratch/client"
node IP_DRIVER_1.0 >"$scratch/client_map"
same 'functions of the client headers and IP_DRIVER_1.0' "$scratch/client" "$scratch/client_map"

functions "$include/backend.h" | grep -v '^ip_driver_backend_entry$' >"$scratch/backend"
node IP_DRIVER_BACKEND_1.0 >"$scratch/backend_map"
same 'functions of backend.h and IP_DRIVER_BACKEND_1.0' "$scratch/backend" "$scratch/backend_map"

{
	sed 's/$/@@IP_DRIVER_1.0/' "$scratch/client"
	sed 's/$/@@IP_DRIVER_BACKEND_1.0/' "$scratch/backend"
} | sort >"$scratch/symbols"
nm -D --defined-only "$library" | awk '$2 != "A" { print $3 }' | sort >"$scratch/exported"
same 'declared functions and exported symbols' "$scratch/symbols" "$scratch/exported"

{
	sed 's/_$//' "$scratch/members"
	printf '%s\n' all_tenants chosen_ids hold many request_key
} | sort >"$scratch/capabilities"
"$capabilities" >"$scratch/offered"
same 'vtable members and capabilities' "$scratch/capabilities" "$scratch/offered"
