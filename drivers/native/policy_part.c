/*
 * The parts of policies: ranges and octets. Both live alike; a part_kind says how they differ.
 */
#include "policy_row.h"

/* Columns of every kind: no, id, policy id, created_at, updated_at, then its values. */
typedef struct {
	const char *name;
	const char *find;   /* $1 id, $2 policy number */
	const char *list;   /* $1 policy number, $2 after, $3 limit */
	const char *insert; /* $1 id, $2 policy number, $3 now, $4 and $5 values */
	const char *update; /* $1 number, $2 now, $3 and $4 values */
	const char *delete; /* $1 number */
	const char *exists; /* $1 id */
	void (*give) (native_op *op, storage_cursor *cursor, const char *id, const char *policy);
} part_kind;

static void
give_range (native_op *op, storage_cursor *cursor, const char *id, const char *policy)
{
	ip_driver_policy_range result = {
		.size = sizeof result,
		.id = id,
		.policy = policy,
		.offset = storage_int (cursor, 5),
		.length = (uint64_t)storage_int (cursor, 6),
		.created_at = native_seconds (storage_int (cursor, 3)),
		.updated_at = native_seconds (storage_int (cursor, 4)),
	};

	ip_driver_return_policy_range (op->results, &result);
}

static void
give_octet (native_op *op, storage_cursor *cursor, const char *id, const char *policy)
{
	ip_driver_policy_octet result = {
		.size = sizeof result,
		.id = id,
		.policy = policy,
		.octet = (int32_t)storage_int (cursor, 5),
		.created_at = native_seconds (storage_int (cursor, 3)),
		.updated_at = native_seconds (storage_int (cursor, 4)),
	};

	ip_driver_return_policy_octet (op->results, &result);
}

#define RANGE                                                                                                          \
	"SELECT r.no, r.id, p.id, r.created_at, r.updated_at, r.first_offset, r.length FROM policy_range r"            \
	" JOIN policy p ON p.no = r.policy_no"
#define OCTET                                                                                                          \
	"SELECT r.no, r.id, p.id, r.created_at, r.updated_at, r.octet FROM policy_octet r"                             \
	" JOIN policy p ON p.no = r.policy_no"

static const part_kind range_kind = {
	.name = "range",
	.find = RANGE " WHERE r.id = $1 AND r.policy_no = $2",
	.list = RANGE " WHERE r.policy_no = $1 AND r.no > $2 ORDER BY r.no LIMIT $3",
	.insert = "INSERT INTO policy_range (id, policy_no, created_at, updated_at, first_offset, length)"
		  " VALUES ($1, $2, $3, $3, $4, $5)",
	.update = "UPDATE policy_range SET updated_at = $2, first_offset = $3, length = $4 WHERE no = $1",
	.delete = "DELETE FROM policy_range WHERE no = $1",
	.exists = "SELECT 1 FROM policy_range WHERE id = $1",
	.give = give_range,
};

/* The second value is unused; SQL must name every parameter that is bound. */
static const part_kind octet_kind = {
	.name = "octet",
	.find = OCTET " WHERE r.id = $1 AND r.policy_no = $2",
	.list = OCTET " WHERE r.policy_no = $1 AND r.no > $2 ORDER BY r.no LIMIT $3",
	.insert = "INSERT INTO policy_octet (id, policy_no, created_at, updated_at, octet)"
		  " VALUES ($1, $2, $3, $3, $4 + $5)",
	.update = "UPDATE policy_octet SET updated_at = $2, octet = $3 + $4 WHERE no = $1",
	.delete = "DELETE FROM policy_octet WHERE no = $1",
	.exists = "SELECT 1 FROM policy_octet WHERE id = $1",
	.give = give_octet,
};

static gint64
give_row (native_op *op, const part_kind *kind, storage_cursor *cursor)
{
	char id[NATIVE_ID_TEXT], policy[NATIVE_ID_TEXT];
	gsize size, policy_size;
	const guint8 *bytes = storage_blob (cursor, 1, &size);
	const guint8 *policy_bytes = storage_blob (cursor, 2, &policy_size);

	kind->give (op, cursor, native_id_format (size == NATIVE_ID_SIZE ? bytes : NULL, id),
	            native_id_format (policy_size == NATIVE_ID_SIZE ? policy_bytes : NULL, policy));
	return storage_int (cursor, 0);
}

