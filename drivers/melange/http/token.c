/*
 * See token.h. Who needs a token while one is being fetched waits for that one, and shares its failure too: a
 * Keystone that hangs is asked once per time-out, not once per thread.
 */
#include "token.h"

#include <jansson.h>
#include <string.h>

/* Tokens of the PKI kind have some thousand bytes; more would not pass as a header. */
#define TOKEN_MAX (32 * 1024)
/* An answer holds a catalogue of services too. */
#define ANSWER_MAX (4 * 1024 * 1024)
/* What is left of a token's life when it is renewed: this, or a tenth of it if that is less. */
#define MARGIN (60 * G_USEC_PER_SEC)
/* Longer lives are not believed. */
#define LIFE_MAX ((gint64)366 * 86400 * G_USEC_PER_SEC)

typedef enum {
	VERSION_FIXED,
	VERSION_2,
	VERSION_3,
} token_version;

struct token_source {
	token_version version;
	/* Keystone's. */
	http_client *client;
	/* The request that asks for a token. */
	char *request;
	GMutex lock;
	/* Signalled when a token has been fetched, or not. */
	GCond fetched;
	gboolean fetching;
	/* Counts the ends of fetching. */
	guint64 fetches;
	/* NULL: none. */
	char *token;
	/* When it is to be renewed, in monotonic time. */
	gint64 renew_at;
	/* How the last fetching ended. */
	token_status status;
	char *problem;
};

token_source *
token_source_new_fixed (const char *token)
{
	token_source *source = g_new0 (token_source, 1);

	g_mutex_init (&source->lock);
	g_cond_init (&source->fetched);
	source->version = VERSION_FIXED;
	source->token = g_strdup (token);
	source->renew_at = G_MAXINT64;
	return source;
}

static json_t *
named (const char *name)
{
	return json_pack ("{s:s}", "name", name);
}

static json_t *
make_request (token_version version, const token_keystone *options)
{
	if (version == VERSION_2)
		return json_pack ("{s:{s:{s:s, s:s}, s:s}}", "auth", "passwordCredentials", "username",
		                  options->username, "password", options->password, "tenantName", options->project);
	return json_pack ("{s:{s:{s:[s], s:{s:{s:s, s:s, s:o}}}, s:{s:{s:s, s:o}}}}", "auth", "identity", "methods",
	                  "password", "password", "user", "name", options->username, "password", options->password,
	                  "domain", named (options->user_domain ? options->user_domain : "Default"), "scope", "project",
	                  "name", options->project, "domain",
	                  named (options->project_domain ? options->project_domain : "Default"));
}

token_source *
token_source_new_keystone (const token_keystone *options, char **ret_problem)
{
	http_options http = *options->http;
	g_autofree char *problem = http_check_url (options->auth_url);

	if (problem) {
		*ret_problem = g_strconcat ("auth_url ", problem, NULL);
		return NULL;
	}
	http.url = options->auth_url;
	http.body_limit = ANSWER_MAX;
	g_autoptr (http_client) client = http_client_new (&http, ret_problem);
	if (!client)
		return NULL;
	gboolean is_3 = g_str_has_suffix (http_client_url (client), "/v3");
	if (!is_3 && !g_str_has_suffix (http_client_url (client), "/v2.0")) {
		*ret_problem =
			g_strdup_printf ("auth_url %s ends neither in /v3 nor in /v2.0", http_client_url (client));
		return NULL;
	}
	json_t *request = make_request (is_3 ? VERSION_3 : VERSION_2, options);
	if (!request) {
		*ret_problem = g_strdup ("user name, password, project or domain is not UTF-8");
		return NULL;
	}
	token_source *source = token_source_new_fixed (NULL);
	source->version = is_3 ? VERSION_3 : VERSION_2;
	source->client = g_steal_pointer (&client);
	char *text = json_dumps (request, JSON_COMPACT);
	source->request = g_strdup (text);
	free (text);
	json_decref (request);
	return source;
}

void
token_source_free (token_source *source)
{
	if (!source)
		return;
	http_client_free (source->client);
	g_mutex_clear (&source->lock);
	g_cond_clear (&source->fetched);
	g_free (source->request);
	g_free (source->token);
	g_free (source->problem);
	g_free (source);
}

/* Whether it can stand in a header. */
static gboolean
is_token (const char *text)
{
	gsize length = 0;

	for (; text[length]; length++) {
		if (!g_ascii_isgraph (text[length]) || length == TOKEN_MAX)
			return FALSE;
	}
	return length > 0;
}

