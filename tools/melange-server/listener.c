/*
 * listener.c: libmicrohttpd on one side, exchanges on the other.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fault.h"
#include "log.h"
#include "metrics.h"

/* Bytes a second: at this rate, bodies and answers may take as long as they are. */
#define RATE_MIN (32 * 1024)
/* Of a request's line and headers. */
#define HEADER_LIMIT (32 * 1024)
/* How much more than the limit of a body is read, and dropped, so that the client sees the answer. */
#define SWALLOW_LIMIT (16u << 20)
/* What all bodies may take together. */
#define BODIES_LIMIT (256u << 20)
/* Bytes of a client's name for his request. */
#define REQUEST_NAME_MAX 64
#define TLS_PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

struct listener {
	server *owner;
	/* For the limits. */
	generation *generation;
	struct MHD_Daemon *daemon;
	int fd;
	char *cert;
	char *key;
	GThread *reaper;
	GMutex lock;
	GCond changed;
	/* All connections (a set). */
	GHashTable *connections;
	/* Bytes of bodies that are kept. */
	gsize bodies;
	/* Requests whose headers have come, and whose answer has not been sent. */
	guint in_flight;
	gboolean draining;
	gboolean refusing;
	gboolean stopped;
};

typedef enum {
	/* For a request to begin. */
	PHASE_WAITING,
	PHASE_RECEIVING,
	/* It is being answered: no limit. */
	PHASE_WORKING,
	PHASE_SENDING,
} connection_phase;

/* Guarded by the listener's lock. */
typedef struct {
	int fd;
	gboolean tls;
	connection_phase phase;
	/* Until when it may last, monotonic. */
	gint64 until;
	gboolean used;
	/* It was shut down; what has come of a request is not carried out. */
	gboolean ended;
} connection;

/* A request, from its first line to the end of its answer. */
typedef struct {
	listener *owner;
	connection *peer;
	struct MHD_Connection *connection;
	char *target;
	exchange *item;
	/* Bytes of its body that count in the listener's `bodies`; and, if it is refused, were dropped. */
	gsize kept;
	gsize dropped;
	guint refusal;
	/* Its headers have been looked at. */
	gboolean seen;
	gboolean dispatched;
	/* Its answer has been handed to libmicrohttpd. */
	gboolean answered;
} pending;

/* Under the lock. size: of what is sent in that phase. */
static void
enter_phase (const listener *self, connection *peer, connection_phase phase, gsize size)
{
	peer->phase = phase;
	peer->until = g_get_monotonic_time () + (gint64)self->generation->config->timeout * G_USEC_PER_SEC +
	              (gint64)(size / RATE_MIN) * G_USEC_PER_SEC;
}

static void
notify_connection (void *data, struct MHD_Connection *handle, void **context, enum MHD_ConnectionNotificationCode code)
{
	listener *self = data;
	connection *peer;

	g_mutex_lock (&self->lock);
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		peer = g_new0 (connection, 1);
		peer->fd = MHD_get_connection_info (handle, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
		peer->tls = self->cert != NULL;
		enter_phase (self, peer, PHASE_WAITING, 0);
		g_hash_table_add (self->connections, peer);
		*context = peer;
	} else {
		/* The descriptor is closed after this. */
		g_hash_table_remove (self->connections, *context);
		g_cond_broadcast (&self->changed);
	}
	g_mutex_unlock (&self->lock);
}

/* What is said to a client whose request will not be heard to its end, past libmicrohttpd, which has not begun to
 * answer. */
static void
say_and_close (const connection *peer, const char *status)
{
	g_autofree char *text =
		g_strdup_printf ("HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", status);

	if (!peer->tls)
		(void)!send (peer->fd, text, strlen (text), MSG_DONTWAIT | MSG_NOSIGNAL);
	shutdown (peer->fd, SHUT_RDWR);
}

/* libmicrohttpd watches for edges, and takes a short read for the last there is: an end of the stream that comes with
 * the last bytes is never read. Where the client has ended his side, ending it here too takes nothing away, not even
 * what is unread, but is another edge. */
