#!/bin/sh
# What the library exports is what its map lists and what the headers declare; a driver exports its entry alone.
#
#   symbols.sh LIBRARY MAP INCLUDE_DIR MODULE...
set -eu
abi=$(cd "$(dirname "$0")" && pwd)
library=$1 map=$2 include=$3
shift 3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
LC_ALL=C
export LC_ALL
failed=0

# Names, and versions, that an ELF file exports; the names of the versions themselves (type A) are none.
exported ()
{
	nm -D --defined-only "$1" | awk '$(NF - 1) != "A" { print $NF }' | sort
}

# same WHAT FILE FILE
same ()
{
	diff -u "$2" "$3" || {
		echo "FAILED: $1" >&2
		failed=$((failed + 1))
	}
}

python3 "$abi/public.py" functions "$include/ip_driver" | grep -vx ip_driver_backend_entry >"$work/declared"
sed 's|/\*.*\*/||' "$map" | grep -o 'ip_driver_[a-z0-9_]*;' | tr -d ';' | sort >"$work/mapped"
exported "$library" >"$work/versioned"
sed 's/@.*//' "$work/versioned" >"$work/exported"

[ "$(wc -l <"$work/declared")" -gt 100 ] || { echo "FAILED: the headers were not understood" >&2; failed=1; }
same "declared in the headers (-), in the map (+)" "$work/declared" "$work/mapped"
same "in the map (-), exported (+)" "$work/mapped" "$work/exported"
if grep -vE '@@IP_DRIVER_(BACKEND_)?1\.[0-9]+$' "$work/versioned"; then
	echo "FAILED: exported without a version" >&2
	failed=$((failed + 1))
fi

echo ip_driver_backend_entry >"$work/entry"
for module; do
	exported "$module" >"$work/module"
	same "what $module exports (+)" "$work/entry" "$work/module"
done
echo "$(wc -l <"$work/exported") symbols, $# modules"
[ $failed -eq 0 ]
