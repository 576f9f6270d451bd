/*
 * See service.h. The attempts of a request are made here; http/ makes one exchange and never repeats it.
 */
#include "service.h"

#include <string.h>

#include "http/http.h"
#include "http/token.h"

/* Bytes of an answer. */
#define BODY_MAX ((gsize)64 * 1024 * 1024)
/* Of an answer's JSON: how deep it nests, and how many values it has, each of which takes much more memory than
 * text. */
#define DEPTH_MAX 64
#define VALUES_MAX (4 * 1024 * 1024)
/* Bytes of the reason of a fault, and of a value in a header. */
#define DETAIL_MAX 500
#define HEADER_MAX 64
/* Our own service gives it back, so that no answer is taken for another's. */
#define ECHO "X-Ip-Driver-Request"
/* Milliseconds between attempts: doubled each time. */
#define PAUSE_FIRST 50
#define PAUSE_MAX 2000

struct melange_service {
	http_client *client;
	/* NULL: none is sent. */
	token_source *tokens;
	/* Further attempts. */
	guint retries;
	/* Milliseconds. */
	guint timeout;
	/* "X-Tenant: ..." and "X-Role: ..."; NULL: not sent. */
	char *tenant;
	char *role;
};

/* A key's value; NULL: not given, or empty. */
static const char *
get_option (const ip_driver_options *options, const char *key)
{
	const char *text = ip_driver_options_text (options, key);

	return text && *text ? text : NULL;
}

static gboolean
fail_option (ip_driver_error *error, const char *key, const char *problem)
{
	g_autofree char *message = g_strdup_printf ("%s %s", key, problem);

	ip_driver_fail (error, IP_DRIVER_CONFIG, message);
	return FALSE;
}

/* A file that is named relative to the configuration file. */
static gboolean
get_file (const ip_driver_options *options, const char *key, char **ret_path, ip_driver_error *error)
{
	const char *given = get_option (options, key);

	if (!given)
		return TRUE;
	g_autofree char *path = g_canonicalize_filename (given, ip_driver_options_folder (options));
	g_autofree char *problem = http_check_file (path);
	if (problem)
		return fail_option (error, key, problem);
	*ret_path = g_steal_pointer (&path);
	return TRUE;
}

static gboolean
get_url (const ip_driver_options *options, const char *key, char *(*check) (const char *url), const char **ret_url,
         ip_driver_error *error)
{
	*ret_url = get_option (options, key);
	g_autofree char *problem = *ret_url ? check (*ret_url) : NULL;

	return !problem || fail_option (error, key, problem);
}

/* A value that is sent in a header. */
static gboolean
get_header (const ip_driver_options *options, const char *key, const char *name, char **ret_header,
            ip_driver_error *error)
{
	const char *value = get_option (options, key);

	if (!value)
		return TRUE;
	for (const char *c = value; *c; c++) {
		if (g_ascii_iscntrl (*c))
			return fail_option (error, key, "holds a control character");
	}
	*ret_header = g_strdup_printf ("%s%s", name, value);
	return TRUE;
}

/* What belongs to another way of authentication is refused: it is not what whoever wrote it thinks it is. */
static gboolean
check_keys (const ip_driver_options *options, const char *auth, const char *const *needed, const char *const *allowed,
            ip_driver_error *error)
{
	static const char *const keys[] = {"token",   "auth_url",    "username",       "password",
	                                   "project", "user_domain", "project_domain", NULL};
	g_autofree char *stray = g_strdup_printf ("is given, but not used with auth = %s", auth);
	g_autofree char *missing = g_strdup_printf ("is needed with auth = %s", auth);

	for (const char *const *key = keys; *key; key++) {
		gboolean is_given = get_option (options, *key) != NULL;
		gboolean is_needed = g_strv_contains (needed, *key);

		if (is_needed && !is_given)
			return fail_option (error, *key, missing);
		if (is_given && !is_needed && !g_strv_contains (allowed, *key))
			return fail_option (error, *key, stray);
	}
	return TRUE;
}

