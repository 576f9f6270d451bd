/*
 * See http.h. Each exchange has a libcurl handle to itself; handles that wait in the pool keep their connection
 * alive.
 *
 * libcurl repeats a request by itself if a connection that it used again dies before any byte of the answer
 * has come. The server may have carried out the request by then, so a second attempt within one exchange is
 * stopped, see refuse_again().
 */
#include "http.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Handles, each with a connection, that wait for work; what a burst needs beyond that is closed after it. */
#define IDLE_MAX 32
/* Bytes of all headers of an answer together, interim answers included. */
#define HEADERS_MAX (64 * 1024)
/* Of what libcurl or a server says in a message. */
#define REASON_MAX 200

struct http_client {
	char *url;
	guint timeout;
	guint connect_timeout;
	gsize body_limit;
	char *ca_file;
	char *cert_file;
	char *key_file;
	char *proxy;
	GMutex lock;
	/* CURL handles. */
	GPtrArray *idle;
};

/* What the callbacks of one exchange share. */
typedef struct {
	const http_client *client;
	const http_request *request;
	/* The request was, or is about to be, given to a connection. */
	gboolean sent;
	gsize header_bytes;
	guint status;
	gboolean has_length;
	guint64 length;
	gboolean has_encoding;
	/* The headers are complete; what comes later are trailers. */
	gboolean in_body;
	GHashTable *headers;
	GString *body;
	/* What a callback found wrong with the answer; NULL: nothing. */
	char *garbage;
	char reason[CURL_ERROR_SIZE];
} exchange;

/* curl_easy_setopt() fails only for what no caller can cause. */
#define SET(easy, option, value)                                                                                       \
	do {                                                                                                           \
		CURLcode set_result = curl_easy_setopt (easy, option, value);                                          \
		g_assert (set_result == CURLE_OK);                                                                     \
	} while (0)

char *
http_printable (const char *text, gsize size, gsize longest)
{
	GString *line = g_string_new (NULL);
	const char *end = text + size;
	gboolean space = FALSE;

	while (text < end) {
		gunichar c = g_utf8_get_char_validated (text, end - text);
		gboolean valid = c != (gunichar)-1 && c != (gunichar)-2 && c != 0;
		const char *next = text + (valid ? g_unichar_to_utf8 (c, NULL) : 1);

		if (valid && g_unichar_isspace (c)) {
			space = line->len > 0;
			text = next;
			continue;
		}
		if (!valid || !g_unichar_isprint (c))
			c = '?';
		if (line->len + space + (gsize)g_unichar_to_utf8 (c, NULL) > longest)
			break;
		if (space)
			g_string_append_c (line, ' ');
		space = FALSE;
		g_string_append_unichar (line, c);
		text = next;
	}
	return g_string_free (line, FALSE);
}

char *
http_duration (guint milliseconds)
{
	if (milliseconds % 1000 == 0)
		return g_strdup_printf ("%u s", milliseconds / 1000);
	return g_strdup_printf ("%u ms", milliseconds);
}

static gboolean
has_control (const char *text)
{
	for (; *text; text++) {
		if (g_ascii_iscntrl (*text))
			return TRUE;
	}
	return FALSE;
}

/* Once in the process. */
static void
start_curl (void)
{
	static gsize started = 0;

	if (g_once_init_enter (&started)) {
		CURLcode result = curl_global_init (CURL_GLOBAL_DEFAULT);

		g_assert (result == CURLE_OK);
		g_once_init_leave (&started, 1);
	}
}

/* Both kinds of URL; flags are those of curl_url_set(). */
static char *
check_any_url (const char *url, unsigned int flags)
{
	const char *host = g_ascii_strncasecmp (url, "http://", 7) == 0    ? url + 7
	                   : g_ascii_strncasecmp (url, "https://", 8) == 0 ? url + 8
	                                                                   : NULL;
	CURLUcode result;

	if (!host)
		return g_strdup ("does not begin with http:// or https://");
	if (*host == '\0' || strchr ("/?#:", *host))
		return g_strdup ("has no host");
	if (has_control (url) || strchr (url, ' '))
		return g_strdup ("holds a space or a control character");
	if (strpbrk (url, "?#"))
		return g_strdup ("has a query or a fragment");
	start_curl ();
	CURLU *parsed = curl_url ();
	result = curl_url_set (parsed, CURLUPART_URL, url, flags);
	curl_url_cleanup (parsed);
	if (result == CURLUE_USER_NOT_ALLOWED)
		return g_strdup ("holds credentials");
	return result == CURLUE_OK ? NULL : g_strdup ("is not a URL");
}

