#!/bin/sh
# Installs into a folder of its own and uses what is there as a stranger would: pkg-config, the CLI, a program, the embedding
# examples and the example driver, each built outside of the source tree. Nothing is found through the environment but
# the libraries' folder.
#
#   install.sh MESON SOURCE_DIR BUILD_DIR     BUILD_DIR is kept from run to run
set -eu
meson=$1 source=$2 build=$3
CC=${CC:-gcc}
export CC
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$build/prefix
unset IP_DRIVER_CONFIG IP_DRIVER_MODULE_PATH DESTDIR

step () { echo "-- $*"; }
die () { echo "FAILED: $*" >&2; exit 1; }
there () { [ -s "$prefix/$1" ] || die "$1 is not installed"; }
# says TEXT COMMAND...: its output has the text.
says ()
{
	text=$1
	shift
	"$@" >"$work/said" 2>&1 || { cat "$work/said"; die "$* (status $?)"; }
	grep -qF -- "$text" "$work/said" || { cat "$work/said"; die "$* does not say \"$text\""; }
}

step "install"
if [ ! -f "$build/tree/build.ninja" ]; then
	rm -rf "$build/tree"
	"$meson" setup --prefix "$prefix" --buildtype debug -Dtests=false -Dexamples=false "$build/tree" "$source" \
		>"$work/log" 2>&1 || { cat "$work/log"; die "meson setup"; }
fi
rm -rf "$prefix"
"$meson" install -C "$build/tree" >"$work/log" 2>&1 || { tail -n 50 "$work/log"; die "meson install"; }

step "the tests do not need the examples"
"$meson" setup -Dexamples=false "$work/no-examples" "$source" >"$work/log" 2>&1 ||
	{ tail -n 50 "$work/log"; die "meson setup -Dexamples=false"; }

step "what is where"
for header in "$source"/include/ip_driver/*.h; do
	there "include/ip_driver/$(basename "$header")"
done
[ "$(find "$prefix/include" -name '*.h' | wc -l)" -eq "$(find "$source/include" -name '*.h' | wc -l)" ] ||
	die "a header is installed that is not public"
there bin/ip-driver
there bin/melange-server
for page in man1/ip-driver.1 man7/ip-driver-migration.7 man8/melange-server.8; do
	there "share/man/$page"
done
for unit in melange-server.service melange-server.socket; do
	there "lib/systemd/system/$unit"
done
there share/bash-completion/completions/ip-driver
library=$(find "$prefix" -name libip_driver.so.1 -printf '%h\n')
[ -n "$library" ] || die "the library is not installed"
[ -e "$library/libip_driver.so" ] || die "libip_driver.so is not installed"
[ -s "$library/ip_driver/native.so" ] || die "the native driver is not installed"
[ -s "$library/pkgconfig/ip_driver.pc" ] || die "the pkg-config file is not installed"

PKG_CONFIG_PATH=$library/pkgconfig
LD_LIBRARY_PATH=$library
PATH=$prefix/bin:$PATH
export PKG_CONFIG_PATH LD_LIBRARY_PATH PATH
[ "$(pkg-config --variable=moduledir ip_driver)" = "$library/ip_driver" ] || die "moduledir of the pkg-config file is wrong"

step "the command"
cat >"$work/ip_driver.conf" <<END
[ip_driver]
backend = native
module_path = $work/memory_driver

[native]
connection = sqlite:///$work/ipam.db
END
IP_DRIVER_CONFIG=$work/ip_driver.conf
export IP_DRIVER_CONFIG
cd "$work"
says "$(pkg-config --modversion ip_driver)" ip-driver --version
says native ip-driver backends
says 10.9.0.0/24 ip-driver block create --tenant t --type private 10.9.0.0/24
says 10.9.0.0/24 ip-driver block list

step "a program"
cat >program.c <<'END'
#include <ip_driver/ip_driver.h>
#include <stdio.h>
int main (void)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_block_list_args args = IP_DRIVER_BLOCK_LIST_ARGS_INIT;
	ip_driver_blocks *blocks;
	ip_driver *driver;
	if (ip_driver_open (NULL, &driver, &error) || ip_driver_block_list (driver, &args, &blocks, &error)) {
		puts (error.message);
		return 1;
	}
	printf ("%s: %s\n", ip_driver_version (), blocks->items[0]->cidr);
	ip_driver_blocks_free (blocks);
	ip_driver_close (driver);
	return 0;
}
END
# Unquoted: these are lists of options.
# shellcheck disable=SC2046
"$CC" -std=c99 -Wall -Wextra -Werror $(pkg-config --cflags ip_driver) -o program program.c $(pkg-config --libs ip_driver)
says "$(pkg-config --modversion ip_driver): 10.9.0.0/24" ./program

step "the example driver, built outside"
cp -R "$source/examples/memory_driver" "$source/examples/embed" "$work/"
make -s -C memory_driver CFLAGS="-O1 -g -Wall -Wextra -Wpedantic -Werror"
says memory ip-driver backends

step "the embedding examples"
make -s -C embed CFLAGS="-O1 -g -Wall -Wextra -Wpedantic -Werror"
for backend in native memory; do
	# The one line that switches.
	sed -i "s/^backend = .*/backend = $backend/" ip_driver.conf
	says "10.30.0.2 netmask 255.255.252.0 gateway 10.30.0.1" embed/dual_stack ip_driver.conf tap-1 02:00:00:00:00:01
	says "2001:db8:30::ff:fe00:1 netmask 64" embed/dual_stack ip_driver.conf tap-1 02:00:00:00:00:01
	rm -f service.db
	says "confirmed 10.20.0.2" embed/allocate_with_hold ip_driver.conf service.db port-1
	says "cancelled 10.20.0." embed/allocate_with_hold ip_driver.conf service.db port-2 fail
	says "$backend" ip-driver info
done
# Memory forgets when the process ends, the database does not.
embed/list ip_driver.conf 1 >said
[ ! -s said ] || die "the memory driver remembers"
sed -i "s/^backend = .*/backend = native/" ip_driver.conf
says "10.20.0.2 allocated port-1" embed/list ip_driver.conf 1
! grep -q port-2 said || die "the hold that was cancelled is still there"

step "the public headers are all that cffi needs"
says 10.40.0.1 /usr/bin/python3 embed/cffi_allocate.py ip_driver.conf 10.40.0.0/24

step "an installation that lacks its driver says so"
mv "$library/ip_driver/native.so" "$library/ip_driver/other"
if ./program >said; then
	die "there is no native driver, but something was opened"
fi
grep -q native said || { cat said; die "the message does not name the driver"; }
mv "$library/ip_driver/other" "$library/ip_driver/native.so"
echo "ok"
