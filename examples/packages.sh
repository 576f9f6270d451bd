# Sourced by examples/quickstart and tests/run: installs Debian packages that are missing, and only those.

# need_packages LOG PACKAGE...: installs what is missing; what apt says goes to LOG. Fails with a message.
need_packages ()
{
	log=$1 missing=
	shift
	for package; do
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing="$missing $package"
	done
	[ -n "$missing" ] || return 0
	echo "Installing:$missing"
	as_root=
	if [ "$(id -u)" -ne 0 ]; then
		if ! command -v sudo >/dev/null; then
			echo "Packages are missing, and this is neither root nor is there sudo. As root, run:" >&2
			echo "  apt-get install$missing" >&2
			return 1
		fi
		as_root=sudo
	fi
	# The lists of packages may be absent or old: only then are they fetched.
	# shellcheck disable=SC2086
	install_packages >"$log" 2>&1 ||
		{ $as_root apt-get update </dev/null >>"$log" 2>&1 && install_packages >>"$log" 2>&1; } ||
		{
			tail -n 20 "$log" >&2
			echo "The packages cannot be installed:$missing (log: $log)" >&2
			return 1
		}
}

install_packages ()
{
	# shellcheck disable=SC2086
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends $missing </dev/null
}

# Whom to ask for a compiler and the libraries. What a build needs, and what the tests need beside it.
# shellcheck disable=SC2034
build_packages="gcc libc6-dev meson ninja-build pkg-config libglib2.0-dev libsqlite3-dev libjansson-dev libcurl4-openssl-dev
	libmicrohttpd-dev libsystemd-dev"
# shellcheck disable=SC2034
test_packages="$build_packages clang libclang-rt-14-dev g++ make python3 libcmocka-dev abigail-tools
	libssl-dev openssl python3-cffi python3-eventlet python3-gevent python3-pip python3-setuptools python3-wheel"
