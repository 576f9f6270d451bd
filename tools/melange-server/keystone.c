/*
 * keystone.c: asks Keystone about tokens.
 *
 * A token is known by its hash only. What Keystone said of it counts for five minutes at most, what it refused for
 * ten seconds, so that neither good nor junk tokens become a request each.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "keystone.h"

#include <jansson.h>
#include <string.h>

#include "http.h"
#include "token.h"

#define VALID_FOR 300
#define REFUSED_FOR 10
#define REMEMBERED_MAX 4096
/* Longer than any token of Keystone that an HTTP header has room for. */
#define TOKEN_MAX 16384

typedef struct {
	gboolean valid;
	char *tenant;
	gboolean admin;
	/* Seconds since 1970. */
	gint64 until;
} verdict;

struct keystone {
	http_client *client;
	/* NULL: a token is asked about with itself. */
	token_source *source;
	gboolean v2;
	GMutex lock;
	/* Hash of the token to verdict. */
	GHashTable *known;
};

static void
verdict_free (verdict *self)
{
	g_free (self->tenant);
	g_free (self);
}

keystone *
keystone_new (const server_config *config, char **ret_problem)
{
	http_options http = {
		.url = config->keystone_url,
		.timeout = 10000,
		.connect_timeout = 5000,
		.body_limit = 1 << 20,
		.ca_file = config->keystone_ca_file,
	};
	token_keystone credentials = {
		.auth_url = config->keystone_url,
		.http = &http,
		.username = config->keystone_username,
		.password = config->keystone_password,
		.project = config->keystone_project,
		.user_domain = config->keystone_user_domain,
		.project_domain = config->keystone_project_domain,
	};
	keystone *self = g_new0 (keystone, 1);

	g_mutex_init (&self->lock);
	self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)verdict_free);
	self->client = http_client_new (&http, ret_problem);
	if (self->client != NULL) {
		self->v2 = g_str_has_suffix (http_client_url (self->client), "/v2.0");
		if (config->keystone_username != NULL)
			self->source = token_source_new_keystone (&credentials, ret_problem);
	}
	if (self->client == NULL || (config->keystone_username != NULL && self->source == NULL)) {
		keystone_free (self);
		return NULL;
	}
	return self;
}

void
keystone_free (keystone *self)
{
	if (self == NULL)
		return;
	g_clear_pointer (&self->source, token_source_free);
	g_clear_pointer (&self->client, http_client_free);
	g_hash_table_unref (self->known);
	g_mutex_clear (&self->lock);
	g_free (self);
}

static gint64
now (void)
{
	return g_get_real_time () / G_USEC_PER_SEC;
}

/* ISO 8601 to seconds; 0: none. */
static gint64
parse_time (const json_t *value)
{
	const char *text = json_string_value (value);
	g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
	g_autoptr (GDateTime) time = text != NULL ? g_date_time_new_from_iso8601 (text, utc) : NULL;

	return time != NULL ? g_date_time_to_unix (time) : 0;
}

static gboolean
has_admin (const json_t *roles)
{
	const json_t *role;
	gsize i;

	json_array_foreach (roles, i, role)
	{
		const char *name = json_string_value (json_object_get (role, "name"));

		if (name != NULL && g_ascii_strcasecmp (name, "admin") == 0)
			return TRUE;
	}
	return FALSE;
}

/* What Keystone's description of a token says. NULL: nothing that makes sense. */
static verdict *
read_description (const keystone *self, const json_t *body)
{
	const json_t *access = json_object_get (body, "access"), *token, *project, *roles;
	const char *tenant;
	gint64 ends;
	verdict *result;

	if (self->v2) {
		token = json_object_get (access, "token");
		project = json_object_get (token, "tenant");
		roles = json_object_get (json_object_get (access, "user"), "roles");
		ends = parse_time (json_object_get (token, "expires"));
	} else {
		token = json_object_get (body, "token");
		project = json_object_get (token, "project");
		roles = json_object_get (token, "roles");
		ends = parse_time (json_object_get (token, "expires_at"));
	}
	if (ends == 0)
		return NULL;
	tenant = json_string_value (json_object_get (project, "id"));
	result = g_new0 (verdict, 1);
	result->valid = ends > now ();
	result->tenant = g_strdup (tenant);
	result->admin = has_admin (roles);
	result->until = result->valid ? MIN (ends, now () + VALID_FOR) : now () + REFUSED_FOR;
	return result;
}

