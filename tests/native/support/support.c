/*
 * What the tests of the whole native driver share.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <glib/gstdio.h>

#include "support.h"

void
must (ip_driver_status status, const ip_driver_error *error)
{
	if (status != IP_DRIVER_OK)
		fail_msg ("%s: %s", ip_driver_status_name (status), error->message);
}

char *
folder_new (void)
{
	char *folder = g_dir_make_tmp ("ip_driver-native-XXXXXX", NULL);

	assert_non_null (folder);
	return folder;
}

void
folder_remove (char *folder)
{
	GDir *dir = g_dir_open (folder, 0, NULL);

	for (const char *name; (name = g_dir_read_name (dir));) {
		g_autofree char *path = g_build_filename (folder, name, NULL);
		g_unlink (path);
	}
	g_dir_close (dir);
	g_rmdir (folder);
	g_free (folder);
}

ip_driver *
open_native (const char *path, ...)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver *driver = NULL;
	g_autofree char *url = g_strconcat ("sqlite:///", path, NULL);
	ip_driver_setting settings[16] = {
		{"ip_driver", "backend", "native"},
		{"ip_driver", "module_path", g_getenv ("IP_DRIVER_MODULE_PATH")},
		{"native", "connection", url},
	};
	size_t count = 3;
	va_list pairs;

	va_start (pairs, path);
	for (const char *key; (key = va_arg (pairs, const char *)); count++) {
		assert_true (count < G_N_ELEMENTS (settings));
		settings[count] = (ip_driver_setting){"native", key, va_arg (pairs, const char *)};
	}
	va_end (pairs);
	must (ip_driver_open_settings (settings, count, &driver, &error), &error);
	return driver;
}

char *
make_block (ip_driver *driver, const char *tenant, const char *cidr, const char *network, const char *policy,
            ip_driver_block_type type)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_block_create_args args = IP_DRIVER_BLOCK_CREATE_ARGS_INIT;
	ip_driver_block *block;

	args.tenant = tenant;
	args.cidr = cidr;
	args.network = network;
	args.policy = policy;
	args.type = type;
	must (ip_driver_block_create (driver, &args, &block, &error), &error);
	char *id = g_strdup (block->id);
	ip_driver_block_free (block);
	return id;
}

void
allocate_plain (ip_driver *driver, const char *tenant, const char *block, const char *address, guint count)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_address_allocate_args args = IP_DRIVER_ADDRESS_ALLOCATE_ARGS_INIT;
	ip_driver_addresses *got;

	args.tenant = tenant;
	args.block = block;
	args.address = address;
	args.count = count;
	must (ip_driver_address_allocate (driver, &args, &got, &error), &error);
	ip_driver_addresses_free (got);
}
