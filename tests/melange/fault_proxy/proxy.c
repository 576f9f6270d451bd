/*
 * See proxy.h. A thread accepts connections; each has a thread of its own, which reads a request, takes the fault that
 * is armed, and makes the exchange with the server over a connection of its own.
 *
 * WHAT IS LEFT OUT, because nobody could tell it from what it is not:
 *
 * - A corrupted answer that is another valid one (a digit of an address, a status): only a checksum would show it. So
 * bytes become such as no answer has.
 * - An answer to another request of the same form, in place of the right one: nothing in an answer of the API names the
 *   request. So swapped answers have another key.
 *
 * And with the historical API, whose requests have no name by which the service could recognise them:
 *
 * - A changing request that arrives twice: the second is a request like any other.
 * - A changing request that arrives after the client gave up: the client has asked in between what became of it, and
 * was told, rightly, that nothing did. So the service also has carried out what it got before the client learns of the
 * cut.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proxy.h"
#include "spoil.h"

const char *const fault_kind_names[FAULT_KINDS] = {
	"fin", "rst", "refuse", "stall", "drip", "twice", "delay", "double", "swap", "corrupt", "truncate", "page",
};
const char *const fault_point_names[FAULT_POINTS] = {
	"connect",     "request:0", "request:line", "request:headers", "request:body", "request:all-1",
	"request:all", "answer:0",  "answer:line",  "answer:headers",  "answer:body",  "answer:all-1",
};

/* Milliseconds for which nobody listens, unless the fault lasts. */
#define REFUSAL 40

typedef enum { WHEN_BEFORE_NEXT, WHEN_AFTER_NEXT, WHEN_TOLD } delay_when;

typedef struct {
	GByteArray *request;
	delay_when when;
} delayed;

struct proxy {
	guint16 port, server_port;
	gboolean historical;
	guint timeout;
	/* Holds the port while nobody listens. */
	int holder;
	int listener;
	/* Written to: the listener's thread, or all threads, are to look up. */
	int wake;
	int stop;
	GThread *acceptor;
	GMutex lock;
	GCond idle;
	/* All under the lock, as is `listener`. Connections, and the sockets of those that wait for a request. */
	guint connections;
	GArray *clients;
	GRand *random;
	fault armed;
	gboolean stopped;
	/* Of the fault that is armed. */
	guint struck;
	guint counts[FAULT_KINDS][FAULT_POINTS];
	/* Exchanges that are not over. */
	guint pending;
	GPtrArray *delayed;
	/* The last answer with each first key. */
	GHashTable *answers;
};

typedef struct {
	proxy *proxy;
	int client;
} connection;

gboolean
fault_is_possible (fault_kind kind, fault_point point)
{
	switch (kind) {
	case FAULT_FIN:
	case FAULT_RST:
		return TRUE;
	case FAULT_REFUSE:
		return point == POINT_CONNECT;
	case FAULT_STALL:
		return point != POINT_CONNECT;
	case FAULT_DRIP:
		return point == POINT_REQUEST_START || point == POINT_ANSWER_START || point == POINT_ANSWER_BODY;
	case FAULT_TWICE:
	case FAULT_DELAY:
		return point == POINT_REQUEST;
	case FAULT_DOUBLE:
	case FAULT_SWAP:
		return point == POINT_ANSWER_START;
	case FAULT_CORRUPT:
		return point == POINT_STATUS_LINE || point == POINT_ANSWER_HEADERS || point == POINT_ANSWER_BODY;
	case FAULT_TRUNCATE:
		return point == POINT_ANSWER_BODY;
	case FAULT_PAGE:
		return point == POINT_REQUEST_START || point == POINT_ANSWER_START;
	default:
		return FALSE;
	}
}

/* Between begin and end, end excluded; begin if there is nothing between. */
static gsize
between (proxy *self, gsize begin, gsize end)
{
	g_mutex_lock (&self->lock);
	gsize at = end > begin + 1 ? begin + (gsize)g_rand_int_range (self->random, 0, (gint32)(end - begin)) : begin;
	g_mutex_unlock (&self->lock);
	return at;
}

static guint
one_of (proxy *self, guint count)
{
	return (guint)between (self, 0, count);
}

/* For others to draw from. */
static GRand *
new_random (proxy *self)
{
	g_mutex_lock (&self->lock);
	GRand *random = g_rand_new_with_seed (g_rand_int (self->random));
	g_mutex_unlock (&self->lock);
	return random;
}

