/* Results as text. See render.h. */
#include "render.h"

#include <string.h>

static const char *
text (const char *value)
{
	return value ? value : "-";
}

static void
put_block (GString *out, const ip_driver_block *block)
{
	g_string_append_printf (
		out,
		"block %s tenant=%s network=%s cidr=%s gateway=%s broadcast=%s netmask=%s dns1=%s dns2=%s "
		"policy=%s parent=%s type=%d version=%d prefix=%d",
		text (block->id), text (block->tenant), text (block->network), text (block->cidr),
		text (block->gateway), text (block->broadcast), text (block->netmask), text (block->dns1),
		text (block->dns2), text (block->policy), text (block->parent), block->type, block->version,
		block->prefix_length);
}

static void
put_address (GString *out, const ip_driver_address *address)
{
	g_string_append_printf (
		out, "address %s id=%s block=%s interface=%s tenant=%s device=%s key=%s state=%d version=%d%s%s",
		text (address->address), text (address->id), text (address->block), text (address->interface),
		text (address->used_by_tenant), text (address->used_by_device), text (address->request_key),
		address->state, address->version, address->hold_until ? " held" : "",
		address->quarantine_until ? " resting" : "");
}

static void
put_route (GString *out, const ip_driver_route *route)
{
	g_string_append_printf (out, "route %s block=%s destination=%s netmask=%s gateway=%s", text (route->id),
	                        text (route->block), text (route->destination), text (route->netmask),
	                        text (route->gateway));
}

static void
put_allocation (GString *out, const ip_driver_allocation *allocation)
{
	put_address (out, allocation->address);
	g_string_append_printf (out, " network=%s cidr=%s gateway=%s broadcast=%s netmask=%s dns1=%s dns2=%s",
	                        text (allocation->network), text (allocation->cidr), text (allocation->gateway),
	                        text (allocation->broadcast), text (allocation->netmask), text (allocation->dns1),
	                        text (allocation->dns2));
	for (size_t i = 0; i < allocation->route_count; i++) {
		g_string_append (out, " {");
		put_route (out, allocation->routes[i]);
		g_string_append_c (out, '}');
	}
}

void
render_block (GString *out, const ip_driver_block *block)
{
	put_block (out, block);
	g_string_append_c (out, '\n');
}

void
render_usage (GString *out, const ip_driver_usage *usage)
{
	g_string_append_printf (
		out, "usage total=%s allocated=%s held=%s quarantined=%s excluded=%s subnetted=%s free=%s\n",
		text (usage->total), text (usage->allocated), text (usage->held), text (usage->quarantined),
		text (usage->excluded), text (usage->subnetted), text (usage->free));
}

void
render_address (GString *out, const ip_driver_address *address)
{
	put_address (out, address);
	g_string_append_c (out, '\n');
}

void
render_address_name (GString *out, const ip_driver_address *address)
{
	g_string_append_printf (out, "address %s id=%s block=%s\n", text (address->address), text (address->id),
	                        text (address->block));
}

void
render_match (GString *out, const ip_driver_address_match *match)
{
	put_block (out, match->block);
	g_string_append (out, " : ");
	if (match->address)
		put_address (out, match->address);
	g_string_append_c (out, '\n');
}

void
render_allocation (GString *out, const ip_driver_allocation *allocation)
{
	put_allocation (out, allocation);
	g_string_append_c (out, '\n');
}

void
render_interface (GString *out, const ip_driver_interface *interface)
{
	g_string_append_printf (out, "interface %s tenant=%s device=%s mac=%s", text (interface->id),
	                        text (interface->tenant), text (interface->device), text (interface->mac));
	for (size_t i = 0; i < interface->allocation_count; i++) {
		g_string_append (out, " [");
		put_allocation (out, interface->allocations[i]);
		g_string_append_c (out, ']');
	}
	g_string_append_c (out, '\n');
}

void
render_mac_range (GString *out, const ip_driver_mac_range *range)
{
	g_string_append_printf (out, "mac range %s %s\n", text (range->id), text (range->cidr));
}

void
render_route (GString *out, const ip_driver_route *route)
{
	put_route (out, route);
	g_string_append_c (out, '\n');
}

void
render_policy (GString *out, const ip_driver_policy *policy)
{
	g_string_append_printf (out, "policy %s tenant=%s name=%s description=%s\n", text (policy->id),
	                        text (policy->tenant), text (policy->name), text (policy->description));
}

void
render_policy_range (GString *out, const ip_driver_policy_range *range)
{
	g_string_append_printf (out, "range %s policy=%s offset=%" G_GINT64_FORMAT " length=%" G_GUINT64_FORMAT "\n",
	                        text (range->id), text (range->policy), range->offset, range->length);
}

void
render_policy_octet (GString *out, const ip_driver_policy_octet *octet)
{
	g_string_append_printf (out, "octet %s policy=%s octet=%d\n", text (octet->id), text (octet->policy),
	                        octet->octet);
}

void
render_lease (GString *out, const ip_driver_lease *lease)
{
	g_string_append_printf (out, "lease block=%s address=%s mac=%s client=%s hostname=%s%s\n", text (lease->block),
	                        text (lease->address), text (lease->mac), text (lease->client_id),
	                        text (lease->hostname), lease->leased_until ? "" : " without end");
}

static gint
compare_lines (gconstpointer a, gconstpointer b)
{
	return strcmp (*(const char *const *)a, *(const char *const *)b);
}

void
render_sort (GString *out)
{
	g_auto (GStrv) lines = g_strsplit (out->str, "\n", -1);
	g_autofree char *sorted = NULL;

	qsort (lines, g_strv_length (lines), sizeof *lines, compare_lines);
	sorted = g_strjoinv ("\n", lines);
	g_string_assign (out, sorted);
}
