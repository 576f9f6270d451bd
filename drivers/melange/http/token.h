/*
 * Where the token of a request comes from: nowhere, the configuration, or Keystone (Identity API v2.0
 * and v3, password method). Tokens are kept until shortly before they end. Safe for many threads: one
 * of them renews, the others wait. Nothing secret ever stands in a message.
 *
 * Used by the melange driver and by the Melange service.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MELANGE_TOKEN_H
#define MELANGE_TOKEN_H

#include "http.h"

typedef struct token_source token_source;

typedef struct {
	/* Keystone's address with the version: http://host:5000/v3 or .../v2.0. Its http options but for
	 * the URL are those of `http`. */
	const char *auth_url;
	const http_options *http;
	const char *username;
	const char *password;
	/* Project (v3), tenant (v2.0): name. */
	const char *project;
	/* v3 only; NULL: "Default" (by name). */
	const char *user_domain;
	const char *project_domain;
} token_keystone;

/* A fixed token. */
token_source *token_source_new_fixed (const char *token);
/* NULL: *ret_problem says why not. Does not contact Keystone yet. */
token_source *token_source_new_keystone (const token_keystone *options, char **ret_problem);
void token_source_free (token_source *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (token_source, token_source_free)

typedef enum {
	TOKEN_OK,
	/* Keystone refuses the credentials. */
	TOKEN_DENIED,
	/* Keystone does not answer, or not sensibly. */
	TOKEN_UNAVAILABLE,
} token_status;

/* Gets a token that has not ended. stale: a token that was refused with 401, or NULL; it is not given
 * again (a fixed one: TOKEN_DENIED). ret_token is freed by the caller. */
token_status token_source_get (token_source *source, const char *stale, char **ret_token, char **ret_problem);

#endif
