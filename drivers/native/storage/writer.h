/*
 * Group commit: threads that write at the same time share a transaction and an fsync. The first
 * that finds nobody writing leads: it runs its own operation and those that wait behind it, each in
 * its own savepoint, commits once, and wakes them. One operation's failure is its own; a failed
 * commit fails all of the group, whatever each had come to by itself.
 *
 * The line is first come, first served. Nobody waits in it, for threads and for other processes
 * together, longer than the storage's time-out: then it is IP_DRIVER_UNAVAILABLE, also for a thread
 * that waits for a transaction of its own.
 */
#ifndef NATIVE_WRITER_H
#define NATIVE_WRITER_H

#include "storage.h"

typedef struct writer writer;

/* One write operation: runs inside the transaction, on any of the waiting threads. On any status but
 * IP_DRIVER_OK its changes are undone. It must not wait for anything. */
typedef ip_driver_status (*writer_operation) (storage_connection *connection, gpointer data, ip_driver_error *error);

writer *writer_new (storage *storage);
/* Takes NULL. Nobody may be in line or hold a transaction. */
void writer_free (writer *writer);

/* Runs the operation and returns when it is committed or has failed. A sticky storage error is the
 * operation's failure. */
ip_driver_status writer_run (writer *writer, writer_operation operation, gpointer data, ip_driver_error *error);

/*
 * A transaction that the caller holds: begin waits for its turn among the groups. Between begin and
 * commit or rollback, operations are run with writer_run_held(), each in its own savepoint.
 */
ip_driver_status writer_hold (writer *writer, storage_connection **ret_connection, ip_driver_error *error);
ip_driver_status writer_run_held (storage_connection *connection, writer_operation operation, gpointer data,
                                  ip_driver_error *error);
ip_driver_status writer_commit_held (writer *writer, storage_connection *connection, ip_driver_error *error);
void writer_rollback_held (writer *writer, storage_connection *connection);

#endif
