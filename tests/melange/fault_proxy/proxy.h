/*
 * A proxy between a client and a server, both on the loopback device, that can do to an exchange whatever a network and
 * the machines in it do. Faults are armed by the test and strike as exchanges come; between them it passes on what it
 * gets.
 */
#ifndef TESTS_MELANGE_FAULT_PROXY_PROXY_H
#define TESTS_MELANGE_FAULT_PROXY_PROXY_H

#include <glib.h>

/* What happens, with the points at which it can. */
typedef enum {
	/* Both connections end, properly or with a reset. */
	FAULT_FIN, /* every point */
	FAULT_RST, /* every point */
	/* Nobody listens, */
	FAULT_REFUSE, /* POINT_CONNECT */
	/* Nothing comes any more, until the client gives up. */
	FAULT_STALL, /* all but POINT_CONNECT */
	/* Byte by byte: the request, the answer, or the answer so slowly that the client gives up. */
	FAULT_DRIP, /* POINT_REQUEST_START, POINT_ANSWER_START, POINT_ANSWER_BODY */
	/* The server gets the request twice. */
	FAULT_TWICE, /* POINT_REQUEST */
	/* The server gets the request after the connection to the client has ended: before or after the next request,
	 * or with proxy_deliver(). */
	FAULT_DELAY, /* POINT_REQUEST */
	/* The client gets the answer twice. */
	FAULT_DOUBLE, /* POINT_ANSWER_START */
	/* The client gets the answer to an earlier request, with another key. */
	FAULT_SWAP, /* POINT_ANSWER_START */
	/* Bytes are other ones. Never so that the answer is another valid one. */
	FAULT_CORRUPT, /* POINT_STATUS_LINE, POINT_ANSWER_HEADERS, POINT_ANSWER_BODY */
	/* The body ends early, and Content-Length says that this is all. */
	FAULT_TRUNCATE, /* POINT_ANSWER_BODY */
	/* An error page of some gateway instead of the answer; the server has got the request, or not. */
	FAULT_PAGE, /* POINT_REQUEST_START, POINT_ANSWER_START */
	FAULT_KINDS
} fault_kind;

typedef enum {
	POINT_CONNECT,
	/* So much of the request reaches the server: nothing, a part of its first line, of its headers, of its body,
	 * all but its last byte, all of it. */
	POINT_REQUEST_START,
	POINT_REQUEST_LINE,
	POINT_REQUEST_HEADERS,
	POINT_REQUEST_BODY,
	POINT_REQUEST_LAST,
	POINT_REQUEST,
	/* So much of the answer reaches the client. */
	POINT_ANSWER_START,
	POINT_STATUS_LINE,
	POINT_ANSWER_HEADERS,
	POINT_ANSWER_BODY,
	POINT_ANSWER_LAST,
	FAULT_POINTS
} fault_point;

typedef struct {
	fault_kind kind;
	fault_point point;
	/* Exchanges that are spared first, and how many are struck then. FAULT_LASTING: until proxy_disarm(). */
	guint skip;
	guint times;
} fault;
#define FAULT_LASTING 1000

extern const char *const fault_kind_names[FAULT_KINDS];
extern const char *const fault_point_names[FAULT_POINTS];
/* Whether that kind can happen there. */
gboolean fault_is_possible (fault_kind kind, fault_point point);

typedef struct proxy proxy;

/* historical: the service has nothing by which a repeated or late request could be told, so that faults which nobody
 * can tell from something else are left out: see proxy.c. timeout: the client's, in milliseconds. */
proxy *proxy_new (guint16 server_port, guint32 seed, gboolean historical, guint timeout);
/* No client may be connected any more. */
void proxy_free (proxy *self);
guint16 proxy_port (const proxy *self);

void proxy_arm (proxy *self, const fault *what);
/* All is well from now on. Returns how often a fault has struck since it was armed. */
guint proxy_disarm (proxy *self);
/* The server gets what was delayed. Returns how many requests. */
guint proxy_deliver (proxy *self);
/* Waits until the server has answered all that it got. */
void proxy_settle (proxy *self);
/* How often each kind has struck at each point. */
guint proxy_count (proxy *self, fault_kind kind, fault_point point);

#endif
