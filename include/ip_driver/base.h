/*
 * ip_driver/base.h: what every other header of the library builds on: symbol visibility, status
 * codes, the error record, and the conventions that hold for every call.
 *
 * CONVENTIONS, stated once and true for every function of every header
 *
 * Calls.    A function returns an ip_driver_status. Parameters come in the order handle, inputs,
 *           outputs (`ret_...`), error. An output is written only when the call returns
 *           IP_DRIVER_OK. `error` may be NULL.
 * Inputs.   Input structs begin with `size` and are started with their ..._INIT macro. They are
 *           only read during the call; the caller keeps them. A struct from a newer header is
 *           accepted by an older library as long as every field that the library does not know is
 *           zero; otherwise the call fails with IP_DRIVER_INVALID.
 * Text.     UTF-8, ended by NUL. A NULL pointer means "not given"; an empty string is a value, and
 *           is refused where a value must not be empty.
 * Results.  Result structs are allocated by the library and belong to the caller, who releases each
 *           with the `_free` function of its type (which takes NULL). Everything that a result
 *           points to lives and ends with it. A result's `size` tells how much of the struct the
 *           library that made it knew; a field beyond it does not exist.
 * Lists.    A list is a snapshot: `count` pointers in `items`, and `next_marker`, which is NULL on
 *           the last page. A page is asked for with `limit` (0: the default of 200; at most
 *           IP_DRIVER_PAGE_MAX) and `marker` (NULL: from the start; otherwise the `next_marker` of
 *           the page before, unchanged). Markers are opaque. The order is fixed per list and given
 *           at its function; what is created or deleted between two pages may be seen or missed,
 *           what stays is seen exactly once.
 * Formats.  Addresses are RFC 5952 text (IPv6) or dotted quads without leading zeros (IPv4). CIDRs
 *           are address/length; host bits on input are cleared. MAC addresses are
 *           aa:bb:cc:dd:ee:ff; on input aa-bb-cc-dd-ee-ff, aabb.ccdd.eeff and aabbccddeeff are
 *           taken too. Times are whole seconds since 1970-01-01T00:00:00Z, 0 meaning "none" or
 *           "not told by this backend". Ids of blocks, addresses, routes, policies, ranges, octets
 *           and MAC ranges are UUID text (RFC 4122). Ids of tenants, networks, interfaces and
 *           devices are the caller's: 1 to IP_DRIVER_ID_MAX bytes of UTF-8.
 * Tenancy.  An operation on a tenant's resource takes the tenant; the resource of another tenant is
 *           IP_DRIVER_NOT_FOUND. Where a function says "tenant: optional", NULL means any tenant;
 *           this needs the capability "all_tenants".
 * Threads.  Every function may be called from any thread at any time, on any handle, except that a
 *           handle must not be closed while a call on it runs, and that a transaction handle (see
 *           transaction.h) serves one thread at a time.
 * Processes. After fork() the child must not use the parent's handles; it opens its own.
 * Memory.   The library is built on GLib, which ends the process when memory cannot be allocated.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef IP_DRIVER_BASE_H
#define IP_DRIVER_BASE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define IP_DRIVER_BEGIN_DECLS extern "C" {
#define IP_DRIVER_END_DECLS }
#else
#define IP_DRIVER_BEGIN_DECLS
#define IP_DRIVER_END_DECLS
#endif

#if defined(__GNUC__)
#define IP_DRIVER_API __attribute__ ((visibility ("default")))
#else
#define IP_DRIVER_API
#endif

/* Starts an input struct: all zero but for its size. The ..._INIT macros are made of it. (In C++ the
 * warning -Wmissing-field-initializers, a part of -Wextra, knows no better way before C++20.) */
#ifdef __cplusplus
#define IP_DRIVER_INIT_OF(type) { sizeof (type) }
#else
#define IP_DRIVER_INIT_OF(type) { .size = sizeof (type) }
#endif

IP_DRIVER_BEGIN_DECLS

