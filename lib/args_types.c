/*
 * The args structs of the ABI as tables for args.c, with the rules that concern several fields. The
 * rules themselves are stated in the client headers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "args.h"
#include "error.h"
#include "text.h"

#include <string.h>

/* In the tables below S is the struct that the table describes; each is #undef'd and set before it. */
#define AT(field) offsetof (S, field)
#define FIELD(field, kind_, flags_) .name = #field, .offset = AT (field), .kind = kind_, .flags = flags_
#define UUID(field, flags)                                                                                             \
	{                                                                                                              \
		FIELD (field, ARGS_UUID, flags)                                                                        \
	}
#define ADDRESS(field, flags)                                                                                          \
	{                                                                                                              \
		FIELD (field, ARGS_ADDRESS, flags)                                                                     \
	}
#define CIDR(field, kind, flags)                                                                                       \
	{                                                                                                              \
		FIELD (field, kind, flags)                                                                             \
	}
#define MAC(field)                                                                                                     \
	{                                                                                                              \
		FIELD (field, ARGS_MAC, 0)                                                                             \
	}
#define TEXT(field, most_, flags)                                                                                      \
	{                                                                                                              \
		FIELD (field, ARGS_TEXT, flags), .most = most_                                                         \
	}
#define ID(field, flags) TEXT (field, IP_DRIVER_ID_MAX, flags)
#define REQUEST_KEY ID (request_key, ARGS_REQUEST_KEY)
#define MARKER TEXT (marker, TEXT_MARKER_MAX, 0)
#define LIMIT                                                                                                          \
	{                                                                                                              \
		FIELD (limit, ARGS_LIMIT, 0), .most = IP_DRIVER_PAGE_MAX                                               \
	}
#define RESERVED                                                                                                       \
	{                                                                                                              \
		FIELD (reserved, ARGS_RESERVED, 0)                                                                     \
	}
#define FLAGS(field, mask)                                                                                             \
	{                                                                                                              \
		FIELD (field, ARGS_FLAGS, 0), .most = mask                                                             \
	}
#define INT32(field, least_, most_)                                                                                    \
	{                                                                                                              \
		FIELD (field, ARGS_INT32, 0), .least = least_, .most = most_                                           \
	}
#define INT64(field, least_, most_)                                                                                    \
	{                                                                                                              \
		FIELD (field, ARGS_INT64, 0), .least = least_, .most = most_                                           \
	}
#define UINT32(field, most_, flags)                                                                                    \
	{                                                                                                              \
		FIELD (field, ARGS_UINT32, flags), .most = most_                                                       \
	}
#define UINT64(field, most_)                                                                                           \
	{                                                                                                              \
		FIELD (field, ARGS_UINT64, 0), .most = most_                                                           \
	}
#define HOLD UINT32 (hold, IP_DRIVER_HOLD_MAX, ARGS_HOLD)
#define TEXTS(field, count_, kind, most_)                                                                              \
	{                                                                                                              \
		FIELD (field, ARGS_TEXTS, 0), .count = AT (count_), .element = kind, .most = most_                     \
	}
#define STRUCTS(field, count_, type_, most_, flags)                                                                    \
	{                                                                                                              \
		FIELD (field, ARGS_STRUCTS, flags), .count = AT (count_), .type = &type_, .most = most_                \
	}
/* Read only if a bit of `set` is 1. */
#define SET(field, kind, flags, bit)                                                                                   \
	{                                                                                                              \
		FIELD (field, kind, flags), .set = bit, .most = IP_DRIVER_ID_MAX                                       \
	}

#define THROUGH(field) (AT (field) + sizeof ((S *)NULL)->field)
#define TYPE_SET(variable, least, set, check)                                                                          \
	const args_type variable##_args = {sizeof (S), least, variable##_fields, G_N_ELEMENTS (variable##_fields),     \
	                                   set,        check}
#define TYPE(variable, least, check) TYPE_SET (variable, least, 0, check)
/* Nothing is required. */
#define NOTHING sizeof (size_t)

/* Only memory limits these arrays. */
#define ANY_COUNT (G_MAXSSIZE / sizeof (void *))