static void
show_end (const connection *peer)
{
	struct pollfd item = {.fd = peer->fd, .events = POLLRDHUP};

	if (poll (&item, 1, 0) > 0)
		shutdown (peer->fd, SHUT_RD);
}

/* Under the lock. status: what a client is told who may be in the middle of a request. */
static void
end_connection (connection *peer, const char *status)
{
	if (peer->phase == PHASE_RECEIVING || (peer->phase == PHASE_WAITING && !peer->used))
		say_and_close (peer, status);
	else
		shutdown (peer->fd, SHUT_RDWR);
	peer->ended = TRUE;
}

static void
reap (listener *self)
{
	gint64 now = g_get_monotonic_time ();
	GHashTableIter iterator;
	gpointer item;

	g_hash_table_iter_init (&iterator, self->connections);
	while (g_hash_table_iter_next (&iterator, &item, NULL)) {
		connection *peer = item;

		if (peer->phase == PHASE_WAITING || peer->phase == PHASE_RECEIVING)
			show_end (peer);
		if (peer->phase != PHASE_WORKING && peer->until <= now && !peer->ended)
			end_connection (peer, "408 Request Timeout");
	}
}

static gpointer
run_reaper (gpointer data)
{
	listener *self = data;
	gint64 pause = (gint64)self->generation->config->timeout * G_USEC_PER_SEC / 4;
	gint64 next;

	g_mutex_lock (&self->lock);
	while (!self->stopped) {
		reap (self);
		next = g_get_monotonic_time () + CLAMP (pause, G_USEC_PER_SEC / 4, G_USEC_PER_SEC);
		/* Whatever else changes: it looks at all connections. */
		while (!self->stopped && g_cond_wait_until (&self->changed, &self->lock, next))
			continue;
	}
	g_mutex_unlock (&self->lock);
	return NULL;
}

