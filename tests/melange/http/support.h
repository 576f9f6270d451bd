/*
 * What the tests of the HTTP client share: clients, exchanges, folders.
 */
#ifndef MELANGE_HTTP_TEST_SUPPORT_H
#define MELANGE_HTTP_TEST_SUPPORT_H

#include <glib.h>
#include <http.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Stands in the headers and URLs of the tests, and may be in no message. */
#define SECRET "s3cr3t"
/* For a server that answers; and for one that does not. Milliseconds. */
#define LONG 20000
#define SHORT 200

/* Before anything else: an environment that leads nowhere; nobody may look at it. */
void trap_environment (void);

/* A client; what is wrong with it fails the test. `change` (may be NULL) may alter the options. */
http_client *client_new (const char *url, guint timeout, void (*change) (http_options *options, gpointer data),
                         gpointer data);

/* How an exchange has ended. */
typedef struct {
	http_outcome outcome;
	http_response response;
	char *problem;
	gboolean malformed;
} ended;

void ended_clear (ended *e);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ended, ended_clear)

/* Makes an exchange, with the secret in a header. The problem is checked: one line without the secret. */
ended ask (http_client *client, const char *method, const char *path, const char *body);
/* The same, and it must be answered with 200 and the body. */
void ask_well (http_client *client, const char *method, const char *path, const char *body, const char *expected);

/* A new folder in the temporary directory; remove also deletes the files in it, and frees the name. */
char *folder_new (void);
void folder_remove (char *folder);

/* Fails the test unless `text` contains `part`. */
void assert_contains (const char *text, const char *part);

#endif