char *
http_check_url (const char *url)
{
	return check_any_url (url, CURLU_DISALLOW_USER);
}

char *
http_check_proxy (const char *url)
{
	return check_any_url (url, 0);
}

char *
http_check_file (const char *path)
{
	int file;

	if (!g_path_is_absolute (path))
		return g_strdup_printf ("%s is not an absolute path", path);
	file = open (path, O_RDONLY | O_CLOEXEC);
	if (file < 0) {
		int problem = errno;

		return g_strdup_printf ("%s cannot be read: %s", path, g_strerror (problem));
	}
	close (file);
	return NULL;
}

/* Whether the check of a member found nothing. */
static gboolean
is_good (const char *member, char *problem, char **ret_problem)
{
	if (!problem)
		return TRUE;
	*ret_problem = g_strdup_printf ("%s %s", member, problem);
	g_free (problem);
	return FALSE;
}

http_client *
http_client_new (const http_options *options, char **ret_problem)
{
	g_assert (options->timeout > 0 && options->connect_timeout > 0);
	if (!is_good ("url", http_check_url (options->url), ret_problem) ||
	    (options->proxy && !is_good ("proxy", http_check_proxy (options->proxy), ret_problem)) ||
	    (options->ca_file && !is_good ("ca_file", http_check_file (options->ca_file), ret_problem)) ||
	    (options->cert_file && !is_good ("cert_file", http_check_file (options->cert_file), ret_problem)) ||
	    (options->key_file && !is_good ("key_file", http_check_file (options->key_file), ret_problem)))
		return NULL;
	if (!options->cert_file != !options->key_file) {
		*ret_problem = g_strdup ("cert_file and key_file belong together");
		return NULL;
	}
	http_client *client = g_new0 (http_client, 1);
	client->url = g_strdup (options->url);
	for (gsize end = strlen (client->url); end > 0 && client->url[end - 1] == '/'; end--)
		client->url[end - 1] = '\0';
	client->timeout = options->timeout;
	client->connect_timeout = MIN (options->connect_timeout, options->timeout);
	client->body_limit = options->body_limit;
	client->ca_file = g_strdup (options->ca_file);
	client->cert_file = g_strdup (options->cert_file);
	client->key_file = g_strdup (options->key_file);
	client->proxy = g_strdup (options->proxy);
	g_mutex_init (&client->lock);
	client->idle = g_ptr_array_new_with_free_func (curl_easy_cleanup);
	return client;
}

void
http_client_free (http_client *client)
{
	if (!client)
		return;
	g_ptr_array_unref (client->idle);
	g_mutex_clear (&client->lock);
	g_free (client->url);
	g_free (client->ca_file);
	g_free (client->cert_file);
	g_free (client->key_file);
	g_free (client->proxy);
	g_free (client);
}

const char *
http_client_url (const http_client *client)
{
	return client->url;
}

void
http_response_clear (http_response *response)
{
	g_clear_pointer (&response->content_type, g_free);
	g_clear_pointer (&response->body, g_free);
	g_clear_pointer (&response->headers, g_hash_table_unref);
	response->body_size = 0;
	response->status = 0;
	response->date = 0;
}

/* Whether the server has said something, or hung up, while nothing was asked of it. libcurl would take that
 * for the answer to the next request. */
static gboolean
has_spoken (CURL *easy)
{
	curl_socket_t connection = CURL_SOCKET_BAD;

	if (curl_easy_getinfo (easy, CURLINFO_ACTIVESOCKET, &connection) != CURLE_OK || connection == CURL_SOCKET_BAD)
		return FALSE;
	struct pollfd poll_for = {.fd = connection, .events = POLLIN | POLLRDHUP};
	return poll (&poll_for, 1, 0) != 0;
}

static CURL *
take_handle (http_client *client)
{
	for (;;) {
		CURL *easy = NULL;

		g_mutex_lock (&client->lock);
		if (client->idle->len > 0)
			easy = g_ptr_array_steal_index (client->idle, client->idle->len - 1);
		g_mutex_unlock (&client->lock);
		if (!easy)
			break;
		if (!has_spoken (easy))
			return easy;
		curl_easy_cleanup (easy);
	}
	CURL *made = curl_easy_init ();
	g_assert (made);
	return made;
}

