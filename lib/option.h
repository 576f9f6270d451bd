/*
 * The options of a driver: the table that it declares, and the values that it gets. Where the values
 * come from is config.h's business.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef LIB_OPTION_H
#define LIB_OPTION_H

#include <glib.h>
#include <ip_driver/backend.h>

/* What is wrong with a driver's table; NULL: nothing. */
char *option_check_table (const ip_driver_option *options, size_t count);

/* All options with their defaults. The table must outlive it. */
ip_driver_options *options_new (const ip_driver_option *options, size_t count, const char *folder);
void options_free (ip_driver_options *options);

/* Sets a value. What is wrong with it, for a message that ends with the key ("is not true or false");
 * NULL: nothing. *ret_known becomes FALSE if there is no such key. */
char *options_set (ip_driver_options *options, const char *key, const char *value, gboolean *ret_known);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_options, options_free)

#endif