/* Takes token and end out of Keystone's answer. Returns what is wrong with it; NULL: nothing. */
static const char *
read_answer (token_version version, const http_response *response, char **ret_token, gint64 *ret_life)
{
	g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
	json_t *root = json_loadb (response->body, response->body_size, JSON_REJECT_DUPLICATES, NULL);
	const char *token = NULL, *end = NULL, *problem = NULL;

	if (version == VERSION_2) {
		if (root)
			json_unpack (root, "{s:{s:{s:s, s:s}}}", "access", "token", "id", &token, "expires", &end);
	} else {
		token = g_hash_table_lookup (response->headers, "x-subject-token");
		if (root)
			json_unpack (root, "{s:{s:s}}", "token", "expires_at", &end);
	}
	g_autoptr (GDateTime) time = end ? g_date_time_new_from_iso8601 (end, utc) : NULL;
	if (!token || !is_token (token)) {
		problem = "its answer holds no token";
	} else if (!time) {
		problem = "its answer does not say when the token ends";
	} else {
		*ret_life = g_date_time_to_unix (time) * G_USEC_PER_SEC + g_date_time_get_microsecond (time) -
		            g_get_real_time ();
		if (*ret_life <= 0)
			problem = "its token has ended already; one of the clocks is wrong";
		else
			*ret_token = g_strdup (token);
	}
	json_decref (root);
	return problem;
}

/* Asks Keystone. ret_problem unless TOKEN_OK. */
static token_status
fetch (const token_source *source, char **ret_token, gint64 *ret_life, char **ret_problem)
{
	static const char *const headers[] = {"Content-Type: application/json", "Accept: application/json", NULL};
	http_request request = {
		.method = "POST",
		.path = source->version == VERSION_2 ? "/tokens" : "/auth/tokens",
		.headers = headers,
		.body = source->request,
		.body_size = strlen (source->request),
	};
	g_auto (http_response) response = {0};
	g_autofree char *reason = NULL;
	const char *url = http_client_url (source->client);
	http_outcome outcome = http_exchange (source->client, &request, &response, &reason, NULL);
	const char *problem;

	if (outcome != HTTP_ANSWERED) {
		*ret_problem = g_strdup_printf ("Keystone %s: %s", url, reason);
		return outcome == HTTP_REFUSED ? TOKEN_DENIED : TOKEN_UNAVAILABLE;
	}
	if (response.status == 401 || response.status == 403) {
		*ret_problem = g_strdup_printf ("Keystone %s refuses the credentials (%u)", url, response.status);
		return TOKEN_DENIED;
	}
	if (response.status / 100 != 2) {
		*ret_problem = g_strdup_printf ("Keystone %s answers %u", url, response.status);
		return TOKEN_UNAVAILABLE;
	}
	problem = read_answer (source->version, &response, ret_token, ret_life);
	if (problem) {
		*ret_problem = g_strdup_printf ("Keystone %s: %s", url, problem);
		return TOKEN_UNAVAILABLE;
	}
	return TOKEN_OK;
}

/* Fetches a token for all that wait. The lock is held when it is called and when it returns. */
static void
fetch_for_all (token_source *source)
{
	g_autofree char *token = NULL, *problem = NULL;
	gint64 life = 0;
	token_status status;

	source->fetching = TRUE;
	g_mutex_unlock (&source->lock);
	status = fetch (source, &token, &life, &problem);
	g_mutex_lock (&source->lock);
	source->fetching = FALSE;
	source->fetches++;
	source->status = status;
	g_free (source->problem);
	source->problem = g_steal_pointer (&problem);
	g_free (source->token);
	source->token = g_steal_pointer (&token);
	life = MIN (life, LIFE_MAX);
	source->renew_at = g_get_monotonic_time () + life - MIN (MARGIN, life / 10);
	g_cond_broadcast (&source->fetched);
}

/* Whether the token that is there may be given. */
static gboolean
is_fresh (const token_source *source, const char *stale)
{
	return source->token && g_get_monotonic_time () < source->renew_at && g_strcmp0 (source->token, stale) != 0;
}

/* The same as token_source_get(), with the lock held. */
static token_status
get_locked (token_source *source, const char *stale, char **ret_token, char **ret_problem)
{
	guint64 before = source->fetches;

	if (!is_fresh (source, stale)) {
		if (source->version == VERSION_FIXED) {
			*ret_problem = g_strdup ("the token is refused");
			return TOKEN_DENIED;
		}
		if (!source->fetching)
			fetch_for_all (source);
		while (source->fetches == before)
			g_cond_wait (&source->fetched, &source->lock);
		if (source->status != TOKEN_OK) {
			*ret_problem = g_strdup (source->problem);
			return source->status;
		}
	}
	*ret_token = g_strdup (source->token);
	return TOKEN_OK;
}

token_status
token_source_get (token_source *source, const char *stale, char **ret_token, char **ret_problem)
{
	g_mutex_lock (&source->lock);
	token_status status = get_locked (source, stale, ret_token, ret_problem);
	g_mutex_unlock (&source->lock);
	return status;
}
