/* See server.h. */
#include "server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
	server_then then;
	GBytes *bytes;
	/* 0: none; instead of `then`. */
	guint tunnel_to;
} reply;

typedef struct {
	server *server;
	int fd;
	/* NULL: no TLS. */
	SSL *tls;
	GThread *thread;
} connection;

typedef struct {
	char *text;
	connection *from;
} request;

/* How much of a request is read before it is answered. */
typedef enum {
	PATIENCE_ALL,
	PATIENCE_HEADERS,
	PATIENCE_ANYTHING,
} patience;

struct server {
	int listener;
	guint port;
	char *url;
	SSL_CTX *tls;
	GThread *thread;
	GMutex lock;
	GCond changed;
	GPtrArray *connections;
	GPtrArray *requests;
	GQueue replies;
	reply *always;
	guint at_once;
	guint most_at_once;
	guint gather;
	/* A patience. */
	gint patience;
};

static void
reply_free (reply *r)
{
	g_bytes_unref (r->bytes);
	g_free (r);
}

static void
request_free (gpointer data)
{
	request *r = data;

	g_free (r->text);
	g_free (r);
}

static struct sockaddr_in
place_of (guint port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl (INADDR_LOOPBACK),
		.sin_port = htons ((guint16)port),
	};
}

static gssize
receive (connection *c, char *bytes, gsize size)
{
	return c->tls ? SSL_read (c->tls, bytes, (int)size) : recv (c->fd, bytes, size, 0);
}

static gboolean
send_all (connection *c, const char *bytes, gsize size)
{
	while (size > 0) {
		gssize sent = c->tls ? SSL_write (c->tls, bytes, (int)MIN (size, G_MAXINT))
		                     : send (c->fd, bytes, size, MSG_NOSIGNAL);

		if (sent <= 0)
			return FALSE;
		bytes += sent;
		size -= (gsize)sent;
	}
	return TRUE;
}

static gsize
body_length (const char *text, gsize head)
{
	g_autofree char *lower = g_ascii_strdown (text, (gssize)head);
	const char *header = strstr (lower, "\r\ncontent-length:");

	return header ? g_ascii_strtoull (header + strlen ("\r\ncontent-length:"), NULL, 10) : 0;
}

static gboolean
is_complete (connection *c, const GString *text)
{
	const char *end = strstr (text->str, "\r\n\r\n");

	switch (g_atomic_int_get (&c->server->patience)) {
	case PATIENCE_ANYTHING:
		return text->len > 0;
	case PATIENCE_HEADERS:
		return end != NULL;
	default:
		if (!end)
			return FALSE;
		gsize head = (gsize)(end - text->str);
		return text->len >= head + 4 + body_length (text->str, head);
	}
}

