/*
 * Tokens checked with Keystone (Identity API v3, or v2.0 if the URL ends so), and remembered for a while.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SERVER_KEYSTONE_H
#define SERVER_KEYSTONE_H

#include "server.h"

typedef enum {
	KEYSTONE_VALID,
	KEYSTONE_REFUSED,
	/* Keystone does not answer, or not sensibly. */
	KEYSTONE_UNAVAILABLE,
} keystone_result;

/* NULL: *ret_problem says what in the configuration makes no sense. */
keystone *keystone_new (const server_config *config, char **ret_problem);
void keystone_free (keystone *self);

/* Whose token it is: *ret_tenant is the id of the project that it is for (NULL: of none; to be freed). ret_problem: a
 * line without secrets, with UNAVAILABLE. */
keystone_result keystone_check (keystone *self, const char *token, char **ret_tenant, gboolean *ret_admin,
                                char **ret_problem);

#endif