static gboolean
set_up_auth (melange_service *self, const ip_driver_options *options, const http_options *http, ip_driver_error *error)
{
	static const char *const nothing[] = {NULL};
	static const char *const fixed[] = {"token", NULL};
	static const char *const keystone[] = {"auth_url", "username", "password", "project", NULL};
	static const char *const domains[] = {"user_domain", "project_domain", NULL};
	const char *auth = ip_driver_options_text (options, "auth");
	g_autofree char *header = NULL;
	g_autofree char *problem = NULL;

	if (g_str_equal (auth, "none"))
		return check_keys (options, auth, nothing, nothing, error);
	if (g_str_equal (auth, "token")) {
		if (!check_keys (options, auth, fixed, nothing, error) ||
		    !get_header (options, "token", "", &header, error))
			return FALSE;
		self->tokens = token_source_new_fixed (header);
		return TRUE;
	}
	if (!check_keys (options, auth, keystone, domains, error))
		return FALSE;
	token_keystone with = {
		.auth_url = get_option (options, "auth_url"),
		.http = http,
		.username = get_option (options, "username"),
		.password = get_option (options, "password"),
		.project = get_option (options, "project"),
		.user_domain = get_option (options, "user_domain"),
		.project_domain = get_option (options, "project_domain"),
	};
	self->tokens = token_source_new_keystone (&with, &problem);
	if (!self->tokens)
		ip_driver_fail (error, IP_DRIVER_CONFIG, problem);
	return self->tokens != NULL;
}

melange_service *
melange_service_new (const ip_driver_options *options, ip_driver_error *error)
{
	g_autofree char *ca_file = NULL, *cert_file = NULL, *key_file = NULL, *problem = NULL;
	http_options http = {
		.timeout = (guint)ip_driver_options_integer (options, "timeout") * 1000,
		.connect_timeout = (guint)ip_driver_options_integer (options, "connect_timeout") * 1000,
		.body_limit = BODY_MAX,
	};

	if (!get_url (options, "url", http_check_url, &http.url, error) ||
	    !get_url (options, "http_proxy", http_check_proxy, &http.proxy, error) ||
	    !get_file (options, "tls_ca_file", &ca_file, error) || !get_file (options, "tls_cert", &cert_file, error) ||
	    !get_file (options, "tls_key", &key_file, error))
		return NULL;
	if (!http.url) {
		fail_option (error, "url", "is empty");
		return NULL;
	}
	if (!cert_file != !key_file) {
		fail_option (error, cert_file ? "tls_cert" : "tls_key",
		             cert_file ? "is given without tls_key" : "is given without tls_cert");
		return NULL;
	}
	http.ca_file = ca_file;
	http.cert_file = cert_file;
	http.key_file = key_file;

	melange_service *self = g_new0 (melange_service, 1);
	self->retries = (guint)ip_driver_options_integer (options, "retries");
	self->timeout = http.timeout;
	if (!get_header (options, "tenant", "X-Tenant: ", &self->tenant, error) ||
	    !get_header (options, "role", "X-Role: ", &self->role, error) || !set_up_auth (self, options, &http, error))
		goto failed;
	self->client = http_client_new (&http, &problem);
	if (!self->client) {
		ip_driver_fail (error, IP_DRIVER_CONFIG, problem);
		goto failed;
	}
	return self;

failed:
	melange_service_free (self);
	return NULL;
}

void
melange_service_free (melange_service *service)
{
	http_client_free (service->client);
	token_source_free (service->tokens);
	g_free (service->tenant);
	g_free (service->role);
	g_free (service);
}

const char *
melange_service_url (const melange_service *service)
{
	return http_client_url (service->client);
}

void
service_answer_clear (service_answer *answer)
{
	g_clear_pointer (&answer->body, json_decref);
	g_clear_pointer (&answer->ip_driver_status, g_free);
	g_clear_pointer (&answer->ip_driver_retryable, g_free);
	g_clear_pointer (&answer->served_by, g_free);
	g_clear_pointer (&answer->detail, g_free);
	answer->status = 0;
	answer->date = 0;
}

