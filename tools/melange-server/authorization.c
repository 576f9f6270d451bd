/*
 * authorization.c: tenants and roles.
 *
 * A path outside an API version is open: the versions document and the health. The metrics are for administrators
 * unless the configuration opens them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "authorization.h"

#include <string.h>

#include "fault.h"
#include "keystone.h"
#include "log.h"

typedef struct {
	/* NULL: none. */
	char *tenant;
	gboolean admin;
} caller;

static void
caller_clear (caller *self)
{
	g_free (self->tenant);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (caller, caller_clear)

/* Comma-separated, without any space, as the historical filter takes them. */
static gboolean
has_admin (const char *roles)
{
	g_auto (GStrv) names = g_strsplit (roles != NULL ? roles : "", ",", -1);

	for (char **name = names; *name != NULL; name++) {
		if (g_ascii_strcasecmp (*name, "admin") == 0)
			return TRUE;
	}
	return FALSE;
}

static void
unauthenticated (exchange *item)
{
	g_autofree char *challenge = g_strdup_printf ("Keystone uri='%s'", item->generation->config->keystone_url);

	fault_answer_text (item, 401, NULL, NULL);
	exchange_set_header (item, "WWW-Authenticate", challenge);
}

/* FALSE: the exchange holds the answer. */
static gboolean
ask_keystone (exchange *item, caller *who)
{
	g_autofree char *problem = NULL;
	const char *token = item->headers[HEADER_TOKEN];

	if (token == NULL || token[0] == '\0') {
		unauthenticated (item);
		return FALSE;
	}
	switch (keystone_check (item->generation->keystone, token, &who->tenant, &who->admin, &problem)) {
	case KEYSTONE_VALID:
		return TRUE;
	case KEYSTONE_REFUSED:
		unauthenticated (item);
		return FALSE;
	default:
		log_line (IP_DRIVER_LOG_WARNING, "a token cannot be checked: %s", problem);
		fault_answer_text (item, 503, NULL, NULL);
		return FALSE;
	}
}

gboolean
authorization_check (exchange *item, char **ret_principal, gboolean *ret_admin)
{
	const server_config *config = item->generation->config;
	const router_match *match = &item->match;
	gboolean open = !match->inside && !(match->target == TARGET_METRICS && !config->metrics_open);
	g_autofree char *detail = NULL;
	g_auto (caller) who = {0};

	if (config->auth == SERVER_AUTH_NONE || open) {
		*ret_principal = g_strdup ("");
		*ret_admin = TRUE;
		return TRUE;
	}
	if (config->auth == SERVER_AUTH_HEADERS) {
		who.tenant = g_strdup (item->headers[HEADER_TENANT]);
		who.admin = has_admin (item->headers[HEADER_ROLE]);
	} else if (!ask_keystone (item, &who)) {
		return FALSE;
	}
	if (who.admin || (who.tenant != NULL && match->tenant != NULL && strcmp (who.tenant, match->tenant) == 0)) {
		*ret_principal =
			g_strdup_printf ("%s:%s", who.admin ? "admin" : "tenant", who.tenant != NULL ? who.tenant : "");
		*ret_admin = who.admin;
		return TRUE;
	}
	detail = g_strdup_printf ("User with tenant id %s cannot access this resource",
	                          who.tenant != NULL ? who.tenant : "None");
	fault_answer_text (item, 403, NULL, detail);
	return FALSE;
}
