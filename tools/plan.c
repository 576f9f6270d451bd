/*
 * plan.c: the plan's memory, and its error messages.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "plan.h"

static void
policy_free (void *data)
{
	plan_policy *policy = data;

	g_array_unref (policy->ranges);
	g_array_unref (policy->octets);
	g_free (policy);
}

plan *
plan_new (const char *file)
{
	plan *self = g_new0 (plan, 1);

	self->texts = g_string_chunk_new (65536);
	self->file = plan_text (self, file);
	self->policies = g_ptr_array_new_with_free_func (policy_free);
	self->blocks = g_ptr_array_new_with_free_func (g_free);
	self->routes = g_ptr_array_new_with_free_func (g_free);
	self->mac_ranges = g_ptr_array_new_with_free_func (g_free);
	self->interfaces = g_ptr_array_new_with_free_func (g_free);
	self->addresses = g_ptr_array_new_with_free_func (g_free);
	self->allowed_ips = g_ptr_array_new_with_free_func (g_free);
	self->nat = g_ptr_array_new_with_free_func (g_free);
	self->leases = g_ptr_array_new_with_free_func (g_free);
	return self;
}

void
plan_free (plan *self)
{
	if (self == NULL)
		return;
	g_ptr_array_unref (self->policies);
	g_ptr_array_unref (self->blocks);
	g_ptr_array_unref (self->routes);
	g_ptr_array_unref (self->mac_ranges);
	g_ptr_array_unref (self->interfaces);
	g_ptr_array_unref (self->addresses);
	g_ptr_array_unref (self->allowed_ips);
	g_ptr_array_unref (self->nat);
	g_ptr_array_unref (self->leases);
	g_string_chunk_free (self->texts);
	g_free (self);
}

/* Tenants, networks and the like repeat, so equal texts are kept once. */
const char *
plan_text (plan *self, const char *text)
{
	return text == NULL ? NULL : g_string_chunk_insert_const (self->texts, text);
}

const char *
plan_take (plan *self, char *text)
{
	const char *kept = plan_text (self, text);

	g_free (text);
	return kept;
}

plan_policy *
plan_add_policy (plan *self, plan_source source)
{
	plan_policy *policy = g_new0 (plan_policy, 1);

	policy->source = source;
	policy->ranges = g_array_new (FALSE, TRUE, sizeof (plan_range));
	policy->octets = g_array_new (FALSE, TRUE, sizeof (plan_octet));
	g_ptr_array_add (self->policies, policy);
	return policy;
}

plan_block *
plan_add_block (plan *self, plan_source source)
{
	plan_block *block = g_new0 (plan_block, 1);

	block->source = source;
	g_ptr_array_add (self->blocks, block);
	return block;
}

char *
plan_source_text (plan_source source)
{
	if (g_str_equal (source.what, "line"))
		return g_strdup_printf ("line %u", source.number);
	if (source.detail == NULL)
		return g_strdup_printf ("%s[%u]", source.what, source.number);
	return g_strdup_printf ("%s[%u] (%s)", source.what, source.number, source.detail);
}

ip_driver_status
plan_fail (const plan *self, plan_source source, ip_driver_error *error)
{
	g_autofree char *place = plan_source_text (source);

	return cli_prefix_error (error, "%s: %s: ", self->file, place);
}

ip_driver_status
plan_error (const plan *self, plan_source source, ip_driver_error *error, ip_driver_status status, const char *format,
            ...)
{
	g_autofree char *message = NULL;
	va_list args;

	va_start (args, format);
	message = g_strdup_vprintf (format, args);
	va_end (args);
	cli_error (error, status, "%s", message);
	return plan_fail (self, source, error);
}