/* Two values that must be of one family; one that is not given is of any. */
static gboolean
same_family (args_state *state, const args_path *path, const char *a_name, const char *a, const char *b_name,
             const char *b)
{
	if (a == NULL || b == NULL || text_version (a) == text_version (b))
		return TRUE;
	return args_invalid (state, path, "%s \"%s\" is not of the family of %s \"%s\"", a_name, a, b_name, b);
}

static gboolean
key_has_tenant (args_state *state, const args_path *path, const char *request_key, const char *tenant)
{
	return request_key == NULL || tenant != NULL ||
	       args_invalid (state, path, "tenant is required with a request_key");
}

/* Keys: operations without a struct. The names are those of the function's parameters. */
#define S args_key
#define KEY_FIELD(place, kind_, name_)                                                                                 \
	{                                                                                                              \
		.name = name_, .offset = AT (place), .kind = kind_, .flags = ARGS_REQUIRED, .most = IP_DRIVER_ID_MAX   \
	}
#define KEY(variable, ...)                                                                                             \
	static const args_field variable##_fields[] = {ID (tenant, ARGS_ANY_TENANT), __VA_ARGS__};                     \
	TYPE (variable, sizeof (S), NULL)

KEY (tenant_uuid, KEY_FIELD (first, ARGS_UUID, "id"));
KEY (tenant_interface, KEY_FIELD (first, ARGS_TEXT, "id"));
KEY (tenant_device, KEY_FIELD (first, ARGS_TEXT, "device"));
KEY (block_address, KEY_FIELD (first, ARGS_UUID, "block"), KEY_FIELD (second, ARGS_ADDRESS, "address"));
KEY (interface_address, KEY_FIELD (first, ARGS_TEXT, "interface"), KEY_FIELD (second, ARGS_ADDRESS, "address"));
KEY (network_interface, KEY_FIELD (first, ARGS_TEXT, "network"), KEY_FIELD (second, ARGS_TEXT, "interface"));
KEY (block_route, KEY_FIELD (first, ARGS_UUID, "block"), KEY_FIELD (second, ARGS_UUID, "id"));
KEY (policy_part, KEY_FIELD (first, ARGS_UUID, "policy"), KEY_FIELD (second, ARGS_UUID, "id"));

/* MAC ranges belong to no tenant. */
static const args_field uuid_fields[] = {
	KEY_FIELD (first, ARGS_UUID, "id"),
};
TYPE (uuid, sizeof (S), NULL);

/* block.h */
#undef S
#define S ip_driver_block_create_args
static gboolean
check_block_create (args_state *state, const args_path *path, void *copy)
{
	const S *args = copy;

	return same_family (state, path, "gateway", args->gateway, "cidr", args->cidr);
}

static const args_field block_create_fields[] = {
	ID (tenant, ARGS_REQUIRED),
	CIDR (cidr, ARGS_CIDR, ARGS_REQUIRED),
	ID (network, 0),
	ADDRESS (gateway, 0),
	ADDRESS (dns1, 0),
	ADDRESS (dns2, 0),
	UUID (policy, 0),
	UUID (id, ARGS_CHOSEN_ID),
	INT32 (type, IP_DRIVER_BLOCK_PUBLIC, IP_DRIVER_BLOCK_PRIVATE),
	RESERVED,
};
TYPE (block_create, THROUGH (type), check_block_create);

#undef S
#define S ip_driver_block_list_args
static const args_field block_list_fields[] = {
	ID (tenant, ARGS_ANY_TENANT),
	ID (network, 0),
	MARKER,
	LIMIT,
	FLAGS (flags, IP_DRIVER_BLOCK_LIST_ROOTS),
	INT32 (type, IP_DRIVER_BLOCK_ANY, IP_DRIVER_BLOCK_PRIVATE),
	RESERVED,
};
TYPE (block_list, NOTHING, NULL);

