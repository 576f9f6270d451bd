/*
 * Networks: what a network has, and allocating on it.
 */
#include "network.h"

#include "address.h"
#include "block.h"

typedef struct {
	gint64 no;
	gint64 version;
} leaf;

static ip_driver_status
no_network (native_op *op, const char *tenant, const char *network)
{
	return native_fail (op, IP_DRIVER_NOT_FOUND, "no network \"%s\"%s%s", network, tenant ? " of tenant " : "",
	                    tenant ? tenant : "");
}

/* Whether the tenant (NULL: any) has a block in the network. */
static gboolean
exists (native_op *op, const char *tenant, const char *network)
{
	gint64 tenant_no;

	if (!native_tenant_filter (op, tenant, &tenant_no))
		return FALSE;
	g_autoptr (storage_cursor) cursor = storage_query (
		op->connection,
		"SELECT 1 FROM block WHERE network IS NOT NULL AND network = $1 AND ($2 = 0 OR tenant_no = $2) LIMIT 1",
		"ti", network, tenant_no);
	return storage_next (cursor);
}

static ip_driver_status
make_default (native_op *op, const char *tenant, const char *network)
{
	g_auto (native_block) block = {0};
	block_wish wish = {.tenant = tenant, .network = network, .type = IP_DRIVER_BLOCK_PRIVATE};

	if (!op->native->default_cidr)
		return no_network (op, tenant, network);
	if (!tenant)
		return native_fail (op, IP_DRIVER_INVALID,
		                    "tenant is required to make the first block of network \"%s\"", network);
	ip_cidr_parse (op->native->default_cidr, &wish.cidr);
	return block_create_root (op, &wish, &block);
}

ip_driver_status
network_tenant (native_op *op, const char *tenant, const char *network, char **ret_tenant)
{
	gint64 tenant_no;

	if (!exists (op, tenant, network)) {
		ip_driver_status status = make_default (op, tenant, network);
		if (status != IP_DRIVER_OK)
			return status;
	}
	native_tenant_filter (op, tenant, &tenant_no);
	g_autoptr (storage_cursor) cursor = storage_query (
		op->connection,
		"SELECT t.name FROM block b JOIN tenant t ON t.no = b.tenant_no WHERE b.network IS NOT NULL"
		" AND b.network = $1 AND ($2 = 0 OR b.tenant_no = $2) ORDER BY b.no LIMIT 1",
		"ti", network, tenant_no);
	*ret_tenant = storage_next (cursor) ? g_strdup (storage_text (cursor, 0)) : NULL;
	return *ret_tenant ? IP_DRIVER_OK : no_network (op, tenant, network);
}

/* The blocks that allocate: those without subnets, oldest first. */
static GArray *
leaves_of (native_op *op, const char *tenant, const char *network)
{
	GArray *leaves = g_array_new (FALSE, FALSE, sizeof (leaf));
	gint64 tenant_no;

	native_tenant_filter (op, tenant, &tenant_no);
	g_autoptr (storage_cursor) cursor = storage_query (
		op->connection,
		"SELECT b.no, b.version FROM block b WHERE b.network IS NOT NULL AND b.network = $1"
		" AND ($2 = 0 OR b.tenant_no = $2)"
		" AND NOT EXISTS (SELECT 1 FROM block c WHERE c.parent_no IS NOT NULL AND c.parent_no = b.no)"
		" ORDER BY b.no",
		"ti", network, tenant_no);
	while (storage_next (cursor)) {
		leaf each = {storage_int (cursor, 0), storage_int (cursor, 1)};
		g_array_append_val (leaves, each);
	}
	return leaves;
}

static void
make_owner (native_op *op, const network_wish *wish, const native_interface *interface, const native_block *block,
            allocation_owner *ret)
{
	const char *tenant = wish->used_by_tenant ? wish->used_by_tenant : block->tenant;
	gint64 tenant_no = interface->no ? 0 : native_tenant_make (op, tenant);

	address_owner (op, interface, tenant_no, tenant, wish->network, wish->request_no, wish->hold_until, ret);
}