/* How many bytes of a message are let through. */
static gsize
place (proxy *self, fault_point point, const message_shape *shape)
{
	switch (point) {
	case POINT_REQUEST_LINE:
	case POINT_STATUS_LINE:
		return between (self, 1, shape->line);
	case POINT_REQUEST_BODY:
	case POINT_ANSWER_BODY:
		if (shape->end > shape->headers)
			return between (self, shape->headers, shape->end);
		return between (self, shape->line, shape->headers);
	case POINT_REQUEST_HEADERS:
	case POINT_ANSWER_HEADERS:
		return between (self, shape->line, shape->headers);
	case POINT_REQUEST_LAST:
	case POINT_ANSWER_LAST:
		return shape->end - 1;
	default:
		return 0;
	}
}

/* Sockets. */

static int
new_socket (guint16 port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK), .sin_port = htons (port)};
	int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int on = 1;

	if (fd < 0 || setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
	    setsockopt (fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0 ||
	    bind (fd, (struct sockaddr *)&address, sizeof address) != 0)
		g_error ("cannot bind: %s", g_strerror (errno));
	return fd;
}

static void
start_listening (proxy *self)
{
	self->listener = new_socket (self->port);
	if (listen (self->listener, 64) != 0)
		g_error ("cannot listen: %s", g_strerror (errno));
}

static void
ring (int event)
{
	const guint64 one = 1;

	if (write (event, &one, sizeof one) != sizeof one)
		g_error ("eventfd: %s", g_strerror (errno));
}

/* Ends a connection; with a reset: what was sent and not read is lost. */
static void
cut (int *fd, gboolean reset)
{
	const struct linger none = {.l_onoff = 1, .l_linger = 0};

	if (*fd < 0)
		return;
	if (reset)
		setsockopt (*fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
	close (*fd);
	*fd = -1;
}

/* FALSE: the other side is gone. */
static gboolean
send_bytes (int fd, const guint8 *bytes, gsize size)
{
	while (size > 0) {
		gssize sent = send (fd, bytes, size, MSG_NOSIGNAL);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent <= 0)
			return FALSE;
		bytes += sent;
		size -= (gsize)sent;
	}
	return TRUE;
}

/* One by one, within that time. */
static gboolean
drip_bytes (int fd, const guint8 *bytes, gsize size, guint milliseconds)
{
	for (gsize i = 0; i < size; i++) {
		if (!send_bytes (fd, bytes + i, 1))
			return FALSE;
		g_usleep ((gulong)milliseconds * 1000 / size);
	}
	return TRUE;
}

/* Waits until there is something to read. FALSE: the proxy stops. */
static gboolean
wait_for (proxy *self, int fd)
{
	struct pollfd fds[] = {{.fd = fd, .events = POLLIN | POLLRDHUP}, {.fd = self->stop, .events = POLLIN}};

	while (poll (fds, 2, -1) < 0 && errno == EINTR)
		;
	return fds[1].revents == 0;
}

/* Adds to bytes until there is a whole message. */
static gboolean
read_message (proxy *self, int fd, GByteArray *bytes, message_shape *ret_shape)
{
	guint8 buffer[16384];

	while (!message_is_whole (bytes, ret_shape)) {
		if (!wait_for (self, fd))
			return FALSE;
		gssize got = recv (fd, buffer, sizeof buffer, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return FALSE;
		g_byte_array_append (bytes, buffer, (guint)got);
	}
	return TRUE;
}

/* Until the client gives up. */
static void
hold (proxy *self, int client)
{
	guint8 buffer[256];

	while (wait_for (self, client)) {
		gssize got = recv (client, buffer, sizeof buffer, 0);
		if (got == 0 || (got < 0 && errno != EINTR))
			return;
	}
}

/* The server. */

static int
connect_server (proxy *self)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
	                              .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
	                              .sin_port = htons (self->server_port)};
	int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int on = 1;

	if (fd < 0 || connect (fd, (struct sockaddr *)&address, sizeof address) != 0)
		g_error ("cannot connect to the server: %s", g_strerror (errno));
	setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	return fd;
}

static void
change_pending (proxy *self, int change)
{
	g_mutex_lock (&self->lock);
	self->pending += (guint)change;
	if (self->pending == 0)
		g_cond_broadcast (&self->idle);
	g_mutex_unlock (&self->lock);
}

