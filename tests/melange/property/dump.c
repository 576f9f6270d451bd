/* See dump.h. The tables of the wire format know the fields. */
#include "dump.h"
#include "wire.h"

static void
put (GString *out, wire_operation_id operation, gconstpointer value)
{
	json_t *json = wire_encode (wire_operations[operation].result, value);
	char *text = json_dumps (json, JSON_COMPACT | JSON_SORT_KEYS);

	g_string_append_printf (out, "%s %s\n", wire_operations[operation].name, text);
	free (text);
	json_decref (json);
}

static void
put_failure (GString *out, wire_operation_id operation, const ip_driver_error *error)
{
	g_string_append_printf (out, "%s: %s: %s\n", wire_operations[operation].name,
	                        ip_driver_status_name (error->status), error->message);
}

/* All pages of a list in pages of three; `each` is done with each `item`. */
#define LIST(operation, type, driver, args, each)                                                                      \
	{                                                                                                              \
		ip_driver_error problem = IP_DRIVER_ERROR_INIT;                                                        \
		g_autofree char *marker = NULL;                                                                        \
		ip_driver_##type *page;                                                                                \
		(args).limit = 3;                                                                                      \
		do {                                                                                                   \
			(args).marker = marker;                                                                        \
			if (ip_driver_##operation (driver, &(args), &page, &problem) != IP_DRIVER_OK) {                \
				put_failure (out, WIRE_##operation, &problem);                                         \
				break;                                                                                 \
			}                                                                                              \
			for (size_t i = 0; i < page->count; i++) {                                                     \
				put (out, WIRE_##operation, page->items[i]);                                           \
				each (driver, out, page->items[i]);                                                    \
			}                                                                                              \
			g_free (marker);                                                                               \
			marker = g_strdup (page->next_marker);                                                         \
			ip_driver_##type##_free (page);                                                                \
		} while (marker);                                                                                      \
	}

#define NOTHING(driver, out, item)

static void
dump_block (ip_driver *driver, GString *out, const ip_driver_block *block)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_route_list_args routes = IP_DRIVER_ROUTE_LIST_ARGS_INIT;
	ip_driver_subnet_list_args subnets = IP_DRIVER_SUBNET_LIST_ARGS_INIT;
	ip_driver_usage *usage;

	routes.block = subnets.block = block->id;
	LIST (route_list, routes, driver, routes, NOTHING)
	LIST (subnet_list, blocks, driver, subnets, NOTHING)
	if (ip_driver_block_usage (driver, NULL, block->id, &usage, &error) != IP_DRIVER_OK) {
		put_failure (out, WIRE_block_usage, &error);
		return;
	}
	put (out, WIRE_block_usage, usage);
	ip_driver_usage_free (usage);
}

static void
dump_address (ip_driver *driver, GString *out, const ip_driver_address *address)
{
	ip_driver_nat_list_args args = IP_DRIVER_NAT_LIST_ARGS_INIT;

	args.block = address->block;
	args.address = address->address;
	LIST (nat_list_globals, addresses, driver, args, NOTHING)
	LIST (nat_list_locals, addresses, driver, args, NOTHING)
}

static void
dump_interface (ip_driver *driver, GString *out, const ip_driver_interface *interface)
{
	ip_driver_allowed_ip_list_args args = IP_DRIVER_ALLOWED_IP_LIST_ARGS_INIT;

	args.interface = interface->id;
	LIST (allowed_ip_list, addresses, driver, args, NOTHING)
}

static void
dump_policy (ip_driver *driver, GString *out, const ip_driver_policy *policy)
{
	ip_driver_policy_part_list_args args = IP_DRIVER_POLICY_PART_LIST_ARGS_INIT;

	args.policy = policy->id;
	LIST (policy_range_list, policy_ranges, driver, args, NOTHING)
	LIST (policy_octet_list, policy_octets, driver, args, NOTHING)
}

char *
dump (ip_driver *driver)
{
	GString *out = g_string_new (NULL);
	ip_driver_block_list_args blocks = IP_DRIVER_BLOCK_LIST_ARGS_INIT;
	ip_driver_address_list_args addresses = IP_DRIVER_ADDRESS_LIST_ARGS_INIT;
	ip_driver_interface_list_args interfaces = IP_DRIVER_INTERFACE_LIST_ARGS_INIT;
	ip_driver_policy_list_args policies = IP_DRIVER_POLICY_LIST_ARGS_INIT;
	ip_driver_mac_range_list_args ranges = IP_DRIVER_MAC_RANGE_LIST_ARGS_INIT;
	ip_driver_lease_list_args leases = IP_DRIVER_LEASE_LIST_ARGS_INIT;

	LIST (block_list, blocks, driver, blocks, dump_block)
	LIST (address_list, addresses, driver, addresses, dump_address)
	LIST (interface_list, interfaces, driver, interfaces, dump_interface)
	LIST (policy_list, policies, driver, policies, dump_policy)
	LIST (mac_range_list, mac_ranges, driver, ranges, NOTHING)
	LIST (lease_list, leases, driver, leases, NOTHING)
	return g_string_free (out, FALSE);
}
