/*
 * The records of the historical API as the structs of the ABI, in canonical form. Each function reads one
 * object; if that makes sense it gives the record to `results`, otherwise the reader fails.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MELANGE_RECORDS_H
#define MELANGE_RECORDS_H

#include "json.h"

/* What the reader of a record is told besides; all may be NULL. */
typedef struct {
	/* The record is in this block, or of this policy; one of another is nonsense. */
	const char *parent;
	/* Of an interface whose allocations are read. */
	const char *tenant;
	const char *device;
} record_context;

typedef void (*record_give) (json_reader *reader, json_t *object, const record_context *context,
                             ip_driver_results *results);

void record_give_block (json_reader *reader, json_t *object, const record_context *context, ip_driver_results *results);
void record_give_address (json_reader *reader, json_t *object, const record_context *context,
                          ip_driver_results *results);
void record_give_allocation (json_reader *reader, json_t *object, const record_context *context,
                             ip_driver_results *results);
void record_give_interface (json_reader *reader, json_t *object, const record_context *context,
                            ip_driver_results *results);
void record_give_mac_range (json_reader *reader, json_t *object, const record_context *context,
                            ip_driver_results *results);
void record_give_route (json_reader *reader, json_t *object, const record_context *context, ip_driver_results *results);
void record_give_policy (json_reader *reader, json_t *object, const record_context *context,
                         ip_driver_results *results);
void record_give_range (json_reader *reader, json_t *object, const record_context *context, ip_driver_results *results);
void record_give_octet (json_reader *reader, json_t *object, const record_context *context, ip_driver_results *results);

/* Read without giving. */
ip_driver_block record_read_block (json_reader *reader, json_t *object, const record_context *context,
                                   ip_block *ret_cidr);
ip_driver_address record_read_address (json_reader *reader, json_t *object, const record_context *context);

/* Gives the record NAME of a body {"NAME": {...}}. Returns OK or PROTOCOL. */
ip_driver_status record_give_one (json_t *body, const char *name, record_give give, const record_context *context,
                                  ip_driver_results *results, ip_driver_error *error);

#endif