/* The longest id of a tenant, network, interface or device, and the longest request key, DHCP
 * client id, host name and policy name, in bytes. Since 1.0. */
#define IP_DRIVER_ID_MAX 255
/* The longest description of a policy, in bytes. Since 1.0. */
#define IP_DRIVER_DESCRIPTION_MAX 4096
/* Page size when `limit` is 0, and the largest that may be asked for. Since 1.0. */
#define IP_DRIVER_PAGE_DEFAULT 200
#define IP_DRIVER_PAGE_MAX 1000
/* The most addresses that one call allocates, gives or names. Since 1.0. */
#define IP_DRIVER_ADDRESSES_MAX 65536
/* The longest hold, in seconds (one day). Since 1.0. */
#define IP_DRIVER_HOLD_MAX 86400

/*
 * How a call ended. The numbers are part of the ABI and never change; a program must treat a
 * number that it does not know as IP_DRIVER_INTERNAL. Since 1.0.
 */
typedef int32_t ip_driver_status;
enum {
	IP_DRIVER_OK = 0,
	/* A value is malformed, missing or contradicts another; the message names it. HTTP 400. */
	IP_DRIVER_INVALID = 1,
	/* No such resource, or it is another tenant's. HTTP 404. */
	IP_DRIVER_NOT_FOUND = 2,
	/* It exists already: the address is allocated, the id or MAC is taken. HTTP 409. */
	IP_DRIVER_DUPLICATE = 3,
	/* Lost a race with another writer; trying again can help. HTTP 409. */
	IP_DRIVER_CONFLICT = 4,
	/* No address, MAC or prefix is left to give. HTTP 422. */
	IP_DRIVER_EXHAUSTED = 5,
	/* The address rests in quarantine. HTTP 422. */
	IP_DRIVER_LOCKED = 6,
	/* The address does not lie in the block, or the block not in its parent. HTTP 422. */
	IP_DRIVER_NOT_IN_BLOCK = 7,
	/* The block's policy excludes the address. HTTP 422. */
	IP_DRIVER_DENIED_BY_POLICY = 8,
	/* The state of the resource forbids it: the block has subnets, or addresses; the interface is
	 * on another network; CIDRs overlap. HTTP 422. */
	IP_DRIVER_NOT_ALLOWED = 9,
	/* The backend refuses the caller's credentials. HTTP 401, 403. */
	IP_DRIVER_DENIED = 10,
	/* No answer, or the backend is busy or failing; trying again can help. HTTP 5xx. */
	IP_DRIVER_UNAVAILABLE = 11,
	/* The backend answered something that makes no sense. */
	IP_DRIVER_PROTOCOL = 12,
	/* This handle cannot do that; ip_driver_supports() says so beforehand. */
	IP_DRIVER_NOT_SUPPORTED = 13,
	/* The configuration or the driver module is missing or wrong. */
	IP_DRIVER_CONFIG = 14,
	/* The database is unreadable, read-only, full, corrupt, foreign or of a newer version. */
	IP_DRIVER_STORAGE = 15,
	/* A defect of the library or the driver. */
	IP_DRIVER_INTERNAL = 16
};

/*
 * What went wrong. Allocated by the caller (usually on the stack), filled by a call that fails,
 * untouched by one that succeeds. It owns nothing and needs no freeing. Since 1.0.
 */
typedef struct ip_driver_error {
	size_t size;
	ip_driver_status status;
	/* 1 if the same call may succeed later without anything being changed, else 0. */
	int32_t retryable;
	/* One line of UTF-8 that names the offending value, without a trailing stop. Cut, at a
	 * character's border, if it is longer. */
	char message[1008];
} ip_driver_error;
#define IP_DRIVER_ERROR_INIT IP_DRIVER_INIT_OF (ip_driver_error)

/* Returns the name of a status as in this header, without the prefix and in lower case
 * ("not_found"); "unknown" for any other number. Static text, never NULL. Since 1.0. */
IP_DRIVER_API const char *ip_driver_status_name (ip_driver_status status);

IP_DRIVER_END_DECLS

#endif