/* Whether a parser may be let loose on it. */
static gboolean
is_bounded (const char *text, gsize size)
{
	guint depth = 0, values = 0;
	gboolean in_string = FALSE;

	for (gsize i = 0; i < size; i++) {
		if (in_string) {
			if (text[i] == '\\')
				i++;
			else if (text[i] == '"')
				in_string = FALSE;
			continue;
		}
		switch (text[i]) {
		case '"':
			in_string = TRUE;
			break;
		case '[':
		case '{':
			if (++depth > DEPTH_MAX || ++values > VALUES_MAX)
				return FALSE;
			break;
		case ']':
		case '}':
			if (depth > 0)
				depth--;
			break;
		case ',':
			if (++values > VALUES_MAX)
				return FALSE;
			break;
		default:
			break;
		}
	}
	return TRUE;
}

/* The answer's JSON object; NULL with *ret_problem. */
static json_t *
parse (const http_response *response, char **ret_problem)
{
	json_error_t where;

	if (g_strcmp0 (response->content_type, "application/json") != 0) {
		const char *type = response->content_type ? response->content_type : "of no type";
		g_autofree char *printable = http_printable (type, strlen (type), HEADER_MAX);

		*ret_problem = g_strdup_printf ("the answer is %s instead of application/json", printable);
		return NULL;
	}
	if (!is_bounded (response->body, response->body_size)) {
		*ret_problem = g_strdup ("the answer's JSON is too deep or has too many values");
		return NULL;
	}
	json_t *root = json_loadb (response->body, response->body_size, JSON_REJECT_DUPLICATES, &where);
	if (!root) {
		*ret_problem =
			g_strdup_printf ("the answer is not JSON (line %d, column %d)", where.line, where.column);
		return NULL;
	}
	if (!json_is_object (root)) {
		*ret_problem = g_strdup ("the answer's JSON is not an object");
		g_clear_pointer (&root, json_decref);
	}
	return root;
}

/* {"Name": {"code": ..., "message": ..., "detail": ...}}; NULL: it says nothing. */
static char *
get_fault_detail (json_t *root)
{
	static const char *const keys[] = {"detail", "message"};
	const json_t *fault = json_object_iter_value (json_object_iter (root));
	char *detail = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS (keys) && !detail; i++) {
		const json_t *text = json_object_get (fault, keys[i]);

		if (json_string_length (text) > 0)
			detail = http_printable (json_string_value (text), json_string_length (text), DETAIL_MAX);
	}
	return detail;
}

/* "404 Not Found\n\nThe resource could not be found.\n\n": what follows the first line. */
static char *
get_text_detail (const http_response *response)
{
	const char *end = memchr (response->body, '\n', response->body_size);
	gsize skip = end ? (gsize)(end - response->body) : 0;
	char *detail = http_printable (response->body + skip, response->body_size - skip, DETAIL_MAX);

	if (*detail)
		return detail;
	g_free (detail);
	return http_printable (response->body, response->body_size, DETAIL_MAX);
}

static char *
get_header_value (const http_response *response, const char *name)
{
	const char *value = g_hash_table_lookup (response->headers, name);

	return value ? http_printable (value, strlen (value), HEADER_MAX) : NULL;
}

/* Fills the answer. FALSE: it is a success of which nothing can be made, *ret_problem. */
static gboolean
read_answer (const http_response *response, service_answer *answer, char **ret_problem)
{
	g_autofree char *ignored = NULL;

	answer->status = response->status;
	answer->date = response->date;
	answer->ip_driver_status = get_header_value (response, "x-ip-driver-status");
	answer->ip_driver_retryable = get_header_value (response, "x-ip-driver-retryable");
	answer->served_by = get_header_value (response, "x-ip-driver-served-by");
	if (response->status / 100 == 2) {
		if (response->body_size > 0)
			answer->body = parse (response, ret_problem);
		return response->body_size == 0 || answer->body;
	}
	if (response->body_size == 0)
		return TRUE;
	if (g_strcmp0 (response->content_type, "text/plain") == 0) {
		answer->detail = get_text_detail (response);
	} else {
		answer->body = parse (response, &ignored);
		if (answer->body)
			answer->detail = get_fault_detail (answer->body);
	}
	return TRUE;
}

/* What an attempt has led to. */
typedef enum {
	/* An answer, a fault perhaps, that is the end of it. */
	ATTEMPT_DONE,
	/* Nothing was carried out, and may be later. */
	ATTEMPT_NOTHING,
	/* It may have been carried out. */
	ATTEMPT_UNKNOWN,
} attempt_end;

