/*
 * The handle: capabilities, information, transactions, errors as they reach the caller, the log.
 */
#include "support.h"

#include <string.h>

/* ---- capabilities ---- */

static void
test_supports (void **state)
{
	static const char *const yes[] = {"block.create",
	                                  "block.delete",
	                                  "address.allocate",
	                                  "policy_range.create",
	                                  "nat.list_globals",
	                                  "lease.expire",
	                                  "transaction.begin",
	                                  "store.check",
	                                  "policy_octet.delete",
	                                  "request_key",
	                                  "hold",
	                                  "many",
	                                  "all_tenants",
	                                  "chosen_ids"};
	static const char *const no[] = {"",     "block", "block.",       "block.delete_", ".create", "block.create ",
	                                 "HOLD", "holds", "block.nothing"};

	for (size_t i = 0; i < G_N_ELEMENTS (yes); i++) {
		ip_driver *driver = support_open_without (yes[i]);

		assert_int_equal (ip_driver_supports (*state, yes[i]), 1);
		assert_int_equal (ip_driver_supports (driver, yes[i]), 0);
		/* Nothing else has gone with it, but the three of transactions. */
		for (size_t j = 0; j < G_N_ELEMENTS (yes); j++)
			assert_int_equal (ip_driver_supports (driver, yes[j]), i != j);
		ip_driver_close (driver);
	}
	for (size_t i = 0; i < G_N_ELEMENTS (no); i++)
		assert_int_equal (ip_driver_supports (*state, no[i]), 0);
	assert_int_equal (ip_driver_supports (*state, NULL), 0);
	assert_int_equal (ip_driver_supports (NULL, "hold"), 0);
}

static void
test_supports_transaction (void **state)
{
	ip_driver *driver = support_open_without ("transaction.rollback");
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver *transaction = NULL;

	assert_int_equal (ip_driver_supports (driver, "transaction.begin"), 0);
	assert_int_equal (ip_driver_supports (driver, "transaction.commit"), 0);
	assert_error (ip_driver_transaction_begin (driver, &transaction, &error), &error, IP_DRIVER_NOT_SUPPORTED,
	              "transaction.begin");
	ip_driver_close (driver);
}

/* What is taken away is refused. */
static void
test_denied (void **state)
{
	ip_driver *driver = support_open_without ("block.get");
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_block *block = NULL;

	assert_error (ip_driver_block_get (driver, "t", UUID_A, &block, &error), &error, IP_DRIVER_NOT_SUPPORTED,
	              "backend \"good\" does not support block.get");
	assert_int_equal (error.retryable, 0);
	ip_driver_close (driver);
}

static void
test_info (void **state)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_info *info = NULL;
	ip_driver *driver;

	fake ()->location = "/var/lib/\xff";
	driver = support_open_without ("hold");
	fake ()->location = NULL;
	assert_ok (ip_driver_info_get (driver, &info, &error), &error);
	assert_int_equal (info->size, sizeof *info);
	assert_string_equal (info->backend, "good");
	assert_string_equal (info->description, "A driver that does what the test says");
	assert_string_equal (info->module_path, MODULE_FOLDER "/good.so");
	assert_string_equal (info->location, "/var/lib/\xef\xbf\xbd");
	assert_null (info->config_path);
	assert_null (info->problem);
	assert_int_equal (info->capability_count, 74);
	for (size_t i = 0; i < info->capability_count; i++) {
		assert_int_equal (ip_driver_supports (driver, info->capabilities[i]), 1);
		if (i > 0)
			assert_true (strcmp (info->capabilities[i - 1], info->capabilities[i]) < 0);
	}
	ip_driver_close (driver);
	/* It is the caller's, and outlives the handle. */
	assert_string_equal (info->backend, "good");
	ip_driver_info_free (info);
	info = NULL;
	assert_ok (ip_driver_info_get (*state, &info, &error), &error);
	assert_null (info->location);
	ip_driver_info_free (info);
	assert_error (ip_driver_info_get (NULL, &info, &error), &error, IP_DRIVER_INVALID, "driver");
	assert_error (ip_driver_info_get (*state, NULL, &error), &error, IP_DRIVER_INVALID, "ret_info");
}

static void
test_version (void **state)
{
	g_autofree char *version =
		g_strdup_printf ("%d.%d.%d", IP_DRIVER_VERSION_MAJOR, IP_DRIVER_VERSION_MINOR, IP_DRIVER_VERSION_PATCH);

	assert_string_equal (ip_driver_version (), version);
}

