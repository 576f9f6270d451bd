/*
 * One HTTP exchange with one server: a client that keeps connections alive in a pool and is safe for
 * any number of threads. It follows no redirect, reads no environment, speaks nothing but HTTP and
 * HTTPS, and gives up on whatever is too big or too slow. It never repeats a request by itself.
 *
 * Used by the melange driver and by the Melange service (for Keystone).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MELANGE_HTTP_H
#define MELANGE_HTTP_H

#include <glib.h>

typedef struct http_client http_client;

typedef struct {
	/* http or https; a path is a prefix of every request's path. No credentials, query, fragment. */
	const char *url;
	/* Of one exchange, connecting included; and of connecting alone. Milliseconds, above 0. */
	guint timeout;
	guint connect_timeout;
	/* Bytes of an answer's body, beyond which the exchange fails. Its headers may take 64 KiB. */
	gsize body_limit;
	/* Files (PEM), absolute, or NULL. ca_file NULL: the system's. cert and key: both or neither. */
	const char *ca_file;
	const char *cert_file;
	const char *key_file;
	/* http or https URL, which may hold credentials; or NULL: none. */
	const char *proxy;
} http_options;

/* What is wrong with a value, for a message that begins with its name ("has no host"); NULL: nothing. */
char *http_check_url (const char *url);
char *http_check_proxy (const char *url);
char *http_check_file (const char *path);

/* NULL: *ret_problem (to be freed) names the member that makes no sense, and tells no secret. A child of
 * fork() must not use it, nor free it. */
http_client *http_client_new (const http_options *options, char **ret_problem);
void http_client_free (http_client *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (http_client, http_client_free)

/* The URL as given but without a trailing slash, for messages. */
const char *http_client_url (const http_client *client);

typedef struct {
	/* "GET", "POST", "PUT", "DELETE". */
	const char *method;
	/* Begins with a slash; escaped; with its query. */
	const char *path;
	/* NULL-terminated "Name: value" lines, or NULL. */
	const char *const *headers;
	/* NULL, or the name of one of them: a server that knows it gives it back. An answer that has it with another
	 * value belongs to another request, and is malformed. */
	const char *echo;
	/* NULL: none. */
	const char *body;
	gsize body_size;
} http_request;

typedef struct {
	guint status;
	/* Lower case, without parameters ("application/json"); NULL: not given. */
	char *content_type;
	/* NUL-terminated for convenience; may hold NULs. */
	char *body;
	gsize body_size;
	/* Names in lower case to values without control characters; the last of a name counts. */
	GHashTable *headers;
	/* The server's clock (the header Date), seconds since 1970; 0: not given. */
	gint64 date;
} http_response;

void http_response_clear (http_response *response);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (http_response, http_response_clear)

typedef enum {
	/* *response is filled, whatever its status. */
	HTTP_ANSWERED,
	/* The server has not seen the request: no name, no connection, no TLS. */
	HTTP_NOT_SENT,
	/* It may have been carried out: time-out, connection cut, answer too big or malformed. */
	HTTP_UNKNOWN,
	/* As NOT_SENT, and trying again will not help: a certificate is not trusted, the proxy wants other
	 * credentials, a header holds a control character. */
	HTTP_REFUSED,
} http_outcome;

/* Makes one exchange. ret_problem (to be freed): one line, without secrets, unless ANSWERED. The answer
 * was malformed rather than missing: *ret_malformed. Both may be NULL. */
http_outcome http_exchange (http_client *client, const http_request *request, http_response *response,
                            char **ret_problem, gboolean *ret_malformed);

/* Text of a server made safe to print: one line, valid UTF-8, at most `longest` bytes. White space becomes
 * single spaces; what else cannot be printed, '?'. To be freed. */
char *http_printable (const char *text, gsize size, gsize longest);
/* "10 s", "200 ms". To be freed. */
char *http_duration (guint milliseconds);

#endif
