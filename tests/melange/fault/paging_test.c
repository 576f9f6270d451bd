/*
 * Lists: in the order of the ABI where they fit, page by page where not; filters; and services that page without end.
 */
#include "fake.h"

#include <string.h>

#include "paging.h"

static paging_list
policies (paging_kind kind)
{
	return (paging_list){.name = "policies", .kind = kind, .key = paging_key_age, .give = record_give_policy};
}

/* A policy whose name is its number; `age` in seconds. */
static json_t *
policy (guint number, int age)
{
	return json_pack ("{ss*ss*ss*ss*ss*}", "id", fake_id (number), "tenant_id", "t", "name",
	                  fake_text ("p%u", number), "created_at", fake_time (age), "updated_at", fake_time (age));
}

/* A page of policies `first` to `last`, with or without a link to the next page. */
static const char *
page (guint first, guint last, gboolean more)
{
	json_auto_t *body = json_object ();
	json_t *list = json_array ();

	for (guint i = first; i <= last; i++)
		json_array_append_new (list, policy (i, (int)(1000 - i)));
	json_object_set_new (body, "policies", list);
	if (more)
		json_object_set_new (body, "policies_links",
		                     json_pack ("[{ssss}]", "rel", "next", "href", "http://elsewhere/"));
	char *text = json_dumps (body, 0);
	const char *kept = fake_text ("%s", text);
	free (text);
	return kept;
}

static ip_driver_status
list (const paging_list *what, const char *marker, guint limit, ip_driver_error *error)
{
	return melange_list (fake_instance (), what, melange_tenant_path (error, "t", "policies"), marker, limit, NULL,
	                     error);
}

static void
sorted (void **state)
{
	paging_list what = policies (PAGED);
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	/* By id in the service, by age here. */
	for (int i = 0; i < 3; i++)
		fake_answer ("GET /tenants/t/policies?limit=1000", 200, page (1, 5, FALSE), 0);
	assert_int_equal (list (&what, NULL, 2, &error), IP_DRIVER_OK);
	assert_string_equal (fake_given (0), "policy p5");
	assert_string_equal (fake_given (1), "policy p4");
	g_autofree char *first = g_strdup (fake_next_marker ());
	assert_int_equal (list (&what, first, 2, &error), IP_DRIVER_OK);
	assert_string_equal (fake_given (2), "policy p3");
	assert_string_equal (fake_given (3), "policy p2");
	g_autofree char *second = g_strdup (fake_next_marker ());
	assert_string_not_equal (first, second);
	assert_int_equal (list (&what, second, 2, &error), IP_DRIVER_OK);
	assert_int_equal (fake_given_count (), 5);
	assert_string_equal (fake_given (4), "policy p1");
	assert_string_equal (fake_next_marker (), second);
}

/* What the marker names is gone: what stays is seen once. */
static void
sorted_while_deleting (void **state)
{
	paging_list what = policies (PAGED);
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	fake_answer ("GET *", 200, page (1, 5, FALSE), 0);
	fake_answer ("GET *", 200, page (1, 3, FALSE), 0);
	assert_int_equal (list (&what, NULL, 2, &error), IP_DRIVER_OK);
	assert_int_equal (list (&what, fake_next_marker (), 9, &error), IP_DRIVER_OK);
	assert_int_equal (fake_given_count (), 5);
	assert_string_equal (fake_given (2), "policy p3");
	assert_string_equal (fake_given (4), "policy p1");
}

static void
unsorted (void **state)
{
	paging_list what = policies (PAGED);
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	fake_answer ("GET /tenants/t/policies?limit=1000", 200, page (1, 4, TRUE), 0);
	assert_int_equal (list (&what, NULL, 2, &error), IP_DRIVER_OK);
	assert_string_equal (fake_given (1), "policy p2");
	fake_answer (fake_text ("GET /tenants/t/policies?limit=2&marker=%s", fake_id (2)), 200, page (3, 4, TRUE), 0);
	assert_int_equal (list (&what, fake_next_marker (), 2, &error), IP_DRIVER_OK);
	assert_string_equal (fake_given (3), "policy p4");
	fake_answer (fake_text ("GET /tenants/t/policies?limit=2&marker=%s", fake_id (4)), 200, page (5, 5, FALSE), 0);
	g_autofree char *last = g_strdup (fake_next_marker ());
	assert_int_equal (list (&what, last, 2, &error), IP_DRIVER_OK);
	assert_int_equal (fake_given_count (), 5);
	assert_string_equal (fake_next_marker (), last);
}

static gboolean
is_odd (json_t *item, gconstpointer filter)
{
	return strchr ("13579", json_string_value (json_object_get (item, "name"))[1]) != NULL;
}

/* A page of ours needs several of the service. */
static void
filtered (void **state)
{
	paging_list what = policies (PAGED);
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	what.wanted = is_odd;
	fake_answer ("GET /tenants/t/policies?limit=1000", 200, page (1, 2, TRUE), 0);
	fake_answer (fake_text ("GET /tenants/t/policies?limit=1000&marker=%s", fake_id (2)), 200, page (3, 6, TRUE),
	             0);
	assert_int_equal (list (&what, NULL, 2, &error), IP_DRIVER_OK);
	assert_int_equal (fake_given_count (), 2);
	assert_string_equal (fake_given (1), "policy p3");
	fake_answer (fake_text ("GET /tenants/t/policies?limit=1000&marker=%s", fake_id (3)), 200, page (4, 9, FALSE),
	             0);
	assert_int_equal (list (&what, fake_next_marker (), 2, &error), IP_DRIVER_OK);
	assert_string_equal (fake_given (2), "policy p5");
	assert_string_equal (fake_given (3), "policy p7");
}