/* Makes the exchange. NULL: the server gave no answer. */
static GByteArray *
ask_server (proxy *self, const GByteArray *request, gboolean slowly, message_shape *ret_shape)
{
	g_autoptr (GByteArray) answer = g_byte_array_new ();
	int server = connect_server (self);
	gboolean answered = (slowly ? drip_bytes (server, request->data, request->len, self->timeout / 4)
	                            : send_bytes (server, request->data, request->len)) &&
	                    read_message (self, server, answer, ret_shape);

	close (server);
	return answered ? g_steal_pointer (&answer) : NULL;
}

/* The server gets the beginning of a request. */
static int
begin_request (proxy *self, const GByteArray *request, gsize size)
{
	int server = connect_server (self);

	send_bytes (server, request->data, size);
	return server;
}

static void
deliver (proxy *self, delayed *late)
{
	message_shape shape;
	GByteArray *answer = ask_server (self, late->request, FALSE, &shape);

	/* Nobody waits for it. */
	g_clear_pointer (&answer, g_byte_array_unref);
	g_byte_array_unref (late->request);
	g_free (late);
}

static guint
count_delayed (proxy *self)
{
	g_mutex_lock (&self->lock);
	guint count = self->delayed->len;
	g_mutex_unlock (&self->lock);
	return count;
}

/* Delivers those of the first `count` that are to be delivered then. */
static void
deliver_some (proxy *self, delay_when when, guint count)
{
	g_autoptr (GPtrArray) taken = g_ptr_array_new ();

	g_mutex_lock (&self->lock);
	for (guint i = MIN (count, self->delayed->len); i > 0; i--) {
		const delayed *late = self->delayed->pdata[i - 1];
		if (late->when == when)
			g_ptr_array_add (taken, g_ptr_array_steal_index (self->delayed, i - 1));
	}
	g_mutex_unlock (&self->lock);
	for (guint i = 0; i < taken->len; i++)
		deliver (self, taken->pdata[i]);
}

static void
delay (proxy *self, const GByteArray *request)
{
	delayed *late = g_new0 (delayed, 1);

	late->request = g_byte_array_new ();
	g_byte_array_append (late->request, request->data, request->len);
	late->when = (delay_when)one_of (self, 3);
	g_mutex_lock (&self->lock);
	g_ptr_array_add (self->delayed, late);
	g_mutex_unlock (&self->lock);
}

/* Answers. */

static void
remember (proxy *self, const GByteArray *answer)
{
	char *key = message_first_key (answer);
	GByteArray *copy = g_byte_array_new ();

	g_byte_array_append (copy, answer->data, answer->len);
	g_mutex_lock (&self->lock);
	g_hash_table_insert (self->answers, key, copy);
	g_mutex_unlock (&self->lock);
}

/* An earlier answer with another key; NULL: there is none. */
static GByteArray *
other_answer (proxy *self, const GByteArray *answer)
{
	g_autofree char *key = message_first_key (answer);
	g_autoptr (GPtrArray) others = g_ptr_array_new ();
	GHashTableIter iterator;
	gpointer other_key, other;
	GByteArray *found = NULL;

	g_mutex_lock (&self->lock);
	g_hash_table_iter_init (&iterator, self->answers);
	while (g_hash_table_iter_next (&iterator, &other_key, &other)) {
		if (strcmp (other_key, key) != 0)
			g_ptr_array_add (others, other);
	}
	if (others->len > 0)
		found = g_byte_array_ref (others->pdata[g_rand_int_range (self->random, 0, (gint32)others->len)]);
	g_mutex_unlock (&self->lock);
	return found;
}

/* Exchanges. */

static gboolean
changes (const GByteArray *request)
{
	return !message_is_method (request, "GET");
}

/* Whether what is armed can strike this exchange. */
static gboolean
strikes (const proxy *self, const GByteArray *request)
{
	if (self->armed.times == 0 || self->armed.point == POINT_CONNECT)
		return FALSE;
	if (self->historical && changes (request))
		return self->armed.kind != FAULT_TWICE && self->armed.kind != FAULT_DELAY;
	return TRUE;
}

static void
count (proxy *self, const fault *what)
{
	g_mutex_lock (&self->lock);
	self->struck++;
	self->counts[what->kind][what->point]++;
	g_mutex_unlock (&self->lock);
}

