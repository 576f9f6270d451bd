/*
 * Configuration: where it is looked for, what is an error in it (everything that is not understood) and
 * how the message names it, and what of it the driver gets.
 */
#include "support.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define GENERAL "[ip_driver]\nbackend = good\nmodule_path = " MODULE_FOLDER "\n"

static char *folder;

/* Opens a file with that text; the message of a failure must begin with the file's path. */
static ip_driver_status
open_text (const char *text, ip_driver_error *error)
{
	g_autofree char *path = support_file (folder, "test.conf", text);
	ip_driver *driver = NULL;
	ip_driver_status status = ip_driver_open (path, &driver, error);

	if (status == IP_DRIVER_OK)
		assert_non_null (driver);
	else
		assert_null (driver);
	if (status == IP_DRIVER_CONFIG)
		assert_non_null (strstr (error->message, path));
	ip_driver_close (driver);
	return status;
}

typedef struct {
	const char *text;
	/* NULL: good. */
	const char *part;
} config_case;

static void
test_files (void **state)
{
	static const config_case cases[] = {
		{GENERAL, NULL},
		{"# comment\n\n" GENERAL "\n[good]\n# another\nnumber = 5\n", NULL},
		{GENERAL "[good]\n", NULL},
		{GENERAL "[good]\r\nnumber = 5\r\n", NULL},
		{GENERAL "[good]\nnumber=5", NULL},
		{GENERAL "[good]\nnumber = 5   \n", NULL},
		{"", "[ip_driver] lacks the key \"backend\""},
		{"# nothing\n", "[ip_driver] lacks the key \"backend\""},
		{"[good]\n", "[ip_driver] lacks the key \"backend\""},
		{"[ip_driver]\nmodule_path = /\n", "[ip_driver] lacks the key \"backend\""},
		{"[ip_drver]\nbackend = good\n", "[ip_drver] has the key \"backend\", which belongs in [ip_driver]"},
		{"[good]\nbackend = good\n", "[good] has the key \"backend\", which belongs in [ip_driver]"},
		{"[ip_driver]\nbackend =\n", "backend \"\" is not a backend's name"},
		{"[ip_driver]\nbackend = Good\n", "backend \"Good\" is not a backend's name"},
		{"[ip_driver]\nbackend = ../good\n", "backend \"../good\" is not a backend's name"},
		{"[ip_driver]\nbackend = go/od\n", "is not a backend's name"},
		{"[ip_driver]\nbackend = good.so\n", "is not a backend's name"},
		{"[ip_driver]\nbackend = 1good\n", "is not a backend's name"},
		{"[ip_driver]\nbackend = _good\n", "is not a backend's name"},
		{"[ip_driver]\nbackend = g\xc3\xb6\xc3\xb6"
	         "d\n",
	         "is not a backend's name"},
		{"[ip_driver]\nbackend = missing\nmodule_path = " MODULE_FOLDER "\n",
	         "there is no module missing.so in " MODULE_FOLDER},
		{"[ip_driver]\nbakend = good\n", "[ip_driver] has the unknown key \"bakend\""},
		{GENERAL "Backend = good\n", "[ip_driver] has the unknown key \"Backend\""},
		{GENERAL "[goood]\n", "unknown group [goood]"},
		{GENERAL "[Good]\nnumber = 1\n", "unknown group [Good]"},
		{GENERAL "[..]\nnumber = 1\n", "unknown group [..]"},
		/* Other drivers' groups may stand there, with whatever is in them. */
		{GENERAL "[native]\nanything = x\n[melange]\nurl = y\n[plain]\nz = 1\n", NULL},
		{GENERAL "[good]\nnumbr = 5\n", "[good] has the unknown key \"numbr\""},
		{GENERAL "[good]\nnumber[de] = 5\n", "\"number[de]\" in [good] is not a key"},
		{GENERAL "[good]\nnumber = five\n", "[good] number \"five\" is not a number from -5 to 600"},
		{GENERAL "[good]\nnumber =\n", "number \"\" is not a number"},
		{GENERAL "[good]\nnumber = 601\n", "number \"601\" is not a number from -5 to 600"},
		{GENERAL "[good]\nnumber = -6\n", "number \"-6\""},
		{GENERAL "[good]\nnumber = 5s\n", "number \"5s\""},
		{GENERAL "[good]\nnumber = +5\n", "number \"+5\""},
		{GENERAL "[good]\nnumber = 05\n", "number \"05\""},
		{GENERAL "[good]\nnumber = 0x5\n", "number \"0x5\""},
		{GENERAL "[good]\nnumber = 5.0\n", "number \"5.0\""},
		{GENERAL "[good]\nnumber = - 5\n", "number \"- 5\""},
		{GENERAL "[good]\nnumber = -0\n", "number \"-0\""},
		{GENERAL "[good]\nnumber = 99999999999999999999999\n", "number \"9999"},
		{GENERAL "[good]\nnumber = 0\n", NULL},
		{GENERAL "[good]\nnumber = -5\n", NULL},
		{GENERAL "[good]\nflag = yes\n", "[good] flag \"yes\" is not true or false"},
		{GENERAL "[good]\nflag = TRUE\n", "flag \"TRUE\""},
		{GENERAL "[good]\nflag = 1\n", "flag \"1\""},
		{GENERAL "[good]\nflag =\n", "flag \"\""},
		{GENERAL "[good]\ncolour = blue\n", "[good] colour \"blue\" is not one of red, green"},
		{GENERAL "[good]\ncolour = \n", "colour \"\""},
		{GENERAL "[good]\nnumber = 5\nnumber = 6\n", "key \"number\" of [good] stands twice"},
		{GENERAL "[good]\nnumber = 5\n[good]\n", "group [good] stands twice"},
		{GENERAL "[ip_driver]\n", "line 4: group [ip_driver] stands twice"},
		{GENERAL "backend = good\n", "line 4: key \"backend\" of [ip_driver] stands twice"},
		{"number = 5\n" GENERAL, "line 1: key \"number\" is in no group"},
		{GENERAL "[good\n", "line 4 is not a [group]"},
		{GENERAL "[good] x\n", "line 4 is not a [group]"},
		{GENERAL "[]\n", "line 4 is not a [group]"},
		{GENERAL "[\n", "line 4 is not a [group]"},
		{GENERAL "[[good]]\n", "line 4 is not a [group]"},
		{GENERAL "[good]\nnumber\n", "line 5 is not [group], key = value or # comment"},
		{GENERAL "[good]\nnumber: 5\n", "line 5 is not [group]"},
		{GENERAL "[good]\n= 5\n", "line 5: \"\" in [good] is not a key"},
		{GENERAL "[good]\nnum ber = 5\n", "line 5: \"num ber\" in [good] is not a key"},
		{GENERAL "[good]\n; number = 5\n", "line 5: \"; number\" in [good] is not a key"},
		{GENERAL "[good]\npath = \xff\n", "[good] path: the value is not UTF-8"},
		{GENERAL "[good]\npath = C:\\x\n",
	         "[good] path: the value is not UTF-8, or has an unknown \\ sequence"},
		{"\xef\xbb\xbf" GENERAL, "line 1"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
		ip_driver_error error = IP_DRIVER_ERROR_INIT;
		ip_driver_status status;

		fake ()->opened = 0;
		status = open_text (cases[i].text, &error);
		if (cases[i].part == NULL) {
			if (status != IP_DRIVER_OK)
				print_error ("case %zu:\n%s", i, cases[i].text);
			assert_ok (status, &error);
			assert_int_equal (fake ()->opened, 1);
		} else {
			if (status == IP_DRIVER_OK)
				print_error ("case %zu:\n%s", i, cases[i].text);
			assert_error (status, &error, IP_DRIVER_CONFIG, cases[i].part);
			assert_int_equal (fake ()->opened, 0);
		}
	}
}

/* What is secret is not in the message, wherever the error is. */
static void
test_secrets (void **state)
{
	static const char *const texts[] = {
		GENERAL "[good]\napi_token = hunter2\n", GENERAL "[good]\napi_token = 1\napi_token = hunter2\n",
		GENERAL "[good]\napi_token hunter2\n",   GENERAL "[good]\napi_token: hunter2\n",
		GENERAL "[good]\npassword = hunter2\n",
	};

	for (size_t i = 0; i < G_N_ELEMENTS (texts); i++) {
		ip_driver_error error = IP_DRIVER_ERROR_INIT;

		assert_int_equal (open_text (texts[i], &error), IP_DRIVER_CONFIG);
		assert_null (strstr (error.message, "hunter2"));
	}
	{
		ip_driver_error error = IP_DRIVER_ERROR_INIT;

		assert_error (open_text (texts[0], &error), &error, IP_DRIVER_CONFIG,
		              "[good] api_token is not a number from 0 to 9");
	}
}

static void
test_unreadable (void **state)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autofree char *missing = g_build_filename (folder, "missing.conf", NULL);
	g_autofree char *below = g_build_filename (folder, "missing", "missing.conf", NULL);
	g_autofree char *large = g_build_filename (folder, "large.conf", NULL);
	g_autofree char *binary = g_build_filename (folder, "binary.conf", NULL);
	g_autofree char *filling = g_strnfill (1024 * 1024 + 1, '#');
	ip_driver *driver = NULL;

	assert_error (ip_driver_open (missing, &driver, &error), &error, IP_DRIVER_CONFIG, missing);
	assert_error (ip_driver_open (below, &driver, &error), &error, IP_DRIVER_CONFIG, below);
	assert_error (ip_driver_open (folder, &driver, &error), &error, IP_DRIVER_CONFIG, folder);
	assert_error (ip_driver_open ("", &driver, &error), &error, IP_DRIVER_CONFIG, "\"\"");
	assert_error (ip_driver_open ("/dev/zero", &driver, &error), &error, IP_DRIVER_CONFIG, "/dev/zero");
	assert_true (g_file_set_contents (large, filling, -1, NULL));
	assert_error (ip_driver_open (large, &driver, &error), &error, IP_DRIVER_CONFIG, large);
	assert_true (g_file_set_contents (binary, GENERAL "\0[good]\n", sizeof (GENERAL "\0[good]\n") - 1, NULL));
	assert_error (ip_driver_open (binary, &driver, &error), &error, IP_DRIVER_CONFIG, "not a text file");
	/* Root may read everything. */
	if (geteuid () != 0) {
		g_autofree char *forbidden = support_file (folder, "forbidden.conf", GENERAL);

		assert_int_equal (chmod (forbidden, 0), 0);
		assert_error (ip_driver_open (forbidden, &driver, &error), &error, IP_DRIVER_CONFIG, forbidden);
	}
	assert_error (ip_driver_open (missing, NULL, &error), &error, IP_DRIVER_INVALID, "ret_driver");
	assert_null (driver);
}

