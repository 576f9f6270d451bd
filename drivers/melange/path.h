/*
 * Paths of the historical API.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MELANGE_PATH_H
#define MELANGE_PATH_H

#include <glib.h>
#include <ip_driver/backend.h>

/*
 * "/v0.1/ipam/A/B/..." of segments, ended by NULL, each escaped. NULL: a segment cannot be sent (the
 * historical service decodes a path before it splits it, so that "a/b" would reach another resource), and
 * `error` is filled with IP_DRIVER_INVALID. Freed by the caller.
 */
char *melange_path (ip_driver_error *error, ...) G_GNUC_NULL_TERMINATED;

/* Below a tenant: "/v0.1/ipam/tenants/T/..."; `tenant` and the first segment are not NULL. */
#define melange_tenant_path(error, tenant, ...) melange_path (error, "tenants", tenant, __VA_ARGS__, NULL)

/* Adds "?name=value" or "&name=value", escaped. Takes `path`. */
char *melange_path_query (char *path, const char *name, const char *value);

#endif
