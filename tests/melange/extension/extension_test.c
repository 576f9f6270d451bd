/*
 * The melange driver with the API extension, against a service that says, request by request, what the test has told
 * it: how the extension is found, what is sent, what becomes of calls that get no answer, and of answers that make no
 * sense. Everything goes through the client ABI.
 */
#include <ip_driver/ip_driver.h>
#include <string.h>

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

/* Opens a handle on the service; `extra`: a further setting of the driver, or NULL. */
static ip_driver_status
open_driver (server *service, const char *retries, const char *key, const char *value, ip_driver **ret_driver,
             ip_driver_error *error)
{
	const ip_driver_setting settings[] = {
		{"ip_driver", "backend", "melange"},
		{"ip_driver", "module_path", g_getenv ("IP_DRIVER_MODULE_PATH")},
		{"melange", "url", server_url (service)},
		{"melange", "timeout", "20"},
		{"melange", "retries", retries},
		{"melange", key, value},
	};

	return ip_driver_open_settings (settings, G_N_ELEMENTS (settings) - (key == NULL ? 1 : 0), ret_driver, error);
}

/* A service with the extension, and a handle on it. */
typedef struct {
	server *service;
	ip_driver *driver;
	ip_driver_error error;
	/* Requests that opening took. */
	guint begin;
} fixture;

static fixture
start (const char *retries)
{
	fixture self = {.service = server_new (), .error = IP_DRIVER_ERROR_INIT};

	server_reply_json (self.service, 200, "", LISTED);
	server_reply_json (self.service, 200, SERVED_BY, ABOUT ("1.7.0", PROCESS, CAPABILITIES));
	if (open_driver (self.service, retries, NULL, NULL, &self.driver, &self.error) != IP_DRIVER_OK)
		fail_msg ("%s", self.error.message);
	self.begin = server_requests (self.service);
	assert_int_equal (self.begin, 2);
	return self;
}

static void
stop (fixture *self)
{
	ip_driver_close (self->driver);
	server_free (self->service);
}

/* The Nth request since opening. */
static const char *
request (const fixture *self, guint index)
{
	assert_true (server_requests (self->service) > self->begin + index);
	return server_request (self->service, self->begin + index);
}

static void
assert_requests (const fixture *self, guint count)
{
	if (server_requests (self->service) != self->begin + count)
		fail_msg ("%u requests instead of %u", server_requests (self->service) - self->begin, count);
}

static void
assert_begins (const char *text, const char *line)
{
	g_autofree char *whole = g_strconcat (line, " HTTP/1.1\r\n", NULL);

	if (!g_str_has_prefix (text, whole))
		fail_msg ("\"%s\" does not begin with \"%s\"", text, line);
}

/* A header's value, to be freed; NULL: there is none. */
static char *
header (const char *text, const char *name)
{
	g_autofree char *line = g_strconcat ("\r\n", name, ": ", NULL);
	const char *found = strstr (text, line);

	if (found == NULL)
		return NULL;
	found += strlen (line);
	return g_strndup (found, strcspn (found, "\r"));
}

static void
assert_header (const char *text, const char *name, const char *value)
{
	g_autofree char *found = header (text, name);

	if (g_strcmp0 (found, value) != 0)
		fail_msg ("%s: \"%s\" instead of \"%s\"", name, found, value);
}

/* The key of a request, which is a UUID; to be freed. */
static char *
key_of (const char *text)
{
	char *key = header (text, "Idempotency-Key");

	assert_non_null (key);
	assert_true (g_uuid_string_is_valid (key));
	return key;
}

static void
assert_abandons (const char *text, const char *key)
{
	g_autofree char *line = g_strconcat ("DELETE /v0.1/ip_driver/attempts/", key, NULL);

	assert_begins (text, line);
}

static const char *
body (const char *text)
{
	return strstr (text, "\r\n\r\n") + 4;
}

/* The id that the driver chose; to be freed. */
static char *
chosen_id (const char *text)
{
	const char *found = strstr (body (text), "\"id\":\"");
	char *id;

	assert_non_null (found);
	id = g_strndup (found + strlen ("\"id\":\""), 36);
	assert_true (g_uuid_string_is_valid (id));
	return id;
}

static void
lose (fixture *self)
{
	server_reply (self->service, THEN_CLOSE, "", 0);
}

static ip_driver_status
create_block (fixture *self, const char *id)
{
	ip_driver_block_create_args args = IP_DRIVER_BLOCK_CREATE_ARGS_INIT;
	ip_driver_block *block = NULL;
	ip_driver_status status;

	args.tenant = "blue";
	args.cidr = "10.0.0.0/24";
	args.type = IP_DRIVER_BLOCK_PRIVATE;
	args.id = id;
	status = ip_driver_block_create (self->driver, &args, &block, &self->error);
	if (status == IP_DRIVER_OK)
		assert_string_equal (block->cidr, "10.0.0.0/24");
	ip_driver_block_free (block);
	return status;
}

