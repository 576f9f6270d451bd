/*
 * What the tests of the whole native driver share: a database in a folder of its own, opened through the
 * public ABI, with the modules that IP_DRIVER_MODULE_PATH names. What fails here fails the test.
 */
#ifndef NATIVE_TEST_SUPPORT_H
#define NATIVE_TEST_SUPPORT_H

#include <glib.h>
#include <ip_driver/ip_driver.h>

/* Fails the test, with the message, unless the status is IP_DRIVER_OK. */
void must (ip_driver_status status, const ip_driver_error *error);

/* A new folder in the temporary directory; remove also deletes the files in it, and frees the name. */
char *folder_new (void);
void folder_remove (char *folder);

/* Opens the database, with further settings of the native driver: pairs of key and value, ended by NULL. */
ip_driver *open_native (const char *path, ...) G_GNUC_NULL_TERMINATED;

/* Creates a block; returns its id, to be freed. NULL: no network, no policy. */
char *make_block (ip_driver *driver, const char *tenant, const char *cidr, const char *network, const char *policy,
                  ip_driver_block_type type);

/* Allocates in a tenant's block: `address`, or the next `count`. */
void allocate_plain (ip_driver *driver, const char *tenant, const char *block, const char *address, guint count);

#endif
