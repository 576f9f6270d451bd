/*
 * Rows as values, and values as results.
 */
#include "rows.h"

#include <string.h>

native_key
native_key_of (int version, ip_value address)
{
	native_key key;

	key.size = ip_address_to_bytes (version, address, key.bytes);
	return key;
}

gboolean
native_address_at (storage_cursor *cursor, int column, ip_address *ret)
{
	gsize size;
	const guint8 *bytes = storage_blob (cursor, column, &size);

	return bytes && ip_address_from_bytes (bytes, size, ret);
}

gboolean
native_cidr_at (storage_cursor *cursor, int first, int prefix, ip_cidr *ret)
{
	ip_address address;

	if (!native_address_at (cursor, first, &address))
		return FALSE;
	ip_cidr_make (address.version, address.value, (int)storage_int (cursor, prefix), ret);
	return TRUE;
}

ip_value
native_value_at (storage_cursor *cursor, int column)
{
	ip_address address = {0, 4};

	native_address_at (cursor, column, &address);
	return address.value;
}

void
native_block_clear (native_block *block)
{
	g_clear_pointer (&block->tenant, g_free);
	g_clear_pointer (&block->network, g_free);
	g_clear_pointer (&block->dns1, g_free);
	g_clear_pointer (&block->dns2, g_free);
}

static void
take_id (storage_cursor *cursor, int column, guint8 id[NATIVE_ID_SIZE])
{
	gsize size;
	const guint8 *bytes = storage_blob (cursor, column, &size);

	if (bytes && size == NATIVE_ID_SIZE)
		memcpy (id, bytes, size);
}

void
native_block_take (storage_cursor *cursor, native_block *block)
{
	ip_address address;

	memset (block, 0, sizeof *block);
	block->no = storage_int (cursor, 0);
	take_id (cursor, 1, block->id);
	block->tenant_no = storage_int (cursor, 2);
	block->tenant = g_strdup (storage_text (cursor, 3));
	block->network = g_strdup (storage_text (cursor, 4));
	block->type = (ip_driver_block_type)storage_int (cursor, 5);
	native_cidr_at (cursor, 8, 7, &block->cidr);
	block->has_gateway = native_address_at (cursor, 9, &block->gateway);
	block->dns1 = g_strdup (storage_text (cursor, 10));
	block->dns2 = g_strdup (storage_text (cursor, 11));
	block->policy_no = storage_int (cursor, 12);
	block->policy_revision = storage_int (cursor, 13);
	take_id (cursor, 14, block->policy_id);
	block->parent_no = storage_int (cursor, 15);
	take_id (cursor, 16, block->parent_id);
	block->created_at = storage_int (cursor, 17);
	block->updated_at = storage_int (cursor, 18);
	block->allocated = storage_int (cursor, 19);
	block->held = storage_int (cursor, 20);
	block->quarantined = storage_int (cursor, 21);
	block->excluded_taken = storage_int (cursor, 22);
	block->scan_from = native_address_at (cursor, 23, &address) ? address.value : block->cidr.first;
}

ip_driver_status
native_block_load (native_op *op, const char *tenant, const char *id, native_block *block)
{
	guint8 bytes[NATIVE_ID_SIZE];

	if (native_id_parse (id, bytes)) {
		g_autoptr (storage_cursor) cursor =
			storage_query (op->connection, "SELECT " BLOCK_COLUMNS BLOCK_FROM " WHERE b.id = $1", "b",
		                       bytes, (gsize)NATIVE_ID_SIZE);
		if (storage_next (cursor) && (!tenant || g_strcmp0 (storage_text (cursor, 3), tenant) == 0)) {
			native_block_take (cursor, block);
			return IP_DRIVER_OK;
		}
	}
	return native_fail (op, IP_DRIVER_NOT_FOUND, "no block %s%s%s", id, tenant ? " of tenant " : "",
	                    tenant ? tenant : "");
}

gboolean
native_block_load_number (native_op *op, gint64 no, native_block *block)
{
	g_autoptr (storage_cursor) cursor =
		storage_query (op->connection, "SELECT " BLOCK_COLUMNS BLOCK_FROM " WHERE b.no = $1", "i", no);

	if (!storage_next (cursor))
		return FALSE;
	native_block_take (cursor, block);
	return TRUE;
}