static void
test_environment (void **state)
{
	g_autofree char *path = support_file (folder, "environment.conf", GENERAL);
	g_autofree char *missing = g_build_filename (folder, "missing.conf", NULL);
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver *driver = NULL;
	ip_driver_info *info = NULL;

	g_setenv ("IP_DRIVER_CONFIG", path, TRUE);
	assert_ok (ip_driver_open (NULL, &driver, &error), &error);
	assert_ok (ip_driver_info_get (driver, &info, &error), &error);
	assert_string_equal (info->config_path, path);
	assert_string_equal (info->backend, "good");
	assert_string_equal (info->module_path, MODULE_FOLDER "/good.so");
	ip_driver_info_free (info);
	ip_driver_close (driver);
	driver = NULL;
	/* A file that is named must be there. */
	g_setenv ("IP_DRIVER_CONFIG", missing, TRUE);
	assert_error (ip_driver_open (NULL, &driver, &error), &error, IP_DRIVER_CONFIG, missing);
	/* The path given to the function goes before. */
	assert_ok (ip_driver_open (path, &driver, &error), &error);
	ip_driver_close (driver);
	g_unsetenv ("IP_DRIVER_CONFIG");
}

/* The native backend is the default without any file; here its module is another. */
static void
test_no_file (void **state)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver *driver = NULL;

	if (g_file_test ("/etc/ip_driver/ip_driver.conf", G_FILE_TEST_EXISTS))
		skip ();
	g_setenv ("IP_DRIVER_CONFIG", "", TRUE);
	g_setenv ("IP_DRIVER_MODULE_PATH", folder, TRUE);
	{
		g_autofree char *path = support_file (folder, "native.so", "no module");

		assert_error (ip_driver_open (NULL, &driver, &error), &error, IP_DRIVER_CONFIG, path);
		assert_int_equal (g_unlink (path), 0);
	}
	/* Settings do not look at the environment. */
	assert_int_not_equal (ip_driver_open_settings (NULL, 0, &driver, &error), IP_DRIVER_OK);
	assert_null (strstr (error.message, folder));
	g_unsetenv ("IP_DRIVER_MODULE_PATH");
	g_unsetenv ("IP_DRIVER_CONFIG");
}

