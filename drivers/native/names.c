/*
 * Ids, tenants and markers: how names of the outside become keys of the inside.
 */
#include <sys/random.h>

#include "native.h"

/* Not g_uuid_string_random(): its generator's state is copied by fork(). */
static void
fill_random (guint8 id[NATIVE_ID_SIZE])
{
	gsize done = 0;

	while (done < NATIVE_ID_SIZE) {
		gssize got = getrandom (id + done, NATIVE_ID_SIZE - done, 0);
		if (got > 0)
			done += (gsize)got;
	}
}

static void
stamp_version (guint8 id[NATIVE_ID_SIZE], int version)
{
	id[6] = (guint8)((id[6] & 0x0f) | version << 4);
	id[8] = (guint8)((id[8] & 0x3f) | 0x80);
}

void
native_id_new (guint8 id[NATIVE_ID_SIZE])
{
	fill_random (id);
	stamp_version (id, 4);
}

void
native_id_new_ordered (gint64 now, guint8 id[NATIVE_ID_SIZE])
{
	guint64 milliseconds = (guint64)now / 1000;
	guint fraction = (guint)(now % 1000) * 4;

	fill_random (id);
	for (int i = 0; i < 6; i++)
		id[i] = (guint8)(milliseconds >> (40 - 8 * i));
	id[6] = (guint8)(fraction >> 8);
	id[7] = (guint8)fraction;
	stamp_version (id, 7);
}

gboolean
native_id_parse (const char *text, guint8 id[NATIVE_ID_SIZE])
{
	gsize digits = 0;

	for (; *text; text++) {
		int value = g_ascii_xdigit_value (*text);
		if (*text == '-')
			continue;
		if (value < 0 || digits == 2 * NATIVE_ID_SIZE)
			return FALSE;
		id[digits / 2] = (guint8)(digits % 2 ? id[digits / 2] << 4 | value : value);
		digits++;
	}
	return digits == 2 * NATIVE_ID_SIZE;
}

const char *
native_id_format (const guint8 *id, char text[NATIVE_ID_TEXT])
{
	static const char digits[] = "0123456789abcdef";
	char *out = text;

	if (!id)
		return NULL;
	for (int i = 0; i < NATIVE_ID_SIZE; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*out++ = '-';
		*out++ = digits[id[i] >> 4];
		*out++ = digits[id[i] & 15];
	}
	*out = '\0';
	return text;
}

void
native_id_choose (const char *chosen, guint8 id[NATIVE_ID_SIZE])
{
	if (!chosen || !native_id_parse (chosen, id))
		native_id_new (id);
}

gint64
native_tenant_find (native_op *op, const char *name)
{
	g_autoptr (storage_cursor) cursor =
		storage_query (op->connection, "SELECT no FROM tenant WHERE name = $1", "t", name);

	return storage_next (cursor) ? storage_int (cursor, 0) : 0;
}

gint64
native_tenant_make (native_op *op, const char *name)
{
	gint64 no = native_tenant_find (op, name);

	if (no)
		return no;
	storage_execute (op->connection, "INSERT INTO tenant (name) VALUES ($1)", "t", name);
	return storage_last_key (op->connection);
}

gboolean
native_tenant_filter (native_op *op, const char *name, gint64 *ret)
{
	*ret = name ? native_tenant_find (op, name) : 0;
	return !name || *ret;
}

ip_driver_status
native_bad_marker (native_op *op, const char *marker)
{
	return native_fail (op, IP_DRIVER_INVALID, "marker \"%s\" is not one of this list", marker);
}

gboolean
native_marker_number (native_op *op, const char *marker, gint64 *ret)
{
	*ret = 0;
	if (!marker)
		return TRUE;
	if (!g_ascii_string_to_signed (marker, 10, 0, G_MAXINT64, ret, NULL)) {
		native_bad_marker (op, marker);
		return FALSE;
	}
	return TRUE;
}

void
native_return_marker_number (native_op *op, gint64 number)
{
	char marker[NATIVE_MARKER_SIZE];

	g_snprintf (marker, sizeof marker, "%" G_GINT64_FORMAT, number);
	ip_driver_return_next_marker (op->results, marker);
}
