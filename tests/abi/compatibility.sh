#!/bin/sh
# What was compiled against the recorded ABI works with this one. Also shows that the comparison notices what it is there
# for, and accepts what the rules allow.
#
#   compatibility.sh LIBRARY INCLUDE_DIR REMOVED_LIBRARY GROWN_LIBRARY
#
# REMOVED_LIBRARY is the library without one function, GROWN_LIBRARY with one more.
set -eu
abi=$(cd "$(dirname "$0")" && pwd)
library=$1 include=$2 removed=$3 grown=$4
. "$abi/abi.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# expect yes|no WHAT COMMAND...: no is abidiff's verdict (4, 8 or both), not a failure to get to it (1, 2).
expect ()
{
	wanted=$1 what=$2 status=0
	shift 2
	"$@" >"$work/report" 2>&1 || status=$?
	case $status in
	0) got=yes ;;
	4 | 8 | 12) got=no ;;
	*) got=error ;;
	esac
	if [ $got = "$wanted" ]; then
		echo "ok: $what"
	else
		cat "$work/report"
		echo "FAILED: $what" >&2
		failed=$((failed + 1))
	fi
}

# A library against the record.
library_is_compatible ()
{
	abi_of "$1" "$work/new.abi" && compatible "$abi/libip_driver.abi" "$work/new.abi" "$work"
}

# Headers against the record.
headers_are_compatible ()
{
	abi_of_headers "$1" "$work" "$work/new.abi" && compatible "$abi/headers.abi" "$work/new.abi" "$work"
}

constants_are_compatible ()
{
	constants_of "$1" "$work" "$work/new.txt" && constants_compatible "$abi/constants.txt" "$work/new.txt"
}

expect yes "the library is compatible with the record" library_is_compatible "$library"
expect yes "the headers are compatible with the record" headers_are_compatible "$include"
expect yes "the constants are those of the record" constants_are_compatible "$include"

# Copies of the headers, changed. change HEADER SED_SCRIPT
change ()
{
	rm -rf "$work/include"
	cp -R "$include" "$work/include"
	sed -i "$2" "$work/include/ip_driver/$1"
	! cmp -s "$include/ip_driver/$1" "$work/include/ip_driver/$1" || { echo "FAILED: $2 changes nothing" >&2; exit 1; }
}

expect no "a removed function is noticed" library_is_compatible "$removed"

change block.h '/^typedef struct ip_driver_block {/,/^}/ s/^\tconst char \*tenant;/\tconst char *owner;\n&/'
expect no "a member in the middle of a result is noticed" headers_are_compatible "$work/include"

change address.h '/^typedef struct ip_driver_address_allocate_args {/,/^}/ s/^\tuint32_t hold;/\tuint64_t hold;/'
expect no "a member of another type is noticed" headers_are_compatible "$work/include"

change backend.h '/^typedef struct ip_driver_address_ops {/,/^}/ s/^\tip_driver_status (\*get)/\tvoid (*early) (void);\n&/'
expect no "a member in the middle of a vtable is noticed" headers_are_compatible "$work/include"

change backend.h 's/(\*purge) (ip_driver_instance \*instance, const ip_driver_address_purge_args \*args/(*purge) (ip_driver_instance *instance, uint32_t args/'
expect no "another argument of a driver's operation is noticed" headers_are_compatible "$work/include"

change route.h '/^typedef struct ip_driver_route_list_args {/,/^}/ s/^\tuint32_t reserved;//'
expect no "a removed member is noticed" headers_are_compatible "$work/include"

change address.h 's/^} ip_driver_address_ref;/\tconst char *late;\n&/'
expect no "growth of a struct that has no size is noticed" headers_are_compatible "$work/include"

change base.h 's/IP_DRIVER_LOCKED = 6/IP_DRIVER_LOCKED = 26/'
expect no "a changed constant is noticed" constants_are_compatible "$work/include"

expect yes "a new function is accepted" library_is_compatible "$grown"

change block.h 's/^} ip_driver_block;/\tconst char *late;\n&/'
expect yes "growth of a result is accepted" headers_are_compatible "$work/include"

change address.h 's/^} ip_driver_address_allocate_args;/\tuint64_t late;\n&/'
expect yes "growth of an argument is accepted" headers_are_compatible "$work/include"

change backend.h 's/^} ip_driver_address_ops;/\tvoid (*late) (void);\n&/; s/^} ip_driver_backend;/\tconst ip_driver_store_ops *late;\n&/'
expect yes "growth of the vtable is accepted" headers_are_compatible "$work/include"

change base.h 's/^\tIP_DRIVER_INTERNAL = 16/&,\n\tIP_DRIVER_LATE = 17/'
expect yes "a new constant is accepted" constants_are_compatible "$work/include"

[ $failed -eq 0 ]