static void
test_status_names (void **state)
{
	static const char *const names[] = {
		"ok",       "invalid",       "not_found",        "duplicate",   "conflict", "exhausted",
		"locked",   "not_in_block",  "denied_by_policy", "not_allowed", "denied",   "unavailable",
		"protocol", "not_supported", "config",           "storage",     "internal"};

	for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
		assert_string_equal (ip_driver_status_name ((ip_driver_status)i), names[i]);
	assert_string_equal (ip_driver_status_name (17), "unknown");
	assert_string_equal (ip_driver_status_name (-1), "unknown");
	assert_string_equal (ip_driver_status_name (INT32_MAX), "unknown");
}

/* Two handles are two. */
static void
test_two_handles (void **state)
{
	ip_driver *other = support_open ();
	int closed = fake ()->closed;

	assert_ptr_not_equal (*state, other);
	ip_driver_close (other);
	assert_int_equal (fake ()->closed, closed + 1);
	assert_int_equal (ip_driver_supports (*state, "hold"), 1);
	ip_driver_close (NULL);
	assert_int_equal (fake ()->closed, closed + 1);
}

/* ---- errors ---- */

static ip_driver_status failing_status;
static const char *failing_message;

static ip_driver_status
fail_with_helper (const fake_call *call)
{
	return ip_driver_fail (call->error, failing_status, failing_message);
}

/* As a driver may do that does not use ip_driver_fail(). */
static ip_driver_status
fail_by_hand (const fake_call *call)
{
	assert_int_equal (call->error->size, sizeof *call->error);
	if (failing_message != NULL)
		memcpy (call->error->message, failing_message,
		        MIN (strlen (failing_message) + 1, sizeof call->error->message));
	return failing_status;
}

static ip_driver_status
fail_retryable (const fake_call *call)
{
	ip_driver_fail (call->error, failing_status, failing_message);
	call->error->retryable = !call->error->retryable;
	return failing_status;
}

static void
expect_failure (ip_driver *driver, ip_driver_status (*handler) (const fake_call *call), const char *message,
                int32_t retryable)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	fake ()->handler = handler;
	assert_int_equal (ip_driver_block_delete (driver, "t", UUID_A, &error), failing_status);
	assert_int_equal (error.status, failing_status);
	assert_string_equal (error.message, message);
	assert_int_equal (error.retryable, retryable);
}

static void
test_errors (void **state)
{
	for (failing_status = IP_DRIVER_INVALID; failing_status <= IP_DRIVER_INTERNAL; failing_status++) {
		int32_t usual = failing_status == IP_DRIVER_CONFLICT || failing_status == IP_DRIVER_UNAVAILABLE;
		g_autofree char *nothing =
			g_strdup_printf ("driver \"good\" failed block.delete without a message (%s)",
		                         ip_driver_status_name (failing_status));

		failing_message = "block \"x\" is not there";
		expect_failure (*state, fail_with_helper, failing_message, usual);
		expect_failure (*state, fail_by_hand, failing_message, usual);
		expect_failure (*state, fail_retryable, failing_message, !usual);
		failing_message = NULL;
		expect_failure (*state, fail_with_helper, nothing, usual);
		expect_failure (*state, fail_by_hand, nothing, usual);
		failing_message = "two\nlines\r\tand \xff\x01 \xc2\x85 \xe2\x80\xa8 \xe2\x82\xac";
		expect_failure (*state, fail_with_helper, "two?lines??and ?? ? ? \xe2\x82\xac", usual);
		expect_failure (*state, fail_by_hand, "two?lines??and ?? ? ? \xe2\x82\xac", usual);
	}
	{
		static const ip_driver_status unknown[] = {17, -1, INT32_MAX, INT32_MIN};

		for (size_t i = 0; i < G_N_ELEMENTS (unknown); i++) {
			ip_driver_error error = IP_DRIVER_ERROR_INIT;

			failing_status = unknown[i];
			failing_message = "x";
			fake ()->handler = fail_with_helper;
			assert_error (ip_driver_block_delete (*state, "t", UUID_A, &error), &error, IP_DRIVER_INTERNAL,
			              "unknown status");
			/* Without an error to look at. */
			assert_int_equal (ip_driver_block_delete (*state, "t", UUID_A, NULL), IP_DRIVER_INTERNAL);
		}
	}
}

