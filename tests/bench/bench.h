/*
 * What the benchmark's files share: a handle on a fresh native database, and time.
 */
#ifndef BENCH_H
#define BENCH_H

#include <glib.h>
#include <ip_driver/ip_driver.h>

typedef struct {
	char *path;
	ip_driver *driver;
} bench_store;

/* Opens a new database in a folder of its own; ends the process on an error. */
void bench_open (bench_store *store, const char *folder, const char *modules, const char *durability,
                 const char *quarantine);
void bench_close (bench_store *store);

/* Ends the process if status is not IP_DRIVER_OK. */
void bench_check (ip_driver_status status, const ip_driver_error *error);

/* Creates a private block; returns its id, to be freed. policy may be NULL. */
char *bench_block (ip_driver *driver, const char *cidr, const char *policy);
/* Allocates the next address (or the given one) of a block. */
void bench_allocate (ip_driver *driver, const char *block, const char *address);
/* The same, `count` at once. */
void bench_allocate_many (ip_driver *driver, const char *block, guint count);

/* A raw SQLite loop on the same disk: INSERT of an address and UPDATE of its block in one transaction. */
typedef struct raw_store raw_store;
raw_store *raw_open (const char *folder, const char *durability);
void raw_allocate (raw_store *raw);
void raw_close (raw_store *raw);

/* A melange-server on a native database in the folder. */
typedef struct bench_service bench_service;
bench_service *bench_service_start (const char *program, const char *folder, const char *modules,
                                    const char *durability);
/* A melange handle on it; extension: "on" or "off" (the historical API). */
ip_driver *bench_service_open (bench_service *service, const char *modules, const char *extension);
void bench_service_stop (bench_service *service);

/* Seconds, monotonic. */
double bench_now (void);

#endif