/* module_path: several folders, relative to the file's; then the environment's; the first one wins. */
static void
test_module_path (void **state)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autofree char *first = g_build_filename (folder, "first", NULL);
	g_autofree char *second = g_build_filename (folder, "second", NULL);
	g_autofree char *link = g_build_filename (second, "good.so", NULL);
	g_autofree char *path = NULL;
	ip_driver *driver = NULL;
	ip_driver_info *info = NULL;

	assert_int_equal (g_mkdir (first, 0700), 0);
	assert_int_equal (g_mkdir (second, 0700), 0);
	assert_int_equal (symlink (MODULE_FOLDER "/good.so", link), 0);
	path = support_file (folder, "path.conf",
	                     "[ip_driver]\nbackend = good\nmodule_path = first:second::" MODULE_FOLDER "\n");
	assert_ok (ip_driver_open (path, &driver, &error), &error);
	assert_ok (ip_driver_info_get (driver, &info, &error), &error);
	assert_string_equal (info->module_path, link);
	ip_driver_info_free (info);
	ip_driver_close (driver);
	g_free (path);
	path = support_file (folder, "path.conf", "[ip_driver]\nbackend = good\nmodule_path = first\n");
	driver = NULL;
	assert_error (ip_driver_open (path, &driver, &error), &error, IP_DRIVER_CONFIG, first);
	g_setenv ("IP_DRIVER_MODULE_PATH", ":/nowhere:" MODULE_FOLDER ":", TRUE);
	assert_ok (ip_driver_open (path, &driver, &error), &error);
	ip_driver_close (driver);
	g_unsetenv ("IP_DRIVER_MODULE_PATH");
	/* A bad module where it is found first is an error; another folder's is no way out. */
	{
		g_autofree char *broken = support_file (first, "good.so", "no module");

		g_free (path);
		path = support_file (folder, "path.conf",
		                     "[ip_driver]\nbackend = good\nmodule_path = first:" MODULE_FOLDER "\n");
		driver = NULL;
		assert_error (ip_driver_open (path, &driver, &error), &error, IP_DRIVER_CONFIG, broken);
	}
}