/* Cut at a character's border, whatever room there is, and never written behind it. */
static void
test_error_room (void **state)
{
	g_autoptr (GString) message = g_string_new ("x");

	/* Characters of one to four bytes, of which none ends where the record does. */
	while (message->len < 2000)
		g_string_append (message, "\xe2\x82\xac\xc3\xa9z\xf0\x9f\x8c\x90");
	failing_status = IP_DRIVER_CONFLICT;
	failing_message = message->str;
	for (size_t size = 0; size <= sizeof (ip_driver_error) + 64; size++) {
		union {
			ip_driver_error error;
			unsigned char bytes[sizeof (ip_driver_error) + 64];
		} record;
		size_t written = MIN (size, sizeof (ip_driver_error));
		const size_t head = offsetof (ip_driver_error, message);

		memset (&record, 0xa5, sizeof record);
		record.error.size = size;
		fake ()->handler = size % 2 == 0 ? fail_with_helper : fail_by_hand;
		assert_int_equal (ip_driver_block_delete (*state, "t", UUID_A, &record.error), IP_DRIVER_CONFLICT);
		assert_int_equal (record.error.size, size);
		for (size_t i = MAX (written, sizeof (size_t)); i < sizeof record.bytes; i++)
			assert_int_equal (record.bytes[i], 0xa5);
		if (size >= offsetof (ip_driver_error, retryable))
			assert_int_equal (record.error.status, IP_DRIVER_CONFLICT);
		if (size >= head)
			assert_int_equal (record.error.retryable, 1);
		if (size > head) {
			size_t length = strnlen (record.error.message, written - head);

			assert_true (length < written - head);
			assert_true (g_utf8_validate (record.error.message, (gssize)length, NULL));
			assert_memory_equal (record.error.message, message->str, length);
			/* No more was cut than had to be. */
			assert_true (length + 4 >= written - head);
		}
	}
}

static void
test_error_untouched (void **state)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT, before;

	fake ()->handler = support_answer;
	memset (error.message, 'x', sizeof error.message);
	error.status = 77;
	error.retryable = 78;
	before = error;
	assert_int_equal (ip_driver_block_delete (*state, "t", UUID_A, &error), IP_DRIVER_OK);
	assert_memory_equal (&error, &before, sizeof error);
}

static void
test_fail (void **state)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	assert_int_equal (ip_driver_fail (NULL, IP_DRIVER_LOCKED, "x"), IP_DRIVER_LOCKED);
	assert_error (ip_driver_fail (&error, IP_DRIVER_UNAVAILABLE, "busy"), &error, IP_DRIVER_UNAVAILABLE, "busy");
	assert_int_equal (error.retryable, 1);
	assert_int_equal (ip_driver_fail (&error, IP_DRIVER_LOCKED, NULL), IP_DRIVER_LOCKED);
	assert_string_equal (error.message, "");
	assert_int_equal (error.retryable, 0);
}

/* Long values do not hide what is wrong with them. */
static void
test_long_value (void **state)
{
	g_autofree char *value = g_strnfill (100000, 'x');
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	assert_error (ip_driver_block_delete (*state, "t", value, &error), &error, IP_DRIVER_INVALID,
	              "xxx...\" is not a UUID");
}

/* ---- transactions ---- */

static ip_driver_instance *last_instance;

static ip_driver_status
keep_instance (const fake_call *call)
{
	last_instance = call->instance;
	return support_answer (call);
}

static void
reset_transactions (void)
{
	fake ()->begun = fake ()->committed = fake ()->rolled_back = 0;
	fake ()->commit_status = IP_DRIVER_OK;
	fake ()->handler = keep_instance;
}

static ip_driver *
begin (ip_driver *driver)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver *transaction = NULL;

	assert_ok (ip_driver_transaction_begin (driver, &transaction, &error), &error);
	assert_non_null (transaction);
	return transaction;
}