static ip_driver_status
delete_block (fixture *self)
{
	return ip_driver_block_delete (self->driver, "blue", ID, &self->error);
}

static ip_driver_status
get_block (fixture *self)
{
	ip_driver_block *block = NULL;
	ip_driver_status status = ip_driver_block_get (self->driver, NULL, ID, &block, &self->error);

	ip_driver_block_free (block);
	return status;
}

static ip_driver_status
allocate (fixture *self, const char *request_key)
{
	ip_driver_address_allocate_args args = IP_DRIVER_ADDRESS_ALLOCATE_ARGS_INIT;
	ip_driver_addresses *addresses = NULL;
	ip_driver_status status;

	args.tenant = "blue";
	args.block = BLOCK;
	args.request_key = request_key;
	status = ip_driver_address_allocate (self->driver, &args, &addresses, &self->error);
	if (status == IP_DRIVER_OK)
		assert_string_equal (addresses->items[0]->address, "10.0.0.1");
	ip_driver_addresses_free (addresses);
	return status;
}

static void
assert_error (const fixture *self, ip_driver_status status, ip_driver_status expected, int retryable, const char *part)
{
	if (status != expected || self->error.retryable != retryable || strstr (self->error.message, part) == NULL)
		fail_msg ("%s, retryable %d: %s", ip_driver_status_name (status), (int)self->error.retryable,
		          self->error.message);
}

/* How opening ends against a service that answers GET /extensions, and perhaps GET /ip_driver, so. */
static void
check_open (guint status, const char *list, const char *about, const char *extension, ip_driver_status expected,
            gboolean extended, guint requests)
{
	g_autoptr (server) service = server_new ();
	ip_driver *driver = NULL;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_status result;

	if (list != NULL)
		server_reply_json (service, status, "", list);
	if (about != NULL)
		server_reply_json (service, 200, "", about);
	result = open_driver (service, "0", "extension", extension, &driver, &error);
	if (result != expected)
		fail_msg ("%s: %s: %s", list, ip_driver_status_name (result), error.message);
	assert_int_equal (server_requests (service), requests);
	if (requests > 0)
		assert_begins (server_request (service, 0), "GET /v0.1/extensions");
	if (requests > 1)
		assert_begins (server_request (service, 1), "GET /v0.1/ip_driver");
	if (result == IP_DRIVER_OK) {
		assert_int_equal (ip_driver_supports (driver, "chosen_ids"), extended);
		/* Nothing but what both the service and the driver know. */
		assert_false (ip_driver_supports (driver, "something.new"));
		assert_false (ip_driver_supports (driver, "lease.grant"));
		assert_int_equal (ip_driver_supports (driver, "route.create"), !extended);
		assert_true (ip_driver_supports (driver, "block.create"));
	}
	ip_driver_close (driver);
}

static void
open_finds (void **state)
{
	const char *about = ABOUT ("1.0.0", PROCESS, CAPABILITIES);
	const char *none = "{\"extensions\":[{\"alias\":\"FOXNSOX\"},{}]}";

	check_open (200, LISTED, about, "auto", IP_DRIVER_OK, TRUE, 2);
	check_open (200, LISTED, about, "on", IP_DRIVER_OK, TRUE, 2);
	check_open (0, NULL, NULL, "off", IP_DRIVER_OK, FALSE, 0);
	check_open (200, none, NULL, "auto", IP_DRIVER_OK, FALSE, 1);
	check_open (200, none, NULL, "on", IP_DRIVER_CONFIG, FALSE, 1);
	check_open (404, FAULT (404, ""), NULL, "auto", IP_DRIVER_OK, FALSE, 1);
	check_open (403, FAULT (403, ""), NULL, "auto", IP_DRIVER_OK, FALSE, 1);
	check_open (403, FAULT (403, ""), NULL, "on", IP_DRIVER_CONFIG, FALSE, 1);
	check_open (401, FAULT (401, ""), NULL, "auto", IP_DRIVER_DENIED, FALSE, 1);
	check_open (503, FAULT (503, ""), NULL, "auto", IP_DRIVER_UNAVAILABLE, FALSE, 1);
	/* A version that is not known. */
	check_open (200, LISTED, ABOUT ("2.0.0", PROCESS, CAPABILITIES), "auto", IP_DRIVER_OK, FALSE, 2);
	check_open (200, LISTED, ABOUT ("2.0.0", PROCESS, CAPABILITIES), "on", IP_DRIVER_CONFIG, FALSE, 2);
}