/* ---- what the driver gets ---- */

static const char *expected_folder;
static int looked;

static void
look_at_defaults (const ip_driver_options *options)
{
	looked++;
	assert_null (ip_driver_options_text (options, "path"));
	assert_string_equal (ip_driver_options_text (options, "note"), "none");
	assert_string_equal (ip_driver_options_text (options, "colour"), "red");
	assert_int_equal (ip_driver_options_integer (options, "number"), 7);
	assert_int_equal (ip_driver_options_boolean (options, "flag"), 1);
	assert_string_equal (ip_driver_options_folder (options), expected_folder);
	/* Unknown, of another type, or nothing at all. */
	assert_null (ip_driver_options_text (options, "nothing"));
	assert_null (ip_driver_options_text (options, "number"));
	assert_null (ip_driver_options_text (options, "flag"));
	assert_int_equal (ip_driver_options_integer (options, "note"), 0);
	assert_int_equal (ip_driver_options_boolean (options, "number"), 0);
	assert_int_equal (ip_driver_options_integer (options, "nothing"), 0);
	assert_null (ip_driver_options_text (options, NULL));
	assert_null (ip_driver_options_text (NULL, "note"));
	assert_null (ip_driver_options_folder (NULL));
}

static void
look_at_values (const ip_driver_options *options)
{
	looked++;
	assert_string_equal (ip_driver_options_text (options, "path"), "a/b \xe2\x82\xac c");
	assert_string_equal (ip_driver_options_text (options, "note"), "");
	assert_string_equal (ip_driver_options_text (options, "colour"), "green");
	assert_int_equal (ip_driver_options_integer (options, "number"), -5);
	assert_int_equal (ip_driver_options_integer (options, "api_token"), 9);
	assert_int_equal (ip_driver_options_boolean (options, "flag"), 0);
	assert_string_equal (ip_driver_options_folder (options), expected_folder);
}

