/*
 * What becomes of calls that get no answer: they are undone, or, where the service was restarted, asked for; and of
 * transactions.
 */
#include "support.h"

#include <string.h>

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
		cmocka_unit_test (transaction),
		cmocka_unit_test (transaction_broken),
		cmocka_unit_test (transaction_unknown),
		cmocka_unit_test (transaction_hostile),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
