/* See support.h. */
#include "support.h"

#include <dlfcn.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

fake_control_block *
fake (void)
{
	static fake_control_block *control;

	if (control == NULL) {
		void *module = dlopen (MODULE_FOLDER "/good.so", RTLD_NOW | RTLD_LOCAL);

		assert_non_null (module);
		control = dlsym (module, "fake_control");
		assert_non_null (control);
		/* Bad input is reported, not complained about: GLib says so where a check is missing. */
		g_log_set_always_fatal (G_LOG_LEVEL_MASK & ~(G_LOG_LEVEL_INFO | G_LOG_LEVEL_DEBUG));
	}
	return control;
}

ip_driver *
support_open (void)
{
	const ip_driver_setting settings[] = {
		{"ip_driver", "backend", "good"},
		{"ip_driver", "module_path", MODULE_FOLDER},
	};
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver *driver = NULL;

	assert_ok (ip_driver_open_settings (settings, G_N_ELEMENTS (settings), &driver, &error), &error);
	assert_non_null (driver);
	return driver;
}

static const char *denied;

static int32_t
deny (const char *capability)
{
	return strcmp (capability, denied) != 0;
}

ip_driver *
support_open_without (const char *capability)
{
	ip_driver *driver;

	denied = capability;
	fake ()->supports = deny;
	driver = support_open ();
	fake ()->supports = NULL;
	assert_int_equal (ip_driver_supports (driver, capability), 0);
	return driver;
}

int
support_setup (void **state)
{
	*fake () = (fake_control_block){.handler = support_answer};
	*state = support_open ();
	return 0;
}

int
support_teardown (void **state)
{
	ip_driver_close (*state);
	return 0;
}

void
support_return (ip_driver_results *results, fake_result kind)
{
	ip_driver_block block = {
		.size = sizeof block, .id = UUID_A, .tenant = "blue", .cidr = "10.0.0.0/8", .version = 4};
	ip_driver_address address = {
		.size = sizeof address, .id = UUID_B, .block = UUID_A, .address = "10.0.0.7", .version = 4};
	ip_driver_allocation allocation = {.size = sizeof allocation, .address = &address, .cidr = "10.0.0.0/8"};
	ip_driver_address_match match = {.size = sizeof match, .block = &block};

	switch (kind) {
	case FAKE_BLOCK:
		ip_driver_return_block (results, &block);
		break;
	case FAKE_USAGE:
		ip_driver_return_usage (
			results, &(ip_driver_usage){sizeof (ip_driver_usage), "7", "1", "1", "1", "1", "1", "2"});
		break;
	case FAKE_ADDRESS:
		ip_driver_return_address (results, &address);
		break;
	case FAKE_MATCH:
		ip_driver_return_address_match (results, &match);
		break;
	case FAKE_SNAPSHOT:
		ip_driver_return_snapshot (results, &(ip_driver_address_snapshot_result){
							    sizeof (ip_driver_address_snapshot_result), "now"});
		break;
	case FAKE_ALLOCATION:
		ip_driver_return_allocation (results, &allocation);
		break;
	case FAKE_INTERFACE:
		ip_driver_return_interface (
			results,
			&(ip_driver_interface){.size = sizeof (ip_driver_interface), .id = "eth", .tenant = "t"});
		break;
	case FAKE_MAC_RANGE:
		ip_driver_return_mac_range (results, &(ip_driver_mac_range){.size = sizeof (ip_driver_mac_range),
		                                                            .id = UUID_A,
		                                                            .cidr = "02:00:00:00:00:00/8"});
		break;
	case FAKE_ROUTE:
		ip_driver_return_route (results, &(ip_driver_route){.size = sizeof (ip_driver_route),
		                                                    .id = UUID_A,
		                                                    .destination = "10.0.0.0",
		                                                    .gateway = "10.0.0.1"});
		break;
	case FAKE_POLICY:
		ip_driver_return_policy (results, &(ip_driver_policy){.size = sizeof (ip_driver_policy),
		                                                      .id = UUID_A,
		                                                      .tenant = "blue",
		                                                      .name = "p"});
		break;
	case FAKE_RANGE:
		ip_driver_return_policy_range (
			results, &(ip_driver_policy_range){
					 .size = sizeof (ip_driver_policy_range), .id = UUID_A, .policy = UUID_B});
		break;
	case FAKE_OCTET:
		ip_driver_return_policy_octet (
			results, &(ip_driver_policy_octet){
					 .size = sizeof (ip_driver_policy_octet), .id = UUID_A, .policy = UUID_B});
		break;
	case FAKE_LEASE:
		ip_driver_return_lease (
			results,
			&(ip_driver_lease){.size = sizeof (ip_driver_lease), .block = UUID_A, .address = "10.0.0.7"});
		break;
	case FAKE_REPORT:
		ip_driver_return_check_report (results,
		                               &(ip_driver_check_report){.size = sizeof (ip_driver_check_report)});
		break;
	case FAKE_NOTHING:
	case FAKE_NUMBER:
		break;
	}
}

