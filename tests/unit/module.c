/*
 * Module loading: each variant of a driver that cannot be used is refused with a message that names the
 * module and the reason; old and new ones are used as far as they go.
 */
#include "support.h"

#include <glib/gstdio.h>
#include <string.h>

static ip_driver_status
open_module (const char *folder, const char *name, ip_driver **ret_driver, ip_driver_error *error)
{
	const ip_driver_setting settings[] = {{"ip_driver", "backend", name}, {"ip_driver", "module_path", folder}};

	return ip_driver_open_settings (settings, G_N_ELEMENTS (settings), ret_driver, error);
}

static const struct {
	const char *name;
	const char *part;
} refused[] = {
	{"null", "refuses this library's driver ABI 1.0"},
	{"major", "it has driver ABI 2.3, this library has 1.0"},
	{"no_entry", "it lacks ip_driver_backend_entry"},
	{"tiny", "its table has size 8"},
	{"short", "too short to have all required members"},
	{"no_name", "the required member name is missing"},
	{"wrong_name", "it calls itself \"somebody_else\""},
	{"no_description", "the required member description is missing"},
	{"no_open", "the required member open is missing"},
	{"no_close", "the required member close is missing"},
	{"no_options", "the required member options is missing"},
	{"bad_group", "its table block has size 0"},
	{"allocate_only", "address.allocate needs address.get"},
	{"no_deallocate", "address.allocate needs address.deallocate"},
	{"no_begin", "transaction.begin is missing"},
	{"no_commit", "transaction.commit is missing"},
	{"no_rollback", "transaction.rollback is missing"},
	{"bad_default", "the default of its option \"speed\" is not a number from 0 to 10"},
	{"no_default", "its option \"speed\" has no default"},
	{"no_choices", "its option \"speed\" has no choices"},
	{"bad_type", "its option \"speed\" has the unknown type 17"},
};

static void
test_refused (void **state)
{
	/* Twice: a failure is not remembered as a success. */
	for (size_t i = 0; i < 2 * G_N_ELEMENTS (refused); i++) {
		const char *name = refused[i / 2].name;
		g_autofree char *path = g_strdup_printf (MODULE_FOLDER "/%s.so", name);
		ip_driver_error error = IP_DRIVER_ERROR_INIT;
		ip_driver *driver = NULL;

		assert_error (open_module (MODULE_FOLDER, name, &driver, &error), &error, IP_DRIVER_CONFIG,
		              refused[i / 2].part);
		assert_non_null (strstr (error.message, path));
		assert_null (driver);
	}
}

static void
test_no_module (void **state)
{
	char *folder = support_folder ();
	g_autofree char *junk = support_file (folder, "junk.so", "this is no module\n");
	g_autofree char *below = g_build_filename (folder, "folder.so", NULL);
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver *driver = NULL;

	assert_int_equal (g_mkdir (below, 0700), 0);
	assert_error (open_module (folder, "junk", &driver, &error), &error, IP_DRIVER_CONFIG, junk);
	assert_error (open_module (folder, "folder", &driver, &error), &error, IP_DRIVER_CONFIG, below);
	assert_error (open_module (folder, "missing", &driver, &error), &error, IP_DRIVER_CONFIG, folder);
	assert_error (open_module ("/no/such/folder", "good", &driver, &error), &error, IP_DRIVER_CONFIG,
	              "/no/such/folder");
	assert_null (driver);
	support_folder_remove (folder);
}

static void
test_plain (void **state)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver *driver = NULL;
	ip_driver_block *block = NULL;
	ip_driver_block_list_args list = IP_DRIVER_BLOCK_LIST_ARGS_INIT;
	ip_driver_blocks *blocks = NULL;

	assert_ok (open_module (MODULE_FOLDER, "plain", &driver, &error), &error);
	assert_error (ip_driver_block_get (driver, "t", UUID_A, &block, &error), &error, IP_DRIVER_NOT_FOUND,
	              "no such block");
	assert_error (ip_driver_block_delete (driver, "t", UUID_A, &error), &error, IP_DRIVER_NOT_FOUND,
	              "no such block");
	list.tenant = "t";
	assert_error (ip_driver_block_list (driver, &list, &blocks, &error), &error, IP_DRIVER_NOT_SUPPORTED,
	              "backend \"plain\" does not support block.list");
	/* What is wrong is wrong even if it is not supported. */
	list.tenant = "";
	assert_error (ip_driver_block_list (driver, &list, &blocks, &error), &error, IP_DRIVER_INVALID, "tenant");
	/* It has no feature. */
	assert_error (ip_driver_block_get (driver, NULL, UUID_A, &block, &error), &error, IP_DRIVER_NOT_SUPPORTED,
	              "all_tenants");
	ip_driver_close (driver);
}

/* Compiled when the tables were shorter. */
static void
test_old (void **state)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver *driver = NULL;
	ip_driver_block *block = NULL;
	ip_driver_info *info = NULL;
	ip_driver_check_report *report = NULL;

	assert_ok (open_module (MODULE_FOLDER, "old", &driver, &error), &error);
	assert_error (ip_driver_block_get (driver, "t", UUID_A, &block, &error), &error, IP_DRIVER_NOT_FOUND,
	              "no such block");
	/* The pointer is there, but behind the table's end. */
	assert_int_equal (ip_driver_supports (driver, "block.delete"), 0);
	assert_error (ip_driver_block_delete (driver, "t", UUID_A, &error), &error, IP_DRIVER_NOT_SUPPORTED,
	              "block.delete");
	assert_error (ip_driver_store_check (driver, &report, &error), &error, IP_DRIVER_NOT_SUPPORTED, "store.check");
	assert_ok (ip_driver_info_get (driver, &info, &error), &error);
	assert_int_equal (info->capability_count, 1);
	assert_string_equal (info->capabilities[0], "block.get");
	ip_driver_info_free (info);
	ip_driver_close (driver);
}