static void
give_handle (http_client *client, CURL *easy)
{
	/* Keeps the connection, forgets the request. */
	curl_easy_reset (easy);
	g_mutex_lock (&client->lock);
	if (client->idle->len < IDLE_MAX) {
		g_ptr_array_add (client->idle, easy);
		easy = NULL;
	}
	g_mutex_unlock (&client->lock);
	if (easy)
		curl_easy_cleanup (easy);
}

/* Called when a request is about to be sent on a connection that stands. */
static int
refuse_again (gpointer data, char *remote, char *local, int remote_port, int local_port)
{
	exchange *x = data;

	if (x->sent)
		return CURL_PREREQFUNC_ABORT;
	x->sent = TRUE;
	return CURL_PREREQFUNC_OK;
}

/* As libcurl does it, but no other program inherits the connection; and none is made for a second attempt. */
static curl_socket_t
open_socket (gpointer data, curlsocktype purpose, struct curl_sockaddr *address)
{
	exchange *x = data;

	if (x->sent)
		return CURL_SOCKET_BAD;
	return socket (address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static gboolean
is_garbage (exchange *x, const char *problem)
{
	if (!x->garbage)
		x->garbage = g_strdup (problem);
	return FALSE;
}

static gboolean
is_too_big (exchange *x)
{
	g_autofree char *problem =
		g_strdup_printf ("the answer has more than %" G_GSIZE_FORMAT " bytes", x->client->body_limit);

	return is_garbage (x, problem);
}

/* A line that begins an answer, an interim one perhaps: HTTP/1.x NNN reason. */
static gboolean
take_status (exchange *x, const char *line, gsize size)
{
	if (size < 12 || !g_ascii_isdigit (line[7]) || line[8] != ' ' || !g_ascii_isdigit (line[9]) ||
	    !g_ascii_isdigit (line[10]) || !g_ascii_isdigit (line[11]) || (size > 12 && line[12] != ' '))
		return is_garbage (x, "the answer is not HTTP/1");
	x->status = (guint)(line[9] - '0') * 100 + (guint)(line[10] - '0') * 10 + (guint)(line[11] - '0');
	if (x->status < 100 || x->status > 599 || x->status == 101)
		return is_garbage (x, "the answer has a status that makes no sense");
	g_hash_table_remove_all (x->headers);
	x->has_length = FALSE;
	x->has_encoding = FALSE;
	return TRUE;
}

/* A header that says where the answer ends: one that can be read in two ways could be another request's. */
static gboolean
take_framing (exchange *x, const char *name, const char *value)
{
	guint64 length;

	if (g_str_equal (name, "transfer-encoding")) {
		x->has_encoding = TRUE;
	} else if (g_str_equal (name, "content-length")) {
		if (!g_ascii_isdigit (*value) ||
		    !g_ascii_string_to_unsigned (value, 10, 0, G_MAXINT64, &length, NULL) ||
		    (x->has_length && length != x->length))
			return is_garbage (x, "the answer's headers make no sense");
		x->has_length = TRUE;
		x->length = length;
		if (length > x->client->body_limit)
			return is_too_big (x);
	}
	if (x->has_length && x->has_encoding)
		return is_garbage (x, "the answer's headers make no sense");
	return TRUE;
}

static gboolean
take_header (exchange *x, char *line)
{
	char *colon = strchr (line, ':');

	if (!colon || colon == line || strcspn (line, " \t") < (gsize)(colon - line))
		return is_garbage (x, "the answer's headers make no sense");
	*colon = '\0';
	g_autofree char *name = g_ascii_strdown (line, -1);
	char *value = g_strstrip (colon + 1);
	if (!take_framing (x, name, value))
		return FALSE;
	g_hash_table_insert (x->headers, g_steal_pointer (&name), g_strdup (value));
	return TRUE;
}

/* One line of the headers, with its end. */
static gsize
receive_header (char *text, gsize one, gsize size, gpointer data)
{
	exchange *x = data;
	gsize length = size;

	x->header_bytes += size;
	if (x->header_bytes > HEADERS_MAX) {
		is_garbage (x, "the answer's headers are too big");
		return 0;
	}
	if (x->in_body)
		return size;
	if (length > 0 && text[length - 1] == '\n')
		length--;
	if (length > 0 && text[length - 1] == '\r')
		length--;
	if (length == 0) {
		x->in_body = x->status >= 200;
		return size;
	}
	for (gsize i = 0; i < length; i++) {
		if (g_ascii_iscntrl (text[i]) && text[i] != '\t') {
			is_garbage (x, "the answer's headers make no sense");
			return 0;
		}
	}
	if (length >= 5 && memcmp (text, "HTTP/", 5) == 0)
		return take_status (x, text, length) ? size : 0;
	g_autofree char *line = g_strndup (text, length);
	return take_header (x, line) ? size : 0;
}

static gsize
receive_body (char *bytes, gsize one, gsize size, gpointer data)
{
	exchange *x = data;

	if (size > x->client->body_limit - x->body->len) {
		is_too_big (x);
		return 0;
	}
	g_string_append_len (x->body, bytes, (gssize)size);
	return size;
}

static void
set_up_connection (CURL *easy, const http_client *client)
{
	gboolean is_tls = g_ascii_strncasecmp (client->url, "https:", 6) == 0;

	SET (easy, CURLOPT_NOSIGNAL, 1L);
	SET (easy, CURLOPT_PROTOCOLS_STR, is_tls ? "https" : "http");
	SET (easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET (easy, CURLOPT_FOLLOWLOCATION, 0L);
	SET (easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET (easy, CURLOPT_TIMEOUT_MS, (long)client->timeout);
	SET (easy, CURLOPT_CONNECTTIMEOUT_MS, (long)client->connect_timeout);
	/* Otherwise a time-out waits for the thread that resolves the name. */
	SET (easy, CURLOPT_QUICK_EXIT, 1L);
	SET (easy, CURLOPT_MAXCONNECTS, 1L);
	/* Not NULL, which would mean what the environment says. */
	SET (easy, CURLOPT_PROXY, client->proxy ? client->proxy : "");
	SET (easy, CURLOPT_NOPROXY, "");
	SET (easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	if (!is_tls)
		return;
	SET (easy, CURLOPT_SSL_VERIFYPEER, 1L);
	SET (easy, CURLOPT_SSL_VERIFYHOST, 2L);
	SET (easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (client->ca_file) {
		SET (easy, CURLOPT_CAINFO, client->ca_file);
		/* The system's folder would be believed too. */
		SET (easy, CURLOPT_CAPATH, NULL);
	}
	if (client->cert_file) {
		SET (easy, CURLOPT_SSLCERT, client->cert_file);
		SET (easy, CURLOPT_SSLKEY, client->key_file);
	}
}

static void
set_up_request (CURL *easy, const http_request *request, const char *url, struct curl_slist *headers)
{
	gboolean has_body =
		request->body || g_str_equal (request->method, "POST") || g_str_equal (request->method, "PUT");

	SET (easy, CURLOPT_URL, url);
	/* An id may be "..". */
	SET (easy, CURLOPT_PATH_AS_IS, 1L);
	SET (easy, CURLOPT_USERAGENT, "ip_driver");
	SET (easy, CURLOPT_HTTPHEADER, headers);
	if (has_body) {
		SET (easy, CURLOPT_POST, 1L);
		SET (easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_size);
		SET (easy, CURLOPT_POSTFIELDS, request->body ? request->body : "");
	}
	SET (easy, CURLOPT_CUSTOMREQUEST, request->method);
}

static void
set_up_callbacks (CURL *easy, exchange *x)
{
	SET (easy, CURLOPT_ERRORBUFFER, x->reason);
	SET (easy, CURLOPT_PREREQFUNCTION, refuse_again);
	SET (easy, CURLOPT_PREREQDATA, x);
	SET (easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	SET (easy, CURLOPT_OPENSOCKETDATA, x);
	SET (easy, CURLOPT_HEADERFUNCTION, receive_header);
	SET (easy, CURLOPT_HEADERDATA, x);
	SET (easy, CURLOPT_WRITEFUNCTION, receive_body);
	SET (easy, CURLOPT_WRITEDATA, x);
}

/* The value of one of the request's headers; NULL: it has none of that name. */
static const char *
find_header (const char *const *headers, const char *name)
{
	gsize length = strlen (name);

	for (; headers && *headers; headers++) {
		if (g_ascii_strncasecmp (*headers, name, length) == 0 && (*headers)[length] == ':')
			return *headers + length + 1 + strspn (*headers + length + 1, " ");
	}
	return NULL;
}

/* NULL: *ret_problem says why not. */
static struct curl_slist *
make_headers (const http_request *request, char **ret_problem)
{
	/* No waiting for "100 Continue", and none of libcurl's content types. */
	struct curl_slist *list = curl_slist_append (NULL, "Expect:");

	if (!find_header (request->headers, "Content-Type"))
		list = curl_slist_append (list, "Content-Type:");
	for (const char *const *header = request->headers; header && *header; header++) {
		if (has_control (*header)) {
			*ret_problem = g_strdup_printf ("the header %.*s would hold a control character",
			                                (int)strcspn (*header, ":\r\n"), *header);
			curl_slist_free_all (list);
			return NULL;
		}
		list = curl_slist_append (list, *header);
	}
	return list;
}

/* Why there is no connection to the server. */
static http_outcome
describe_unsent (CURL *easy, CURLcode code, const exchange *x, char **ret_problem)
{
	g_autofree char *reason = http_printable (x->reason, strlen (x->reason), REASON_MAX);
	g_autofree char *time = http_duration (x->client->connect_timeout);
	const char *whither = x->client->proxy != NULL ? " to the proxy" : "";
	long number = 0;

	switch (code) {
	case CURLE_OPERATION_TIMEDOUT:
		*ret_problem = g_strdup_printf ("no connection within %s", time);
		return HTTP_NOT_SENT;
	case CURLE_COULDNT_RESOLVE_HOST:
		*ret_problem = g_strdup ("the host's name cannot be resolved");
		return HTTP_NOT_SENT;
	case CURLE_COULDNT_RESOLVE_PROXY:
		*ret_problem = g_strdup ("the proxy's name cannot be resolved");
		return HTTP_NOT_SENT;
	case CURLE_SSL_CONNECT_ERROR:
		*ret_problem = g_strdup_printf ("no TLS connection: %s", reason);
		return HTTP_NOT_SENT;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_INVALIDCERTSTATUS:
		*ret_problem = g_strdup_printf ("the server's certificate is not trusted: %s", reason);
		return HTTP_REFUSED;
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
		*ret_problem = g_strdup_printf ("TLS cannot be set up: %s", reason);
		return HTTP_REFUSED;
	default:
		if (curl_easy_getinfo (easy, CURLINFO_HTTP_CONNECTCODE, &number) == CURLE_OK && number / 100 > 2) {
			*ret_problem = g_strdup_printf ("the proxy answers %ld to CONNECT", number);
			return number == 407 ? HTTP_REFUSED : HTTP_NOT_SENT;
		}
		if (curl_easy_getinfo (easy, CURLINFO_OS_ERRNO, &number) == CURLE_OK && number != 0)
			*ret_problem = g_strdup_printf ("no connection%s: %s", whither, g_strerror ((int)number));
		else
			*ret_problem = g_strdup_printf ("no connection%s: %s", whither, curl_easy_strerror (code));
		return HTTP_NOT_SENT;
	}
}

/* Why there is no answer to a request that the server may have seen. */
static char *
describe_unanswered (CURLcode code, const exchange *x, gboolean *ret_malformed)
{
	g_autofree char *time = http_duration (x->client->timeout);

	*ret_malformed = TRUE;
	if (x->garbage)
		return g_strdup (x->garbage);
	switch (code) {
	case CURLE_UNSUPPORTED_PROTOCOL:
		return g_strdup ("the answer is not HTTP/1");
	case CURLE_WEIRD_SERVER_REPLY:
		return g_strdup ("the answer's headers make no sense");
	case CURLE_BAD_CONTENT_ENCODING:
		return g_strdup ("the answer is badly encoded");
	case CURLE_OUT_OF_MEMORY:
		/* What libcurl says of a line that is longer than it cares to keep. */
		return g_strdup ("the answer's headers are too big");
	case CURLE_RECV_ERROR:
		if (strstr (x->reason, "chunk"))
			return g_strdup ("the answer is badly chunked");
		break;
	default:
		break;
	}
	*ret_malformed = FALSE;
	if (code == CURLE_OPERATION_TIMEDOUT)
		return g_strdup_printf ("no answer within %s", time);
	if (code == CURLE_PARTIAL_FILE || x->header_bytes > 0)
		return g_strdup ("the answer broke off");
	return g_strdup ("the connection was closed before an answer came");
}

/* With TLS 1.3 the client may send before the server has looked at the client's certificate. A server that ends a
 * new connection because of that has not looked at the request either. */
static gboolean
is_certificate_refused (CURL *easy, CURLcode code, const exchange *x)
{
	static const char *const alerts[] = {"certificate", "unknown ca", "access denied"};
	long connections = 0;
	const char *alert = strstr (x->reason, " alert ");

	if (code != CURLE_RECV_ERROR || x->header_bytes > 0 || !alert ||
	    curl_easy_getinfo (easy, CURLINFO_NUM_CONNECTS, &connections) != CURLE_OK || connections == 0)
		return FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS (alerts); i++) {
		if (strstr (alert, alerts[i]))
			return TRUE;
	}
	return FALSE;
}

static void
take_response (exchange *x, http_response *response)
{
	const char *type = g_hash_table_lookup (x->headers, "content-type");
	const char *date = g_hash_table_lookup (x->headers, "date");

	*response = (http_response){.status = x->status, .body_size = x->body->len};
	if (date)
		response->date = MAX (0, curl_getdate (date, NULL));
	if (type) {
		g_autofree char *plain = g_strndup (type, strcspn (type, ";"));

		response->content_type = g_ascii_strdown (g_strstrip (plain), -1);
	}
	response->body = g_string_free (g_steal_pointer (&x->body), FALSE);
	response->headers = g_steal_pointer (&x->headers);
}

/* Whether the answer says that it is another request's: it came late, or twice. */
static gboolean
is_of_another (const exchange *x)
{
	const char *expected = x->request->echo ? find_header (x->request->headers, x->request->echo) : NULL;

	if (!expected)
		return FALSE;
	g_autofree char *name = g_ascii_strdown (x->request->echo, -1);
	const char *value = g_hash_table_lookup (x->headers, name);
	return value && !g_str_equal (value, expected);
}

static http_outcome
finish (CURL *easy, CURLcode code, exchange *x, http_response *response, char **ret_problem, gboolean *ret_malformed)
{
	if (is_of_another (x))
		is_garbage (x, "the answer belongs to another request");
	/* libcurl takes headers that break off for an answer. */
	if (code == CURLE_OK && x->in_body && !x->garbage) {
		take_response (x, response);
		return HTTP_ANSWERED;
	}
	if (!x->sent)
		return describe_unsent (easy, code, x, ret_problem);
	if (is_certificate_refused (easy, code, x)) {
		g_autofree char *reason = http_printable (x->reason, strlen (x->reason), REASON_MAX);

		*ret_problem = g_strdup_printf ("the server refuses the client's certificate: %s", reason);
		return HTTP_REFUSED;
	}
	*ret_problem = describe_unanswered (code, x, ret_malformed);
	return HTTP_UNKNOWN;
}

http_outcome
http_exchange (http_client *client, const http_request *request, http_response *response, char **ret_problem,
               gboolean *ret_malformed)
{
	g_autofree char *url = g_strconcat (client->url, request->path, NULL);
	g_autofree char *problem = NULL;
	gboolean malformed = FALSE;
	struct curl_slist *headers = make_headers (request, &problem);
	http_outcome outcome = HTTP_REFUSED;

	*response = (http_response){0};
	if (headers) {
		exchange x = {
			.client = client,
			.request = request,
			.headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free),
			.body = g_string_new (NULL),
		};
		CURL *easy = take_handle (client);

		set_up_connection (easy, client);
		set_up_request (easy, request, url, headers);
		set_up_callbacks (easy, &x);
		CURLcode code = curl_easy_perform (easy);
		outcome = finish (easy, code, &x, response, &problem, &malformed);
		/* What comes over a connection after nonsense is none of the next request's business. */
		if (outcome == HTTP_ANSWERED)
			give_handle (client, easy);
		else
			curl_easy_cleanup (easy);
		curl_slist_free_all (headers);
		g_clear_pointer (&x.headers, g_hash_table_unref);
		if (x.body)
			g_string_free (x.body, TRUE);
		g_free (x.garbage);
	}
	if (ret_problem)
		*ret_problem = g_steal_pointer (&problem);
	if (ret_malformed)
		*ret_malformed = malformed;
	return outcome;
}
