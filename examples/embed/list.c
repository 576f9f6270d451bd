/*
 * Lists all blocks, and the addresses of each, page by page: memory stays small, however much there is.
 *
 *   list CONFIGURATION [PAGE_SIZE]
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <ip_driver/ip_driver.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static ip_driver_error error = IP_DRIVER_ERROR_INIT;

/* Ends the program if a call has failed. */
static void
check (ip_driver_status status)
{
	if (status == IP_DRIVER_OK)
		return;
	fprintf (stderr, "%s: %s\n", ip_driver_status_name (status), error.message);
	exit (1);
}

/* The marker of the next page outlives the page that it came with. NULL: that was the last one. */
static char *
keep_marker (char *marker, const char *next)
{
	free (marker);
	return next != NULL ? strdup (next) : NULL;
}

static void
list_addresses (ip_driver *driver, const char *block, uint32_t page_size)
{
	char *marker = NULL;

	do {
		ip_driver_address_list_args args = IP_DRIVER_ADDRESS_LIST_ARGS_INIT;
		ip_driver_addresses *page;

		args.block = block;
		args.limit = page_size;
		args.marker = marker;
		check (ip_driver_address_list (driver, &args, &page, &error));
		for (size_t i = 0; i < page->count; i++) {
			const ip_driver_address *address = page->items[i];

			printf ("  %s %s %s\n", address->address,
			        address->state == IP_DRIVER_ADDRESS_DEALLOCATED ? "resting"
			        : address->hold_until != 0                      ? "held"
			                                                        : "allocated",
			        address->interface != NULL ? address->interface : "-");
		}
		marker = keep_marker (marker, page->next_marker);
		ip_driver_addresses_free (page);
	} while (marker != NULL);
}

int
main (int argc, char **argv)
{
	ip_driver *driver;
	char *marker = NULL;
	uint32_t page_size = argc > 2 ? (uint32_t)strtoul (argv[2], NULL, 10) : 0; /* 0: the usual */

	if (argc < 2) {
		fprintf (stderr, "usage: %s CONFIGURATION [PAGE_SIZE]\n", argv[0]);
		return 2;
	}
	check (ip_driver_open (argv[1], &driver, &error));
	/* Without a tenant, all are listed; not every backend can do that. */
	if (!ip_driver_supports (driver, "all_tenants")) {
		fprintf (stderr, "this backend lists one tenant's blocks only\n");
		return 1;
	}
	do {
		ip_driver_block_list_args args = IP_DRIVER_BLOCK_LIST_ARGS_INIT;
		ip_driver_blocks *page;

		args.limit = page_size;
		args.marker = marker;
		check (ip_driver_block_list (driver, &args, &page, &error));
		for (size_t i = 0; i < page->count; i++) {
			printf ("%s %s\n", page->items[i]->cidr, page->items[i]->tenant);
			list_addresses (driver, page->items[i]->id, page_size);
		}
		marker = keep_marker (marker, page->next_marker);
		ip_driver_blocks_free (page);
	} while (marker != NULL);
	ip_driver_close (driver);
	return 0;
}