static void
open_refuses (void **state)
{
	check_open (200, "{}", NULL, "auto", IP_DRIVER_PROTOCOL, FALSE, 1);
	check_open (200, "{\"extensions\":{\"alias\":\"IPDRIVER\"}}", NULL, "auto", IP_DRIVER_PROTOCOL, FALSE, 1);
	check_open (200, "[]", NULL, "auto", IP_DRIVER_PROTOCOL, FALSE, 1);
	check_open (200, LISTED, "{}", "auto", IP_DRIVER_PROTOCOL, FALSE, 2);
	check_open (200, LISTED, "{\"ip_driver\":[]}", "auto", IP_DRIVER_PROTOCOL, FALSE, 2);
	check_open (200, LISTED, ABOUT ("1.0.0", "me\\r\\nX-Role: admin", ""), "auto", IP_DRIVER_PROTOCOL, FALSE, 2);
	check_open (200, LISTED, ABOUT ("1.0.0", PROCESS, "\"block.get\",7"), "auto", IP_DRIVER_PROTOCOL, FALSE, 2);
}

static void
open_unreachable (void **state)
{
	server *service = server_new ();
	g_autofree char *url = g_strdup (server_url (service));
	ip_driver *driver = NULL;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	server_free (service);
	const ip_driver_setting settings[] = {
		{"ip_driver", "backend", "melange"},
		{"ip_driver", "module_path", g_getenv ("IP_DRIVER_MODULE_PATH")},
		{"melange", "url", url},
		{"melange", "retries", "0"},
	};
	assert_int_equal (ip_driver_open_settings (settings, G_N_ELEMENTS (settings), &driver, &error),
	                  IP_DRIVER_UNAVAILABLE);
	assert_int_equal (error.retryable, 1);
}

/* What is sent, and what comes back. */
static void
sends (void **state)
{
	fixture self = start ("0");
	ip_driver_block *block = NULL;
	const char *text;

	server_reply_json (self.service, 200, SERVED_BY, "{\"block\":" BLOCK_JSON (ID) ",\"more\":[]}");
	assert_int_equal (create_block (&self, ID), IP_DRIVER_OK);
	text = request (&self, 0);
	assert_begins (text, "POST /v0.1/ipam/tenants/blue/ip_driver/block/create");
	assert_header (text, "Content-Type", "application/json");
	assert_header (text, "X-Ip-Driver-Served-By", NULL);
	assert_header (text, "X-Ip-Driver-Transaction", NULL);
	assert_string_equal (body (text),
	                     "{\"tenant\":\"blue\",\"cidr\":\"10.0.0.0/24\",\"id\":\"" ID "\",\"type\":\"private\"}");
	g_autofree char *key = key_of (text);

	/* A tenant is a segment, whatever is in it; who has none asks for all. */
	server_reply_json (self.service, 200, SERVED_BY, "{\"block\":" BLOCK_JSON (ID) "}");
	assert_int_equal (ip_driver_block_get (self.driver, "a/b c?ü", ID, &block, NULL), IP_DRIVER_OK);
	assert_int_equal (block->type, IP_DRIVER_BLOCK_PRIVATE);
	assert_string_equal (block->tenant, "blue");
	assert_null (block->gateway);
	ip_driver_block_free (block);
	text = request (&self, 1);
	assert_begins (text, "POST /v0.1/ipam/tenants/a%2Fb%20c%3F%C3%BC/ip_driver/block/get");
	assert_header (text, "Idempotency-Key", NULL);
	server_reply_json (self.service, 200, SERVED_BY, "{\"block\":" BLOCK_JSON (ID) "}");
	assert_int_equal (get_block (&self), IP_DRIVER_OK);
	assert_begins (request (&self, 2), "POST /v0.1/ip_driver/block/get");

	/* The driver chooses an id where the caller does not, and another key each time. */
	server_reply_json (self.service, 422, "X-Ip-Driver-Status: not_allowed\r\nX-Ip-Driver-Retryable: 0\r\n",
	                   FAULT (422, "overlaps"));
	assert_error (&self, create_block (&self, NULL), IP_DRIVER_NOT_ALLOWED, 0, "overlaps");
	g_autofree char *id = chosen_id (request (&self, 3));
	assert_string_not_equal (id, ID);
	g_autofree char *other = key_of (request (&self, 3));
	assert_string_not_equal (key, other);
	stop (&self);
}

