# Sourced by the scripts of this folder: making ABI files, and judging two of them. Needs $abi, the folder of this file.

# Stable from machine to machine: no paths, nothing private.
# abi_of FILE OUT
abi_of ()
{
	abidw --exported-interfaces-only --no-corpus-path --no-comp-dir-path --no-show-locs --type-id-style hash \
		--suppressions "$abi/private.suppr" --out-file "$2" "$1"
}

# What drivers and callers see in memory: every struct of the headers, reached from a function each.
# abi_of_headers INCLUDE_DIR FOLDER OUT: both absolute; FOLDER takes what is made on the way.
abi_of_headers ()
{
	python3 "$abi/public.py" surface "$1/ip_driver" >"$2/surface.c" &&
		(cd "$2" && ${CC:-gcc} -std=c11 -g -O0 -shared -fPIC -I "$1" -o surface.so surface.c) &&
		abi_of "$2/surface.so" "$3"
}

# constants_of INCLUDE_DIR FOLDER OUT
constants_of ()
{
	python3 "$abi/public.py" constants "$1/ip_driver" >"$2/constants.c" &&
		${CC:-gcc} -std=c11 -I "$1" -o "$2/constants" "$2/constants.c" && "$2/constants" >"$3"
}

# Whether what was compiled against OLD.abi works with NEW.abi; says what does not, with the exit status of abidiff.
# FOLDER takes what is made.
# compatible OLD.abi NEW.abi FOLDER
compatible ()
{
	python3 "$abi/cut_growth.py" "$1" "$2" >"$3/cut.abi" && abidiff --no-added-syms --no-default-suppression "$1" "$3/cut.abi"
}

# The same for constants: each old one is there, with its value.
# constants_compatible OLD NEW
constants_compatible ()
{
	lost=$(LC_ALL=C sort "$2" | LC_ALL=C comm -23 "$1" -)
	[ -z "$lost" ] || { printf 'removed or changed:\n%s\n' "$lost"; return 4; }
}
