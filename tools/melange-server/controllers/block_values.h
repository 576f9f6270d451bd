/*
 * What can be wrong with the values of a block or a subnet, in the historical service's words.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CONTROLLERS_BLOCK_VALUES_H
#define CONTROLLERS_BLOCK_VALUES_H

#include "faults.h"
#include "forms.h"

/* The values of a block that is to be, or to be changed. */
typedef struct {
	/* The block itself, if it exists. */
	const char *id;
	/* It is to be carved from this block. */
	const ip_driver_block *parent;
	/* Valid: cidr. */
	gboolean has_cidr;
	forms_cidr cidr;
	ip_driver_block_type type;
	const char *network;
	const char *policy;
} block_values;

/* Adds the rules of overlap and network that the values break. What others change meanwhile may go unseen. */
void block_values_check_place (ip_driver *driver, const block_values *block, fault_values *values);
/* Adds that there is no such policy, if so. */
void block_values_check_policy (ip_driver *driver, const block_values *block, fault_values *values);

#endif