static void
test_transaction (void **state)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_instance *plain;
	ip_driver_info *info = NULL;
	ip_driver *transaction, *second = NULL;

	reset_transactions ();
	assert_ok (ip_driver_block_delete (*state, "t", UUID_A, &error), &error);
	plain = last_instance;
	transaction = begin (*state);
	/* Calls on it reach its own instance, calls on the other handle the other. */
	assert_ok (ip_driver_block_delete (transaction, "t", UUID_A, &error), &error);
	assert_ptr_not_equal (last_instance, plain);
	assert_ok (ip_driver_block_delete (*state, "t", UUID_A, &error), &error);
	assert_ptr_equal (last_instance, plain);
	/* It can what the other can, but begin. */
	assert_int_equal (ip_driver_supports (transaction, "block.create"), 1);
	assert_int_equal (ip_driver_supports (transaction, "hold"), 1);
	assert_int_equal (ip_driver_supports (transaction, "transaction.begin"), 0);
	assert_int_equal (ip_driver_supports (transaction, "transaction.commit"), 0);
	assert_error (ip_driver_transaction_begin (transaction, &second, &error), &error, IP_DRIVER_NOT_SUPPORTED,
	              "in a transaction");
	assert_ok (ip_driver_info_get (transaction, &info, &error), &error);
	assert_string_equal (info->backend, "good");
	assert_int_equal (info->capability_count, 72);
	ip_driver_info_free (info);
	assert_ok (ip_driver_transaction_commit (transaction, &error), &error);
	assert_int_equal (fake ()->committed, 1);
	assert_int_equal (fake ()->rolled_back, 0);
	ip_driver_transaction_rollback (begin (*state));
	assert_int_equal (fake ()->rolled_back, 1);
	assert_int_equal (fake ()->committed, 1);
	assert_int_equal (fake ()->begun, 2);
}

static void
test_transaction_misuse (void **state)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	int closed = fake ()->closed;
	ip_driver *transaction = NULL;

	reset_transactions ();
	assert_error (ip_driver_transaction_commit (*state, &error), &error, IP_DRIVER_INVALID, "not a transaction");
	assert_error (ip_driver_transaction_commit (NULL, &error), &error, IP_DRIVER_INVALID, "NULL");
	ip_driver_transaction_rollback (*state);
	ip_driver_transaction_rollback (NULL);
	assert_int_equal (fake ()->committed + fake ()->rolled_back, 0);
	/* The handle is as it was. */
	assert_ok (ip_driver_block_delete (*state, "t", UUID_A, &error), &error);
	assert_error (ip_driver_transaction_begin (NULL, &transaction, &error), &error, IP_DRIVER_INVALID, "driver");
	assert_error (ip_driver_transaction_begin (*state, NULL, &error), &error, IP_DRIVER_INVALID, "ret_transaction");
	assert_int_equal (fake ()->begun, 0);
	/* Closed instead of ended: undone. */
	ip_driver_close (begin (*state));
	assert_int_equal (fake ()->rolled_back, 1);
	assert_int_equal (fake ()->closed, closed);
	fake ()->no_transaction = 1;
	assert_error (ip_driver_transaction_begin (*state, &transaction, &error), &error, IP_DRIVER_INTERNAL,
	              "no instance");
	fake ()->no_transaction = 0;
	assert_null (transaction);
}

/* The handle ends whatever the commit says: the sanitizer sees if it does not. */
static void
test_commit_fails (void **state)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	reset_transactions ();
	fake ()->commit_status = IP_DRIVER_UNAVAILABLE;
	assert_error (ip_driver_transaction_commit (begin (*state), &error), &error, IP_DRIVER_UNAVAILABLE,
	              "not committed");
	assert_int_equal (error.retryable, 1);
	fake ()->commit_status = 1000;
	assert_error (ip_driver_transaction_commit (begin (*state), &error), &error, IP_DRIVER_INTERNAL,
	              "unknown status 1000");
}

/* ---- the log ---- */

static char *logged;
static ip_driver_log_level logged_level;
static int logged_count;

static void
keep_log (ip_driver_log_level level, const char *message, void *user_data)
{
	assert_ptr_equal (user_data, &logged);
	g_free (logged);
	logged = g_strdup (message);
	logged_level = level;
	logged_count++;
}