/* NULL: the client has hung up. */
static char *
read_request (connection *c)
{
	g_autoptr (GString) text = g_string_new (NULL);
	char bytes[4096];

	while (!is_complete (c, text)) {
		gssize size = receive (c, bytes, sizeof bytes);

		if (size <= 0)
			return NULL;
		g_string_append_len (text, bytes, size);
	}
	return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
await_hang_up (connection *c, gboolean drip)
{
	char bytes[256];
	struct pollfd poll_for = {.fd = c->fd, .events = POLLIN};

	for (;;) {
		if (poll (&poll_for, 1, drip ? 10 : -1) > 0 && recv (c->fd, bytes, sizeof bytes, 0) <= 0)
			return;
		if (drip && !send_all (c, "x", 1))
			return;
	}
}

static void
carry (int from, int to)
{
	char bytes[4096];
	gssize size = recv (from, bytes, sizeof bytes, 0);

	if (size <= 0)
		shutdown (to, SHUT_WR);
	else if (send (to, bytes, (gsize)size, MSG_NOSIGNAL) != size)
		g_error ("the tunnel is full");
}

/* Until the client hangs up. */
static void
tunnel (connection *c, guint port)
{
	struct sockaddr_in place = place_of (port);
	int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct pollfd ends[2] = {{.fd = c->fd, .events = POLLIN}, {.fd = fd, .events = POLLIN}};

	if (fd < 0 || connect (fd, (struct sockaddr *)&place, sizeof place) != 0)
		g_error ("no tunnel: %s", g_strerror (errno));
	while (recv (c->fd, &(char){0}, 1, MSG_PEEK | MSG_DONTWAIT) != 0 && poll (ends, 2, -1) > 0) {
		if (ends[0].revents)
			carry (c->fd, fd);
		if (ends[1].revents)
			carry (fd, c->fd);
	}
	close (fd);
}

/* Remembers the request, and says what to reply. */
static reply *
take_request (connection *c, char *text)
{
	server *s = c->server;
	request *r = g_new0 (request, 1);
	reply *found;

	r->text = text;
	r->from = c;
	g_mutex_lock (&s->lock);
	g_ptr_array_add (s->requests, r);
	s->at_once++;
	s->most_at_once = MAX (s->most_at_once, s->at_once);
	g_cond_broadcast (&s->changed);
	while (s->at_once < s->gather)
		g_cond_wait (&s->changed, &s->lock);
	/* All that were gathered go on. */
	s->gather = 0;
	g_cond_broadcast (&s->changed);
	found = g_queue_is_empty (&s->replies) ? s->always : g_queue_pop_head (&s->replies);
	g_mutex_unlock (&s->lock);
	if (!found)
		g_error ("nobody has said what to reply to:\n%s", text);
	return found;
}

static gboolean
answer (connection *c, const reply *r)
{
	static const struct linger reset = {.l_onoff = 1, .l_linger = 0};
	server *s = c->server;
	gsize size;
	const char *bytes = g_bytes_get_data (r->bytes, &size);
	gboolean sent;

	/* Before it is sent: who has the answer counts as answered. */
	g_mutex_lock (&s->lock);
	s->at_once--;
	g_mutex_unlock (&s->lock);
	sent = send_all (c, bytes, size);
	if (r->tunnel_to != 0)
		tunnel (c, r->tunnel_to);
	switch (r->then) {
	case THEN_KEEP:
		return sent;
	case THEN_HOLD:
	case THEN_DRIP:
		await_hang_up (c, r->then == THEN_DRIP);
		return FALSE;
	case THEN_RESET:
		setsockopt (c->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
		return FALSE;
	default:
		return FALSE;
	}
}

static gpointer
serve (gpointer data)
{
	connection *c = data;
	sigset_t pipe;

	/* OpenSSL writes without asking not to be killed. Only here: the client must live without. */
	sigemptyset (&pipe);
	sigaddset (&pipe, SIGPIPE);
	pthread_sigmask (SIG_BLOCK, &pipe, NULL);
	gboolean going_on = !c->tls || SSL_accept (c->tls) == 1;

	if (!going_on) {
		/* A reset would overtake the alert that says why. */
		shutdown (c->fd, SHUT_WR);
		await_hang_up (c, FALSE);
	}
	while (going_on) {
		char *text = read_request (c);

		if (!text)
			break;
		reply *r = take_request (c, text);
		going_on = answer (c, r);
		if (r != c->server->always)
			reply_free (r);
	}
	/* The number of the descriptor must not become another's while server_free() may still use it. */
	g_mutex_lock (&c->server->lock);
	close (c->fd);
	c->fd = -1;
	g_mutex_unlock (&c->server->lock);
	return NULL;
}

static gpointer
listen_for_clients (gpointer data)
{
	server *s = data;
	int fd;

	while ((fd = accept4 (s->listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
		connection *c = g_new0 (connection, 1);

		c->server = s;
		c->fd = fd;
		if (s->tls) {
			c->tls = SSL_new (s->tls);
			SSL_set_fd (c->tls, fd);
		}
		g_mutex_lock (&s->lock);
		g_ptr_array_add (s->connections, c);
		c->thread = g_thread_new ("connection", serve, c);
		g_mutex_unlock (&s->lock);
	}
	return NULL;
}

static server *
start (SSL_CTX *tls)
{
	server *s = g_new0 (server, 1);
	struct sockaddr_in place = place_of (0);
	socklen_t size = sizeof place;

	s->listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (s->listener < 0 || bind (s->listener, (struct sockaddr *)&place, sizeof place) != 0 ||
	    listen (s->listener, 64) != 0 || getsockname (s->listener, (struct sockaddr *)&place, &size) != 0)
		g_error ("no server: %s", g_strerror (errno));
	s->tls = tls;
	s->port = ntohs (place.sin_port);
	s->url = g_strdup_printf (tls ? "https://localhost:%u" : "http://127.0.0.1:%u", s->port);
	g_mutex_init (&s->lock);
	g_cond_init (&s->changed);
	s->connections = g_ptr_array_new ();
	s->requests = g_ptr_array_new_with_free_func (request_free);
	g_queue_init (&s->replies);
	s->thread = g_thread_new ("server", listen_for_clients, s);
	return s;
}

server *
server_new (void)
{
	return start (NULL);
}

server *
server_new_tls (const char *cert, const char *key, const char *client_ca)
{
	SSL_CTX *tls = SSL_CTX_new (TLS_server_method ());

	if (SSL_CTX_use_certificate_file (tls, cert, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_use_PrivateKey_file (tls, key, SSL_FILETYPE_PEM) != 1)
		g_error ("no certificate: %s", cert);
	if (client_ca) {
		if (SSL_CTX_load_verify_locations (tls, client_ca, NULL) != 1)
			g_error ("no certificate: %s", client_ca);
		SSL_CTX_set_verify (tls, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	}
	return start (tls);
}

void
server_free (server *s)
{
	shutdown (s->listener, SHUT_RDWR);
	g_thread_join (s->thread);
	close (s->listener);
	g_mutex_lock (&s->lock);
	for (guint i = 0; i < s->connections->len; i++) {
		const connection *c = g_ptr_array_index (s->connections, i);

		if (c->fd >= 0)
			shutdown (c->fd, SHUT_RDWR);
	}
	g_mutex_unlock (&s->lock);
	for (guint i = 0; i < s->connections->len; i++) {
		connection *c = g_ptr_array_index (s->connections, i);

		g_thread_join (c->thread);
		SSL_free (c->tls);
		g_free (c);
	}
	g_ptr_array_unref (s->connections);
	g_ptr_array_unref (s->requests);
	g_queue_clear_full (&s->replies, (GDestroyNotify)reply_free);
	g_clear_pointer (&s->always, reply_free);
	SSL_CTX_free (s->tls);
	g_mutex_clear (&s->lock);
	g_cond_clear (&s->changed);
	g_free (s->url);
	g_free (s);
}

const char *
server_url (const server *s)
{
	return s->url;
}

guint
server_port (const server *s)
{
	return s->port;
}

static reply *
make_reply (server_then then, const char *bytes, gsize size)
{
	reply *r = g_new0 (reply, 1);

	r->then = then;
	r->bytes = g_bytes_new (bytes, size);
	return r;
}

static reply *
make_json_reply (guint status, const char *headers, const char *json)
{
	g_autofree char *bytes = g_strdup_printf ("HTTP/1.1 %u Status\r\nContent-Type: application/json\r\n%s"
	                                          "Content-Length: %zu\r\n\r\n%s",
	                                          status, headers, strlen (json), json);

	return make_reply (THEN_KEEP, bytes, strlen (bytes));
}

static void
add_reply (server *s, reply *r)
{
	g_mutex_lock (&s->lock);
	g_queue_push_tail (&s->replies, r);
	g_mutex_unlock (&s->lock);
}

void
server_reply (server *s, server_then then, const char *bytes, gsize size)
{
	add_reply (s, make_reply (then, bytes, size));
}

void
server_reply_json (server *s, guint status, const char *headers, const char *json)
{
	add_reply (s, make_json_reply (status, headers, json));
}

void
server_reply_tunnel (server *s, guint port)
{
	reply *r = make_reply (THEN_CLOSE, BYTES ("HTTP/1.1 200 Connection established\r\nX-Tunnel: 1\r\n\r\n"));

	r->tunnel_to = port;
	add_reply (s, r);
}

void
server_reply_always (server *s, guint status, const char *headers, const char *json)
{
	g_assert (!s->always);
	s->always = make_json_reply (status, headers, json);
}

void
server_say (server *s, guint index, const char *bytes)
{
	g_mutex_lock (&s->lock);
	const request *r = g_ptr_array_index (s->requests, index);
	gboolean said = send_all (r->from, bytes, strlen (bytes));
	g_mutex_unlock (&s->lock);
	g_assert (said);
}

void
server_hang_up (server *s, guint index)
{
	g_mutex_lock (&s->lock);
	const request *r = g_ptr_array_index (s->requests, index);
	shutdown (r->from->fd, SHUT_RDWR);
	g_mutex_unlock (&s->lock);
}

guint
server_connections (server *s)
{
	g_mutex_lock (&s->lock);
	guint count = s->connections->len;
	g_mutex_unlock (&s->lock);
	return count;
}

guint
server_requests (server *s)
{
	g_mutex_lock (&s->lock);
	guint count = s->requests->len;
	g_mutex_unlock (&s->lock);
	return count;
}

const char *
server_request (server *s, guint index)
{
	g_mutex_lock (&s->lock);
	g_assert (index < s->requests->len);
	const request *r = g_ptr_array_index (s->requests, index);
	g_mutex_unlock (&s->lock);
	return r->text;
}

void
server_await_requests (server *s, guint requests)
{
	g_mutex_lock (&s->lock);
	while (s->requests->len < requests)
		g_cond_wait (&s->changed, &s->lock);
	g_mutex_unlock (&s->lock);
}

guint
server_most_at_once (server *s)
{
	g_mutex_lock (&s->lock);
	guint most = s->most_at_once;
	g_mutex_unlock (&s->lock);
	return most;
}

void
server_answer_early (server *s)
{
	g_atomic_int_set (&s->patience, PATIENCE_HEADERS);
}

void
server_answer_anything (server *s)
{
	g_atomic_int_set (&s->patience, PATIENCE_ANYTHING);
}

void
server_speak_tls_1_1 (server *s)
{
	SSL_CTX_set_security_level (s->tls, 0);
	if (SSL_CTX_set_min_proto_version (s->tls, TLS1_1_VERSION) != 1 ||
	    SSL_CTX_set_max_proto_version (s->tls, TLS1_1_VERSION) != 1)
		g_error ("no TLS 1.1");
}

void
server_gather (server *s, guint requests)
{
	g_mutex_lock (&s->lock);
	s->gather = requests;
	g_mutex_unlock (&s->lock);
}
