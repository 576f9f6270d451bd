/*
 * What the tests of the driver's use of the extension share: a scripted service, a handle on it, the calls that
 * they make, and looking at what was sent.
 */
#ifndef MELANGE_EXTENSION_TEST_SUPPORT_H
#define MELANGE_EXTENSION_TEST_SUPPORT_H

#include <ip_driver/ip_driver.h>

#include "../http/server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define PROCESS "11111111-1111-4111-8111-111111111111"
#define OTHER_PROCESS "22222222-2222-4222-8222-222222222222"
#define ID "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
#define BLOCK "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"
#define SERVED_BY "X-Ip-Driver-Served-By: " PROCESS "\r\n"
#define LISTED "{\"extensions\":[{\"alias\":\"OTHER\"},{\"alias\":\"IPDRIVER\"}]}"
#define CAPABILITIES                                                                                                   \
	"\"block.create\",\"block.get\",\"block.list\",\"block.delete\",\"address.allocate\",\"address.list\","        \
	"\"address.purge\",\"interface.create\",\"transaction.begin\",\"transaction.commit\",\"transaction."           \
	"rollback\","                                                                                                  \
	"\"all_tenants\",\"chosen_ids\",\"request_key\",\"many\",\"something.new\""
#define ABOUT(version, process, capabilities)                                                                          \
	"{\"ip_driver\":{\"version\":\"" version "\",\"served_by\":\"" process                                         \
	"\",\"backend\":\"native\",\"capabilities\":[" capabilities "]}}"
#define BLOCK_JSON(id)                                                                                                 \
	"{\"id\":\"" id "\",\"tenant\":\"blue\",\"cidr\":\"10.0.0.0/24\",\"type\":\"private\",\"version\":4,"          \
	"\"prefix_length\":24}"
#define ADDRESS_JSON(id)                                                                                               \
	"{\"id\":\"" id "\",\"block\":\"" BLOCK "\",\"address\":\"10.0.0.1\",\"state\":\"allocated\",\"version\":4}"
#define FAULT(code, detail) "{\"Fault\":{\"code\":" #code ",\"message\":\"m\",\"detail\":\"" detail "\"}}"

/* A service with the extension, and a handle on it. */
typedef struct {
	server *service;
	ip_driver *driver;
	ip_driver_error error;
	/* Requests that opening took. */
	guint begin;
} fixture;

/* Opens a handle on the service. key: of a further setting of the driver, or NULL. */
ip_driver_status open_driver (server *service, const char *retries, const char *key, const char *value,
                              ip_driver **ret_driver, ip_driver_error *error);

/* A service with the capabilities above, and a handle on it that repeats so often. */
fixture start (const char *retries);
void stop (fixture *self);
/* The Nth request since opening. */
const char *request (const fixture *self, guint index);
/* How many came since opening, and how one begins. */
void assert_requests (const fixture *self, guint count);
void assert_begins (const char *text, const char *line);
/* A header's value, to be freed; NULL: there is none. */
char *header (const char *text, const char *name);
/* value NULL: it is not there. */
void assert_header (const char *text, const char *name, const char *value);
/* The key of a request, which is a UUID; to be freed. */
char *key_of (const char *text);
/* The request undoes what had that key. */
void assert_abandons (const char *text, const char *key);
const char *body (const char *text);
/* The id that the driver chose; to be freed. */
char *chosen_id (const char *text);
/* The next request gets no answer. */
void lose (fixture *self);

/* Calls, whose results must be the expected ones. id NULL: the caller chooses none. */
ip_driver_status create_block (fixture *self, const char *id);
ip_driver_status delete_block (fixture *self);
ip_driver_status get_block (fixture *self);
ip_driver_status allocate (fixture *self, const char *request_key);

/* The call has failed so, with a message that contains `part`. */
void assert_error (const fixture *self, ip_driver_status status, ip_driver_status expected, int retryable,
                   const char *part);

#endif