static void *
begin_request (void *data, const char *target, struct MHD_Connection *handle)
{
	listener *self = data;
	pending *request = g_new0 (pending, 1);

	request->owner = self;
	request->connection = handle;
	request->peer = MHD_get_connection_info (handle, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
	request->target = g_strdup (target);
	g_mutex_lock (&self->lock);
	enter_phase (self, request->peer, PHASE_RECEIVING, 0);
	g_mutex_unlock (&self->lock);
	return request;
}

static void
end_request (void *data, struct MHD_Connection *handle, void **context, enum MHD_RequestTerminationCode code)
{
	listener *self = data;
	pending *request = *context;

	if (request == NULL)
		return;
	*context = NULL;
	g_mutex_lock (&self->lock);
	enter_phase (self, request->peer, PHASE_WAITING, 0);
	request->peer->used = TRUE;
	self->bodies -= request->kept;
	if (request->seen && --self->in_flight == 0)
		g_cond_broadcast (&self->changed);
	g_mutex_unlock (&self->lock);
	exchange_free (request->item);
	g_free (request->target);
	g_free (request);
}

static char *
peer_name (struct MHD_Connection *handle)
{
	const struct sockaddr *address =
		MHD_get_connection_info (handle, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
	char name[INET6_ADDRSTRLEN + 1] = "-";

	if (address != NULL)
		getnameinfo (address,
		             address->sa_family == AF_INET6 ? sizeof (struct sockaddr_in6)
		                                            : sizeof (struct sockaddr_in),
		             name, sizeof (name), NULL, 0, NI_NUMERICHOST);
	return g_strdup (name);
}

typedef struct {
	exchange *item;
	/* A header stands twice that must not. */
	gboolean doubled;
	guint lengths;
	gboolean chunked;
	gboolean expects;
	guint64 length;
} header_reader;

static enum MHD_Result
read_header (void *data, enum MHD_ValueKind kind, const char *name, const char *value)
{
	header_reader *self = data;

	if (value == NULL)
		value = "";
	if (g_ascii_strcasecmp (name, "Content-Length") == 0) {
		self->lengths++;
		self->length = g_ascii_strtoull (value, NULL, 10);
	} else if (g_ascii_strcasecmp (name, "Transfer-Encoding") == 0) {
		self->chunked = TRUE;
	} else if (g_ascii_strcasecmp (name, "Expect") == 0) {
		self->expects = TRUE;
	}
	for (guint i = 0; i < HEADER_COUNT; i++) {
		char **place = &self->item->headers[i];

		if (g_ascii_strcasecmp (name, exchange_header_names[i]) != 0)
			continue;
		if (*place != NULL && i == HEADER_ACCEPT) {
			char *both = g_strdup_printf ("%s, %s", *place, value);

			g_free (*place);
			*place = both;
		} else if (*place != NULL) {
			self->doubled = TRUE;
		} else {
			*place = g_utf8_make_valid (value, -1);
		}
	}
	return MHD_YES;
}

static void
log_access (const exchange *item)
{
	log_line (IP_DRIVER_LOG_INFO, "%s \"%s %s\" %u %" G_GSIZE_FORMAT " %.4f", item->peer, item->method,
	          item->match.path != NULL ? item->match.path : "-", item->status, item->text->len,
	          (double)(g_get_monotonic_time () - item->began) / G_USEC_PER_SEC);
}

/* A client's name for his request is given back, so that he never takes one answer for another: on a connection that
 * something in between has spoilt, say. */
static void
echo_request (const exchange *item, struct MHD_Response *response)
{
	const char *name = item->headers[HEADER_REQUEST];

	if (name != NULL && *name != '\0' && strlen (name) <= REQUEST_NAME_MAX &&
	    strspn (name, "0123456789ABCDEFabcdef-") == strlen (name))
		MHD_add_response_header (response, exchange_header_names[HEADER_REQUEST], name);
}

static enum MHD_Result
send_answer (pending *request)
{
	listener *self = request->owner;
	exchange *item = request->item;
	gsize size = item->text->len;
	char *text = g_string_free (g_steal_pointer (&item->text), FALSE);
	struct MHD_Response *response = MHD_create_response_from_buffer_with_free_callback (size, text, g_free);
	enum MHD_Result result;

	request->answered = TRUE;
	item->text = g_string_new (NULL);
	if (response == NULL) {
		g_free (text);
		return MHD_NO;
	}
	if (item->content_type != NULL)
		MHD_add_response_header (response, MHD_HTTP_HEADER_CONTENT_TYPE, item->content_type);
	for (guint i = 0; i + 1 < item->answer_headers->len; i += 2)
		MHD_add_response_header (response, item->answer_headers->pdata[i], item->answer_headers->pdata[i + 1]);
	echo_request (item, response);
	g_mutex_lock (&self->lock);
	enter_phase (self, request->peer, PHASE_SENDING, size);
	if (item->close || self->draining)
		MHD_add_response_header (response, MHD_HTTP_HEADER_CONNECTION, "close");
	g_mutex_unlock (&self->lock);
	result = MHD_queue_response (request->connection, item->status, response);
	MHD_destroy_response (response);
	return result;
}

/* Answers what no thread needs to see. */
static enum MHD_Result
refuse (pending *request, guint status)
{
	exchange *item = request->item;

	item->match.method = "OTHER";
	item->match.label = "refused";
	fault_answer_text (item, status, NULL, NULL);
	item->close = TRUE;
	metrics_begin (request->owner->owner->metrics);
	metrics_end (request->owner->owner->metrics, item);
	log_access (item);
	return send_answer (request);
}

/* From any thread: the answer is complete. */
static void
resume (exchange *item)
{
	pending *request = item->owner;

	metrics_end (request->owner->owner->metrics, item);
	log_access (item);
	MHD_resume_connection (request->connection);
}

/* FALSE: the client has been told that it will not be carried out. */
static gboolean
begin_work (listener *self, connection *peer)
{
	gboolean good;

	g_mutex_lock (&self->lock);
	good = !peer->ended;
	if (good)
		enter_phase (self, peer, PHASE_WORKING, 0);
	g_mutex_unlock (&self->lock);
	return good;
}

/* The headers have come. */
static enum MHD_Result
look (pending *request, const char *method, const char *version)
{
	listener *self = request->owner;
	exchange *item = request->item = exchange_new (method, request->target);
	header_reader headers = {.item = item};
	guint limit = self->generation->config->request_limit;
	gboolean refusing;

	request->seen = TRUE;
	g_mutex_lock (&self->lock);
	self->in_flight++;
	refusing = self->refusing;
	g_mutex_unlock (&self->lock);
	item->peer = peer_name (request->connection);
	item->scheme = self->cert != NULL ? "https" : "http";
	item->done = resume;
	item->owner = request;
	MHD_get_connection_values (request->connection, MHD_HEADER_KIND, read_header, &headers);
	if (refusing)
		return refuse (request, 503);
	/* Two who disagree on where a request ends, or on who makes it, are a way in. */
	if (headers.doubled || headers.lengths > 1 || (headers.lengths > 0 && headers.chunked))
		return refuse (request, 400);
	if (headers.length > limit && (headers.expects || headers.length - limit > SWALLOW_LIMIT))
		return refuse (request, 413);
	return MHD_YES;
}

/* Whether there is room for more of a body. */
static gboolean
reserve (pending *request, gsize size)
{
	listener *self = request->owner;
	gboolean good;

	g_mutex_lock (&self->lock);
	good = self->bodies + size <= BODIES_LIMIT;
	if (good) {
		request->peer->until += (gint64)size * G_USEC_PER_SEC / RATE_MIN;
		self->bodies += size;
		request->kept += size;
	}
	g_mutex_unlock (&self->lock);
	return good;
}

static enum MHD_Result
take_body (pending *request, const char *data, size_t *size)
{
	GString *body = request->item->body;

	if (request->refusal == 0 && body->len + *size > request->owner->generation->config->request_limit)
		request->refusal = 413;
	else if (request->refusal == 0 && !reserve (request, *size))
		request->refusal = 503;
	if (request->refusal == 0) {
		g_string_append_len (body, data, (gssize)*size);
	} else {
		request->dropped += *size;
		g_string_truncate (body, 0);
	}
	*size = 0;
	if (request->dropped <= SWALLOW_LIMIT)
		return MHD_YES;
	say_and_close (request->peer, "413 Request Entity Too Large");
	return MHD_NO;
}

static enum MHD_Result
handle (void *data, struct MHD_Connection *handle, const char *target, const char *method, const char *version,
        const char *upload, size_t *upload_size, void **context)
{
	pending *request = *context;
	listener *self = data;

	/* A daemon that is being stopped drops answers in silence, and goes on with the request. */
	if (request->answered)
		return MHD_NO;
	if (!request->seen)
		return look (request, method, version);
	if (*upload_size > 0)
		return take_body (request, upload, upload_size);
	if (request->dispatched)
		return send_answer (request);
	if (request->refusal != 0)
		return refuse (request, request->refusal);
	if (!begin_work (self, request->peer))
		return MHD_NO;
	request->dispatched = TRUE;
	metrics_begin (self->owner->metrics);
	/* The answer may be there before this returns. */
	MHD_suspend_connection (handle);
	server_dispatch (self->owner, request->item);
	return MHD_YES;
}

static void log_daemon (void *data, const char *format, va_list args) G_GNUC_PRINTF (2, 0);

static void
log_daemon (void *data, const char *format, va_list args)
{
	g_autofree char *message = NULL;

	if (!log_wants (IP_DRIVER_LOG_DEBUG))
		return;
	message = g_strdup_vprintf (format, args);
	log_line (IP_DRIVER_LOG_DEBUG, "libmicrohttpd: %s", g_strchomp (message));
}

/* Paths are decoded by the router, which must see where a slash was escaped. */
static size_t
keep_escapes (void *data, struct MHD_Connection *handle, char *text)
{
	return strlen (text);
}

static gboolean
load_tls (listener *self, const server_config *config, char **ret_problem)
{
	g_autoptr (GError) problem = NULL;

	if (config->tls_cert == NULL)
		return TRUE;
	if (g_file_get_contents (config->tls_cert, &self->cert, NULL, &problem) &&
	    g_file_get_contents (config->tls_key, &self->key, NULL, &problem))
		return TRUE;
	*ret_problem = g_strdup (problem->message);
	return FALSE;
}

static gboolean
start_daemon (listener *self, const server_config *config, char **ret_problem)
{
	struct MHD_OptionItem tls[] = {
		{MHD_OPTION_HTTPS_MEM_CERT, 0, self->cert},
		{MHD_OPTION_HTTPS_MEM_KEY, 0, self->key},
		/* The library reads it only. */
		{MHD_OPTION_HTTPS_PRIORITIES, 0, (char *)(guintptr)TLS_PRIORITIES},
		{MHD_OPTION_END, 0, NULL},
	};
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;

	if (self->cert == NULL)
		tls[0].option = MHD_OPTION_END;
	else
		flags |= MHD_USE_TLS;
	self->daemon = MHD_start_daemon (
		flags, 0, NULL, NULL, handle, self, MHD_OPTION_EXTERNAL_LOGGER, log_daemon, NULL,
		MHD_OPTION_LISTEN_SOCKET, self->fd, MHD_OPTION_CONNECTION_LIMIT, config->max_connections,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEADER_LIMIT, MHD_OPTION_CONNECTION_TIMEOUT, 0u,
		MHD_OPTION_NOTIFY_CONNECTION, notify_connection, self, MHD_OPTION_NOTIFY_COMPLETED, end_request, self,
		MHD_OPTION_URI_LOG_CALLBACK, begin_request, self, MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL,
		MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
	if (self->daemon != NULL)
		return TRUE;
	*ret_problem = self->cert != NULL ? g_strdup_printf ("the certificate %s and the key %s cannot be used",
	                                                     config->tls_cert, config->tls_key)
	                                  : g_strdup ("the HTTP server cannot be started");
	return FALSE;
}

listener *
listener_start (server *owner, generation *current, int fd, char **ret_problem)
{
	listener *self = g_new0 (listener, 1);

	self->owner = owner;
	self->generation = generation_ref (current);
	g_mutex_init (&self->lock);
	g_cond_init (&self->changed);
	self->connections = g_hash_table_new_full (NULL, NULL, g_free, NULL);
	self->fd = fcntl (fd, F_DUPFD_CLOEXEC, 3);
	if (!load_tls (self, current->config, ret_problem) || !start_daemon (self, current->config, ret_problem)) {
		listener_free (self);
		return NULL;
	}
	self->reaper = g_thread_new ("reaper", run_reaper, self);
	return self;
}

gboolean
listener_check (const server_config *config, char **ret_problem)
{
	g_autofree char *cert = NULL, *key = NULL;
	struct MHD_Daemon *daemon;

	if (config->tls_cert == NULL)
		return TRUE;
	if (g_file_get_contents (config->tls_cert, &cert, NULL, NULL) &&
	    g_file_get_contents (config->tls_key, &key, NULL, NULL)) {
		daemon = MHD_start_daemon (MHD_USE_TLS | MHD_USE_NO_LISTEN_SOCKET | MHD_USE_EPOLL_INTERNAL_THREAD |
		                                   MHD_USE_ITC | MHD_USE_ERROR_LOG,
		                           0, NULL, NULL, handle, NULL, MHD_OPTION_EXTERNAL_LOGGER, log_daemon, NULL,
		                           MHD_OPTION_HTTPS_MEM_CERT, cert, MHD_OPTION_HTTPS_MEM_KEY, key,
		                           MHD_OPTION_END);
		if (daemon != NULL) {
			MHD_stop_daemon (daemon);
			return TRUE;
		}
	}
	*ret_problem = g_strdup_printf ("%s: [%s] tls_cert: the certificate %s and the key %s cannot be used",
	                                config->path, SERVER_CONFIG_GROUP, config->tls_cert, config->tls_key);
	return FALSE;
}

void
listener_quiesce (listener *self)
{
	g_mutex_lock (&self->lock);
	self->draining = TRUE;
	g_mutex_unlock (&self->lock);
	MHD_quiesce_daemon (self->daemon);
}

void
listener_end_idle (listener *self)
{
	GHashTableIter iterator;
	gpointer item;

	g_mutex_lock (&self->lock);
	self->refusing = TRUE;
	g_hash_table_iter_init (&iterator, self->connections);
	while (g_hash_table_iter_next (&iterator, &item, NULL)) {
		connection *peer = item;

		if ((peer->phase == PHASE_WAITING || peer->phase == PHASE_RECEIVING) && !peer->ended)
			end_connection (peer, "503 Service Unavailable");
	}
	g_mutex_unlock (&self->lock);
}

gboolean
listener_wait (listener *self, gboolean idle, gint64 end)
{
	gboolean done;

	g_mutex_lock (&self->lock);
	while ((self->in_flight > 0 || (idle && g_hash_table_size (self->connections) > 0)) &&
	       g_cond_wait_until (&self->changed, &self->lock, end))
		continue;
	done = self->in_flight == 0 && !(idle && g_hash_table_size (self->connections) > 0);
	/* What comes now is told to go elsewhere, without a thread's work. */
	self->refusing |= done;
	g_mutex_unlock (&self->lock);
	return done;
}

void
listener_free (listener *self)
{
	g_mutex_lock (&self->lock);
	self->stopped = TRUE;
	g_cond_broadcast (&self->changed);
	g_mutex_unlock (&self->lock);
	if (self->reaper != NULL)
		g_thread_join (self->reaper);
	if (self->daemon != NULL)
		MHD_stop_daemon (self->daemon);
	if (self->fd >= 0)
		close (self->fd);
	g_hash_table_unref (self->connections);
	g_mutex_clear (&self->lock);
	g_cond_clear (&self->changed);
	generation_unref (self->generation);
	g_free (self->cert);
	g_free (self->key);
	g_free (self);
}

int
listener_open_socket (const server_config *config, char **ret_problem)
{
	struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE, .ai_socktype = SOCK_STREAM};
	struct addrinfo *address = NULL;
	g_autofree char *port = g_strdup_printf ("%u", config->port);
	int fd = -1, one = 1;

	if (getaddrinfo (config->bind_address, port, &hints, &address) == 0) {
		fd = socket (address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		if (fd >= 0)
			setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof (one));
		if (fd >= 0 && (bind (fd, address->ai_addr, address->ai_addrlen) != 0 || listen (fd, SOMAXCONN) != 0)) {
			int code = errno;

			close (fd);
			errno = code;
			fd = -1;
		}
		freeaddrinfo (address);
	} else {
		errno = EADDRNOTAVAIL;
	}
	if (fd < 0)
		*ret_problem = g_strdup_printf ("cannot listen on %s port %u: %s", config->bind_address, config->port,
		                                g_strerror (errno));
	return fd;
}

char *
listener_socket_name (int fd, guint *ret_port)
{
	struct sockaddr_storage address;
	socklen_t length = sizeof (address);
	char host[INET6_ADDRSTRLEN + 1] = "", port[8] = "0";

	if (getsockname (fd, (struct sockaddr *)&address, &length) == 0)
		getnameinfo ((struct sockaddr *)&address, length, host, sizeof (host), port, sizeof (port),
		             NI_NUMERICHOST | NI_NUMERICSERV);
	*ret_port = (guint)g_ascii_strtoull (port, NULL, 10);
	return g_strdup_printf (strchr (host, ':') != NULL ? "[%s]:%s" : "%s:%s", host, port);
}
