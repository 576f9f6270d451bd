/*
 * The log of the process: one callback, set by the program. See ip_driver_log_set() in
 * ip_driver/driver.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef LIB_LOG_H
#define LIB_LOG_H

#include <glib.h>
#include <ip_driver/driver.h>

void log_message (ip_driver_log_level level, const char *format, ...) G_GNUC_PRINTF (2, 3);

#endif