/* Takes what is armed for an exchange. FALSE: nothing. */
static gboolean
take (proxy *self, const GByteArray *request, fault *ret)
{
	gboolean taken = FALSE;

	g_mutex_lock (&self->lock);
	if (strikes (self, request)) {
		if (self->armed.skip > 0) {
			self->armed.skip--;
		} else {
			self->armed.times--;
			*ret = self->armed;
			taken = TRUE;
		}
	}
	g_mutex_unlock (&self->lock);
	return taken;
}

/* Faults that strike before the server has answered. */
static void
spoil_request (proxy *self, const fault *what, int *client, const GByteArray *request, const message_shape *shape)
{
	gboolean reset = what->kind == FAULT_RST;
	message_shape ignored;

	if (what->kind == FAULT_DELAY) {
		delay (self, request);
		cut (client, one_of (self, 2) == 0);
		return;
	}
	if (what->point == POINT_REQUEST) {
		g_autoptr (GByteArray) answer = NULL;
		if (what->kind == FAULT_STALL) {
			answer = ask_server (self, request, FALSE, &ignored);
			hold (self, *client);
			return;
		}
		/* With the historical API the client cannot ask what becomes of it while it is being carried out. */
		if (self->historical)
			answer = ask_server (self, request, FALSE, &ignored);
		cut (client, reset);
		if (!self->historical)
			answer = ask_server (self, request, FALSE, &ignored);
		return;
	}
	int server = begin_request (self, request, place (self, what->point, shape));
	if (what->kind == FAULT_STALL)
		hold (self, *client);
	cut (&server, reset);
	cut (client, reset);
}

/* Faults that strike when the server has answered. FALSE: the connection to the client is over. */
static gboolean
spoil_answer (proxy *self, const fault *what, int *client, GByteArray *answer, const message_shape *shape)
{
	g_autoptr (GByteArray) other = NULL;
	g_autoptr (GRand) random = new_random (self);
	gsize size = place (self, what->point, shape);

	switch (what->kind) {
	case FAULT_FIN:
	case FAULT_RST:
		send_bytes (*client, answer->data, size);
		cut (client, what->kind == FAULT_RST);
		return FALSE;
	case FAULT_STALL:
		if (send_bytes (*client, answer->data, size))
			hold (self, *client);
		return FALSE;
	case FAULT_DRIP:
		return drip_bytes (*client, answer->data, answer->len,
		                   what->point == POINT_ANSWER_BODY ? self->timeout * 2 : self->timeout / 4);
	case FAULT_DOUBLE:
		other = g_byte_array_new ();
		g_byte_array_append (other, answer->data, answer->len);
		g_byte_array_append (other, answer->data, answer->len);
		return send_bytes (*client, other->data, other->len);
	case FAULT_SWAP:
		other = other_answer (self, answer);
		return send_bytes (*client, other->data, other->len);
	case FAULT_PAGE:
		other = spoil_page (random);
		return send_bytes (*client, other->data, other->len);
	case FAULT_CORRUPT:
		if (what->point == POINT_STATUS_LINE)
			spoil_status_line (answer, random);
		else if (what->point == POINT_ANSWER_BODY && shape->end > shape->headers)
			spoil_body (answer, shape, random);
		else
			spoil_headers (answer, shape, random);
		break;
	case FAULT_TRUNCATE:
		spoil_length (answer, shape, random);
		break;
	default:
		g_assert_not_reached ();
	}
	send_bytes (*client, answer->data, answer->len);
	return FALSE;
}

/* Whether a fault can be made of this answer. */
static gboolean
suits (proxy *self, const fault *what, const GByteArray *answer, const message_shape *shape)
{
	gsize end;

	if (what->kind == FAULT_TRUNCATE)
		return shape->end > shape->headers + 1 && message_find_header (answer, "Content-Length", &end) != 0;
	if (what->kind == FAULT_SWAP) {
		g_autoptr (GByteArray) other = message_status (answer) / 100 == 2 ? other_answer (self, answer) : NULL;
		return other != NULL;
	}
	return TRUE;
}