/* Compiled with a later header: longer tables, a higher minor version. */
static void
test_newer (void **state)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver *driver = NULL;
	ip_driver_block *block = NULL;

	assert_ok (open_module (MODULE_FOLDER, "newer", &driver, &error), &error);
	assert_error (ip_driver_block_get (driver, "t", UUID_A, &block, &error), &error, IP_DRIVER_NOT_FOUND,
	              "no such block");
	ip_driver_close (driver);
}

/* ---- ip_driver_backend_list() ---- */

static const ip_driver_info *
find_info (const ip_driver_infos *infos, const char *name)
{
	for (size_t i = 0; i < infos->count; i++) {
		if (strcmp (infos->items[i]->backend, name) == 0)
			return infos->items[i];
	}
	fail_msg ("%s is not listed", name);
	return NULL;
}

static void
test_list (void **state)
{
	char *folder = support_folder ();
	g_autofree char *junk = support_file (folder, "junk.so", "this is no module\n");
	g_autofree char *upper = support_file (folder, "Upper.so", "");
	g_autofree char *other = support_file (folder, "other.txt", "");
	g_autofree char *shadow = support_file (folder, "plain.so", "this is no module\n");
	/* The backend that it names is nobody's: the list is there to find that out. */
	g_autofree char *path = support_file (folder, "test.conf",
	                                      "[ip_driver]\nbackend = nobody\nmodule_path = .:" MODULE_FOLDER "\n");
	g_autofree char *missing = g_build_filename (folder, "missing.conf", NULL);
	g_autofree char *bad = support_file (folder, "bad.conf", "nonsense\n");
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_infos *infos = NULL;
	const ip_driver_info *info;

	assert_ok (ip_driver_backend_list (path, &infos, &error), &error);
	assert_null (infos->next_marker);
	for (size_t i = 1; i < infos->count; i++)
		assert_true (strcmp (infos->items[i - 1]->backend, infos->items[i]->backend) < 0);
	info = find_info (infos, "good");
	assert_null (info->problem);
	assert_string_equal (info->description, "A driver that does what the test says");
	assert_string_equal (info->module_path, MODULE_FOLDER "/good.so");
	assert_null (info->config_path);
	assert_null (info->location);
	assert_int_equal (info->capability_count, 75);
	info = find_info (infos, "junk");
	assert_non_null (strstr (info->problem, junk));
	assert_null (info->description);
	assert_int_equal (info->capability_count, 0);
	/* The first one of a name is the one that would be used. */
	info = find_info (infos, "plain");
	assert_string_equal (info->module_path, shadow);
	assert_non_null (info->problem);
	for (size_t i = 0; i < G_N_ELEMENTS (refused); i++) {
		info = find_info (infos, refused[i].name);
		assert_non_null (strstr (info->problem, refused[i].part));
	}
	/* These can be no driver's. */
	for (size_t i = 0; i < infos->count; i++) {
		assert_string_not_equal (infos->items[i]->module_path, upper);
		assert_string_not_equal (infos->items[i]->module_path, other);
	}
	ip_driver_infos_free (infos);
	infos = NULL;
	/* Without a file: those of the environment. */
	g_setenv ("IP_DRIVER_MODULE_PATH", MODULE_FOLDER, TRUE);
	assert_ok (ip_driver_backend_list (missing, &infos, &error), &error);
	assert_null (find_info (infos, "plain")->problem);
	ip_driver_infos_free (infos);
	infos = NULL;
	g_unsetenv ("IP_DRIVER_MODULE_PATH");
	assert_error (ip_driver_backend_list (bad, &infos, &error), &error, IP_DRIVER_CONFIG, bad);
	assert_error (ip_driver_backend_list (path, NULL, &error), &error, IP_DRIVER_INVALID, "ret_infos");
	assert_null (infos);
	support_folder_remove (folder);
}

/* Two threads that open the same modules at once get the same ones. */
static gpointer
open_all (gpointer data)
{
	for (int i = 0; i < 200; i++) {
		static const char *const names[] = {"good", "plain", "old", "newer"};
		ip_driver_error error = IP_DRIVER_ERROR_INIT;
		ip_driver *driver = NULL;

		if (open_module (MODULE_FOLDER, names[i % 4], &driver, &error) != IP_DRIVER_OK)
			return g_strdup (error.message);
		ip_driver_close (driver);
	}
	return NULL;
}

static void
test_threads (void **state)
{
	GThread *threads[4];

	for (size_t i = 0; i < G_N_ELEMENTS (threads); i++)
		threads[i] = g_thread_new ("open", open_all, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS (threads); i++)
		assert_null (g_thread_join (threads[i]));
}

static int
setup (void **state)
{
	*fake () = (fake_control_block){0};
	return 0;
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_refused), cmocka_unit_test (test_no_module), cmocka_unit_test (test_plain),
		cmocka_unit_test (test_old),     cmocka_unit_test (test_newer),     cmocka_unit_test (test_list),
		cmocka_unit_test (test_threads),
	};

	return cmocka_run_group_tests_name ("module", tests, setup, NULL);
}