static void
look_at_escapes (const ip_driver_options *options)
{
	looked++;
	assert_string_equal (ip_driver_options_text (options, "path"), " a\\b\tc ");
}

static void
test_values (void **state)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autofree char *working = g_get_current_dir ();
	const ip_driver_setting settings[] = {
		{"ip_driver", "backend", "good"},
		{"ip_driver", "module_path", MODULE_FOLDER},
		{"good", "path", "a/b \xe2\x82\xac c"},
		{"good", "note", ""},
		{"good", "colour", "green"},
		{"good", "number", "-5"},
		{"good", "api_token", "9"},
		{"good", "flag", "false"},
	};
	ip_driver *driver = NULL;

	looked = 0;
	expected_folder = folder;
	fake ()->on_open = look_at_defaults;
	assert_ok (open_text (GENERAL, &error), &error);
	fake ()->on_open = look_at_values;
	assert_ok (open_text (GENERAL "[good]\npath = a/b \xe2\x82\xac c\nnote=\ncolour = green\nnumber = -5\n"
	                              "api_token = 9\nflag = false\n",
	                      &error),
	           &error);
	fake ()->on_open = look_at_escapes;
	assert_ok (open_text (GENERAL "[good]\npath = \\sa\\\\b\\tc\\s\n", &error), &error);
	expected_folder = working;
	fake ()->on_open = look_at_values;
	assert_ok (ip_driver_open_settings (settings, G_N_ELEMENTS (settings), &driver, &error), &error);
	ip_driver_close (driver);
	fake ()->on_open = NULL;
	assert_int_equal (looked, 4);
}

static void
test_settings (void **state)
{
	static const struct {
		ip_driver_setting settings[4];
		size_t count;
		ip_driver_status status;
		const char *part;
	} cases[] = {
		{{{"ip_driver", "module_path", MODULE_FOLDER}},
	         1,
	         IP_DRIVER_CONFIG,
	         "settings: [ip_driver] lacks the key \"backend\""},
		{{{"ip_driver", "backend", "good"}},
	         1,
	         IP_DRIVER_CONFIG,
	         "settings: [ip_driver] backend \"good\": there is no module good.so in"},
		{{{"ip_driver", "backend", "good"}, {"ip_driver", "backend", "good"}},
	         2,
	         IP_DRIVER_CONFIG,
	         "settings: key \"backend\" of [ip_driver] stands twice"},
		{{{"ip_driver", "backend", "good"},
	          {"ip_driver", "module_path", MODULE_FOLDER},
	          {"good", "number", "x"}},
	         3,
	         IP_DRIVER_CONFIG,
	         "settings: [good] number \"x\" is not a number"},
		{{{"ip_driver", "backend", "good"},
	          {"ip_driver", "module_path", MODULE_FOLDER},
	          {"god", "number", "1"}},
	         3,
	         IP_DRIVER_CONFIG,
	         "settings: unknown group [god]"},
		{{{"ip_driver", "backend", "good"},
	          {"ip_driver", "module_path", MODULE_FOLDER},
	          {"good", "path", "\xff"}},
	         3,
	         IP_DRIVER_CONFIG,
	         "settings: [good] path: the value is not UTF-8"},
		{{{"ip_driver", "backend", "good"}, {"ip_driver", "module_path", MODULE_FOLDER}, {"\xff\n", "", ""}},
	         3,
	         IP_DRIVER_CONFIG,
	         "settings: unknown group [??]"},
		{{{NULL, "backend", "good"}}, 1, IP_DRIVER_INVALID, "settings[0]"},
		{{{"ip_driver", "backend", "good"}, {"ip_driver", NULL, "good"}}, 2, IP_DRIVER_INVALID, "settings[1]"},
		{{{"ip_driver", "backend", NULL}}, 1, IP_DRIVER_INVALID, "settings[0]"},
	};
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver *driver = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
		assert_error (ip_driver_open_settings (cases[i].settings, cases[i].count, &driver, &error), &error,
		              cases[i].status, cases[i].part);
		assert_null (driver);
	}
	assert_error (ip_driver_open_settings (NULL, 1, &driver, &error), &error, IP_DRIVER_INVALID,
	              "settings is NULL");
	assert_error (ip_driver_open_settings (NULL, 0, NULL, &error), &error, IP_DRIVER_INVALID, "ret_driver");
}