/* FALSE: the connection to the client is over. */
static gboolean
exchange (proxy *self, int *client, const GByteArray *request, const message_shape *shape)
{
	fault what = {0};
	gboolean faulty = take (self, request, &what);
	g_autoptr (GByteArray) answer = NULL, second = NULL;
	message_shape answer_shape, second_shape;

	if (faulty && what.kind == FAULT_PAGE && what.point == POINT_REQUEST_START) {
		g_autoptr (GRand) random = new_random (self);
		answer = spoil_page (random);
		count (self, &what);
		return send_bytes (*client, answer->data, answer->len);
	}
	if (faulty && what.point < POINT_ANSWER_START && what.kind != FAULT_DRIP && what.kind != FAULT_TWICE) {
		count (self, &what);
		spoil_request (self, &what, client, request, shape);
		return FALSE;
	}
	answer = ask_server (self, request, faulty && what.kind == FAULT_DRIP && what.point == POINT_REQUEST_START,
	                     &answer_shape);
	if (answer && faulty && what.kind == FAULT_TWICE)
		second = ask_server (self, request, FALSE, &second_shape);
	if (!answer)
		return FALSE;
	if (faulty && what.point >= POINT_ANSWER_START && suits (self, &what, answer, &answer_shape)) {
		count (self, &what);
		return spoil_answer (self, &what, client, answer, &answer_shape);
	}
	if (faulty && what.point < POINT_ANSWER_START)
		count (self, &what);
	if (message_status (answer) / 100 == 2)
		remember (self, answer);
	if (second && one_of (self, 2) == 0)
		return send_bytes (*client, second->data, second->len);
	return send_bytes (*client, answer->data, answer->len);
}

/* Says whether the connection waits for a request. */
static void
mark_idle (proxy *self, int client, gboolean idle)
{
	g_mutex_lock (&self->lock);
	if (idle)
		g_array_append_val (self->clients, client);
	for (guint i = 0; i < self->clients->len && !idle; i++) {
		if (g_array_index (self->clients, int, i) == client)
			g_array_remove_index_fast (self->clients, i--);
	}
	g_mutex_unlock (&self->lock);
}

static gpointer
serve (gpointer data)
{
	connection *self = data;
	proxy *proxy = self->proxy;
	gboolean open = TRUE;

	while (open) {
		g_autoptr (GByteArray) request = g_byte_array_new ();
		message_shape shape;
		mark_idle (proxy, self->client, TRUE);
		open = wait_for (proxy, self->client);
		mark_idle (proxy, self->client, FALSE);
		if (!open || !read_message (proxy, self->client, request, &shape))
			break;
		change_pending (proxy, 1);
		guint late = count_delayed (proxy);
		deliver_some (proxy, WHEN_BEFORE_NEXT, late);
		open = exchange (proxy, &self->client, request, &shape);
		deliver_some (proxy, WHEN_AFTER_NEXT, late);
		change_pending (proxy, -1);
	}
	cut (&self->client, FALSE);
	g_free (self);
	g_mutex_lock (&proxy->lock);
	proxy->connections--;
	g_cond_broadcast (&proxy->idle);
	g_mutex_unlock (&proxy->lock);
	return NULL;
}

/* Connections. */

/* What strikes a connection that was accepted. */
static gboolean
spoil_connection (proxy *self, int *client)
{
	fault what;

	g_mutex_lock (&self->lock);
	what = self->armed;
	if (what.point == POINT_CONNECT && what.times > 0)
		self->armed.times--;
	g_mutex_unlock (&self->lock);
	if (what.point != POINT_CONNECT || what.times == 0 || what.kind == FAULT_REFUSE)
		return FALSE;
	count (self, &what);
	cut (client, what.kind == FAULT_RST);
	return TRUE;
}

/* Nobody has listened for a while. */
static void
listen_again (proxy *self)
{
	g_mutex_lock (&self->lock);
	if (self->listener < 0 && self->armed.times < FAULT_LASTING)
		start_listening (self);
	g_mutex_unlock (&self->lock);
}