static void
test_log (void **state)
{
	/* Nobody listens. */
	ip_driver_log (IP_DRIVER_LOG_ERROR, "lost");
	logged_count = 0;
	ip_driver_log_set (IP_DRIVER_LOG_WARNING, keep_log, &logged);
	ip_driver_log (IP_DRIVER_LOG_INFO, "too much");
	ip_driver_log (IP_DRIVER_LOG_DEBUG, "too much");
	assert_int_equal (logged_count, 0);
	ip_driver_log (IP_DRIVER_LOG_WARNING, "warning");
	assert_int_equal (logged_count, 1);
	assert_string_equal (logged, "warning");
	assert_int_equal (logged_level, IP_DRIVER_LOG_WARNING);
	ip_driver_log (IP_DRIVER_LOG_ERROR, "two\nlines \xff");
	assert_string_equal (logged, "two?lines ?");
	assert_int_equal (logged_level, IP_DRIVER_LOG_ERROR);
	ip_driver_log (IP_DRIVER_LOG_ERROR, NULL);
	assert_int_equal (logged_count, 2);
	ip_driver_log_set (IP_DRIVER_LOG_DEBUG, keep_log, &logged);
	ip_driver_log (IP_DRIVER_LOG_DEBUG, "detail");
	assert_int_equal (logged_count, 3);
	assert_int_equal (logged_level, IP_DRIVER_LOG_DEBUG);
	/* The library speaks through it too, with a level that exists. */
	ip_driver_close (support_open ());
	assert_true (logged_count > 3);
	assert_non_null (strstr (logged, "good"));
	ip_driver_log (-5, "severe");
	assert_int_equal (logged_level, IP_DRIVER_LOG_ERROR);
	logged_count = 0;
	ip_driver_log_set (IP_DRIVER_LOG_DEBUG, NULL, NULL);
	ip_driver_log (IP_DRIVER_LOG_ERROR, "lost");
	assert_int_equal (logged_count, 0);
	g_clear_pointer (&logged, g_free);
}

static ip_driver_status
return_nothing (const fake_call *call)
{
	return IP_DRIVER_OK;
}

/* A driver's defect is something for the log. */
static void
test_log_defect (void **state)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_block *block = NULL;

	fake ()->handler = return_nothing;
	logged_count = 0;
	ip_driver_log_set (IP_DRIVER_LOG_ERROR, keep_log, &logged);
	assert_int_equal (ip_driver_block_get (*state, "t", UUID_A, &block, &error), IP_DRIVER_INTERNAL);
	ip_driver_log_set (IP_DRIVER_LOG_ERROR, NULL, NULL);
	assert_int_equal (logged_count, 1);
	assert_string_equal (logged, error.message);
	g_clear_pointer (&logged, g_free);
}

/* The function that was set may be replaced while others log. */
static void
count_log (ip_driver_log_level level, const char *message, void *user_data)
{
	g_atomic_int_inc ((gint *)user_data);
}

static gpointer
log_much (gpointer data)
{
	for (int i = 0; i < 20000; i++)
		ip_driver_log (IP_DRIVER_LOG_ERROR, "message");
	return NULL;
}

static void
test_log_threads (void **state)
{
	gint counts[2] = {0, 0};
	GThread *threads[3];

	ip_driver_log_set (IP_DRIVER_LOG_ERROR, count_log, &counts[0]);
	for (size_t i = 0; i < G_N_ELEMENTS (threads); i++)
		threads[i] = g_thread_new ("log", log_much, NULL);
	for (int i = 0; i < 2000; i++)
		ip_driver_log_set (IP_DRIVER_LOG_ERROR, count_log, &counts[i % 2]);
	for (size_t i = 0; i < G_N_ELEMENTS (threads); i++)
		g_thread_join (threads[i]);
	ip_driver_log_set (IP_DRIVER_LOG_ERROR, NULL, NULL);
	/* None is lost, none is doubled: there always was one of the two. */
	assert_int_equal (counts[0] + counts[1], 60000);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_supports),     cmocka_unit_test (test_supports_transaction),
		cmocka_unit_test (test_denied),       cmocka_unit_test (test_info),
		cmocka_unit_test (test_version),      cmocka_unit_test (test_status_names),
		cmocka_unit_test (test_two_handles),  cmocka_unit_test (test_errors),
		cmocka_unit_test (test_error_room),   cmocka_unit_test (test_error_untouched),
		cmocka_unit_test (test_fail),         cmocka_unit_test (test_long_value),
		cmocka_unit_test (test_transaction),  cmocka_unit_test (test_transaction_misuse),
		cmocka_unit_test (test_commit_fails), cmocka_unit_test (test_log),
		cmocka_unit_test (test_log_defect),   cmocka_unit_test (test_log_threads),
	};

	return cmocka_run_group_tests_name ("driver", tests, support_setup, support_teardown);
}
