/*
 * Policies, their ranges and octets.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "call.h"

static void
gave_policy (call *self, ip_driver_policy *policy)
{
	if (self->status == IP_DRIVER_OK)
		call_gave (self, view_policy (policy), "policy", recorded_policy);
	ip_driver_policy_free (policy);
}

void
call_policy_create (call *self)
{
	ip_driver_policy_create_args args = IP_DRIVER_POLICY_CREATE_ARGS_INIT;
	ip_driver_policy *policy = NULL;

	args.tenant = call_path (self, "tenant");
	args.name = call_text (self, "name");
	args.description = call_text (self, "description");
	if (!call_ready (self))
		return;
	self->status = ip_driver_policy_create (self->driver, &args, &policy, &self->error);
	gave_policy (self, policy);
}

void
call_policy_list (call *self)
{
	ip_driver_policy_list_args args = IP_DRIVER_POLICY_LIST_ARGS_INIT;
	ip_driver_policies *policies = NULL;
	json_t *list;

	args.tenant = call_path (self, "tenant");
	args.limit = call_limit (self);
	args.marker = call_marker (self);
	if (!call_ready (self))
		return;
	self->status = ip_driver_policy_list (self->driver, &args, &policies, &self->error);
	if (self->status != IP_DRIVER_OK)
		return;
	CALL_VIEW_LIST (policies, view_policy, list);
	call_gave_list (self, list, policies->next_marker, "policies", recorded_policy);
	ip_driver_policies_free (policies);
}

void
call_policy_get (call *self)
{
	ip_driver_policy *policy = NULL;

	if (!call_ready (self))
		return;
	self->status = ip_driver_policy_get (self->driver, call_path (self, "tenant"), call_path (self, "policy"),
	                                     &policy, &self->error);
	gave_policy (self, policy);
}

void
call_policy_update (call *self)
{
	ip_driver_policy_update_args args = IP_DRIVER_POLICY_UPDATE_ARGS_INIT;
	ip_driver_policy *policy = NULL;

	args.tenant = call_path (self, "tenant");
	args.id = call_path (self, "policy");
	args.name = call_text (self, "name");
	args.description = call_text (self, "description");
	args.set = (call_has (self, "name") ? IP_DRIVER_POLICY_SET_NAME : 0) |
	           (call_has (self, "description") ? IP_DRIVER_POLICY_SET_DESCRIPTION : 0);
	if (!call_ready (self))
		return;
	self->status = ip_driver_policy_update (self->driver, &args, &policy, &self->error);
	gave_policy (self, policy);
}

void
call_policy_delete (call *self)
{
	if (!call_ready (self))
		return;
	self->status = ip_driver_policy_delete (self->driver, call_path (self, "tenant"), call_path (self, "policy"),
	                                        &self->error);
}

static void
gave_range (call *self, ip_driver_policy_range *range)
{
	if (self->status == IP_DRIVER_OK)
		call_gave (self, view_policy_range (range), "ip_range", recorded_policy_range);
	ip_driver_policy_range_free (range);
}

void
call_policy_range_create (call *self)
{
	ip_driver_policy_range_create_args args = IP_DRIVER_POLICY_RANGE_CREATE_ARGS_INIT;
	ip_driver_policy_range *range = NULL;

	args.tenant = call_path (self, "tenant");
	args.policy = call_path (self, "policy");
	args.offset = call_number (self, "offset");
	args.length = (uint64_t)call_number (self, "length");
	if (!call_ready (self))
		return;
	self->status = ip_driver_policy_range_create (self->driver, &args, &range, &self->error);
	gave_range (self, range);
}

void
call_policy_range_list (call *self)
{
	ip_driver_policy_part_list_args args = IP_DRIVER_POLICY_PART_LIST_ARGS_INIT;
	ip_driver_policy_ranges *ranges = NULL;
	json_t *list;

	args.tenant = call_path (self, "tenant");
	args.policy = call_path (self, "policy");
	args.limit = call_limit (self);
	args.marker = call_marker (self);
	if (!call_ready (self))
		return;
	self->status = ip_driver_policy_range_list (self->driver, &args, &ranges, &self->error);
	if (self->status != IP_DRIVER_OK)
		return;
	CALL_VIEW_LIST (ranges, view_policy_range, list);
	call_gave_list (self, list, ranges->next_marker, "ip_ranges", recorded_policy_range);
	ip_driver_policy_ranges_free (ranges);
}

void
call_policy_range_get (call *self)
{
	ip_driver_policy_range *range = NULL;

	if (!call_ready (self))
		return;
	self->status = ip_driver_policy_range_get (self->driver, call_path (self, "tenant"), call_path (self, "policy"),
	                                           call_path (self, "range"), &range, &self->error);
	gave_range (self, range);
}

void
call_policy_range_update (call *self)
{
	ip_driver_policy_range_update_args args = IP_DRIVER_POLICY_RANGE_UPDATE_ARGS_INIT;
	ip_driver_policy_range *range = NULL;

	args.tenant = call_path (self, "tenant");
	args.policy = call_path (self, "policy");
	args.id = call_path (self, "range");
	args.offset = call_has (self, "offset") ? call_number (self, "offset") : 0;
	args.length = call_has (self, "length") ? (uint64_t)call_number (self, "length") : 0;
	args.set = (call_has (self, "offset") ? IP_DRIVER_POLICY_RANGE_SET_OFFSET : 0) |
	           (call_has (self, "length") ? IP_DRIVER_POLICY_RANGE_SET_LENGTH : 0);
	if (!call_ready (self))
		return;
	self->status = ip_driver_policy_range_update (self->driver, &args, &range, &self->error);
	gave_range (self, range);
}

void
call_policy_range_delete (call *self)
{
	if (!call_ready (self))
		return;
	self->status =
		ip_driver_policy_range_delete (self->driver, call_path (self, "tenant"), call_path (self, "policy"),
	                                       call_path (self, "range"), &self->error);
}

static void
gave_octet (call *self, ip_driver_policy_octet *octet)
{
	if (self->status == IP_DRIVER_OK)
		call_gave (self, view_policy_octet (octet), "ip_octet", recorded_policy_octet);
	ip_driver_policy_octet_free (octet);
}

/* Only what is no octet by far is kept from the library. */
static int32_t
octet_of (call *self)
{
	return (int32_t)CLAMP (call_number (self, "octet"), G_MININT32, G_MAXINT32);
}

