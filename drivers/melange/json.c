/*
 * See json.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "json.h"

#include <string.h>

/* No text of the service is longer. */
#define TEXT_MAX 4096

void
json_reader_init (json_reader *reader, ip_driver_error *error)
{
	*reader = (json_reader){.error = error, .texts = g_string_chunk_new (512)};
}

void
json_reader_clear (json_reader *reader)
{
	g_clear_pointer (&reader->texts, g_string_chunk_free);
}

ip_driver_status
json_reader_status (const json_reader *reader)
{
	return reader->failed ? IP_DRIVER_PROTOCOL : IP_DRIVER_OK;
}

void
json_fail (json_reader *reader, const char *key, const char *problem)
{
	g_autofree char *message = NULL;

	if (reader->failed)
		return;
	reader->failed = TRUE;
	message = g_strdup_printf ("the service's answer makes no sense: \"%s\" %s", key, problem);
	ip_driver_fail (reader->error, IP_DRIVER_PROTOCOL, message);
}

static gboolean
is_clean (const char *text, gboolean prose)
{
	for (const char *c = text; *c; c += g_utf8_skip[(guchar)*c])
		if (g_unichar_iscntrl (g_utf8_get_char (c)) && !(prose && strchr ("\t\n\r", *c)))
			return FALSE;
	return TRUE;
}

static const char *
get_text (json_reader *reader, json_t *object, const char *key, gboolean prose)
{
	json_t *value = json_object_get (object, key);
	const char *text = json_string_value (value);

	if (reader->failed || !value || json_is_null (value))
		return NULL;
	if (!text)
		json_fail (reader, key, "is not a text");
	else if (json_string_length (value) > TEXT_MAX)
		json_fail (reader, key, "is too long");
	else if (strlen (text) != json_string_length (value) || !is_clean (text, prose))
		json_fail (reader, key, "has control characters");
	return reader->failed ? NULL : text;
}

const char *
json_text (json_reader *reader, json_t *object, const char *key)
{
	return get_text (reader, object, key, FALSE);
}

const char *
json_prose (json_reader *reader, json_t *object, const char *key)
{
	return get_text (reader, object, key, TRUE);
}

/* The service writes "nothing" as null or as an empty text. */
static const char *
text_or_null (json_reader *reader, json_t *object, const char *key)
{
	const char *text = json_text (reader, object, key);

	return text && *text ? text : NULL;
}

const char *
json_needed (json_reader *reader, json_t *object, const char *key)
{
	const char *text = text_or_null (reader, object, key);

	if (!text)
		json_fail (reader, key, "is missing");
	return text;
}

static const char *
keep (json_reader *reader, const char *text)
{
	return g_string_chunk_insert_const (reader->texts, text);
}

const char *
json_id_or_null (json_reader *reader, json_t *object, const char *key)
{
	const char *text = text_or_null (reader, object, key);

	if (text && !g_uuid_string_is_valid (text)) {
		json_fail (reader, key, "is not a UUID");
		return NULL;
	}
	return text;
}

const char *
json_id (json_reader *reader, json_t *object, const char *key)
{
	const char *text = json_id_or_null (reader, object, key);

	if (!text)
		json_fail (reader, key, "is missing");
	return text;
}

const char *
json_address_or_null (json_reader *reader, json_t *object, const char *key, int *ret_version)
{
	const char *text = text_or_null (reader, object, key);
	char canonical[IP_TEXT];
	ip_number number;
	int version = text ? ip_parse (text, &number) : 0;

	*ret_version = version;
	if (text && !version)
		json_fail (reader, key, "is not an address");
	return version ? keep (reader, ip_format (version, number, canonical)) : NULL;
}

const char *
json_address (json_reader *reader, json_t *object, const char *key, int *ret_version)
{
	const char *text = json_address_or_null (reader, object, key, ret_version);

	if (!text)
		json_fail (reader, key, "is missing");
	return text;
}

const char *
json_cidr (json_reader *reader, json_t *object, const char *key, ip_block *ret_block)
{
	const char *text = json_needed (reader, object, key);
	char canonical[IP_TEXT];

	*ret_block = (ip_block){0};
	if (!text)
		return NULL;
	if (!ip_block_parse (text, ret_block)) {
		json_fail (reader, key, "is not a CIDR");
		return NULL;
	}
	return keep (reader, ip_block_format (ret_block, canonical));
}

const char *
json_mac (json_reader *reader, json_t *object, const char *key)
{
	const char *text = text_or_null (reader, object, key);
	char canonical[IP_TEXT];

	if (!text)
		return NULL;
	if (!ip_mac (text, canonical)) {
		json_fail (reader, key, "is not a MAC address");
		return NULL;
	}
	return keep (reader, canonical);
}

const char *
json_mac_range (json_reader *reader, json_t *object, const char *key)
{
	const char *text = json_needed (reader, object, key);
	char canonical[IP_TEXT];

	if (!text)
		return NULL;
	if (!ip_mac_range (text, canonical)) {
		json_fail (reader, key, "is not a range of MAC addresses");
		return NULL;
	}
	return keep (reader, canonical);
}

const char *
json_netmask (json_reader *reader, json_t *object, const char *key, int version)
{
	const char *text = text_or_null (reader, object, key);
	char canonical[IP_TEXT];

	if (!text)
		return NULL;
	if (!ip_netmask (version, text, canonical)) {
		json_fail (reader, key, "is not a netmask");
		return NULL;
	}
	return keep (reader, canonical);
}

gint64
json_number (json_reader *reader, json_t *object, const char *key, gint64 minimum, gint64 maximum)
{
	json_t *value = json_object_get (object, key);
	gint64 number = json_integer_value (value);

	if (reader->failed)
		return 0;
	if (!json_is_integer (value))
		json_fail (reader, key, value ? "is not an integer" : "is missing");
	else if (number < minimum || number > maximum)
		json_fail (reader, key, "is out of range");
	return reader->failed ? 0 : number;
}

gint64
json_time (json_reader *reader, json_t *object, const char *key)
{
	const char *text = text_or_null (reader, object, key);
	g_autoptr (GDateTime) time = NULL;
	g_autoptr (GTimeZone) utc = NULL;

	if (!text)
		return 0;
	utc = g_time_zone_new_utc ();
	time = g_date_time_new_from_iso8601 (text, utc);
	if (!time) {
		json_fail (reader, key, "is not a time");
		return 0;
	}
	return g_date_time_to_unix (time);
}

json_t *
json_member (json_reader *reader, json_t *object, const char *key)
{
	json_t *value = json_object_get (object, key);

	if (json_is_object (value))
		return value;
	json_fail (reader, key, value ? "is not an object" : "is missing");
	return NULL;
}

json_t *
json_list (json_reader *reader, json_t *object, const char *key)
{
	json_t *value = json_object_get (object, key), *item;
	gsize i;

	if (!json_is_array (value)) {
		json_fail (reader, key, value ? "is not a list" : "is missing");
		return NULL;
	}
	json_array_foreach (value, i, item)
	{
		if (!json_is_object (item)) {
			json_fail (reader, key, "has something that is not an object");
			return NULL;
		}
	}
	return value;
}