/* An interface with addresses on another tenant's network is for who may do all. */
static void
sends_as_admin (void **state)
{
	fixture self = start ("0");
	ip_driver_interface_network network = {.tenant = "red", .network = "n"};
	ip_driver_interface_create_args args = IP_DRIVER_INTERFACE_CREATE_ARGS_INIT;
	ip_driver_interface *interface = NULL;

	args.tenant = "blue";
	args.networks = &network;
	args.network_count = 1;
	for (int i = 0; i < 2; i++) {
		server_reply_json (self.service, 404, "X-Ip-Driver-Status: not_found\r\n", FAULT (404, "no network"));
		assert_int_equal (ip_driver_interface_create (self.driver, &args, &interface, NULL),
		                  IP_DRIVER_NOT_FOUND);
		network.tenant = "blue";
	}
	assert_begins (request (&self, 0), "POST /v0.1/ip_driver/interface/create");
	assert_begins (request (&self, 1), "POST /v0.1/ipam/tenants/blue/ip_driver/interface/create");
	stop (&self);
}

static void
faults (void **state)
{
	fixture self = start ("0");

	server_reply_json (self.service, 409, "X-Ip-Driver-Status: duplicate\r\nX-Ip-Driver-Retryable: 0\r\n",
	                   FAULT (409, "taken"));
	assert_error (&self, create_block (&self, NULL), IP_DRIVER_DUPLICATE, 0, "taken");
	server_reply_json (self.service, 409, "X-Ip-Driver-Status: conflict\r\nX-Ip-Driver-Retryable: 1\r\n",
	                   FAULT (409, "race"));
	assert_error (&self, create_block (&self, NULL), IP_DRIVER_CONFLICT, 1, "race");
	server_reply_json (self.service, 500, "X-Ip-Driver-Status: storage\r\nX-Ip-Driver-Retryable: 0\r\n",
	                   FAULT (500, "disk"));
	assert_error (&self, create_block (&self, NULL), IP_DRIVER_STORAGE, 0, "disk");
	/* The service said that nothing was done: nothing is to be undone. */
	assert_requests (&self, 3);
	stop (&self);
}

/* A repetition has the same key, and says which process it expects. */
static void
repeats (void **state)
{
	fixture self = start ("2");

	lose (&self);
	server_reply_json (self.service, 200, SERVED_BY, "{}");
	assert_int_equal (delete_block (&self), IP_DRIVER_OK);
	assert_requests (&self, 2);
	g_autofree char *first = key_of (request (&self, 0));
	g_autofree char *second = key_of (request (&self, 1));
	assert_string_equal (first, second);
	assert_string_equal (body (request (&self, 0)), body (request (&self, 1)));
	assert_header (request (&self, 0), "X-Ip-Driver-Served-By", NULL);
	assert_header (request (&self, 1), "X-Ip-Driver-Served-By", PROCESS);

	/* The process is learnt from every answer. */
	server_reply_json (self.service, 404,
	                   "X-Ip-Driver-Status: not_found\r\nX-Ip-Driver-Served-By: " OTHER_PROCESS "\r\n",
	                   FAULT (404, "none"));
	assert_int_equal (get_block (&self), IP_DRIVER_NOT_FOUND);
	lose (&self);
	server_reply_json (self.service, 200, SERVED_BY, "{}");
	assert_int_equal (delete_block (&self), IP_DRIVER_OK);
	assert_header (request (&self, 4), "X-Ip-Driver-Served-By", OTHER_PROCESS);
	stop (&self);
}

/* A call that got no answer is undone before the next one. */
static void
abandons (void **state)
{
	fixture self = start ("1");

	lose (&self);
	lose (&self);
	assert_error (&self, allocate (&self, NULL), IP_DRIVER_UNAVAILABLE, 1, "");
	g_autofree char *key = key_of (request (&self, 0));
	/* The service is still away: the call is not made, so that it meets nothing that it left behind. */
	lose (&self);
	lose (&self);
	assert_error (&self, create_block (&self, ID), IP_DRIVER_UNAVAILABLE, 1, "");
	assert_requests (&self, 4);
	assert_abandons (request (&self, 2), key);
	assert_abandons (request (&self, 3), key);
	/* It is back. */
	server_reply_json (self.service, 200, SERVED_BY, "{}");
	server_reply_json (self.service, 200, SERVED_BY, "{\"block\":" BLOCK_JSON (ID) "}");
	assert_int_equal (create_block (&self, ID), IP_DRIVER_OK);
	assert_abandons (request (&self, 4), key);
	assert_requests (&self, 6);
	stop (&self);
}

/* Also before the handle is closed, once. */
static void
abandons_last (void **state)
{
	fixture self = start ("3");

	for (int i = 0; i < 4; i++)
		lose (&self);
	assert_int_equal (delete_block (&self), IP_DRIVER_UNAVAILABLE);
	g_autofree char *key = key_of (request (&self, 0));
	lose (&self);
	ip_driver_close (self.driver);
	assert_requests (&self, 5);
	assert_abandons (request (&self, 4), key);
	server_free (self.service);
}