/* Finds a part of a policy; the cursor is on it. */
static ip_driver_status
find (native_op *op, const part_kind *kind, gint64 policy_no, const char *id, storage_cursor **ret)
{
	guint8 bytes[NATIVE_ID_SIZE] = {0};

	native_id_parse (id, bytes);
	*ret = storage_query (op->connection, kind->find, "bi", bytes, (gsize)NATIVE_ID_SIZE, policy_no);
	if (storage_next (*ret))
		return IP_DRIVER_OK;
	g_clear_pointer (ret, storage_cursor_free);
	return native_fail (op, IP_DRIVER_NOT_FOUND, "no %s %s in this policy", kind->name, id);
}

static ip_driver_status
give_part (native_op *op, const part_kind *kind, gint64 policy_no, const char *id)
{
	g_autoptr (storage_cursor) cursor = NULL;
	ip_driver_status status = find (op, kind, policy_no, id, &cursor);

	if (status == IP_DRIVER_OK)
		give_row (op, kind, cursor);
	return status;
}

static ip_driver_status
create (native_op *op, const part_kind *kind, const char *tenant, const char *policy, const char *chosen, gint64 first,
        gint64 second)
{
	guint8 id[NATIVE_ID_SIZE];
	char text[NATIVE_ID_TEXT];
	gint64 policy_no;
	ip_driver_status status = policy_find (op, tenant, policy, &policy_no);

	if (status != IP_DRIVER_OK)
		return status;
	native_id_choose (chosen, id);
	if (chosen) {
		g_autoptr (storage_cursor) cursor =
			storage_query (op->connection, kind->exists, "b", id, (gsize)NATIVE_ID_SIZE);
		if (storage_next (cursor))
			return native_fail (op, IP_DRIVER_DUPLICATE, "%s id %s is taken", kind->name, chosen);
	}
	storage_execute (op->connection, kind->insert, "biiii", id, (gsize)NATIVE_ID_SIZE, policy_no, op->now, first,
	                 second);
	policy_touch (op, policy_no);
	return give_part (op, kind, policy_no, native_id_format (id, text));
}

static ip_driver_status
list (native_op *op, const part_kind *kind, const ip_driver_policy_part_list_args *args)
{
	gint64 policy_no, after, last = 0;
	ip_driver_status status = policy_find (op, args->tenant, args->policy, &policy_no);

	if (status != IP_DRIVER_OK)
		return status;
	if (!native_marker_number (op, args->marker, &after))
		return IP_DRIVER_INVALID;
	g_autoptr (storage_cursor) cursor =
		storage_query (op->connection, kind->list, "iii", policy_no, after, (gint64)args->limit + 1);
	for (guint i = 0; storage_next (cursor); i++) {
		if (i == args->limit) {
			native_return_marker_number (op, last);
			break;
		}
		last = give_row (op, kind, cursor);
	}
	return IP_DRIVER_OK;
}

/* Changes a part; `set` has bit 1 and 2 for the values to take, the others stay. */
static ip_driver_status
update (native_op *op, const part_kind *kind, const char *tenant, const char *policy, const char *id, guint set,
        gint64 first, gint64 second)
{
	gint64 policy_no, no;
	ip_driver_status status = policy_find (op, tenant, policy, &policy_no);

	if (status != IP_DRIVER_OK)
		return status;
	{
		g_autoptr (storage_cursor) cursor = NULL;
		status = find (op, kind, policy_no, id, &cursor);
		if (status != IP_DRIVER_OK)
			return status;
		no = storage_int (cursor, 0);
		if (!(set & 1))
			first = storage_int (cursor, 5);
		if (!(set & 2))
			second = storage_int (cursor, 6);
	}
	storage_execute (op->connection, kind->update, "iiii", no, op->now, first, second);
	policy_touch (op, policy_no);
	return give_part (op, kind, policy_no, id);
}

static ip_driver_status
get_named (native_op *op, const part_kind *kind, const native_names *names)
{
	gint64 policy_no;
	ip_driver_status status = policy_find (op, names->tenant, names->first, &policy_no);

	return status == IP_DRIVER_OK ? give_part (op, kind, policy_no, names->second) : status;
}

static ip_driver_status
delete_named (native_op *op, const part_kind *kind, const native_names *names)
{
	gint64 policy_no, no;
	ip_driver_status status = policy_find (op, names->tenant, names->first, &policy_no);

	if (status != IP_DRIVER_OK)
		return status;
	{
		g_autoptr (storage_cursor) cursor = NULL;
		status = find (op, kind, policy_no, names->second, &cursor);
		if (status != IP_DRIVER_OK)
			return status;
		no = storage_int (cursor, 0);
	}
	storage_execute (op->connection, kind->delete, "i", no);
	policy_touch (op, policy_no);
	return IP_DRIVER_OK;
}