static void
append (GArray *keys, gint64 block_no, ip_value address)
{
	allocation_key k = {.block_no = block_no, .address = address};

	g_array_append_val (keys, k);
}

/* Whether an address that no leaf contains lies in a block that only has subnets. */
static gboolean
is_in_subnetted (native_op *op, const network_wish *wish, const ip_address *address)
{
	gint64 tenant_no;

	native_tenant_filter (op, wish->tenant, &tenant_no);
	g_autoptr (storage_cursor) cursor = storage_query (op->connection,
	                                                   "SELECT first, prefix FROM block WHERE network IS NOT NULL "
	                                                   "AND network = $1 AND ($2 = 0 OR tenant_no = $2)",
	                                                   "ti", wish->network, tenant_no);
	while (storage_next (cursor)) {
		ip_cidr cidr;
		if (native_cidr_at (cursor, 0, 1, &cidr) && ip_cidr_contains (&cidr, address))
			return TRUE;
	}
	return FALSE;
}

static ip_driver_status
claim_given (native_op *op, const network_wish *wish, const native_interface *interface, GArray *leaves,
             const char *text, GArray *keys)
{
	ip_address address;

	if (!ip_address_parse (text, &address))
		return native_fail (op, IP_DRIVER_INVALID, "address \"%s\" is not an IP address", text);
	for (guint i = 0; i < leaves->len; i++) {
		const leaf *each = &g_array_index (leaves, leaf, i);
		g_auto (native_block) block = {0};
		allocation_owner owner;
		ip_value taken;
		if (each->version != address.version || !native_block_load_number (op, each->no, &block) ||
		    !ip_cidr_contains (&block.cidr, &address))
			continue;
		make_owner (op, wish, interface, &block, &owner);
		ip_driver_status status = allocation_given (op, &block, &owner, text, &taken);
		if (status == IP_DRIVER_OK)
			append (keys, block.no, taken);
		return status;
	}
	if (is_in_subnetted (op, wish, &address))
		return native_fail (op, IP_DRIVER_NOT_ALLOWED,
		                    "address %s is in a block of network \"%s\" that has subnets", text, wish->network);
	return native_fail (op, IP_DRIVER_NOT_IN_BLOCK, "address %s is in no block of network \"%s\"", text,
	                    wish->network);
}

/* One address of a family; EXHAUSTED if each of its blocks is full, OK with nothing if it has none. */
static ip_driver_status
claim_family (native_op *op, const network_wish *wish, const native_interface *interface, GArray *leaves,
              gint64 version, GArray *keys)
{
	ip_driver_status status = IP_DRIVER_OK;

	for (guint i = 0; i < leaves->len; i++) {
		const leaf *each = &g_array_index (leaves, leaf, i);
		g_auto (native_block) block = {0};
		allocation_owner owner;
		ip_value taken;
		if (each->version != version || !native_block_load_number (op, each->no, &block))
			continue;
		make_owner (op, wish, interface, &block, &owner);
		status = allocation_next (op, &block, &owner, &taken);
		if (status == IP_DRIVER_OK)
			append (keys, block.no, taken);
		if (status != IP_DRIVER_EXHAUSTED)
			break;
	}
	return status;
}

ip_driver_status
network_claim (native_op *op, const network_wish *wish, const native_interface *interface, GArray *keys)
{
	g_autoptr (GArray) leaves = leaves_of (op, wish->tenant, wish->network);
	ip_driver_status status = IP_DRIVER_OK;
	guint before = keys->len;

	if (leaves->len == 0)
		return native_fail (op, IP_DRIVER_NOT_ALLOWED, "every block of network \"%s\" has subnets",
		                    wish->network);
	if (interface->no) {
		status = interface_check_network (op, interface, wish->network);
		if (status != IP_DRIVER_OK)
			return status;
	}
	for (gsize i = 0; i < wish->address_count && status == IP_DRIVER_OK; i++)
		status = claim_given (op, wish, interface, leaves, wish->addresses[i], keys);
	if (wish->address_count > 0)
		return status;
	for (gint64 version = 4; version <= 6; version += 2) {
		status = claim_family (op, wish, interface, leaves, version, keys);
		if (status != IP_DRIVER_OK && status != IP_DRIVER_EXHAUSTED)
			return status;
	}
	if (keys->len > before)
		return IP_DRIVER_OK;
	return native_fail (op, IP_DRIVER_EXHAUSTED, "the blocks of network \"%s\" are full", wish->network);
}