/* A service that cannot undo does not keep the handle from working. */
static void
abandons_in_vain (void **state)
{
	fixture self = start ("0");

	lose (&self);
	assert_int_equal (delete_block (&self), IP_DRIVER_UNAVAILABLE);
	server_reply_json (self.service, 403, "X-Ip-Driver-Status: denied\r\n", FAULT (403, "another caller's"));
	server_reply_json (self.service, 200, SERVED_BY, "{}");
	assert_int_equal (delete_block (&self), IP_DRIVER_OK);
	assert_requests (&self, 3);
	stop (&self);
}

/* The caller asks again by his key, and wants what it gave. */
static void
keeps_request_key (void **state)
{
	fixture self = start ("0");

	lose (&self);
	assert_error (&self, allocate (&self, "k"), IP_DRIVER_UNAVAILABLE, 1, "");
	server_reply_json (self.service, 200, SERVED_BY, "{\"addresses\":[" ADDRESS_JSON (ID) "]}");
	assert_int_equal (allocate (&self, "k"), IP_DRIVER_OK);
	assert_requests (&self, 2);
	assert_null (strstr (body (request (&self, 0)), "\"id\""));
	stop (&self);
}

/* The driver's id, so that the answer can be the one that it expects. */
static void
reply_with_id (fixture *self, const char *id, const char *format)
{
	g_auto (GStrv) parts = g_strsplit (format, "ID", -1);
	g_autofree char *json = g_strjoinv (id, parts);

	server_reply_json (self->service, 200, "X-Ip-Driver-Served-By: " OTHER_PROCESS "\r\n", json);
}

typedef struct {
	fixture *self;
	/* Of the call. */
	ip_driver_status status;
	ip_driver_status (*call) (fixture *self);
} caller;

static gpointer
run_call (gpointer data)
{
	caller *who = data;

	who->status = who->call (who->self);
	return NULL;
}

static ip_driver_status
create_nameless (fixture *self)
{
	return create_block (self, NULL);
}

static ip_driver_status
create_named (fixture *self)
{
	return create_block (self, ID);
}

static ip_driver_status
allocate_nameless (fixture *self)
{
	return allocate (self, NULL);
}

static ip_driver_status
allocate_keyed (fixture *self)
{
	return allocate (self, "k");
}

/* A service that was restarted: it lost the first attempt, and says 412 to the second. Then it says whom to expect, and
 * what `replies` has, in which ID is the driver's id, which only the first request tells. */
static caller
call_restarted (fixture *self, ip_driver_status (*call) (fixture *self), const char *const *replies)
{
	caller who = {.self = self, .call = call};
	g_autofree char *id = NULL;
	GThread *thread;

	/* The answers wait until the test has seen the request. */
	server_reply (self->service, THEN_HOLD, "", 0);
	thread = g_thread_new ("caller", run_call, &who);
	while (server_requests (self->service) < self->begin + 1)
		g_thread_yield ();
	if (strstr (body (request (self, 0)), "\"id\":\"") != NULL)
		id = chosen_id (request (self, 0));
	server_reply_json (self->service, 412, "", FAULT (412, "another process"));
	server_reply_json (self->service, 200, "", ABOUT ("1.0.0", OTHER_PROCESS, ""));
	for (; *replies != NULL; replies++) {
		if (g_str_has_prefix (*replies, "404"))
			server_reply_json (self->service, 404, "X-Ip-Driver-Status: not_found\r\n", FAULT (404, "no"));
		else
			reply_with_id (self, id == NULL ? "none" : id, *replies);
	}
	server_hang_up (self->service, self->begin);
	g_thread_join (thread);
	assert_header (request (self, 1), "X-Ip-Driver-Served-By", PROCESS);
	assert_begins (request (self, 2), "GET /v0.1/ip_driver");
	return who;
}

static void
restarted_created (void **state)
{
	static const char *const replies[] = {"{\"block\":" BLOCK_JSON ("ID") "}", NULL};
	fixture self = start ("1");
	caller who = call_restarted (&self, create_nameless, replies);

	assert_int_equal (who.status, IP_DRIVER_OK);
	assert_requests (&self, 4);
	assert_begins (request (&self, 3), "POST /v0.1/ipam/tenants/blue/ip_driver/block/get");
	g_autofree char *wanted = chosen_id (request (&self, 0));
	assert_non_null (strstr (body (request (&self, 3)), wanted));
	stop (&self);
}

static void
restarted_not_created (void **state)
{
	static const char *const replies[] = {"404", "{\"block\":" BLOCK_JSON ("ID") "}", NULL};
	fixture self = start ("1");
	caller who = call_restarted (&self, create_nameless, replies);

	assert_int_equal (who.status, IP_DRIVER_OK);
	assert_requests (&self, 5);
	/* The call is made anew, by the same key: this process may have it already. */
	assert_begins (request (&self, 4), "POST /v0.1/ipam/tenants/blue/ip_driver/block/create");
	g_autofree char *first = key_of (request (&self, 0));
	g_autofree char *second = key_of (request (&self, 4));
	assert_string_equal (first, second);
	assert_string_equal (body (request (&self, 0)), body (request (&self, 4)));
	assert_header (request (&self, 4), "X-Ip-Driver-Served-By", NULL);
	stop (&self);
}

