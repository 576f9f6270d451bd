/*
 * How the extension is found, what is sent, and what comes back.
 */
#include "support.h"

#include <jansson.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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
		assert_begins (server_request (service, 1), status == 404 ? "GET /" : "GET /v0.1/ip_driver");
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
	check_open (404, FAULT (404, ""), "{\"versions\":[{\"name\":\"v0.1\"}]}", "auto", IP_DRIVER_OK, FALSE, 2);
	check_open (404, FAULT (404, ""), "{\"versions\":[{\"name\":\"v2\"},7]}", "auto", IP_DRIVER_PROTOCOL, FALSE, 2);
	check_open (404, FAULT (404, ""), "{}", "auto", IP_DRIVER_PROTOCOL, FALSE, 2);
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

/* Values that are not in the ABI's form never reach the caller, however deep they lie. */
static void
form_of_block (const char *key, const char *value, gboolean good)
{
	fixture self = start ("0");
	json_t *block = json_loads (BLOCK_JSON (ID), 0, NULL), *answer = json_pack ("{s:o}", "block", block);

	json_object_set_new (block, key, json_string (value));
	char *text = json_dumps (answer, JSON_COMPACT);
	server_reply_json (self.service, 200, SERVED_BY, text);
	ip_driver_status status = get_block (&self);
	if (status != (good ? IP_DRIVER_OK : IP_DRIVER_PROTOCOL))
		fail_msg ("%s = %s: %s", key, value, ip_driver_status_name (status));
	if (!good)
		assert_error (&self, status, IP_DRIVER_PROTOCOL, 0, key);
	free (text);
	json_decref (answer);
	stop (&self);
}

static void
forms (void **state)
{
	static const struct {
		const char *key;
		/* The first is right. */
		const char *values[6];
	} cases[] = {
		{"id", {ID, "AAAAAAAA-aaaa-4aaa-8aaa-aaaaaaaaaaaa", "aaaaaaaa", "m"}},
		{"parent", {BLOCK, "", "the first"}},
		{"cidr", {"2001:db8::/64", "10.0.0.0", "10.0.0.1/24", "10.0.0.0/024", "2001:DB8::/64", "10.0.0.0/33"}},
		{"gateway", {"2001:db8::f:1", "2001:db8 f::1", "2001:db8:0::1", "10.0.0.01", "10.0.0.1/24", ""}},
		{"gateway", {"::1:2", "::0.1.0.2"}},
		{"dns1", {"10.0.0.1", "dns"}},
		{"netmask", {"255.255.255.0", "255.0.255.0", "/24", "-1", "0x40", "129"}},
		{"netmask", {"64", "064"}},
	};

	for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
		for (gsize n = 0; n < G_N_ELEMENTS (cases[i].values) && cases[i].values[n] != NULL; n++)
			form_of_block (cases[i].key, cases[i].values[n], n == 0);
}

#define INTERFACE_JSON(mac, address, gateway)                                                                          \
	"{\"interface\":{\"id\":\"v\",\"tenant\":\"blue\",\"mac\":\"" mac                                              \
	"\",\"allocations\":[{\"address\":{\"id\":\"" ID "\",\"block\":\"" BLOCK "\",\"address\":\"" address           \
	"\",\"state\":\"allocated\",\"version\":4},\"cidr\":\"10.0.0.0/24\",\"routes\":[{\"id\":\"" ID                 \
	"\",\"destination\":\"10.1.0.0\",\"gateway\":\"" gateway "\"}]}]}}"

static void
forms_inside (void **state)
{
	static const struct {
		const char *answer;
		/* NULL: it is right. */
		const char *problem;
	} cases[] = {
		{INTERFACE_JSON ("02:00:00:00:00:0a", "10.0.0.1", "10.0.0.9"), NULL},
		{INTERFACE_JSON ("02:00:00:00:00:0A", "10.0.0.1", "10.0.0.9"), ": mac is not a MAC address"},
		{INTERFACE_JSON ("02-00-00-00-00-0a", "10.0.0.1", "10.0.0.9"), ": mac is not a MAC address"},
		{INTERFACE_JSON ("02:00:00:00:00:0a", "10.0.0.1 ", "10.0.0.9"),
	         "allocations[0].address.address is not an address"},
		{INTERFACE_JSON ("02:00:00:00:00:0a", "10.0.0.1", "10.0.0"),
	         "allocations[0].routes[0].gateway is not an address"},
	};

	for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
		fixture self = start ("0");
		ip_driver_interface_create_args args = IP_DRIVER_INTERFACE_CREATE_ARGS_INIT;
		ip_driver_interface *interface = NULL;

		args.tenant = "blue";
		args.id = "v";
		server_reply_json (self.service, 200, SERVED_BY, cases[i].answer);
		ip_driver_status status = ip_driver_interface_create (self.driver, &args, &interface, &self.error);
		if (cases[i].problem == NULL) {
			assert_int_equal (status, IP_DRIVER_OK);
			ip_driver_interface_free (interface);
		} else {
			assert_error (&self, status, IP_DRIVER_PROTOCOL, 0, cases[i].problem);
			/* What was made is undone. */
			server_reply_json (self.service, 200, SERVED_BY, "{}");
		}
		stop (&self);
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

/* What a child of fork() does: opens a handle of its own, and creates a block. */
static void
create_in_child (const fixture *self)
{
	ip_driver_block_create_args args = IP_DRIVER_BLOCK_CREATE_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver *driver;
	ip_driver_block *block;
	pid_t pid;
	int status;

	server_reply_json (self->service, 200, "", LISTED);
	server_reply_json (self->service, 200, "", ABOUT ("1.0.0", PROCESS, CAPABILITIES));
	server_reply_json (self->service, 422, "X-Ip-Driver-Status: not_allowed\r\n", FAULT (422, "overlaps"));
	pid = fork ();
	if (pid == 0) {
		args.tenant = "blue";
		args.cidr = "10.0.0.0/24";
		args.type = IP_DRIVER_BLOCK_PRIVATE;
		_exit (open_driver (self->service, "0", NULL, NULL, &driver, &error) != IP_DRIVER_OK ||
		       ip_driver_block_create (driver, &args, &block, &error) != IP_DRIVER_NOT_ALLOWED);
	}
	assert_int_equal (waitpid (pid, &status, 0), pid);
	assert_int_equal (status, 0);
}

/* The keys and ids of one process are not those of another, though both are copies of a third. */
static void
forks (void **state)
{
	fixture self = start ("0");

	create_in_child (&self);
	create_in_child (&self);
	assert_requests (&self, 6);
	g_autofree char *first_key = key_of (request (&self, 2)), *second_key = key_of (request (&self, 5));
	g_autofree char *first_id = chosen_id (request (&self, 2)), *second_id = chosen_id (request (&self, 5));
	assert_string_not_equal (first_key, second_key);
	assert_string_not_equal (first_id, second_id);
	stop (&self);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (open_finds),   cmocka_unit_test (open_refuses),   cmocka_unit_test (open_unreachable),
		cmocka_unit_test (sends),        cmocka_unit_test (sends_as_admin), cmocka_unit_test (faults),
		cmocka_unit_test (repeats),      cmocka_unit_test (nonsense),       cmocka_unit_test (forms),
		cmocka_unit_test (forms_inside), cmocka_unit_test (pages),          cmocka_unit_test (numbers),
		cmocka_unit_test (forks),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