/* One question. own: the service's token, or the caller's. */
static keystone_result
ask (keystone *self, const char *token, const char *own, verdict **ret_verdict, guint *ret_status, char **ret_problem)
{
	g_autofree char *auth = g_strdup_printf ("X-Auth-Token: %s", own);
	g_autofree char *subject = g_strdup_printf ("X-Subject-Token: %s", token);
	g_autofree char *escaped = g_uri_escape_string (token, NULL, FALSE);
	g_autofree char *path = self->v2 ? g_strdup_printf ("/tokens/%s", escaped) : g_strdup ("/auth/tokens");
	const char *const headers[] = {auth, "Accept: application/json", self->v2 ? NULL : subject, NULL};
	http_request request = {.method = "GET", .path = path, .headers = headers};
	g_auto (http_response) response = {0};
	json_auto_t *body = NULL;

	if (http_exchange (self->client, &request, &response, ret_problem, NULL) != HTTP_ANSWERED)
		return KEYSTONE_UNAVAILABLE;
	*ret_status = response.status;
	if (response.status == 401 || response.status == 403 || response.status == 404) {
		*ret_problem = g_strdup_printf ("Keystone answers %u", response.status);
		return KEYSTONE_REFUSED;
	}
	if (response.status == 200)
		body = json_loadb (response.body, response.body_size, 0, NULL);
	*ret_verdict = body != NULL ? read_description (self, body) : NULL;
	if (*ret_verdict != NULL)
		return KEYSTONE_VALID;
	*ret_problem = g_strdup_printf ("Keystone answers %u, and nothing that describes a token", response.status);
	return KEYSTONE_UNAVAILABLE;
}

/* Asks with the service's own token, renewed once if Keystone does not take it. */
static keystone_result
ask_as_service (keystone *self, const char *token, verdict **ret_verdict, char **ret_problem)
{
	g_autofree char *stale = NULL;
	keystone_result result = KEYSTONE_UNAVAILABLE;

	for (guint attempt = 0; attempt < 2; attempt++) {
		g_autofree char *own = NULL;
		guint status = 0;

		g_clear_pointer (ret_problem, g_free);
		if (token_source_get (self->source, stale, &own, ret_problem) != TOKEN_OK)
			return KEYSTONE_UNAVAILABLE;
		result = ask (self, token, own, ret_verdict, &status, ret_problem);
		/* 404 is about the caller's token, 401 and 403 about ours. */
		if (status != 401 && status != 403)
			return result;
		result = KEYSTONE_UNAVAILABLE;
		g_free (stale);
		stale = g_steal_pointer (&own);
	}
	return result;
}

static void
remember (keystone *self, char *hash, verdict *result)
{
	GHashTableIter iterator;
	gpointer item;

	g_mutex_lock (&self->lock);
	if (g_hash_table_size (self->known) >= REMEMBERED_MAX) {
		g_hash_table_iter_init (&iterator, self->known);
		while (g_hash_table_iter_next (&iterator, NULL, &item)) {
			if (((verdict *)item)->until <= now ())
				g_hash_table_iter_remove (&iterator);
		}
	}
	if (g_hash_table_size (self->known) >= REMEMBERED_MAX)
		g_hash_table_remove_all (self->known);
	g_hash_table_replace (self->known, hash, result);
	g_mutex_unlock (&self->lock);
}

static keystone_result
tell (const verdict *result, char **ret_tenant, gboolean *ret_admin)
{
	if (!result->valid)
		return KEYSTONE_REFUSED;
	*ret_tenant = g_strdup (result->tenant);
	*ret_admin = result->admin;
	return KEYSTONE_VALID;
}

keystone_result
keystone_check (keystone *self, const char *token, char **ret_tenant, gboolean *ret_admin, char **ret_problem)
{
	g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, token, -1);
	g_autofree char *problem = NULL;
	verdict *result;
	keystone_result outcome;
	guint status;

	if (strlen (token) > TOKEN_MAX)
		return KEYSTONE_REFUSED;
	/* It becomes part of a header. */
	for (const char *at = token; *at != '\0'; at++) {
		if (!g_ascii_isgraph (*at))
			return KEYSTONE_REFUSED;
	}
	g_mutex_lock (&self->lock);
	result = g_hash_table_lookup (self->known, hash);
	if (result != NULL && result->until > now ()) {
		outcome = tell (result, ret_tenant, ret_admin);
		g_mutex_unlock (&self->lock);
		return outcome;
	}
	g_mutex_unlock (&self->lock);
	result = NULL;
	if (self->source != NULL)
		outcome = ask_as_service (self, token, &result, &problem);
	else
		outcome = ask (self, token, token, &result, &status, &problem);
	if (outcome == KEYSTONE_UNAVAILABLE) {
		*ret_problem = g_steal_pointer (&problem);
		return outcome;
	}
	if (result == NULL) {
		result = g_new0 (verdict, 1);
		result->until = now () + REFUSED_FOR;
	}
	outcome = tell (result, ret_tenant, ret_admin);
	remember (self, g_steal_pointer (&hash), result);
	return outcome;
}