/* What has the caller's id may be older than the call. */
static void
restarted_named (void **state)
{
	static const char *const replies[] = {"{\"block\":" BLOCK_JSON ("ID") "}", NULL};
	fixture self = start ("1");
	caller who = call_restarted (&self, create_named, replies);

	assert_error (&self, who.status, IP_DRIVER_UNAVAILABLE, 0, "not known whether it was carried out");
	g_autofree char *key = key_of (request (&self, 0));
	server_reply_json (self.service, 200, SERVED_BY, "{}");
	ip_driver_close (self.driver);
	assert_abandons (request (&self, 4), key);
	server_free (self.service);
}

static void
restarted_allocated (void **state)
{
	static const char *const replies[] = {
		"{\"addresses\":[" ADDRESS_JSON (BLOCK) "],\"next_marker\":\"m\"}",
		"{\"addresses\":[" ADDRESS_JSON (BLOCK) "," ADDRESS_JSON ("ID") "]}",
		NULL,
	};
	fixture self = start ("1");
	caller who = call_restarted (&self, allocate_nameless, replies);

	assert_int_equal (who.status, IP_DRIVER_OK);
	assert_requests (&self, 5);
	assert_begins (request (&self, 3), "POST /v0.1/ip_driver/address/list");
	assert_null (strstr (body (request (&self, 3)), "marker"));
	assert_non_null (strstr (body (request (&self, 4)), "\"marker\":\"m\""));
	stop (&self);
}

/* The same page again and again. */
static void
restarted_endless (void **state)
{
	static const char *const replies[] = {
		"{\"addresses\":[" ADDRESS_JSON (BLOCK) "],\"next_marker\":\"m\"}",
		"{\"addresses\":[" ADDRESS_JSON (BLOCK) "],\"next_marker\":\"m\"}",
		NULL,
	};
	fixture self = start ("1");
	caller who = call_restarted (&self, allocate_nameless, replies);

	assert_error (&self, who.status, IP_DRIVER_UNAVAILABLE, 0, "not known whether it was carried out");
	server_reply_json (self.service, 200, SERVED_BY, "{}");
	stop (&self);
}

static void
restarted_keyed (void **state)
{
	static const char *const replies[] = {"{\"addresses\":[" ADDRESS_JSON (BLOCK) "]}", NULL};
	fixture self = start ("1");
	caller who = call_restarted (&self, allocate_keyed, replies);

	assert_int_equal (who.status, IP_DRIVER_OK);
	assert_requests (&self, 4);
	assert_begins (request (&self, 3), "POST /v0.1/ipam/tenants/blue/ip_driver/address/allocate");
	stop (&self);
}

static void
restarted_deleted (void **state)
{
	static const char *const replies[] = {NULL};
	fixture self = start ("1");
	caller who = call_restarted (&self, delete_block, replies);

	/* By an id it could be asked whether the block is there, but not whether it was this call that deleted it. */
	assert_error (&self, who.status, IP_DRIVER_UNAVAILABLE, 0, "not known whether it was carried out");
	assert_requests (&self, 3);
	server_reply_json (self.service, 200, SERVED_BY, "{}");
	stop (&self);
}

/* Answers that make no sense: each is told, and what may have been done is undone. */
static void
nonsense (void **state)
{
	static const char *const answers[] = {
		"{}",
		"{\"addresses\":{}}",
		"{\"addresses\":[]}",
		"{\"addresses\":[null]}",
		"{\"addresses\":[{}]}",
		"{\"addresses\":[{\"id\":7}]}",
		"{\"addresses\":[" ADDRESS_JSON (BLOCK) "]}",
		"{\"addresses\":[" ADDRESS_JSON ("a\\u0001b") "]}",
		"{\"addresses\":[" ADDRESS_JSON (BLOCK) "," ADDRESS_JSON (BLOCK) "]}",
		"{\"addresses\":[" ADDRESS_JSON (BLOCK) "],\"next_marker\":\"m\"}",
		"{\"address\":" ADDRESS_JSON (BLOCK) "}",
		"[]",
		"7",
		"",
	};

	for (gsize i = 0; i < G_N_ELEMENTS (answers); i++) {
		fixture self = start ("0");
		ip_driver_status status;

		server_reply_json (self.service, 200, SERVED_BY, answers[i]);
		status = allocate (&self, NULL);
		if (status != IP_DRIVER_PROTOCOL)
			fail_msg ("%s: %s", answers[i], ip_driver_status_name (status));
		g_autofree char *key = key_of (request (&self, 0));
		server_reply_json (self.service, 200, SERVED_BY, "{}");
		ip_driver_close (self.driver);
		assert_abandons (request (&self, 1), key);
		server_free (self.service);
	}
}

