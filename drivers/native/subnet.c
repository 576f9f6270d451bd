/*
 * Subnets: carving blocks from blocks.
 */
#include "allocation.h"
#include "block.h"
#include "space.h"

static ip_driver_status
choose_cidr (native_op *op, const ip_driver_subnet_create_args *args, const native_block *parent, ip_cidr *ret)
{
	char text[IP_TEXT_SIZE];

	if (args->cidr) {
		if (!ip_cidr_parse (args->cidr, ret))
			return native_fail (op, IP_DRIVER_INVALID, "cidr \"%s\" is not a CIDR", args->cidr);
		if (!ip_cidr_is_part (&parent->cidr, ret))
			return native_fail (op, IP_DRIVER_NOT_IN_BLOCK, "cidr %s is not a part of block %s", args->cidr,
			                    ip_cidr_format (&parent->cidr, text));
		return IP_DRIVER_OK;
	}
	if (args->prefix_length > (parent->cidr.version == 4 ? 32 : 128))
		return native_fail (op, IP_DRIVER_INVALID, "prefix_length %d is too long for block %s",
		                    args->prefix_length, ip_cidr_format (&parent->cidr, text));
	if (args->prefix_length <= parent->cidr.prefix)
		return native_fail (op, IP_DRIVER_NOT_IN_BLOCK, "a /%d is not a part of block %s", args->prefix_length,
		                    ip_cidr_format (&parent->cidr, text));
	if (!space_find (op, parent, args->prefix_length, ret))
		return native_fail (op, IP_DRIVER_EXHAUSTED, "block %s has no free /%d",
		                    ip_cidr_format (&parent->cidr, text), args->prefix_length);
	return IP_DRIVER_OK;
}

static ip_driver_status
overlap (native_op *op, const native_block *parent, const ip_cidr *cidr)
{
	guint8 last[16];
	gsize size = ip_address_to_bytes (cidr->version, cidr->last, last);
	char text[IP_TEXT_SIZE], sibling_text[IP_TEXT_SIZE];
	ip_cidr sibling;
	g_autoptr (storage_cursor) cursor =
		storage_query (op->connection,
	                       "SELECT first, prefix FROM block WHERE parent_no IS NOT NULL AND parent_no = $1"
	                       " AND first <= $2 ORDER BY first DESC LIMIT 1",
	                       "ib", parent->no, last, size);

	if (!storage_next (cursor) || !native_cidr_at (cursor, 0, 1, &sibling))
		return native_fail (op, IP_DRIVER_STORAGE, "the space of block %s is damaged in database %s",
		                    ip_cidr_format (&parent->cidr, text), storage_location (op->native->storage));
	return native_fail (op, IP_DRIVER_NOT_ALLOWED, "cidr %s overlaps subnet %s", ip_cidr_format (cidr, text),
	                    ip_cidr_format (&sibling, sibling_text));
}

static ip_driver_status
create (native_op *op, gconstpointer data)
{
	const ip_driver_subnet_create_args *args = data;
	g_auto (native_block) parent = {0};
	g_auto (native_block) subnet = {0};
	char text[IP_TEXT_SIZE];
	ip_driver_status status = native_block_load (op, args->tenant, args->block, &parent);

	if (status != IP_DRIVER_OK)
		return status;
	allocation_end_lapsed (op, &parent);
	block_wish wish = {
		.tenant = args->subnet_tenant ? args->subnet_tenant : parent.tenant,
		.network = args->network ? args->network : parent.network,
		.gateway = args->gateway,
		.dns1 = args->dns1 ? args->dns1 : parent.dns1,
		.dns2 = args->dns2 ? args->dns2 : parent.dns2,
		.policy = args->policy,
		.id = args->id,
		.type = parent.type,
		.parent_no = parent.no,
		.network_root = args->network && !parent.network,
	};
	if (parent.network && g_strcmp0 (wish.network, parent.network) != 0)
		return native_fail (op, IP_DRIVER_NOT_ALLOWED, "network \"%s\" is not the parent's, \"%s\"",
		                    wish.network, parent.network);
	if (!space_prepare_carving (op, &parent))
		return native_fail (op, IP_DRIVER_NOT_ALLOWED, "block %s has addresses and cannot be subnetted",
		                    ip_cidr_format (&parent.cidr, text));
	status = choose_cidr (op, args, &parent, &wish.cidr);
	if (status == IP_DRIVER_OK && wish.network_root)
		status = block_check_network (op, wish.network, &wish.cidr, wish.type, TRUE, 0);
	if (status != IP_DRIVER_OK)
		return status;
	if (!space_carve (op, parent.no, &wish.cidr))
		return overlap (op, &parent, &wish.cidr);
	status = block_insert (op, &wish, &subnet);
	if (status == IP_DRIVER_OK)
		native_return_block (op, &subnet);
	return status;
}

static ip_driver_status
list (native_op *op, gconstpointer data)
{
	const ip_driver_subnet_list_args *args = data;
	g_auto (native_block) parent = {0};
	gint64 after;
	ip_driver_status status = native_block_load (op, args->tenant, args->block, &parent);

	if (status != IP_DRIVER_OK)
		return status;
	if (!native_marker_number (op, args->marker, &after))
		return IP_DRIVER_INVALID;
	g_autoptr (storage_cursor) cursor = storage_query (
		op->connection,
		"SELECT " BLOCK_COLUMNS BLOCK_FROM
		" WHERE b.parent_no IS NOT NULL AND b.parent_no = $1 AND b.no > $2 ORDER BY b.no LIMIT $3",
		"iii", parent.no, after, (gint64)args->limit + 1);
	block_return_rows (op, cursor, args->limit);
	return IP_DRIVER_OK;
}

NATIVE_MEMBER (write, subnet, create, create, ip_driver_subnet_create_args)
NATIVE_MEMBER (read, subnet, list, list, ip_driver_subnet_list_args)

const ip_driver_subnet_ops native_subnet_ops = {
	.size = sizeof (ip_driver_subnet_ops),
	.create = native_subnet_create,
	.list = native_subnet_list,
};
