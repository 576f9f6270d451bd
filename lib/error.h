/*
 * The error record on its way: checks and drivers fill a complete one that the library owns; at the
 * border it is copied into the caller's, which may be NULL, shorter or longer.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef LIB_ERROR_H
#define LIB_ERROR_H

#include <glib.h>
#include <ip_driver/base.h>

/* Starts a record of the library's own. Only the head is written: it is 1 KiB on the hot path. */
void error_init (ip_driver_error *error);

/* Fills the record, and returns the status. */
ip_driver_status error_set (ip_driver_error *error, ip_driver_status status, const char *format, ...)
	G_GNUC_PRINTF (3, 4);

/* Puts text before the message. */
void error_prefix (ip_driver_error *error, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Makes good what a driver may have left out of the record of a call that failed with `status`:
 * `what` names driver and operation. Returns the status; IP_DRIVER_INTERNAL for one that does not exist. */
ip_driver_status error_settle (ip_driver_error *error, ip_driver_status status, const char *driver, const char *what);

/* Copies the record to the caller's, as far as his goes. */
void error_export (const ip_driver_error *error, ip_driver_error *ret);

/* At most 100 characters of a value, for a message; in `buffer`. */
#define ERROR_VALUE_SIZE 128
const char *error_value (const char *value, char buffer[ERROR_VALUE_SIZE]);

#endif
