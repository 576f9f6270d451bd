#!/bin/sh
# Each public header compiles alone, by every compiler that is here, in every language that it is written for; and
# every ..._INIT macro is usable.
#
#   headers.sh INCLUDE_DIR
set -eu
abi=$(cd "$(dirname "$0")" && pwd)
include=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0 count=0

# try COMPILER LANGUAGE STANDARD FILE [OPTION...]
try ()
{
	compiler=$1 language=$2 standard=$3 file=$4
	shift 4
	count=$((count + 1))
	"$compiler" -x "$language" -std="$standard" -Wall -Wextra -Wpedantic -Werror "$@" -I "$include" -fsyntax-only "$file" || {
		echo "FAILED: $compiler -std=$standard $file" >&2
		failed=$((failed + 1))
	}
}

python3 "$abi/public.py" initialisers "$include/ip_driver" >"$work/initialisers.c"
compilers=0
for compiler in gcc clang; do
	command -v "$compiler" >/dev/null || continue
	compilers=$((compilers + 1))
	case $compiler in gcc) plus=g++ ;; *) plus=clang++ ;; esac
	for header in "$include"/ip_driver/*.h; do
		echo "#include <ip_driver/$(basename "$header")>" >"$work/alone.c"
		for standard in c99 c11 c17; do
			try "$compiler" c $standard "$work/alone.c"
		done
		for standard in c++11 c++17; do
			try $plus c++ $standard "$work/alone.c"
		done
	done
	for standard in c99 c11 c17; do
		try "$compiler" c $standard "$work/initialisers.c"
	done
	for standard in c++11 c++17; do
		# C++ before 20 has no designated initialisers, and warns of fields that are left out.
		try $plus c++ $standard "$work/initialisers.c" -Wno-missing-field-initializers
	done
done
[ $compilers -gt 0 ] || { echo "neither gcc nor clang is here" >&2; exit 1; }

# The test itself can fail.
printf '#include <ip_driver/base.h>\nbool not_in_c99;\n' >"$work/alone.c"
if gcc -std=c99 -I "$include" -fsyntax-only "$work/alone.c" 2>/dev/null; then
	echo "a header that needs another one was not noticed" >&2
	failed=$((failed + 1))
fi
echo "$count compilations, $failed failed"
[ $failed -eq 0 ]
