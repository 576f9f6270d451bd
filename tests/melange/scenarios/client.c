/*
 * See client.h. The answer's framing is looked at as well: a body is as long as announced.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

/* Only a service that hangs needs so long. */
#define PATIENCE 60

void
client_answer_clear (client_answer *answer)
{
	g_clear_pointer (&answer->content_type, g_free);
	g_clear_pointer (&answer->body, g_free);
}

static int
connect_to (guint16 port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_port = htons (port), .sin_addr.s_addr = htonl (INADDR_LOOPBACK)};
	struct timeval patience = {.tv_sec = PATIENCE};
	int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	setsockopt (fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	if (connect (fd, (struct sockaddr *)&address, sizeof address) != 0) {
		close (fd);
		return -1;
	}
	return fd;
}

static GString *
request_text (guint16 port, const char *method, const char *path, json_t *headers, const char *body)
{
	GString *text = g_string_new (NULL);
	const char *name;
	json_t *value;

	g_string_append_printf (text, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nConnection: close\r\n", method, path,
	                        port);
	json_object_foreach (headers, name, value)
		g_string_append_printf (text, "%s: %s\r\n", name, json_string_value (value));
	if (body != NULL || g_str_equal (method, "POST") || g_str_equal (method, "PUT"))
		g_string_append_printf (text, "Content-Length: %zu\r\n", body != NULL ? strlen (body) : 0);
	g_string_append_printf (text, "\r\n%s", body != NULL ? body : "");
	return text;
}

static gboolean
send_all (int fd, const GString *text)
{
	gsize sent = 0;

	while (sent < text->len) {
		ssize_t count = send (fd, text->str + sent, text->len - sent, MSG_NOSIGNAL);

		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return FALSE;
		sent += (gsize)count;
	}
	return TRUE;
}

/* Up to the end of the connection. */
static gboolean
receive_all (int fd, GString *text)
{
	char buffer[16384];

	for (;;) {
		ssize_t count = recv (fd, buffer, sizeof buffer, 0);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return FALSE;
		if (count == 0)
			return TRUE;
		g_string_append_len (text, buffer, count);
	}
}

/* The value of a header among the lines of a head; NULL: not given. */
static char *
header (char **lines, const char *name)
{
	gsize size = strlen (name);

	for (guint i = 1; lines[i] != NULL; i++) {
		if (g_ascii_strncasecmp (lines[i], name, size) == 0 && lines[i][size] == ':')
			return g_strstrip (g_strdup (lines[i] + size + 1));
	}
	return NULL;
}

static char *
parse_answer (const char *method, GString *text, client_answer *answer)
{
	char *end = strstr (text->str, "\r\n\r\n");
	g_auto (GStrv) lines = NULL;
	g_autofree char *length = NULL;
	gsize body_size;

	if (strlen (text->str) != text->len)
		return g_strdup ("the answer has a NUL");
	if (end == NULL || !g_str_has_prefix (text->str, "HTTP/1.1 "))
		return g_strdup_printf ("no HTTP answer: %s", text->str);
	*end = '\0';
	lines = g_strsplit (text->str, "\r\n", -1);
	answer->status = (guint)g_ascii_strtoull (lines[0] + strlen ("HTTP/1.1 "), NULL, 10);
	answer->content_type = header (lines, "Content-Type");
	answer->body = g_strdup (end + 4);
	body_size = strlen (answer->body);
	length = header (lines, "Content-Length");
	if (length == NULL)
		return g_strdup ("the answer has no Content-Length");
	if (g_str_equal (method, "HEAD") ? body_size != 0 : body_size != g_ascii_strtoull (length, NULL, 10))
		return g_strdup_printf ("a body of %zu bytes, announced were %s", body_size, length);
	return NULL;
}

gboolean
client_exchange (guint16 port, const char *method, const char *path, json_t *headers, const char *body,
                 client_answer *answer, char **ret_problem)
{
	g_autoptr (GString) request = request_text (port, method, path, headers, body);
	g_autoptr (GString) text = g_string_new (NULL);
	int fd = connect_to (port);
	gboolean received;

	if (fd < 0) {
		*ret_problem = g_strdup_printf ("cannot connect: %s", g_strerror (errno));
		return FALSE;
	}
	received = send_all (fd, request) && receive_all (fd, text);
	if (!received)
		*ret_problem = g_strdup_printf ("no answer: %s", g_strerror (errno));
	close (fd);
	if (!received)
		return FALSE;
	*ret_problem = parse_answer (method, text, answer);
	if (*ret_problem != NULL)
		client_answer_clear (answer);
	return *ret_problem == NULL;
}