static ip_driver_status
list_blocks (fixture *self, const char *marker, const char *answer)
{
	ip_driver_block_list_args args = IP_DRIVER_BLOCK_LIST_ARGS_INIT;
	ip_driver_blocks *blocks = NULL;
	ip_driver_status status;

	args.marker = marker;
	args.limit = 1;
	server_reply_json (self->service, 200, SERVED_BY, answer);
	status = ip_driver_block_list (self->driver, &args, &blocks, &self->error);
	ip_driver_blocks_free (blocks);
	return status;
}

static void
pages (void **state)
{
	static const char one[] = "{\"blocks\":[" BLOCK_JSON (ID) "],\"next_marker\":\"m\"}";
	fixture self = start ("0");
	g_autofree char *longest = g_strnfill (1024, 'm');
	g_autofree char *fits = g_strdup_printf ("{\"blocks\":[],\"next_marker\":\"%s\"}", longest);
	g_autofree char *too_long = g_strdup_printf ("{\"blocks\":[],\"next_marker\":\"%sm\"}", longest);

	assert_int_equal (list_blocks (&self, NULL, one), IP_DRIVER_OK);
	assert_error (&self, list_blocks (&self, "m", one), IP_DRIVER_PROTOCOL, 0, "repeats");
	assert_int_equal (list_blocks (&self, "n", one), IP_DRIVER_OK);
	assert_int_equal (list_blocks (&self, NULL, fits), IP_DRIVER_OK);
	assert_error (&self, list_blocks (&self, NULL, too_long), IP_DRIVER_PROTOCOL, 0, "next_marker");
	assert_error (&self, list_blocks (&self, NULL, "{\"blocks\":[],\"next_marker\":7}"), IP_DRIVER_PROTOCOL, 0,
	              "next_marker");
	assert_error (&self, list_blocks (&self, NULL, "{\"blocks\":[],\"next_marker\":\"\"}"), IP_DRIVER_PROTOCOL, 0,
	              "next_marker");
	assert_error (&self, list_blocks (&self, NULL, "{\"blocks\":[" BLOCK_JSON (ID) "," BLOCK_JSON (ID) "]}"),
	              IP_DRIVER_PROTOCOL, 0, "too long");
	/* Reading leaves nothing to undo. */
	stop (&self);
}

static void
numbers (void **state)
{
	static const char *const bad[] = {"{}", "{\"purged\":-1}", "{\"purged\":1.5}", "{\"purged\":\"1\"}"};
	ip_driver_address_purge_args args = IP_DRIVER_ADDRESS_PURGE_ARGS_INIT;
	fixture self = start ("0");
	uint64_t purged = 0;

	server_reply_json (self.service, 200, SERVED_BY, "{\"purged\":9223372036854775807}");
	assert_int_equal (ip_driver_address_purge (self.driver, &args, &purged, NULL), IP_DRIVER_OK);
	assert_true (purged == INT64_MAX);
	for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
		server_reply_json (self.service, 200, SERVED_BY, bad[i]);
		assert_int_equal (ip_driver_address_purge (self.driver, &args, &purged, NULL), IP_DRIVER_PROTOCOL);
		server_reply_json (self.service, 200, SERVED_BY, "{}");
	}
	stop (&self);
}

static ip_driver *
begin (fixture *self)
{
	ip_driver *transaction = NULL;

	server_reply_json (self->service, 200, SERVED_BY, "{\"transaction\":\"t-1\"}");
	assert_int_equal (ip_driver_transaction_begin (self->driver, &transaction, &self->error), IP_DRIVER_OK);
	return transaction;
}