#undef S
#define S ip_driver_block_update_args
static const args_field block_update_fields[] = {
	ID (tenant, ARGS_ANY_TENANT),
	UUID (id, ARGS_REQUIRED),
	SET (network, ARGS_TEXT, 0, IP_DRIVER_BLOCK_SET_NETWORK),
	SET (gateway, ARGS_ADDRESS, 0, IP_DRIVER_BLOCK_SET_GATEWAY),
	SET (dns1, ARGS_ADDRESS, 0, IP_DRIVER_BLOCK_SET_DNS1),
	SET (dns2, ARGS_ADDRESS, 0, IP_DRIVER_BLOCK_SET_DNS2),
	SET (policy, ARGS_UUID, 0, IP_DRIVER_BLOCK_SET_POLICY),
	FLAGS (set, IP_DRIVER_BLOCK_SET_NETWORK | IP_DRIVER_BLOCK_SET_GATEWAY | IP_DRIVER_BLOCK_SET_DNS1 |
                            IP_DRIVER_BLOCK_SET_DNS2 | IP_DRIVER_BLOCK_SET_POLICY),
	RESERVED,
};
TYPE_SET (block_update, THROUGH (id), AT (set), NULL);

/* subnet.h */
#undef S
#define S ip_driver_subnet_create_args
static gboolean
check_subnet_create (args_state *state, const args_path *path, void *copy)
{
	const S *args = copy;

	if (args->cidr != NULL && args->prefix_length != 0)
		return args_invalid (state, path, "cidr \"%s\" and prefix_length %d exclude one another", args->cidr,
		                     (int)args->prefix_length);
	if (args->cidr == NULL && args->prefix_length == 0)
		return args_invalid (state, path, "cidr or prefix_length is required");
	return same_family (state, path, "gateway", args->gateway, "cidr", args->cidr);
}

static const args_field subnet_create_fields[] = {
	ID (tenant, ARGS_ANY_TENANT),
	UUID (block, ARGS_REQUIRED),
	CIDR (cidr, ARGS_CIDR, 0),
	ID (subnet_tenant, 0),
	ID (network, 0),
	ADDRESS (gateway, 0),
	ADDRESS (dns1, 0),
	ADDRESS (dns2, 0),
	UUID (policy, 0),
	UUID (id, ARGS_CHOSEN_ID),
	INT32 (prefix_length, 0, 128),
	RESERVED,
};
TYPE (subnet_create, THROUGH (cidr), check_subnet_create);

#undef S
#define S ip_driver_subnet_list_args
static const args_field subnet_list_fields[] = {
	ID (tenant, ARGS_ANY_TENANT), UUID (block, ARGS_REQUIRED), MARKER, LIMIT, RESERVED,
};
TYPE (subnet_list, THROUGH (block), NULL);

/* address.h */
#undef S
#define S ip_driver_address_allocate_args
static gboolean
check_address_allocate (args_state *state, const args_path *path, void *copy)
{
	const S *args = copy;

	if (args->count > 1 && args->address != NULL)
		return args_invalid (state, path, "address \"%s\" and count %u exclude one another", args->address,
		                     (unsigned)args->count);
	if (args->count > 1 && args->id != NULL)
		return args_invalid (state, path, "id \"%s\" and count %u exclude one another", args->id,
		                     (unsigned)args->count);
	return key_has_tenant (state, path, args->request_key, args->tenant);
}

static const args_field address_allocate_fields[] = {
	ID (tenant, ARGS_ANY_TENANT),
	UUID (block, ARGS_REQUIRED),
	ADDRESS (address, 0),
	ID (interface, 0),
	ID (device, 0),
	MAC (mac),
	ID (used_by_tenant, 0),
	REQUEST_KEY,
	UUID (id, ARGS_CHOSEN_ID),
	UINT32 (count, IP_DRIVER_ADDRESSES_MAX, ARGS_MANY),
	HOLD,
};
TYPE (address_allocate, THROUGH (block), check_address_allocate);

/* An allocation, known by its id, or perhaps without. */
#undef S
#define S ip_driver_address_ref
static const args_field exact_ref_fields[] = {
	UUID (block, ARGS_REQUIRED),
	ADDRESS (address, ARGS_REQUIRED),
	UUID (id, ARGS_REQUIRED),
};
static TYPE (exact_ref, 0, NULL);

static const args_field ref_fields[] = {
	UUID (block, ARGS_REQUIRED),
	ADDRESS (address, ARGS_REQUIRED),
	UUID (id, 0),
};
static TYPE (ref, 0, NULL);