static int
accept_one (proxy *self, int listener)
{
	int on = 1;

	g_mutex_lock (&self->lock);
	/* Unless it was closed meanwhile. */
	int client = self->listener == listener ? accept4 (listener, NULL, NULL, SOCK_CLOEXEC) : -1;
	g_mutex_unlock (&self->lock);
	if (client >= 0)
		setsockopt (client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	return client;
}

static gpointer
accept_all (gpointer data)
{
	proxy *self = data;

	for (;;) {
		g_mutex_lock (&self->lock);
		struct pollfd fds[] = {{.fd = self->listener, .events = POLLIN}, {.fd = self->wake, .events = POLLIN}};
		gboolean stopped = self->stopped;
		g_mutex_unlock (&self->lock);
		guint64 rung;
		if (stopped)
			return NULL;
		if (poll (fds, 2, fds[0].fd < 0 ? REFUSAL : -1) == 0)
			listen_again (self);
		if (fds[1].revents && read (self->wake, &rung, sizeof rung) != sizeof rung)
			g_error ("eventfd: %s", g_strerror (errno));
		if (fds[0].fd < 0 || !fds[0].revents)
			continue;
		int client = accept_one (self, fds[0].fd);
		if (client < 0 || spoil_connection (self, &client))
			continue;
		connection *accepted = g_new0 (connection, 1);
		*accepted = (connection){self, client};
		g_mutex_lock (&self->lock);
		self->connections++;
		g_mutex_unlock (&self->lock);
		g_thread_unref (g_thread_new ("connection", serve, accepted));
	}
}

proxy *
proxy_new (guint16 server_port, guint32 seed, gboolean historical, guint timeout)
{
	proxy *self = g_new0 (proxy, 1);
	struct sockaddr_in address;
	socklen_t size = sizeof address;

	self->server_port = server_port;
	self->historical = historical;
	self->timeout = timeout;
	self->holder = new_socket (0);
	if (getsockname (self->holder, (struct sockaddr *)&address, &size) != 0)
		g_error ("getsockname: %s", g_strerror (errno));
	self->port = ntohs (address.sin_port);
	self->wake = eventfd (0, EFD_CLOEXEC);
	self->stop = eventfd (0, EFD_CLOEXEC);
	g_mutex_init (&self->lock);
	g_cond_init (&self->idle);
	self->clients = g_array_new (FALSE, FALSE, sizeof (int));
	self->random = g_rand_new_with_seed (seed);
	self->delayed = g_ptr_array_new ();
	self->answers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_byte_array_unref);
	start_listening (self);
	self->acceptor = g_thread_new ("acceptor", accept_all, self);
	return self;
}

void
proxy_free (proxy *self)
{
	g_mutex_lock (&self->lock);
	self->stopped = TRUE;
	g_mutex_unlock (&self->lock);
	ring (self->wake);
	ring (self->stop);
	g_thread_join (self->acceptor);
	g_mutex_lock (&self->lock);
	while (self->connections > 0)
		g_cond_wait (&self->idle, &self->lock);
	g_mutex_unlock (&self->lock);
	g_assert (self->delayed->len == 0);
	cut (&self->listener, FALSE);
	close (self->holder);
	close (self->wake);
	close (self->stop);
	g_mutex_clear (&self->lock);
	g_cond_clear (&self->idle);
	g_array_unref (self->clients);
	g_rand_free (self->random);
	g_ptr_array_unref (self->delayed);
	g_hash_table_unref (self->answers);
	g_free (self);
}

guint16
proxy_port (const proxy *self)
{
	return self->port;
}

void
proxy_arm (proxy *self, const fault *what)
{
	g_mutex_lock (&self->lock);
	self->armed = *what;
	self->struck = 0;
	/* The client must connect anew. */
	for (guint i = 0; i < self->clients->len && what->point == POINT_CONNECT; i++)
		shutdown (g_array_index (self->clients, int, i), SHUT_RDWR);
	if (what->kind == FAULT_REFUSE) {
		cut (&self->listener, FALSE);
		self->struck++;
		self->counts[what->kind][what->point]++;
	}
	g_mutex_unlock (&self->lock);
	if (what->kind == FAULT_REFUSE)
		ring (self->wake);
}

guint
proxy_disarm (proxy *self)
{
	g_mutex_lock (&self->lock);
	guint struck = self->struck;
	gboolean refused = self->listener < 0;
	self->armed = (fault){0};
	self->struck = 0;
	if (refused)
		start_listening (self);
	g_mutex_unlock (&self->lock);
	if (refused)
		ring (self->wake);
	return struck;
}

guint
proxy_deliver (proxy *self)
{
	g_autoptr (GPtrArray) taken = NULL;

	g_mutex_lock (&self->lock);
	taken = g_steal_pointer (&self->delayed);
	self->delayed = g_ptr_array_new ();
	g_mutex_unlock (&self->lock);
	for (guint i = 0; i < taken->len; i++)
		deliver (self, taken->pdata[i]);
	return taken->len;
}

void
proxy_settle (proxy *self)
{
	g_mutex_lock (&self->lock);
	while (self->pending > 0)
		g_cond_wait (&self->idle, &self->lock);
	g_mutex_unlock (&self->lock);
}

guint
proxy_count (proxy *self, fault_kind kind, fault_point point)
{
	g_mutex_lock (&self->lock);
	guint counted = self->counts[kind][point];
	g_mutex_unlock (&self->lock);
	return counted;
}
