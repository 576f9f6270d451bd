/*
 * ip_driver/store.h: the health of what a backend keeps.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef IP_DRIVER_STORE_H
#define IP_DRIVER_STORE_H

#include <ip_driver/driver.h>

IP_DRIVER_BEGIN_DECLS

/* What a check found. Since 1.0. */
typedef struct ip_driver_check_report {
	size_t size;
	/* How many of each were looked at. */
	uint64_t blocks;
	uint64_t addresses;
	uint64_t interfaces;
	/* Rules that were verified, one line each. */
	size_t rule_count;
	const char *const *rules;
	/* What is wrong, one line each; at most 1000 are kept, problems_total says how many there are. */
	size_t problem_count;
	const char *const *problems;
	uint64_t problems_total;
} ip_driver_check_report;

IP_DRIVER_API void ip_driver_check_report_free (ip_driver_check_report *report);

/* Verifies every invariant of the stored data on one snapshot, without changing or blocking
 * anything. IP_DRIVER_OK means that the check ran; the report says what it found. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_store_check (ip_driver *driver, ip_driver_check_report **ret_report,
                                                      ip_driver_error *error);

IP_DRIVER_END_DECLS

#endif