#undef S
#define S ip_driver_address_refs_args
static const args_field address_refs_fields[] = {
	ID (tenant, ARGS_ANY_TENANT),
	STRUCTS (refs, ref_count, exact_ref_args, IP_DRIVER_ADDRESSES_MAX, ARGS_REQUIRED),
};
TYPE (address_refs, THROUGH (ref_count), NULL);

#undef S
#define S ip_driver_address_list_args
static const args_field address_list_fields[] = {
	ID (tenant, ARGS_ANY_TENANT),
	UUID (block, 0),
	ID (network, 0),
	ID (device, 0),
	ID (interface, 0),
	MARKER,
	LIMIT,
	INT32 (state, IP_DRIVER_ADDRESS_ANY, IP_DRIVER_ADDRESS_DEALLOCATED),
};
TYPE (address_list, NOTHING, NULL);

#undef S
#define S ip_driver_address_find_args
static const args_field address_find_fields[] = {
	ID (tenant, ARGS_ANY_TENANT), ADDRESS (address, ARGS_REQUIRED), MARKER, LIMIT, RESERVED,
};
TYPE (address_find, THROUGH (address), NULL);

#undef S
#define S ip_driver_address_deallocate_args
static const args_field address_deallocate_fields[] = {
	ID (tenant, ARGS_ANY_TENANT),
	UUID (block, ARGS_REQUIRED),
	ADDRESS (address, ARGS_REQUIRED),
	UUID (id, 0),
};
TYPE (address_deallocate, THROUGH (address), NULL);

#undef S
#define S ip_driver_address_purge_args
static gboolean
check_address_purge (args_state *state, const args_path *path, void *copy)
{
	const S *args = copy;

	return args->address == NULL || args->block != NULL ||
	       args_invalid (state, path, "block is required with address \"%s\"", args->address);
}

static const args_field address_purge_fields[] = {
	ID (tenant, ARGS_ANY_TENANT),
	UUID (block, 0),
	ADDRESS (address, 0),
	FLAGS (flags, IP_DRIVER_ADDRESS_PURGE_ALL),
	RESERVED,
};
TYPE (address_purge, NOTHING, check_address_purge);

#undef S
#define S ip_driver_address_reconcile_args
static gboolean
check_address_reconcile (args_state *state, const args_path *path, void *copy)
{
	const S *args = copy;

	return args->tenant != NULL || args->network != NULL || args->device_prefix != NULL ||
	       args_invalid (state, path, "tenant, network or device_prefix is required");
}

static const args_field address_reconcile_fields[] = {
	ID (tenant, ARGS_ANY_TENANT),
	ID (network, 0),
	ID (device_prefix, 0),
	ID (token, ARGS_REQUIRED),
	{FIELD (living, ARGS_TEXTS, 0), .count = AT (living_count), .element = ARGS_TEXT, .most = ANY_COUNT},
	MARKER,
	UINT32 (grace, G_MAXUINT32, 0),
	LIMIT,
	FLAGS (flags, IP_DRIVER_ADDRESS_RECONCILE_DEVICES | IP_DRIVER_ADDRESS_RECONCILE_DRY_RUN),
	RESERVED,
};
TYPE (address_reconcile, THROUGH (token), check_address_reconcile);

/* network.h */
#undef S
#define S ip_driver_network_get_args
static const args_field network_get_fields[] = {
	ID (tenant, ARGS_ANY_TENANT), ID (network, ARGS_REQUIRED), MARKER, LIMIT, RESERVED,
};
TYPE (network_get, THROUGH (network), NULL);

#undef S
#define S ip_driver_network_allocate_args
static gboolean
check_network_allocate (args_state *state, const args_path *path, void *copy)
{
	const S *args = copy;

	return key_has_tenant (state, path, args->request_key, args->tenant);
}

static const args_field network_allocate_fields[] = {
	ID (tenant, ARGS_ANY_TENANT),
	ID (network, ARGS_REQUIRED),
	ID (interface, 0),
	ID (device, 0),
	MAC (mac),
	ID (used_by_tenant, 0),
	REQUEST_KEY,
	TEXTS (addresses, address_count, ARGS_ADDRESS, IP_DRIVER_ADDRESSES_MAX),
	HOLD,
	RESERVED,
};
TYPE (network_allocate, THROUGH (network), check_network_allocate);