static ip_driver_status
create_range (native_op *op, gconstpointer data)
{
	const ip_driver_policy_range_create_args *args = data;

	return create (op, &range_kind, args->tenant, args->policy, args->id, args->offset, (gint64)args->length);
}

static ip_driver_status
create_octet (native_op *op, gconstpointer data)
{
	const ip_driver_policy_octet_create_args *args = data;

	return create (op, &octet_kind, args->tenant, args->policy, args->id, args->octet, 0);
}

static ip_driver_status
list_ranges (native_op *op, gconstpointer data)
{
	return list (op, &range_kind, data);
}

static ip_driver_status
list_octets (native_op *op, gconstpointer data)
{
	return list (op, &octet_kind, data);
}

static ip_driver_status
update_range (native_op *op, gconstpointer data)
{
	const ip_driver_policy_range_update_args *args = data;
	guint set = (args->set & IP_DRIVER_POLICY_RANGE_SET_OFFSET ? 1u : 0u) |
	            (args->set & IP_DRIVER_POLICY_RANGE_SET_LENGTH ? 2u : 0u);

	return update (op, &range_kind, args->tenant, args->policy, args->id, set, args->offset, (gint64)args->length);
}

static ip_driver_status
update_octet (native_op *op, gconstpointer data)
{
	const ip_driver_policy_octet_update_args *args = data;

	return update (op, &octet_kind, args->tenant, args->policy, args->id, 3, args->octet, 0);
}

static ip_driver_status
get_range (native_op *op, gconstpointer data)
{
	return get_named (op, &range_kind, data);
}

static ip_driver_status
get_octet (native_op *op, gconstpointer data)
{
	return get_named (op, &octet_kind, data);
}

static ip_driver_status
delete_range (native_op *op, gconstpointer data)
{
	return delete_named (op, &range_kind, data);
}

static ip_driver_status
delete_octet (native_op *op, gconstpointer data)
{
	return delete_named (op, &octet_kind, data);
}

NATIVE_MEMBER (write, policy_range, create, create_range, ip_driver_policy_range_create_args)
NATIVE_MEMBER (read, policy_range, list, list_ranges, ip_driver_policy_part_list_args)
NATIVE_MEMBER (write, policy_range, update, update_range, ip_driver_policy_range_update_args)
NATIVE_MEMBER (write, policy_octet, create, create_octet, ip_driver_policy_octet_create_args)
NATIVE_MEMBER (read, policy_octet, list, list_octets, ip_driver_policy_part_list_args)
NATIVE_MEMBER (write, policy_octet, update, update_octet, ip_driver_policy_octet_update_args)

static ip_driver_status
native_policy_range_get (ip_driver_instance *instance, const char *tenant, const char *policy, const char *id,
                         ip_driver_results *results, ip_driver_error *error)
{
	return native_read (instance, get_range, &(native_names){.tenant = tenant, .first = policy, .second = id},
	                    results, error);
}

static ip_driver_status
native_policy_range_delete (ip_driver_instance *instance, const char *tenant, const char *policy, const char *id,
                            ip_driver_error *error)
{
	return native_write (instance, delete_range, &(native_names){.tenant = tenant, .first = policy, .second = id},
	                     NULL, error);
}

static ip_driver_status
native_policy_octet_get (ip_driver_instance *instance, const char *tenant, const char *policy, const char *id,
                         ip_driver_results *results, ip_driver_error *error)
{
	return native_read (instance, get_octet, &(native_names){.tenant = tenant, .first = policy, .second = id},
	                    results, error);
}

static ip_driver_status
native_policy_octet_delete (ip_driver_instance *instance, const char *tenant, const char *policy, const char *id,
                            ip_driver_error *error)
{
	return native_write (instance, delete_octet, &(native_names){.tenant = tenant, .first = policy, .second = id},
	                     NULL, error);
}

const ip_driver_policy_range_ops native_policy_range_ops = {
	.size = sizeof (ip_driver_policy_range_ops),
	.create = native_policy_range_create,
	.get = native_policy_range_get,
	.list = native_policy_range_list,
	.update = native_policy_range_update,
	.delete_ = native_policy_range_delete,
};

const ip_driver_policy_octet_ops native_policy_octet_ops = {
	.size = sizeof (ip_driver_policy_octet_ops),
	.create = native_policy_octet_create,
	.get = native_policy_octet_get,
	.list = native_policy_octet_list,
	.update = native_policy_octet_update,
	.delete_ = native_policy_octet_delete,
};
