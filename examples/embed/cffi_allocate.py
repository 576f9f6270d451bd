"""cffi's ABI mode from the public headers: gives out an address.   cffi_allocate.py CONFIGURATION CIDR"""
import subprocess
import sys

import cffi

flags = subprocess.check_output(["pkg-config", "--cflags", "ip_driver"], text=True).split()
header = subprocess.check_output(["cc", "-E", "-P", "-D__attribute__(x)=", "-include", "ip_driver/ip_driver.h", *flags,
                                  "-xc", "/dev/null"], text=True)
ffi = cffi.FFI()
ffi.cdef(header[header.index("typedef int32_t ip_driver_status"):], override=True)
lib = ffi.dlopen("libip_driver.so.1")


def call(function, *inputs, result):
    out, error = ffi.new(result + " **"), ffi.new("ip_driver_error *", {"size": ffi.sizeof("ip_driver_error")})
    if function(*inputs, out, error) != lib.IP_DRIVER_OK:
        sys.exit(ffi.string(error.message).decode())
    return out[0]


driver = call(lib.ip_driver_open, sys.argv[1].encode(), result="ip_driver")
tenant, cidr = ffi.new("char[]", b"example"), ffi.new("char[]", sys.argv[2].encode())
block = call(lib.ip_driver_block_create, driver, ffi.new("ip_driver_block_create_args *", {
    "size": ffi.sizeof("ip_driver_block_create_args"), "tenant": tenant, "cidr": cidr, "type": lib.IP_DRIVER_BLOCK_PRIVATE}), result="ip_driver_block")
got = call(lib.ip_driver_address_allocate, driver, ffi.new("ip_driver_address_allocate_args *", {
    "size": ffi.sizeof("ip_driver_address_allocate_args"), "tenant": tenant, "block": block.id}), result="ip_driver_addresses")
print(ffi.string(got.items[0].address).decode())
lib.ip_driver_close(driver)