#undef S
#define S ip_driver_network_list_args
static const args_field network_list_fields[] = {
	ID (tenant, ARGS_ANY_TENANT),
	ID (network, ARGS_REQUIRED),
	ID (interface, ARGS_REQUIRED),
	MARKER,
	LIMIT,
	RESERVED,
};
TYPE (network_list, THROUGH (interface), NULL);

/* interface.h */
#undef S
#define S ip_driver_interface_network
static const args_field interface_network_fields[] = {
	ID (tenant, 0),
	ID (network, ARGS_REQUIRED),
	TEXTS (addresses, address_count, ARGS_ADDRESS, IP_DRIVER_ADDRESSES_MAX),
};
static TYPE (interface_network, 0, NULL);

#undef S
#define S ip_driver_interface_create_args
static gboolean
check_interface_networks (args_state *state, const args_path *path, void *copy)
{
	const S *args = copy;
	size_t addresses = 0;

	for (size_t i = 0; i < args->network_count; i++) {
		const ip_driver_interface_network *network = &args->networks[i];

		addresses += network->address_count;
		if (strcmp (network->network, args->networks[0].network) != 0) {
			args_invalid (state, path,
			              "networks[%zu].network \"%s\" is not \"%s\": an interface is on one network", i,
			              network->network, args->networks[0].network);
			state->error->status = IP_DRIVER_NOT_ALLOWED;
			return FALSE;
		}
	}
	return addresses <= IP_DRIVER_ADDRESSES_MAX ||
	       args_invalid (state, path, "networks have %zu addresses, more than %d", addresses,
	                     IP_DRIVER_ADDRESSES_MAX);
}

static gboolean
check_interface_create (args_state *state, const args_path *path, void *copy)
{
	const S *args = copy;

	if (args->hold != 0 && args->network_count == 0)
		return args_invalid (state, path, "networks is required with a hold");
	return check_interface_networks (state, path, copy);
}

#define INTERFACE_FIELDS(tenant_flags)                                                                                 \
	ID (tenant, tenant_flags), ID (id, 0), ID (device, 0), MAC (mac), REQUEST_KEY,                                 \
		STRUCTS (networks, network_count, interface_network_args, ANY_COUNT, 0), HOLD, RESERVED

static const args_field interface_create_fields[] = {INTERFACE_FIELDS (ARGS_REQUIRED)};
TYPE (interface_create, THROUGH (tenant), check_interface_create);

static const args_field interface_element_fields[] = {INTERFACE_FIELDS (0)};
static TYPE (interface_element, NOTHING, check_interface_networks);

#undef S
#define S ip_driver_interface_list_args
static const args_field interface_list_fields[] = {
	ID (tenant, ARGS_ANY_TENANT), ID (device, 0), MARKER, LIMIT, RESERVED,
};
TYPE (interface_list, NOTHING, NULL);

#undef S
#define S ip_driver_interface_replace_all_args
/* The elements are copies of ours: their tenant and device are filled in. */
static gboolean
check_interface_replace_all (args_state *state, const args_path *path, void *copy)
{
	const S *args = copy;
	ip_driver_interface_create_args *const *elements =
		*(ip_driver_interface_create_args *const **)((char *)copy + AT (interfaces));
	args_path at = {path, "interfaces", 0};
	size_t addresses = 0;

	for (; at.index < args->interface_count; at.index++) {
		ip_driver_interface_create_args *element = elements[at.index];

		if (element->tenant != NULL && strcmp (element->tenant, args->tenant) != 0)
			return args_invalid (state, &at, "tenant \"%s\" is not \"%s\"", element->tenant, args->tenant);
		if (element->device != NULL && strcmp (element->device, args->device) != 0)
			return args_invalid (state, &at, "device \"%s\" is not \"%s\"", element->device, args->device);
		if (element->request_key != NULL)
			return args_invalid (state, &at, "request_key \"%s\" is not possible here",
			                     element->request_key);
		if (element->hold != 0)
			return args_invalid (state, &at, "hold %u is not possible here", (unsigned)element->hold);
		for (size_t i = 0; i < element->network_count; i++)
			addresses += element->networks[i].address_count;
		element->tenant = args->tenant;
		element->device = args->device;
	}
	return addresses <= IP_DRIVER_ADDRESSES_MAX ||
	       args_invalid (state, path, "interfaces have %zu addresses, more than %d", addresses,
	                     IP_DRIVER_ADDRESSES_MAX);
}

