/*
 * A network service that has a database of its own, and wants an address for a port if, and only if, its
 * own transaction commits.
 *
 *   allocate_with_hold CONFIGURATION SERVICE_DATABASE PORT [fail]
 *
 * The address is allocated as a hold before the transaction commits. If the transaction is rolled back, the
 * hold is cancelled; should the service die in between, it lapses. Once committed it is confirmed;
 * should the service die before that, it does so when it starts again, as confirming can be repeated.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <ip_driver/ip_driver.h>
#include <sqlite3.h>
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

static void
run_sql (sqlite3 *database, const char *sql)
{
	if (sqlite3_exec (database, sql, NULL, NULL, NULL) == SQLITE_OK)
		return;
	fprintf (stderr, "service database: %s\n", sqlite3_errmsg (database));
	exit (1);
}

/* The block that the service allocates from, the only one of its network; made the first time. */
static char *
get_block (ip_driver *driver)
{
	ip_driver_network_get_args wanted = IP_DRIVER_NETWORK_GET_ARGS_INIT;
	ip_driver_block_create_args args = IP_DRIVER_BLOCK_CREATE_ARGS_INIT;
	ip_driver_blocks *blocks;
	ip_driver_block *block;
	char *id;

	wanted.tenant = args.tenant = "example";
	wanted.network = args.network = "ports";
	args.cidr = "10.20.0.0/24";
	args.gateway = "10.20.0.1";
	args.type = IP_DRIVER_BLOCK_PRIVATE;
	if (ip_driver_network_get (driver, &wanted, &blocks, NULL) == IP_DRIVER_OK) {
		id = strdup (blocks->items[0]->id);
		ip_driver_blocks_free (blocks);
	} else {
		check (ip_driver_block_create (driver, &args, &block, &error));
		id = strdup (block->id);
		ip_driver_block_free (block);
	}
	return id;
}

/* Confirms what an earlier run of the service committed, but could not confirm any more. */
static void
confirm_committed (ip_driver *driver, sqlite3 *database, const char *block)
{
	sqlite3_stmt *rows;

	sqlite3_prepare_v2 (database, "SELECT address, allocation FROM port WHERE NOT confirmed", -1, &rows, NULL);
	while (sqlite3_step (rows) == SQLITE_ROW) {
		ip_driver_address_refs_args args = IP_DRIVER_ADDRESS_REFS_ARGS_INIT;
		ip_driver_address_ref ref = {block, (const char *)sqlite3_column_text (rows, 0),
		                             (const char *)sqlite3_column_text (rows, 1)};

		args.tenant = "example";
		args.refs = &ref;
		args.ref_count = 1;
		/* NOT_FOUND would mean that the service was away for longer than the hold: the port
		 * then needs another address. */
		check (ip_driver_address_confirm (driver, &args, &error));
		printf ("confirmed %s\n", ref.address);
	}
	sqlite3_finalize (rows);
	run_sql (database, "UPDATE port SET confirmed = 1");
}

int
main (int argc, char **argv)
{
	ip_driver *driver;
	sqlite3 *database;

	if (argc < 4) {
		fprintf (stderr, "usage: %s CONFIGURATION SERVICE_DATABASE PORT [fail]\n", argv[0]);
		return 2;
	}
	/* Which backend it is, is the business of the configuration file alone. */
	check (ip_driver_open (argv[1], &driver, &error));
	if (sqlite3_open (argv[2], &database) != SQLITE_OK)
		run_sql (database, "");
	run_sql (database, "CREATE TABLE IF NOT EXISTS port (name TEXT NOT NULL, address TEXT NOT NULL,"
	                   " allocation TEXT NOT NULL, confirmed INTEGER NOT NULL DEFAULT 0)");
	char *block = get_block (driver);
	confirm_committed (driver, database, block);

	ip_driver_address_allocate_args wanted = IP_DRIVER_ADDRESS_ALLOCATE_ARGS_INIT;
	ip_driver_addresses *given;
	wanted.tenant = "example";
	wanted.block = block;
	wanted.interface = argv[3];
	wanted.hold = 60; /* longer than a transaction of the service takes */
	check (ip_driver_address_allocate (driver, &wanted, &given, &error));
	const ip_driver_address *address = given->items[0];
	printf ("hold %s\n", address->address);

	/* The service's own transaction; more would happen in it. */
	run_sql (database, "BEGIN");
	char *insert = sqlite3_mprintf ("INSERT INTO port (name, address, allocation) VALUES (%Q, %Q, %Q)", argv[3],
	                                address->address, address->id);
	run_sql (database, insert);
	sqlite3_free (insert);

	if (argc > 4 && strcmp (argv[4], "fail") == 0) {
		ip_driver_address_refs_args args = IP_DRIVER_ADDRESS_REFS_ARGS_INIT;
		ip_driver_address_ref ref = {block, address->address, address->id};

		run_sql (database, "ROLLBACK");
		args.tenant = "example";
		args.refs = &ref;
		args.ref_count = 1;
		check (ip_driver_address_cancel (driver, &args, &error));
		printf ("cancelled %s\n", address->address);
	} else {
		run_sql (database, "COMMIT");
		confirm_committed (driver, database, block);
	}

	ip_driver_addresses_free (given);
	free (block);
	sqlite3_close (database);
	ip_driver_close (driver);
	return 0;
}