static ip_driver_status
get (native_op *op, gconstpointer data)
{
	const ip_driver_network_get_args *args = data;
	gint64 after, tenant_no;

	if (!exists (op, args->tenant, args->network))
		return no_network (op, args->tenant, args->network);
	native_tenant_filter (op, args->tenant, &tenant_no);
	if (!native_marker_number (op, args->marker, &after))
		return IP_DRIVER_INVALID;
	g_autoptr (storage_cursor) cursor =
		storage_query (op->connection,
	                       "SELECT " BLOCK_COLUMNS BLOCK_FROM " WHERE b.network IS NOT NULL AND b.network = $1"
	                       " AND b.no > $2 AND ($3 = 0 OR b.tenant_no = $3) ORDER BY b.no LIMIT $4",
	                       "tiii", args->network, after, tenant_no, (gint64)args->limit + 1);
	block_return_rows (op, cursor, args->limit);
	return IP_DRIVER_OK;
}

/* Returns the allocations of a request, IPv4 first. */
static void
return_request (native_op *op, gint64 request_no)
{
	g_autoptr (storage_cursor) cursor = storage_query (op->connection,
	                                                   "SELECT " ADDRESS_COLUMNS ADDRESS_FROM
	                                                   " WHERE a.request_no IS NOT NULL AND a.request_no = $1"
	                                                   " ORDER BY b.version, a.block_no, a.address",
	                                                   "i", request_no);

	native_return_allocation_rows (op, cursor, G_MAXUINT);
}

static void
return_key (native_op *op, const allocation_key *k, int version)
{
	guint8 bytes[16];
	gsize size = ip_address_to_bytes (version, k->address, bytes);
	g_autoptr (storage_cursor) cursor = storage_query (
		op->connection, "SELECT " ADDRESS_COLUMNS ADDRESS_FROM " WHERE a.block_no = $1 AND a.address = $2",
		"ib", k->block_no, bytes, size);

	native_return_allocation_rows (op, cursor, 1);
}

static char *
fingerprint_of (const ip_driver_network_allocate_args *args)
{
	g_autoptr (GChecksum) digest = g_checksum_new (G_CHECKSUM_SHA256);

	request_digest (digest, "network");
	request_digest (digest, args->network);
	request_digest (digest, args->interface);
	for (gsize i = 0; i < args->address_count; i++)
		request_digest (digest, args->addresses[i]);
	return g_strdup (g_checksum_get_string (digest));
}

static ip_driver_status
allocate (native_op *op, gconstpointer data)
{
	const ip_driver_network_allocate_args *args = data;
	g_auto (native_interface) interface = {0};
	g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (allocation_key));
	g_autofree char *owner_tenant = NULL;
	network_wish wish = {
		.tenant = args->tenant,
		.network = args->network,
		.addresses = args->addresses,
		.address_count = args->address_count,
		.used_by_tenant = args->used_by_tenant,
		.hold_until = args->hold ? op->now + args->hold * NATIVE_SECOND : 0,
	};
	ip_driver_status status;

	allocation_sweep (op, 16);
	if (args->request_key) {
		gint64 key_tenant = native_tenant_make (op, args->tenant);
		g_autofree char *fingerprint = fingerprint_of (args);
		status = request_find (op, key_tenant, args->request_key, fingerprint, &wish.request_no);
		if (status != IP_DRIVER_OK)
			return status;
		if (wish.request_no) {
			return_request (op, wish.request_no);
			return IP_DRIVER_OK;
		}
		wish.request_no = request_make (op, key_tenant, args->request_key, fingerprint);
	}
	status = network_tenant (op, args->tenant, args->network, &owner_tenant);
	if (status != IP_DRIVER_OK)
		return status;
	interface_wish wanted = {
		.id = args->interface,
		.tenant = args->used_by_tenant ? args->used_by_tenant : owner_tenant,
		.device = args->device,
		.mac = args->mac,
		.hold_until = wish.hold_until,
	};
	status = interface_ensure (op, &wanted, &interface);
	if (status == IP_DRIVER_OK)
		status = network_claim (op, &wish, &interface, keys);
	if (status != IP_DRIVER_OK)
		return status;
	for (guint i = 0; i < keys->len; i++) {
		const allocation_key *k = &g_array_index (keys, allocation_key, i);
		g_auto (native_block) block = {0};
		if (native_block_load_number (op, k->block_no, &block))
			return_key (op, k, block.cidr.version);
	}
	return IP_DRIVER_OK;
}