static const args_field interface_replace_all_fields[] = {
	ID (tenant, ARGS_REQUIRED),
	ID (device, ARGS_REQUIRED),
	{FIELD (interfaces, ARGS_POINTERS, 0), .count = AT (interface_count), .type = &interface_element_args,
         .most = ANY_COUNT},
};
TYPE (interface_replace_all, THROUGH (device), check_interface_replace_all);

/* mac_range.h */
#undef S
#define S ip_driver_mac_range_create_args
static const args_field mac_range_create_fields[] = {
	CIDR (cidr, ARGS_MAC_CIDR, ARGS_REQUIRED),
	UUID (id, ARGS_CHOSEN_ID),
};
TYPE (mac_range_create, THROUGH (cidr), NULL);

#undef S
#define S ip_driver_mac_range_list_args
static const args_field mac_range_list_fields[] = {MARKER, LIMIT, RESERVED};
TYPE (mac_range_list, NOTHING, NULL);

/* allowed_ip.h */
#undef S
#define S ip_driver_allowed_ip_allow_args
static const args_field allowed_ip_allow_fields[] = {
	ID (tenant, ARGS_ANY_TENANT),
	ID (interface, ARGS_REQUIRED),
	ID (network, ARGS_REQUIRED),
	ADDRESS (address, ARGS_REQUIRED),
};
TYPE (allowed_ip_allow, THROUGH (address), NULL);

#undef S
#define S ip_driver_allowed_ip_list_args
static const args_field allowed_ip_list_fields[] = {
	ID (tenant, ARGS_ANY_TENANT), ID (interface, ARGS_REQUIRED), MARKER, LIMIT, RESERVED,
};
TYPE (allowed_ip_list, THROUGH (interface), NULL);

/* route.h */

/* Puts destination, netmask and gateway into form, as far as they are given. */
static gboolean
check_route (args_state *state, const args_path *path, const char **destination, const char **netmask,
             const char *gateway)
{
	char address[TEXT_SIZE], mask[TEXT_SIZE];
	int prefix;

	if (!same_family (state, path, "gateway", gateway, "destination", *destination))
		return FALSE;
	if (*destination == NULL || *netmask == NULL)
		return TRUE;
	prefix = text_netmask (text_version (*destination), *netmask, mask);
	if (prefix < 0)
		return args_invalid (state, path, "netmask \"%s\" is not one for destination \"%s\"", *netmask,
		                     *destination);
	g_strlcpy (address, *destination, sizeof address);
	text_address_mask (prefix, address);
	*destination = arena_take_text (state->arena, address);
	*netmask = arena_take_text (state->arena, mask);
	return TRUE;
}

#undef S
#define S ip_driver_route_create_args
static gboolean
check_route_create (args_state *state, const args_path *path, void *copy)
{
	S *args = copy;

	return check_route (state, path, &args->destination, &args->netmask, args->gateway);
}

static const args_field route_create_fields[] = {
	ID (tenant, ARGS_ANY_TENANT),       UUID (block, ARGS_REQUIRED),      ADDRESS (destination, ARGS_REQUIRED),
	{FIELD (netmask, ARGS_NETMASK, 0)}, ADDRESS (gateway, ARGS_REQUIRED), UUID (id, ARGS_CHOSEN_ID),
};
TYPE (route_create, THROUGH (gateway), check_route_create);

#undef S
#define S ip_driver_route_list_args
static const args_field route_list_fields[] = {
	ID (tenant, ARGS_ANY_TENANT), UUID (block, ARGS_REQUIRED), MARKER, LIMIT, RESERVED,
};
TYPE (route_list, THROUGH (block), NULL);

