/*
 * Who makes a request, and whether he may: as the historical service's authorization filter decides, on the tenant
 * that the router found in the path.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SERVER_AUTHORIZATION_H
#define SERVER_AUTHORIZATION_H

#include "server.h"

/* Whether the caller may make the request. FALSE: the exchange holds the answer. ret_principal: who he is, as a text to
 * compare. To be freed. ret_admin: whether he may do all, else only what is his tenant's. Blocks on Keystone. */
gboolean authorization_check (exchange *item, char **ret_principal, gboolean *ret_admin);

#endif
