/*
 * See form.h. The wire's tables say where a text is; the table here says what it must look like.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "form.h"

#include <string.h>

#include "ip.h"

static gboolean
is_address (const char *text)
{
	char canonical[IP_TEXT];
	ip_number number;
	int version = ip_parse (text, &number);

	return version != 0 && strcmp (text, ip_format (version, number, canonical)) == 0;
}

static gboolean
is_cidr (const char *text)
{
	char canonical[IP_TEXT];
	ip_block block;

	return ip_block_parse (text, &block) && strcmp (text, ip_block_format (&block, canonical)) == 0;
}

/* Dotted for IPv4, a length for IPv6. */
static gboolean
is_netmask (const char *text)
{
	char canonical[IP_TEXT];

	return ip_netmask (strchr (text, '.') ? 4 : 6, text, canonical) && strcmp (text, canonical) == 0;
}

static gboolean
is_mac (const char *text)
{
	char canonical[IP_TEXT];

	return ip_mac (text, canonical) && strcmp (text, canonical) == 0;
}

static gboolean
is_mac_range (const char *text)
{
	char canonical[IP_TEXT];

	return ip_mac_range (text, canonical) && strcmp (text, canonical) == 0;
}

static gboolean
is_uuid (const char *text)
{
	g_autofree char *canonical = g_ascii_strdown (text, -1);

	return g_uuid_string_is_valid (text) && strcmp (text, canonical) == 0;
}

/* 0 to 2^128. */
static gboolean
is_count (const char *text)
{
	static const char most[] = "340282366920938463463374607431768211456";
	gsize length = strlen (text);

	if (length == 0 || text[strspn (text, "0123456789")] != '\0' || (length > 1 && *text == '0'))
		return FALSE;
	return length < strlen (most) || (length == strlen (most) && strcmp (text, most) <= 0);
}

typedef struct {
	gboolean (*fits) (const char *text);
	const char *name;
} form;

static const form address = {is_address, "an address"};
static const form cidr = {is_cidr, "a CIDR"};
static const form netmask = {is_netmask, "a netmask"};
static const form mac = {is_mac, "a MAC address"};
static const form mac_range = {is_mac_range, "a MAC range"};
static const form uuid = {is_uuid, "a UUID"};
static const form count = {is_count, "a count of addresses"};

/* Every text of the results that is not free. */
static const struct {
	const wire_type *type;
	const char *field;
	const form *form;
} forms[] = {
	{&wire_block, "id", &uuid},
	{&wire_block, "cidr", &cidr},
	{&wire_block, "gateway", &address},
	{&wire_block, "broadcast", &address},
	{&wire_block, "netmask", &netmask},
	{&wire_block, "dns1", &address},
	{&wire_block, "dns2", &address},
	{&wire_block, "policy", &uuid},
	{&wire_block, "parent", &uuid},
	{&wire_usage, "total", &count},
	{&wire_usage, "allocated", &count},
	{&wire_usage, "held", &count},
	{&wire_usage, "quarantined", &count},
	{&wire_usage, "excluded", &count},
	{&wire_usage, "subnetted", &count},
	{&wire_usage, "free", &count},
	{&wire_address, "id", &uuid},
	{&wire_address, "block", &uuid},
	{&wire_address, "address", &address},
	{&wire_route, "id", &uuid},
	{&wire_route, "block", &uuid},
	{&wire_route, "destination", &address},
	{&wire_route, "netmask", &netmask},
	{&wire_route, "gateway", &address},
	{&wire_allocation, "cidr", &cidr},
	{&wire_allocation, "gateway", &address},
	{&wire_allocation, "broadcast", &address},
	{&wire_allocation, "netmask", &netmask},
	{&wire_allocation, "dns1", &address},
	{&wire_allocation, "dns2", &address},
	{&wire_interface, "mac", &mac},
	{&wire_mac_range, "id", &uuid},
	{&wire_mac_range, "cidr", &mac_range},
	{&wire_policy, "id", &uuid},
	{&wire_policy_range, "id", &uuid},
	{&wire_policy_range, "policy", &uuid},
	{&wire_policy_octet, "id", &uuid},
	{&wire_policy_octet, "policy", &uuid},
	{&wire_lease, "block", &uuid},
	{&wire_lease, "address", &address},
	{&wire_lease, "mac", &mac},
};

/* What is wrong with a text, which may be NULL; NULL: nothing. */
static char *
check_text (const wire_type *type, const wire_field *field, const char *text)
{
	for (gsize i = 0; text != NULL && i < G_N_ELEMENTS (forms); i++) {
		if (forms[i].type == type && strcmp (forms[i].field, field->name) == 0 && !forms[i].form->fits (text))
			return g_strdup_printf ("%s is not %s in its canonical form", field->name, forms[i].form->name);
	}
	return NULL;
}

/* The same of a struct, with the way to it. */
static char *
check (const wire_type *type, const char *value)
{
	char *problem = NULL;

	for (gsize i = 0; problem == NULL && i < type->field_count; i++) {
		const wire_field *field = &type->fields[i];
		gconstpointer place = value + field->offset;
		gsize size = field->kind == WIRE_POINTERS ? *(const gsize *)(value + field->count_offset) : 0;

		if (field->kind == WIRE_TEXT)
			problem = check_text (type, field, *(const char *const *)place);
		if (field->kind == WIRE_STRUCT && *(const char *const *)place != NULL) {
			g_autofree char *inner = check (field->type, *(const char *const *)place);

			if (inner != NULL)
				problem = g_strdup_printf ("%s.%s", field->name, inner);
		}
		for (gsize at = 0; problem == NULL && at < size; at++) {
			g_autofree char *inner = check (field->type, (*(const char *const *const *)place)[at]);

			if (inner != NULL)
				problem = g_strdup_printf ("%s[%" G_GSIZE_FORMAT "].%s", field->name, at, inner);
		}
	}
	return problem;
}

gpointer
melange_decode (const wire_type *type, json_t *object, wire_memory *memory, char **ret_problem)
{
	gpointer value = wire_decode (type, object, FALSE, memory, ret_problem);

	if (value == NULL)
		return NULL;
	*ret_problem = check (type, value);
	return *ret_problem == NULL ? value : NULL;
}