#undef S
#define S ip_driver_route_update_args
/* What is not given is only known to the driver, which checks what results. */
static gboolean
check_route_update (args_state *state, const args_path *path, void *copy)
{
	S *args = copy;

	return check_route (state, path, &args->destination, &args->netmask, args->gateway);
}

static const args_field route_update_fields[] = {
	ID (tenant, ARGS_ANY_TENANT),
	UUID (block, ARGS_REQUIRED),
	UUID (id, ARGS_REQUIRED),
	SET (destination, ARGS_ADDRESS, ARGS_REQUIRED, IP_DRIVER_ROUTE_SET_DESTINATION),
	SET (netmask, ARGS_NETMASK, 0, IP_DRIVER_ROUTE_SET_NETMASK),
	SET (gateway, ARGS_ADDRESS, ARGS_REQUIRED, IP_DRIVER_ROUTE_SET_GATEWAY),
	FLAGS (set, IP_DRIVER_ROUTE_SET_DESTINATION | IP_DRIVER_ROUTE_SET_NETMASK | IP_DRIVER_ROUTE_SET_GATEWAY),
	RESERVED,
};
TYPE_SET (route_update, THROUGH (id), AT (set), check_route_update);

/* policy.h */
#undef S
#define S ip_driver_policy_create_args
static const args_field policy_create_fields[] = {
	ID (tenant, ARGS_REQUIRED),
	ID (name, ARGS_REQUIRED),
	TEXT (description, IP_DRIVER_DESCRIPTION_MAX, ARGS_EMPTY),
	UUID (id, ARGS_CHOSEN_ID),
};
TYPE (policy_create, THROUGH (name), NULL);

#undef S
#define S ip_driver_policy_list_args
static const args_field policy_list_fields[] = {ID (tenant, ARGS_ANY_TENANT), MARKER, LIMIT, RESERVED};
TYPE (policy_list, NOTHING, NULL);

#undef S
#define S ip_driver_policy_update_args
static const args_field policy_update_fields[] = {
	ID (tenant, ARGS_ANY_TENANT),
	UUID (id, ARGS_REQUIRED),
	SET (name, ARGS_TEXT, ARGS_REQUIRED, IP_DRIVER_POLICY_SET_NAME),
	{FIELD (description, ARGS_TEXT, ARGS_EMPTY), .set = IP_DRIVER_POLICY_SET_DESCRIPTION,
         .most = IP_DRIVER_DESCRIPTION_MAX},
	FLAGS (set, IP_DRIVER_POLICY_SET_NAME | IP_DRIVER_POLICY_SET_DESCRIPTION),
	RESERVED,
};
TYPE_SET (policy_update, THROUGH (id), AT (set), NULL);

#undef S
#define S ip_driver_policy_range_create_args
static const args_field policy_range_create_fields[] = {
	ID (tenant, ARGS_ANY_TENANT),           UUID (policy, ARGS_REQUIRED), UUID (id, ARGS_CHOSEN_ID),
	INT64 (offset, G_MININT64, G_MAXINT64), UINT64 (length, G_MAXINT64),
};
TYPE (policy_range_create, THROUGH (policy), NULL);

#undef S
#define S ip_driver_policy_part_list_args
static const args_field policy_part_list_fields[] = {
	ID (tenant, ARGS_ANY_TENANT), UUID (policy, ARGS_REQUIRED), MARKER, LIMIT, RESERVED,
};
TYPE (policy_part_list, THROUGH (policy), NULL);

#undef S
#define S ip_driver_policy_range_update_args
static const args_field policy_range_update_fields[] = {
	ID (tenant, ARGS_ANY_TENANT),
	UUID (policy, ARGS_REQUIRED),
	UUID (id, ARGS_REQUIRED),
	{FIELD (offset, ARGS_INT64, 0), .set = IP_DRIVER_POLICY_RANGE_SET_OFFSET, .least = G_MININT64,
         .most = G_MAXINT64},
	{FIELD (length, ARGS_UINT64, 0), .set = IP_DRIVER_POLICY_RANGE_SET_LENGTH, .most = G_MAXINT64},
	FLAGS (set, IP_DRIVER_POLICY_RANGE_SET_OFFSET | IP_DRIVER_POLICY_RANGE_SET_LENGTH),
	RESERVED,
};
TYPE_SET (policy_range_update, THROUGH (id), AT (set), NULL);