static void
transaction (void **state)
{
	fixture self = start ("0");
	ip_driver *transaction = begin (&self);
	ip_driver_block *block = NULL;

	assert_begins (request (&self, 0), "POST /v0.1/ip_driver/transaction/begin");
	assert_header (request (&self, 0), "X-Ip-Driver-Transaction", NULL);
	server_reply_json (self.service, 200, SERVED_BY, "{\"block\":" BLOCK_JSON (ID) "}");
	assert_int_equal (ip_driver_block_get (transaction, NULL, ID, &block, NULL), IP_DRIVER_OK);
	ip_driver_block_free (block);
	assert_header (request (&self, 1), "X-Ip-Driver-Transaction", "t-1");
	server_reply_json (self.service, 200, SERVED_BY, "{\"block\":" BLOCK_JSON (ID) "}");
	assert_int_equal (get_block (&self), IP_DRIVER_OK);
	assert_header (request (&self, 2), "X-Ip-Driver-Transaction", NULL);
	server_reply_json (self.service, 200, SERVED_BY, "{}");
	assert_int_equal (ip_driver_transaction_commit (transaction, NULL), IP_DRIVER_OK);
	assert_begins (request (&self, 3), "POST /v0.1/ip_driver/transaction/commit");
	assert_header (request (&self, 3), "X-Ip-Driver-Transaction", "t-1");
	g_autofree char *begin_key = key_of (request (&self, 0));
	g_autofree char *commit_key = key_of (request (&self, 3));
	assert_string_not_equal (begin_key, commit_key);

	transaction = begin (&self);
	server_reply_json (self.service, 200, SERVED_BY, "{}");
	ip_driver_transaction_rollback (transaction);
	assert_begins (request (&self, 5), "POST /v0.1/ip_driver/transaction/rollback");
	stop (&self);
}

/* A call of it got no answer: nothing of it may stay. */
static void
transaction_broken (void **state)
{
	fixture self = start ("0");
	ip_driver *transaction = begin (&self);

	lose (&self);
	assert_int_equal (ip_driver_block_delete (transaction, "blue", ID, NULL), IP_DRIVER_UNAVAILABLE);
	assert_int_equal (ip_driver_block_delete (transaction, "blue", ID, NULL), IP_DRIVER_UNAVAILABLE);
	assert_requests (&self, 2);
	server_reply_json (self.service, 200, SERVED_BY, "{}");
	assert_error (&self, ip_driver_transaction_commit (transaction, &self.error), IP_DRIVER_UNAVAILABLE, 1,
	              "undone");
	assert_begins (request (&self, 2), "POST /v0.1/ip_driver/transaction/rollback");
	/* With it all its attempts are undone. */
	stop (&self);
}

static void
transaction_unknown (void **state)
{
	fixture self = start ("0");
	ip_driver *transaction = NULL;

	/* One that may be open would keep all writers waiting. */
	lose (&self);
	assert_int_equal (ip_driver_transaction_begin (self.driver, &transaction, NULL), IP_DRIVER_UNAVAILABLE);
	g_autofree char *key = key_of (request (&self, 0));
	server_reply_json (self.service, 200, SERVED_BY, "{}");
	transaction = begin (&self);
	assert_abandons (request (&self, 1), key);

	lose (&self);
	assert_error (&self, ip_driver_transaction_commit (transaction, &self.error), IP_DRIVER_UNAVAILABLE, 0,
	              "not known whether the transaction was committed");
	g_autofree char *commit_key = key_of (request (&self, 3));
	server_reply_json (self.service, 200, SERVED_BY, "{}");
	ip_driver_close (self.driver);
	assert_abandons (request (&self, 4), commit_key);
	server_free (self.service);
}

/* What would become a header. */
static void
transaction_hostile (void **state)
{
	static const char *const bad[] = {"{}", "{\"transaction\":7}", "{\"transaction\":\"\"}",
	                                  "{\"transaction\":\"t\\r\\nX-Role: admin\"}", "{\"transaction\":\"t t\"}"};

	for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
		fixture self = start ("0");
		ip_driver *transaction = NULL;

		server_reply_json (self.service, 200, SERVED_BY, bad[i]);
		assert_int_equal (ip_driver_transaction_begin (self.driver, &transaction, NULL), IP_DRIVER_PROTOCOL);
		server_reply_json (self.service, 200, SERVED_BY, "{}");
		ip_driver_close (self.driver);
		assert_requests (&self, 2);
		server_free (self.service);
	}
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (open_finds),
		cmocka_unit_test (open_refuses),
		cmocka_unit_test (open_unreachable),
		cmocka_unit_test (sends),
		cmocka_unit_test (sends_as_admin),
		cmocka_unit_test (faults),
		cmocka_unit_test (repeats),
		cmocka_unit_test (abandons),
		cmocka_unit_test (abandons_last),
		cmocka_unit_test (abandons_in_vain),
		cmocka_unit_test (keeps_request_key),
		cmocka_unit_test (restarted_created),
		cmocka_unit_test (restarted_not_created),
		cmocka_unit_test (restarted_named),
		cmocka_unit_test (restarted_allocated),
		cmocka_unit_test (restarted_endless),
		cmocka_unit_test (restarted_keyed),
		cmocka_unit_test (restarted_deleted),
		cmocka_unit_test (nonsense),
		cmocka_unit_test (pages),
		cmocka_unit_test (numbers),
		cmocka_unit_test (transaction),
		cmocka_unit_test (transaction_broken),
		cmocka_unit_test (transaction_unknown),
		cmocka_unit_test (transaction_hostile),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