ip_driver_status
support_answer (const fake_call *call)
{
	size_t count = 1;

	if (strcmp (call->operation, "address.allocate") == 0)
		count = ((const ip_driver_address_allocate_args *)call->args)->count;
	if (strcmp (call->operation, "network.allocate") == 0)
		count = MAX (1, ((const ip_driver_network_allocate_args *)call->args)->address_count);
	if (strcmp (call->operation, "interface.replace_all") == 0)
		count = ((const ip_driver_interface_replace_all_args *)call->args)->interface_count;
	while (count-- > 0)
		support_return (call->results, call->result);
	if (call->number != NULL)
		*call->number = 42;
	return IP_DRIVER_OK;
}

void
check_error (ip_driver_status status, const ip_driver_error *error, ip_driver_status expected, const char *part,
             const char *file, int line)
{
	size_t length = strlen (error->message);

	if (status != expected || error->status != expected || strstr (error->message, part) == NULL) {
		print_error ("expected %s with \"%s\", got %s (%s): %s\n", ip_driver_status_name (expected), part,
		             ip_driver_status_name (status), ip_driver_status_name (error->status), error->message);
		_fail (file, line);
	}
	if (length == 0 || error->message[length - 1] == '.' || strpbrk (error->message, "\n\r\t") != NULL ||
	    !g_utf8_validate (error->message, -1, NULL)) {
		print_error ("not one line without a stop: \"%s\"\n", error->message);
		_fail (file, line);
	}
}

void
check_ok (ip_driver_status status, const ip_driver_error *error, const char *file, int line)
{
	if (status == IP_DRIVER_OK)
		return;
	print_error ("%s: %s\n", ip_driver_status_name (status), error->message);
	_fail (file, line);
}

char *
support_folder (void)
{
	char *folder = g_dir_make_tmp ("ip-driver-unit-XXXXXX", NULL);

	assert_non_null (folder);
	return folder;
}

char *
support_file (const char *folder, const char *name, const char *text)
{
	char *path = g_build_filename (folder, name, NULL);
	FILE *file;

	/* Not g_file_set_contents(), which waits for the disk. */
	file = g_fopen (path, "w");
	assert_non_null (file);
	assert_true (fputs (text, file) >= 0);
	assert_int_equal (fclose (file), 0);
	return path;
}

void
support_folder_remove (char *folder)
{
	GDir *entries = g_dir_open (folder, 0, NULL);
	const char *name;

	assert_non_null (entries);
	while ((name = g_dir_read_name (entries)) != NULL) {
		g_autofree char *path = g_build_filename (folder, name, NULL);

		if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
			support_folder_remove (g_steal_pointer (&path));
		else
			assert_int_equal (g_unlink (path), 0);
	}
	g_dir_close (entries);
	assert_int_equal (g_rmdir (folder), 0);
	g_free (folder);
}