#undef S
#define S ip_driver_policy_octet_create_args
static const args_field policy_octet_create_fields[] = {
	ID (tenant, ARGS_ANY_TENANT),
	UUID (policy, ARGS_REQUIRED),
	UUID (id, ARGS_CHOSEN_ID),
	INT32 (octet, 0, 255),
	RESERVED,
};
TYPE (policy_octet_create, THROUGH (policy), NULL);

#undef S
#define S ip_driver_policy_octet_update_args
static const args_field policy_octet_update_fields[] = {
	ID (tenant, ARGS_ANY_TENANT),
	UUID (policy, ARGS_REQUIRED),
	UUID (id, ARGS_REQUIRED),
	INT32 (octet, 0, 255),
	RESERVED,
};
TYPE (policy_octet_update, THROUGH (id), NULL);

/* nat.h */
#undef S
#define S ip_driver_nat_args
static gboolean
check_nat_add (args_state *state, const args_path *path, void *copy)
{
	const S *args = copy;

	return args->local_count == 1 || args->global_count == 1 ||
	       args_invalid (state, path, "locals has %zu elements and globals %zu, but one must have exactly one",
	                     args->local_count, args->global_count);
}

static const args_field nat_add_fields[] = {
	ID (tenant, ARGS_ANY_TENANT),
	STRUCTS (locals, local_count, ref_args, IP_DRIVER_ADDRESSES_MAX, ARGS_REQUIRED),
	STRUCTS (globals, global_count, ref_args, IP_DRIVER_ADDRESSES_MAX, ARGS_REQUIRED),
};
TYPE (nat_add, THROUGH (global_count), check_nat_add);

static const args_field nat_remove_fields[] = {
	ID (tenant, ARGS_ANY_TENANT),
	STRUCTS (locals, local_count, ref_args, IP_DRIVER_ADDRESSES_MAX, 0),
	STRUCTS (globals, global_count, ref_args, IP_DRIVER_ADDRESSES_MAX, 0),
};
/* The rule is the same, with empty lists possible. */
TYPE (nat_remove, THROUGH (local_count), check_nat_add);

#undef S
#define S ip_driver_nat_list_args
static const args_field nat_list_fields[] = {
	ID (tenant, ARGS_ANY_TENANT),
	UUID (block, ARGS_REQUIRED),
	ADDRESS (address, ARGS_REQUIRED),
	MARKER,
	LIMIT,
	RESERVED,
};
TYPE (nat_list, THROUGH (address), NULL);

/* lease.h */
#undef S
#define S ip_driver_lease_grant_args
static const args_field lease_grant_fields[] = {
	ID (tenant, ARGS_ANY_TENANT),
	UUID (block, ARGS_REQUIRED),
	ADDRESS (address, ARGS_REQUIRED),
	MAC (mac),
	ID (client_id, 0),
	ID (hostname, 0),
	UINT32 (duration, G_MAXUINT32, 0),
	RESERVED,
};
TYPE (lease_grant, THROUGH (address), NULL);

#undef S
#define S ip_driver_lease_list_args
static const args_field lease_list_fields[] = {
	ID (tenant, ARGS_ANY_TENANT), UUID (block, 0), INT64 (expired_at, 0, G_MAXINT64), MARKER, LIMIT, RESERVED,
};
TYPE (lease_list, NOTHING, NULL);

#undef S
#define S ip_driver_lease_expire_args
static gboolean
check_lease_expire (args_state *state, const args_path *path, void *copy)
{
	const S *args = copy;
	gint64 now = g_get_real_time () / G_USEC_PER_SEC;

	return args->expired_at <= now ||
	       args_invalid (state, path, "expired_at %" G_GINT64_FORMAT " lies in the future", args->expired_at);
}

static const args_field lease_expire_fields[] = {
	ID (tenant, ARGS_ANY_TENANT),
	UUID (block, 0),
	INT64 (expired_at, 0, G_MAXINT64),
	LIMIT,
	FLAGS (flags, IP_DRIVER_LEASE_EXPIRE_DEALLOCATE),
};
TYPE (lease_expire, NOTHING, check_lease_expire);
