/*
 * A server of the tests, on a free port of 127.0.0.1, that says byte for byte what a test has told it, and remembers
 * what it was asked. Each connection has a thread. With a certificate it speaks TLS.
 */
#ifndef MELANGE_HTTP_TEST_SERVER_H
#define MELANGE_HTTP_TEST_SERVER_H

#include <glib.h>

typedef struct server server;

/* What it does when it has sent the bytes of a reply. */
typedef enum {
	/* Waits for the next request. */
	THEN_KEEP,
	THEN_CLOSE,
	/* Closes with a TCP reset. */
	THEN_RESET,
	/* Says nothing more until the client hangs up. */
	THEN_HOLD,
	/* Goes on with one 'x' every 10 ms until the client hangs up. */
	THEN_DRIP,
} server_then;

server *server_new (void);
/* cert and key: PEM files. client_ca: NULL, or who must have signed the client's certificate. */
server *server_new_tls (const char *cert, const char *key, const char *client_ca);
/* Hangs up on all clients. */
void server_free (server *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (server, server_free)

/* "http://127.0.0.1:PORT", "https://localhost:PORT" with TLS. */
const char *server_url (const server *s);
guint server_port (const server *s);

/* Adds a reply; the Nth is for the Nth request, over all connections. */
void server_reply (server *s, server_then then, const char *bytes, gsize size);
/* A literal, which may hold NULs, as bytes and size. */
#define BYTES(literal) literal, sizeof (literal) - 1
/* The same with a status, a JSON body and further header lines (each with its end; "": none); kept alive. */
void server_reply_json (server *s, guint status, const char *headers, const char *json);
/* Replies to a CONNECT that it stands, and carries bytes to and from that port of 127.0.0.1. */
void server_reply_tunnel (server *s, guint port);
/* What is said when no reply is left; without it the server fails the test. */
void server_reply_always (server *s, guint status, const char *headers, const char *json);

/* From now on it answers when it has read the headers of a request; when it has read anything. */
void server_answer_early (server *s);
void server_answer_anything (server *s);
/* Offers TLS 1.1 and nothing newer. */
void server_speak_tls_1_1 (server *s);

/* Sends bytes that nobody has asked for, on the connection of a request (0: the first). */
void server_say (server *s, guint request, const char *bytes);
/* Closes the connection of a request. */
void server_hang_up (server *s, guint request);

/* What came so far; waits for nothing. The text of a request lives as long as the server. */
guint server_connections (server *s);
guint server_requests (server *s);
const char *server_request (server *s, guint index);
/* Waits until so many requests have come. */
void server_await_requests (server *s, guint requests);
/* The most requests that were being answered at one time. */
guint server_most_at_once (server *s);
/* The server waits with its answers until so many requests are being answered. */
void server_gather (server *s, guint requests);

#endif