/* A request and its attempts. */
typedef struct {
	melange_service *service;
	const service_request *request;
	char *body;
	/* An attempt may have been carried out; its outcome is not known. */
	gboolean unknown;
	/* The token that was refused; NULL: none was. */
	char *stale;
	/* Of the last attempt. */
	ip_driver_status status;
	service_answer *answer;
	ip_driver_error *error;
	/* Milliseconds that the service wants to be left alone; 0: it did not say. */
	guint wait;
} call;

static attempt_end
fail (call *self, attempt_end end, ip_driver_status status, const char *problem)
{
	g_autofree char *message =
		g_strdup_printf ("Melange service %s: %s", melange_service_url (self->service), problem);

	self->status = ip_driver_fail (self->error, status, message);
	return end;
}

/* Whether a repetition is told from the attempts before it, so that the service carries it out once. */
static gboolean
is_recognised (const service_request *request)
{
	return request->idempotency_key && request->served_by;
}

static char *
header (const char *name, const char *value)
{
	return g_strdup_printf ("%s: %s", name, value);
}

static GPtrArray *
make_headers (const call *self, const char *token)
{
	GPtrArray *headers = g_ptr_array_new_with_free_func (g_free);
	const service_request *request = self->request;

	g_ptr_array_add (headers, g_strdup ("Accept: application/json"));
	if (self->body)
		g_ptr_array_add (headers, g_strdup ("Content-Type: application/json"));
	if (token)
		g_ptr_array_add (headers, header ("X-Auth-Token", token));
	if (self->service->tenant)
		g_ptr_array_add (headers, g_strdup (self->service->tenant));
	if (self->service->role)
		g_ptr_array_add (headers, g_strdup (self->service->role));
	if (request->idempotency_key)
		g_ptr_array_add (headers, header ("Idempotency-Key", request->idempotency_key));
	if (self->unknown && is_recognised (request))
		g_ptr_array_add (headers, header ("X-Ip-Driver-Served-By", request->served_by));
	if (request->transaction)
		g_ptr_array_add (headers, header ("X-Ip-Driver-Transaction", request->transaction));
	g_ptr_array_add (headers, g_strdup_printf (ECHO ": %08x%08x", g_random_int (), g_random_int ()));
	g_ptr_array_add (headers, NULL);
	return headers;
}

/* A token was refused: the next attempt renews it, once. */
static attempt_end
take_refusal (call *self, const char *token)
{
	if (!token)
		return fail (self, ATTEMPT_DONE, IP_DRIVER_DENIED, "it asks for authentication (401)");
	if (self->stale)
		return fail (self, ATTEMPT_DONE, IP_DRIVER_DENIED, "the token is refused (401)");
	self->stale = g_strdup (token);
	return ATTEMPT_NOTHING;
}

/* Seconds of Retry-After; a date is not looked at. */
static void
take_wait (call *self, const http_response *response)
{
	const char *value = g_hash_table_lookup (response->headers, "retry-after");
	guint64 seconds;

	if (value && g_ascii_string_to_unsigned (value, 10, 0, G_MAXUINT / 1000, &seconds, NULL))
		self->wait = (guint)seconds * 1000;
}

static attempt_end
take_response (call *self, const http_response *response, const char *token)
{
	g_autofree char *problem = NULL;
	service_answer *answer = self->answer;

	if (!read_answer (response, answer, &problem)) {
		service_answer_clear (answer);
		return fail (self, ATTEMPT_UNKNOWN, IP_DRIVER_PROTOCOL, problem);
	}
	if (response->status == 401)
		return take_refusal (self, token);
	if (response->status == 407)
		return fail (self, ATTEMPT_DONE, IP_DRIVER_DENIED, "the proxy refuses the credentials (407)");
	if (response->status / 100 == 3) {
		problem = g_strdup_printf ("it redirects (%u), which is not followed", response->status);
		return fail (self, ATTEMPT_DONE, IP_DRIVER_PROTOCOL, problem);
	}
	if (response->status == 412 && self->unknown && is_recognised (self->request))
		return fail (self, ATTEMPT_DONE, IP_DRIVER_UNAVAILABLE,
		             "it does not know any more whether it carried out the request");
	self->status = response->status / 100 == 2 ? IP_DRIVER_OK : melange_fault (answer, self->error);
	if (self->status == IP_DRIVER_OK || answer->ip_driver_status) {
		/* The answer to a repetition that is recognised is the answer to all attempts. */
		self->unknown = self->unknown && !is_recognised (self->request);
		return ATTEMPT_DONE;
	}
	take_wait (self, response);
	if (response->status == 429)
		return ATTEMPT_NOTHING;
	if (strcmp (self->request->method, "GET") == 0 && melange_fault_is_resting (answer))
		return ATTEMPT_DONE;
	return response->status >= 500 ? ATTEMPT_UNKNOWN : ATTEMPT_DONE;
}