/* Without links: a page that is not full is the last. */
static void
silent (void **state)
{
	json_auto_t *all = NULL;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	fake_answer ("GET /tenants/t/policies?limit=1000", 200, page (1, 1000, FALSE), 0);
	fake_answer (fake_text ("GET /tenants/t/policies?limit=1000&marker=%s", fake_id (1000)), 200,
	             page (1001, 1003, FALSE), 0);
	assert_int_equal (melange_list_all (fake_instance (), "policies", PAGED_SILENTLY,
	                                    melange_tenant_path (&error, "t", "policies"), &all, NULL, &error),
	                  IP_DRIVER_OK);
	assert_int_equal (json_array_size (all), 1003);
}

/* Lists that the service gives whole, in the order of creation. */
static void
whole (void **state)
{
	paging_list what = policies (WHOLE);
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	json_auto_t *body =
		json_pack ("{s[oooo]}", "policies", policy (9, 0), policy (3, 0), policy (7, 0), policy (1, -5));
	char *text = json_dumps (body, 0);

	what.in_order = TRUE;
	fake_answer ("GET /tenants/t/policies", 200, text, 0);
	assert_int_equal (list (&what, NULL, 9, &error), IP_DRIVER_OK);
	assert_string_equal (fake_given (0), "policy p1");
	assert_string_equal (fake_given (1), "policy p9");
	assert_string_equal (fake_given (2), "policy p3");
	assert_string_equal (fake_given (3), "policy p7");
	/* By pages: each once. */
	fake_answer ("GET /tenants/t/policies", 200, text, 0);
	fake_answer ("GET /tenants/t/policies", 200, text, 0);
	assert_int_equal (list (&what, NULL, 2, &error), IP_DRIVER_OK);
	assert_int_equal (list (&what, fake_next_marker (), 2, &error), IP_DRIVER_OK);
	assert_string_equal (fake_given (4), "policy p1");
	assert_string_equal (fake_given (5), "policy p3");
	assert_string_equal (fake_given (6), "policy p7");
	assert_string_equal (fake_given (7), "policy p9");
	free (text);
}

static void
expect_nonsense (const char *first, const char *second, const char *reason)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	json_auto_t *all = NULL;

	fake_answer ("GET *", 200, first, 0);
	if (second)
		fake_answer ("GET *", 200, second, 0);
	assert_int_equal (melange_list_all (fake_instance (), "policies", PAGED,
	                                    melange_tenant_path (&error, "t", "policies"), &all, NULL, &error),
	                  IP_DRIVER_PROTOCOL);
	assert_null (all);
	assert_non_null (strstr (error.message, "policies"));
	assert_non_null (strstr (error.message, reason));
}

static void
hostile (void **state)
{
	expect_nonsense (page (1, 3, TRUE), page (1, 3, TRUE), "repeats itself");
	expect_nonsense (page (1, 3, TRUE), page (3, 3, TRUE), "repeats itself");
	expect_nonsense (page (2, 3, TRUE), page (1, 2, FALSE), "repeats itself");
	expect_nonsense ("{\"policies\": [], \"policies_links\": [{\"rel\": \"next\"}]}", NULL, "empty");
	expect_nonsense ("{\"policies\": {}}", NULL, "is not a list");
	expect_nonsense ("{\"policies\": [5]}", NULL, "not an object");
	expect_nonsense ("{\"policies\": [{\"id\": \"x\"}]}", NULL, "UUID");
	expect_nonsense ("{}", NULL, "is missing");
}

/* New elements for ever: it ends all the same. */
static void
endless (void **state)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	json_auto_t *all = NULL;

	for (guint i = 0; i < 5001; i++)
		fake_answer ("GET *", 200, page (i, i, TRUE), 0);
	assert_int_equal (melange_list_all (fake_instance (), "policies", PAGED,
	                                    melange_tenant_path (&error, "t", "policies"), &all, NULL, &error),
	                  IP_DRIVER_PROTOCOL);
	assert_non_null (strstr (error.message, "does not end"));
}

static void
markers (void **state)
{
	static const char *const refused[] = {"", "x", "i", "ijunk", "5"};
	paging_list what = policies (PAGED);
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	for (gsize i = 0; i < G_N_ELEMENTS (refused); i++) {
		assert_int_equal (list (&what, refused[i], 5, &error), IP_DRIVER_INVALID);
		assert_non_null (strstr (error.message, refused[i]));
	}
	assert_int_equal (fake_request_count (), 0);
	/* A path that cannot be made. */
	assert_int_equal (melange_list (fake_instance (), &what, melange_tenant_path (&error, "a/b", "policies"), NULL,
	                                5, NULL, &error),
	                  IP_DRIVER_INVALID);
}

#define TEST(name) cmocka_unit_test_setup_teardown (name, fake_reset, fake_finish)

int
main (void)
{
	const struct CMUnitTest tests[] = {
		TEST (sorted),   TEST (sorted_while_deleting),
		TEST (unsorted), TEST (filtered),
		TEST (silent),   TEST (whole),
		TEST (hostile),  TEST (endless),
		TEST (markers),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