/* The network and the interface of a list or a release. */
static ip_driver_status
find_both (native_op *op, const char *tenant, const char *network, const char *id, gint64 *ret_tenant_no,
           native_interface *ret_interface)
{
	if (!exists (op, tenant, network))
		return no_network (op, tenant, network);
	native_tenant_filter (op, tenant, ret_tenant_no);
	return interface_load (op, NULL, id, ret_interface);
}

static ip_driver_status
list (native_op *op, gconstpointer data)
{
	const ip_driver_network_list_args *args = data;
	g_auto (native_interface) interface = {0};
	native_position position;
	gint64 tenant_no;
	ip_driver_status status = find_both (op, args->tenant, args->network, args->interface, &tenant_no, &interface);

	if (status != IP_DRIVER_OK)
		return status;
	if (!native_marker_position (op, args->marker, &position))
		return IP_DRIVER_INVALID;
	g_autoptr (storage_cursor) cursor =
		storage_query (op->connection,
	                       "SELECT " ADDRESS_COLUMNS ADDRESS_FROM
	                       " WHERE a.interface_no IS NOT NULL AND a.interface_no = $2 AND b.network = $3"
	                       " AND ($4 = 0 OR b.tenant_no = $4) AND (a.block_no, a.address) > ($5, $6)"
	                       " AND" ADDRESS_LIVES " ORDER BY a.block_no, a.address LIMIT $7",
	                       "iitiibi", op->now, interface.no, args->network, tenant_no, position.block_no,
	                       position.bytes, position.size, (gint64)args->limit + 1);
	native_return_allocation_rows (op, cursor, args->limit);
	return IP_DRIVER_OK;
}

static ip_driver_status
deallocate (native_op *op, gconstpointer data)
{
	const native_names *names = data;
	g_auto (native_interface) interface = {0};
	g_autoptr (GArray) keys = NULL;
	gint64 tenant_no;
	ip_driver_status status = find_both (op, names->tenant, names->first, names->second, &tenant_no, &interface);

	if (status != IP_DRIVER_OK)
		return status;
	{
		g_autoptr (storage_cursor) cursor =
			storage_query (op->connection,
		                       "SELECT a.block_no, a.address FROM address a JOIN block b ON b.no = a.block_no"
		                       " WHERE a.interface_no IS NOT NULL AND a.interface_no = $1 AND b.network = $2"
		                       " AND ($3 = 0 OR b.tenant_no = $3)",
		                       "iti", interface.no, names->first, tenant_no);
		keys = allocation_keys (cursor);
	}
	allocation_each (op, keys, allocation_release);
	return IP_DRIVER_OK;
}

NATIVE_MEMBER (read, network, get, get, ip_driver_network_get_args)
NATIVE_MEMBER (write, network, allocate, allocate, ip_driver_network_allocate_args)
NATIVE_MEMBER (read, network, list, list, ip_driver_network_list_args)

static ip_driver_status
native_network_deallocate (ip_driver_instance *instance, const char *tenant, const char *network, const char *interface,
                           ip_driver_error *error)
{
	return native_write (instance, deallocate,
	                     &(native_names){.tenant = tenant, .first = network, .second = interface}, NULL, error);
}

const ip_driver_network_ops native_network_ops = {
	.size = sizeof (ip_driver_network_ops),
	.get = native_network_get,
	.allocate = native_network_allocate,
	.list = native_network_list,
	.deallocate = native_network_deallocate,
};