static attempt_end
attempt (call *self)
{
	g_autofree char *token = NULL, *problem = NULL;
	g_auto (http_response) response = {0};
	melange_service *service = self->service;
	gboolean malformed = FALSE;

	self->wait = 0;
	service_answer_clear (self->answer);
	if (service->tokens) {
		token_status status = token_source_get (service->tokens, self->stale, &token, &problem);

		if (status != TOKEN_OK)
			return fail (self, status == TOKEN_DENIED ? ATTEMPT_DONE : ATTEMPT_NOTHING,
			             status == TOKEN_DENIED ? IP_DRIVER_DENIED : IP_DRIVER_UNAVAILABLE, problem);
	}
	g_autoptr (GPtrArray) headers = make_headers (self, token);
	http_request request = {
		.method = self->request->method,
		.path = self->request->path,
		.headers = (const char *const *)headers->pdata,
		.echo = ECHO,
		.body = self->body,
		.body_size = self->body ? strlen (self->body) : 0,
	};
	switch (http_exchange (service->client, &request, &response, &problem, &malformed)) {
	case HTTP_ANSWERED:
		return take_response (self, &response, token);
	case HTTP_NOT_SENT:
		return fail (self, ATTEMPT_NOTHING, IP_DRIVER_UNAVAILABLE, problem);
	case HTTP_REFUSED:
		return fail (self, ATTEMPT_DONE, IP_DRIVER_DENIED, problem);
	default:
		return fail (self, ATTEMPT_UNKNOWN, malformed ? IP_DRIVER_PROTOCOL : IP_DRIVER_UNAVAILABLE, problem);
	}
}

/* Waits before attempt `number` (1: the first repetition). FALSE: the service wants to be left alone longer than
 * anyone waits. */
static gboolean
rest (const call *self, guint number)
{
	guint pause = PAUSE_MAX;

	if (self->wait > self->service->timeout)
		return FALSE;
	if (number < 7)
		pause = MIN (PAUSE_MAX, PAUSE_FIRST << (number - 1));
	/* Those who failed together must not come back together. */
	g_usleep ((gulong)(g_random_double_range (0.5, 1.0) * pause * 1000) + (gulong)self->wait * 1000);
	return TRUE;
}

static ip_driver_status
make_attempts (call *self)
{
	gboolean may_repeat = self->request->kind == SERVICE_REPEATABLE || is_recognised (self->request);
	guint repetitions = 0;

	for (;;) {
		gboolean had_stale = self->stale != NULL;
		attempt_end end = attempt (self);

		if (end == ATTEMPT_UNKNOWN)
			self->unknown = TRUE;
		if (end == ATTEMPT_DONE || (end == ATTEMPT_UNKNOWN && !may_repeat))
			break;
		/* A renewed token is tried at once, and is no repetition. */
		if (self->stale && !had_stale)
			continue;
		if (self->request->kind == SERVICE_SINGLE || ++repetitions > self->service->retries ||
		    !rest (self, repetitions))
			break;
	}
	return self->status;
}

ip_driver_status
melange_service_call (melange_service *service, const service_request *request, service_answer *answer,
                      gboolean *ret_unknown, ip_driver_error *error)
{
	call self = {.service = service, .request = request, .answer = answer, .error = error};

	*answer = (service_answer){0};
	if (request->body) {
		char *text = json_dumps (request->body, JSON_COMPACT);

		self.body = g_strdup (text);
		free (text);
	}
	ip_driver_status status = make_attempts (&self);
	if (ret_unknown)
		*ret_unknown = self.unknown;
	g_free (self.body);
	g_free (self.stale);
	return status;
}