/* What the driver says about its options is put in place. */
static void
test_driver_refuses (void **state)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	fake ()->open_status = IP_DRIVER_CONFIG;
	fake ()->open_message = "path \"x\" is no database";
	assert_error (open_text (GENERAL, &error), &error, IP_DRIVER_CONFIG,
	              "/test.conf: [good] path \"x\" is no database");
	fake ()->open_status = IP_DRIVER_STORAGE;
	fake ()->open_message = "database \"x\" is corrupt";
	assert_error (open_text (GENERAL, &error), &error, IP_DRIVER_STORAGE, "database \"x\" is corrupt");
	assert_int_equal (error.retryable, 0);
	fake ()->open_status = IP_DRIVER_UNAVAILABLE;
	fake ()->open_message = NULL;
	assert_error (open_text (GENERAL, &error), &error, IP_DRIVER_UNAVAILABLE, "without a message");
	assert_int_equal (error.retryable, 1);
	fake ()->open_status = 99;
	fake ()->open_message = "x";
	assert_error (open_text (GENERAL, &error), &error, IP_DRIVER_INTERNAL, "unknown status 99");
	fake ()->open_status = IP_DRIVER_OK;
	fake ()->no_instance = 1;
	assert_error (open_text (GENERAL, &error), &error, IP_DRIVER_INTERNAL, "no instance");
	fake ()->no_instance = 0;
}

/* Whatever stands in the file: it is understood or refused, and nothing complains or crashes. */
static void
test_random_files (void **state)
{
	static const char base[] =
		"[ip_driver]\nbackend = good\n[good]\npath = a\nnumber = 5\nflag = true\n[native]\nx = y\n";
	static const char letters[] = "[]=#\\ \n\r\t\xff\xc3;agn5:./";
	const char *given = g_getenv ("IP_DRIVER_SEED");
	guint32 seed = given == NULL ? g_random_int () : (guint32)strtoul (given, NULL, 10);
	GRand *random = g_rand_new_with_seed (seed);
	int good = 0;

	/* Not in the text: changed, it could name another build's modules. */
	g_setenv ("IP_DRIVER_MODULE_PATH", MODULE_FOLDER, TRUE);
	print_message ("IP_DRIVER_SEED=%u\n", seed);
	for (int i = 0; i < 2000; i++) {
		ip_driver_error error = IP_DRIVER_ERROR_INIT;
		g_autoptr (GString) text = g_string_new (base);
		ip_driver_status status;

		for (int change = g_rand_int_range (random, 0, 4); change > 0; change--) {
			gssize place = g_rand_int_range (random, 0, (gint32)text->len);

			if (g_rand_boolean (random))
				g_string_erase (text, place, 1);
			else
				g_string_insert_c (text, place,
				                   letters[g_rand_int_range (random, 0, sizeof letters - 1)]);
		}
		status = open_text (text->str, &error);
		good += status == IP_DRIVER_OK;
		if (status != IP_DRIVER_OK)
			assert_error (status, &error, IP_DRIVER_CONFIG, "");
	}
	/* A quarter has no change at all. */
	assert_in_range (good, 1, 1999);
	g_unsetenv ("IP_DRIVER_MODULE_PATH");
	g_rand_free (random);
}

static int
setup (void **state)
{
	g_unsetenv ("IP_DRIVER_CONFIG");
	g_unsetenv ("IP_DRIVER_MODULE_PATH");
	*fake () = (fake_control_block){0};
	folder = support_folder ();
	return 0;
}

static int
teardown (void **state)
{
	support_folder_remove (folder);
	return 0;
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_files),          cmocka_unit_test (test_secrets),
		cmocka_unit_test (test_unreadable),     cmocka_unit_test (test_environment),
		cmocka_unit_test (test_no_file),        cmocka_unit_test (test_module_path),
		cmocka_unit_test (test_values),         cmocka_unit_test (test_settings),
		cmocka_unit_test (test_driver_refuses), cmocka_unit_test (test_random_files),
	};

	return cmocka_run_group_tests_name ("config", tests, setup, teardown);
}
