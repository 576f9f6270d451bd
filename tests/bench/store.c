/*
 * The native backend, as a client of the public ABI sees it.
 */
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"

double
bench_now (void)
{
	return (double)g_get_monotonic_time () / 1e6;
}

void
bench_check (ip_driver_status status, const ip_driver_error *error)
{
	if (status == IP_DRIVER_OK)
		return;
	fprintf (stderr, "%s: %s\n", ip_driver_status_name (status), error->message);
	exit (1);
}

void
bench_open (bench_store *store, const char *folder, const char *modules, const char *durability, const char *quarantine)
{
	static int number;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autofree char *name = g_strdup_printf ("native-%d.db", number++);

	store->path = g_build_filename (folder, name, NULL);
	g_autofree char *url = g_strconcat ("sqlite:///", store->path, NULL);
	ip_driver_setting settings[] = {
		{"ip_driver", "backend", "native"},   {"ip_driver", "module_path", modules},
		{"native", "connection", url},        {"native", "durability", durability},
		{"native", "quarantine", quarantine},
	};
	bench_check (ip_driver_open_settings (settings, G_N_ELEMENTS (settings), &store->driver, &error), &error);
}

void
bench_close (bench_store *store)
{
	ip_driver_close (store->driver);
	g_free (store->path);
}

char *
bench_block (ip_driver *driver, const char *cidr, const char *policy)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_block_create_args args = IP_DRIVER_BLOCK_CREATE_ARGS_INIT;
	ip_driver_block *block;

	args.tenant = "bench";
	args.cidr = cidr;
	args.policy = policy;
	args.type = IP_DRIVER_BLOCK_PRIVATE;
	bench_check (ip_driver_block_create (driver, &args, &block, &error), &error);
	char *id = g_strdup (block->id);
	ip_driver_block_free (block);
	return id;
}

static void
allocate (ip_driver *driver, const char *block, const char *address, guint count)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_address_allocate_args args = IP_DRIVER_ADDRESS_ALLOCATE_ARGS_INIT;
	ip_driver_addresses *addresses;

	args.tenant = "bench";
	args.block = block;
	args.address = address;
	args.count = count;
	bench_check (ip_driver_address_allocate (driver, &args, &addresses, &error), &error);
	ip_driver_addresses_free (addresses);
}

void
bench_allocate (ip_driver *driver, const char *block, const char *address)
{
	allocate (driver, block, address, 1);
}

void
bench_allocate_many (ip_driver *driver, const char *block, guint count)
{
	allocate (driver, block, NULL, count);
}