void
native_block_describe (const native_block *block, ip_driver_block *ret, native_block_texts *texts)
{
	const ip_cidr *cidr = &block->cidr;

	*ret = (ip_driver_block){
		.size = sizeof *ret,
		.id = native_id_format (block->id, texts->id),
		.tenant = block->tenant,
		.network = block->network,
		.cidr = ip_cidr_format (cidr, texts->cidr),
		.gateway = block->has_gateway
	                           ? ip_address_format (block->gateway.version, block->gateway.value, texts->gateway)
	                           : NULL,
		.broadcast = ip_address_format (cidr->version, cidr->last, texts->broadcast),
		.netmask = ip_netmask_format (cidr, texts->netmask),
		.dns1 = block->dns1,
		.dns2 = block->dns2,
		.policy = block->policy_no ? native_id_format (block->policy_id, texts->policy) : NULL,
		.parent = block->parent_no ? native_id_format (block->parent_id, texts->parent) : NULL,
		.created_at = native_seconds (block->created_at),
		.updated_at = native_seconds (block->updated_at),
		.type = block->type,
		.version = cidr->version,
		.prefix_length = cidr->prefix,
	};
}

void
native_return_block (native_op *op, const native_block *block)
{
	ip_driver_block result;
	native_block_texts texts;

	native_block_describe (block, &result, &texts);
	ip_driver_return_block (op->results, &result);
}

void
native_address_describe (storage_cursor *cursor, ip_driver_address *ret, native_address_texts *texts)
{
	ip_address address = {0, 4};
	gsize id_size, block_size;
	const guint8 *id = storage_blob (cursor, 2, &id_size);
	const guint8 *block = storage_blob (cursor, 8, &block_size);
	gboolean resting = storage_int (cursor, 3) == STATE_RESTING;
	gint64 free_at = storage_int (cursor, 5);

	native_address_at (cursor, 1, &address);
	*ret = (ip_driver_address){
		.size = sizeof *ret,
		.id = native_id_format (id_size == NATIVE_ID_SIZE ? id : NULL, texts->id),
		.block = native_id_format (block_size == NATIVE_ID_SIZE ? block : NULL, texts->block),
		.address = ip_address_format (address.version, address.value, texts->address),
		.interface = storage_text (cursor, 11),
		.used_by_tenant = storage_text (cursor, 10),
		.used_by_device = storage_text (cursor, 12),
		.request_key = storage_text (cursor, 13),
		.created_at = native_seconds (storage_int (cursor, 6)),
		.updated_at = native_seconds (storage_int (cursor, 7)),
		.hold_until = native_seconds (storage_int (cursor, 4)),
		.quarantine_until = !resting                  ? 0
	                            : free_at == NATIVE_NEVER ? NATIVE_NEVER
	                                                      : native_seconds (free_at),
		.state = resting ? IP_DRIVER_ADDRESS_DEALLOCATED : IP_DRIVER_ADDRESS_ALLOCATED,
		.version = address.version,
	};
}

void
native_return_address_row (native_op *op, storage_cursor *cursor)
{
	ip_driver_address result;
	native_address_texts texts;

	native_address_describe (cursor, &result, &texts);
	ip_driver_return_address (op->results, &result);
}

void
native_address_marker (storage_cursor *cursor, char marker[NATIVE_MARKER_SIZE])
{
	gsize size;
	const guint8 *bytes = storage_blob (cursor, 1, &size);
	int length = g_snprintf (marker, NATIVE_MARKER_SIZE, "%" G_GINT64_FORMAT ":", storage_int (cursor, 0));

	for (gsize i = 0; i < size && i < 16; i++)
		length += g_snprintf (marker + length, (gulong)(NATIVE_MARKER_SIZE - length), "%02x", bytes[i]);
}

gboolean
native_marker_position (native_op *op, const char *marker, native_position *ret)
{
	char *end;

	memset (ret, 0, sizeof *ret);
	if (!marker)
		return TRUE;
	ret->block_no = g_ascii_isdigit (*marker) ? g_ascii_strtoll (marker, &end, 10) : 0;
	if (ret->block_no <= 0 || *end++ != ':')
		goto bad;
	for (; end[0] && end[1]; end += 2) {
		int high = g_ascii_xdigit_value (end[0]), low = g_ascii_xdigit_value (end[1]);
		if (high < 0 || low < 0 || ret->size == 16)
			goto bad;
		ret->bytes[ret->size++] = (guint8)(high << 4 | low);
	}
	if (*end == '\0' && (ret->size == 4 || ret->size == 16))
		return TRUE;
bad:
	native_bad_marker (op, marker);
	return FALSE;
}