void
call_policy_octet_create (call *self)
{
	ip_driver_policy_octet_create_args args = IP_DRIVER_POLICY_OCTET_CREATE_ARGS_INIT;
	ip_driver_policy_octet *octet = NULL;

	args.tenant = call_path (self, "tenant");
	args.policy = call_path (self, "policy");
	args.octet = octet_of (self);
	if (!call_ready (self))
		return;
	self->status = ip_driver_policy_octet_create (self->driver, &args, &octet, &self->error);
	gave_octet (self, octet);
}

void
call_policy_octet_list (call *self)
{
	ip_driver_policy_part_list_args args = IP_DRIVER_POLICY_PART_LIST_ARGS_INIT;
	ip_driver_policy_octets *octets = NULL;
	json_t *list;

	args.tenant = call_path (self, "tenant");
	args.policy = call_path (self, "policy");
	args.limit = call_limit (self);
	args.marker = call_marker (self);
	if (!call_ready (self))
		return;
	self->status = ip_driver_policy_octet_list (self->driver, &args, &octets, &self->error);
	if (self->status != IP_DRIVER_OK)
		return;
	CALL_VIEW_LIST (octets, view_policy_octet, list);
	call_gave_list (self, list, octets->next_marker, "ip_octets", recorded_policy_octet);
	ip_driver_policy_octets_free (octets);
}

void
call_policy_octet_get (call *self)
{
	ip_driver_policy_octet *octet = NULL;

	if (!call_ready (self))
		return;
	self->status = ip_driver_policy_octet_get (self->driver, call_path (self, "tenant"), call_path (self, "policy"),
	                                           call_path (self, "octet"), &octet, &self->error);
	gave_octet (self, octet);
}

void
call_policy_octet_update (call *self)
{
	ip_driver_policy_octet_update_args args = IP_DRIVER_POLICY_OCTET_UPDATE_ARGS_INIT;
	ip_driver_policy_octet *octet = NULL;

	args.tenant = call_path (self, "tenant");
	args.policy = call_path (self, "policy");
	args.id = call_path (self, "octet");
	args.octet = octet_of (self);
	if (!call_ready (self))
		return;
	self->status = ip_driver_policy_octet_update (self->driver, &args, &octet, &self->error);
	gave_octet (self, octet);
}

void
call_policy_octet_delete (call *self)
{
	if (!call_ready (self))
		return;
	self->status =
		ip_driver_policy_octet_delete (self->driver, call_path (self, "tenant"), call_path (self, "policy"),
	                                       call_path (self, "octet"), &self->error);
}