void
native_return_address_rows (native_op *op, storage_cursor *cursor, guint limit)
{
	char marker[NATIVE_MARKER_SIZE];

	for (guint i = 0; storage_next (cursor); i++) {
		if (i == limit) {
			ip_driver_return_next_marker (op->results, marker);
			break;
		}
		native_return_address_row (op, cursor);
		if (i == limit - 1)
			native_address_marker (cursor, marker);
	}
}

struct native_allocation {
	ip_driver_allocation result;
	ip_driver_address address;
	native_address_texts address_texts;
	native_block block;
	ip_driver_block described;
	native_block_texts block_texts;
	/* What the cursors' texts were copied to. */
	GStringChunk *texts;
	GPtrArray *routes;
};

void
native_allocation_free (native_allocation *allocation)
{
	if (!allocation)
		return;
	native_block_clear (&allocation->block);
	g_string_chunk_free (allocation->texts);
	g_ptr_array_unref (allocation->routes);
	g_free (allocation);
}

static const char *
keep (native_allocation *self, const char *text)
{
	return text ? g_string_chunk_insert (self->texts, text) : NULL;
}

native_allocation *
native_allocation_read (native_op *op, storage_cursor *cursor)
{
	native_allocation *self = g_new0 (native_allocation, 1);
	ip_driver_block *block = &self->described;

	native_address_describe (cursor, &self->address, &self->address_texts);
	self->texts = g_string_chunk_new (256);
	self->routes = g_ptr_array_new_with_free_func (g_free);
	self->address.interface = keep (self, self->address.interface);
	self->address.used_by_tenant = keep (self, self->address.used_by_tenant);
	self->address.used_by_device = keep (self, self->address.used_by_device);
	self->address.request_key = keep (self, self->address.request_key);
	native_block_load_number (op, storage_int (cursor, 0), &self->block);
	native_block_describe (&self->block, block, &self->block_texts);
	{
		g_autoptr (storage_cursor) routes =
			storage_query (op->connection,
		                       "SELECT id, destination, netmask, gateway, created_at, updated_at"
		                       " FROM route WHERE block_no = $1 ORDER BY no",
		                       "i", self->block.no);
		while (storage_next (routes)) {
			ip_driver_route *route = g_new0 (ip_driver_route, 1);
			char id[NATIVE_ID_TEXT];
			gsize size;
			const guint8 *bytes = storage_blob (routes, 0, &size);
			route->size = sizeof *route;
			route->id = keep (self, native_id_format (size == NATIVE_ID_SIZE ? bytes : NULL, id));
			route->destination = keep (self, storage_text (routes, 1));
			route->netmask = keep (self, storage_text (routes, 2));
			route->gateway = keep (self, storage_text (routes, 3));
			route->created_at = native_seconds (storage_int (routes, 4));
			route->updated_at = native_seconds (storage_int (routes, 5));
			g_ptr_array_add (self->routes, route);
		}
	}
	self->result = (ip_driver_allocation){
		.size = sizeof self->result,
		.address = &self->address,
		.network = block->network,
		.cidr = block->cidr,
		.gateway = block->gateway,
		.broadcast = block->broadcast,
		.netmask = block->netmask,
		.dns1 = block->dns1,
		.dns2 = block->dns2,
		.route_count = self->routes->len,
		.routes = (ip_driver_route **)self->routes->pdata,
	};
	return self;
}

ip_driver_allocation *
native_allocation_result (native_allocation *allocation)
{
	return &allocation->result;
}

void
native_return_allocation_rows (native_op *op, storage_cursor *cursor, guint limit)
{
	char marker[NATIVE_MARKER_SIZE];

	for (guint i = 0; storage_next (cursor); i++) {
		if (i == limit) {
			ip_driver_return_next_marker (op->results, marker);
			break;
		}
		native_allocation *allocation = native_allocation_read (op, cursor);
		ip_driver_return_allocation (op->results, &allocation->result);
		native_allocation_free (allocation);
		if (i == limit - 1)
			native_address_marker (cursor, marker);
	}
}
