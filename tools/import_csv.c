/*
 * import_csv.c: reads an address plan from CSV (RFC 4180) with a header line. Which columns a kind of line may
 * have is a table; a value in another column is an error, not ignored.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "plan.h"

#include <string.h>

enum { BLOCK = 1 << 0, POLICY = 1 << 1, ROUTE = 1 << 2, MAC_RANGE = 1 << 3, ADDRESS = 1 << 4 };

static const struct {
	const char *name;
	unsigned bit;
} kinds[] = {{"block", BLOCK}, {"policy", POLICY}, {"route", ROUTE}, {"mac_range", MAC_RANGE}, {"address", ADDRESS}};

typedef enum column {
	KIND,
	ID,
	CIDR,
	TYPE,
	TENANT,
	NETWORK,
	GATEWAY,
	DNS1,
	DNS2,
	POLICY_NAME,
	PARENT,
	ADDRESS_TEXT,
	INTERFACE,
	DEVICE,
	MAC,
	NAME,
	DESCRIPTION,
	EXCLUDE,
	COLUMN_COUNT
} column;

static const struct {
	const char *name;
	/* The kinds that may have it, and those that must. */
	unsigned may;
	unsigned must;
} columns[COLUMN_COUNT] = {
	[KIND] = {"kind", ~0u, 0},
	[ID] = {"id", ~0u, 0},
	[CIDR] = {"cidr", BLOCK | ROUTE | MAC_RANGE, BLOCK | ROUTE | MAC_RANGE},
	[TYPE] = {"type", BLOCK, 0},
	[TENANT] = {"tenant", BLOCK | POLICY | ROUTE | ADDRESS, 0},
	[NETWORK] = {"network", BLOCK | ROUTE | ADDRESS, 0},
	[GATEWAY] = {"gateway", BLOCK | ROUTE, ROUTE},
	[DNS1] = {"dns1", BLOCK, 0},
	[DNS2] = {"dns2", BLOCK, 0},
	[POLICY_NAME] = {"policy", BLOCK, 0},
	[PARENT] = {"parent", BLOCK | ROUTE | ADDRESS, ROUTE},
	[ADDRESS_TEXT] = {"address", ADDRESS, ADDRESS},
	[INTERFACE] = {"interface", ADDRESS, 0},
	[DEVICE] = {"device", ADDRESS, 0},
	[MAC] = {"mac", ADDRESS, 0},
	[NAME] = {"name", POLICY, POLICY},
	[DESCRIPTION] = {"description", POLICY, 0},
	[EXCLUDE] = {"exclude", POLICY, 0},
};

/* A walk through the text. */
typedef struct csv_reader {
	plan *plan;
	const char *tenant;
	const char *at;
	/* Of the next character, and of the record. */
	guint line;
	guint record_line;
	/* Fields of the record, owned texts. */
	GPtrArray *fields;
	/* Position in a record of each column, or -1. */
	int positions[COLUMN_COUNT];
	guint header_count;
} csv_reader;

static plan_source
here (const csv_reader *self)
{
	return (plan_source){"line", self->record_line, NULL};
}

/* Reads what is between quotes; `at` is behind the opening one. */
static ip_driver_status
read_quoted (csv_reader *self, GString *field, ip_driver_error *error)
{
	for (;; self->at++) {
		if (*self->at == '\0')
			return plan_error (self->plan, here (self), error, IP_DRIVER_INVALID, "a quote is not closed");
		if (*self->at == '\n')
			self->line++;
		if (*self->at == '"') {
			self->at++;
			if (*self->at != '"')
				break;
		}
		g_string_append_c (field, *self->at);
	}
	if (*self->at != ',' && *self->at != '\0' && *self->at != '\n' && !g_str_has_prefix (self->at, "\r\n")) {
		return plan_error (self->plan, here (self), error, IP_DRIVER_INVALID,
		                   "there is text behind the closing quote of field %u", self->fields->len + 1);
	}
	return IP_DRIVER_OK;
}

static ip_driver_status
read_field (csv_reader *self, ip_driver_error *error)
{
	g_autoptr (GString) field = g_string_new (NULL);

	if (*self->at == '"') {
		ip_driver_status status;

		self->at++;
		status = read_quoted (self, field, error);
		if (status != IP_DRIVER_OK)
			return status;
	} else {
		gsize length = strcspn (self->at, ",\n");

		g_string_append_len (field, self->at, (gssize)length);
		if (strchr (field->str, '"') != NULL) {
			return plan_error (self->plan, here (self), error, IP_DRIVER_INVALID,
			                   "there is a quote inside field %u, which does not begin with one",
			                   self->fields->len + 1);
		}
		self->at += length;
		g_strstrip (field->str);
	}
	g_ptr_array_add (self->fields, g_strdup (field->str));
	return IP_DRIVER_OK;
}

/* Reads the next record that is not an empty line; *ret_end at the end of the text. */
static ip_driver_status
read_record (csv_reader *self, gboolean *ret_end, ip_driver_error *error)
{
	*ret_end = FALSE;
	do {
		g_ptr_array_set_size (self->fields, 0);
		if (*self->at == '\0') {
			*ret_end = TRUE;
			return IP_DRIVER_OK;
		}
		self->record_line = self->line;
		for (;;) {
			ip_driver_status status = read_field (self, error);

			if (status != IP_DRIVER_OK)
				return status;
			if (*self->at != ',')
				break;
			self->at++;
		}
		self->at += *self->at == '\r';
		if (*self->at == '\n') {
			self->at++;
			self->line++;
		}
	} while (self->fields->len == 1 && ((const char *)self->fields->pdata[0])[0] == '\0');
	return IP_DRIVER_OK;
}

static ip_driver_status
read_header (csv_reader *self, ip_driver_error *error)
{
	gboolean end;
	ip_driver_status status = read_record (self, &end, error);

	if (status != IP_DRIVER_OK)
		return status;
	if (end)
		return cli_error (error, IP_DRIVER_INVALID, "%s: the file is empty", self->plan->file);
	for (unsigned i = 0; i < COLUMN_COUNT; i++)
		self->positions[i] = -1;
	for (guint i = 0; i < self->fields->len; i++) {
		const char *name = self->fields->pdata[i];
		unsigned known = 0;

		while (known < COLUMN_COUNT && g_ascii_strcasecmp (columns[known].name, name) != 0)
			known++;
		if (known == COLUMN_COUNT) {
			return plan_error (self->plan, here (self), error, IP_DRIVER_INVALID,
			                   "there is no column “%s”; the first line must name the columns", name);
		}
		if (self->positions[known] >= 0) {
			return plan_error (self->plan, here (self), error, IP_DRIVER_INVALID,
			                   "column “%s” is there twice", name);
		}
		self->positions[known] = (int)i;
	}
	self->header_count = self->fields->len;
	return IP_DRIVER_OK;
}

/* The record's value in a column, living with the plan; NULL if it is empty. */
static const char *
value (csv_reader *self, column which)
{
	const char *text = self->positions[which] < 0 ? NULL : self->fields->pdata[self->positions[which]];

	return text == NULL || text[0] == '\0' ? NULL : plan_text (self->plan, text);
}

static ip_driver_status
bad_value (csv_reader *self, column which, const char *what, ip_driver_error *error)
{
	return plan_error (self->plan, here (self), error, IP_DRIVER_INVALID, "%s “%s” is not %s", columns[which].name,
	                   value (self, which), what);
}

static ip_driver_status
read_block (csv_reader *self, ip_driver_error *error)
{
	plan_block *block = plan_add_block (self->plan, here (self));
	const char *type = value (self, TYPE), *parent = value (self, PARENT);

	if (!cidr_parse (value (self, CIDR), &block->range))
		return bad_value (self, CIDR, "an address and a prefix length", error);
	block->parent_auto = parent != NULL && strcmp (parent, "auto") == 0;
	block->parent = block->parent_auto ? NULL : parent;
	if (type == NULL)
		block->type = block->parent != NULL ? IP_DRIVER_BLOCK_ANY : IP_DRIVER_BLOCK_PRIVATE;
	else if (strcmp (type, "public") == 0)
		block->type = IP_DRIVER_BLOCK_PUBLIC;
	else if (strcmp (type, "private") == 0)
		block->type = IP_DRIVER_BLOCK_PRIVATE;
	else
		return bad_value (self, TYPE, "public or private", error);
	block->id = value (self, ID);
	block->tenant = value (self, TENANT);
	if (block->tenant == NULL)
		block->tenant = self->tenant;
	if (block->tenant == NULL && block->parent == NULL)
		return plan_error (self->plan, here (self), error, IP_DRIVER_INVALID, "tenant is missing");
	block->network = value (self, NETWORK);
	block->gateway = value (self, GATEWAY);
	block->dns1 = value (self, DNS1);
	block->dns2 = value (self, DNS2);
	block->policy = value (self, POLICY_NAME);
	return IP_DRIVER_OK;
}

/* "0+10 -5+5 .255": ranges as offset+length, octets with a dot. */
static ip_driver_status
read_exclude (csv_reader *self, plan_policy *policy, ip_driver_error *error)
{
	const char *text = value (self, EXCLUDE);
	g_auto (GStrv) words = g_strsplit (text != NULL ? text : "", " ", -1);

	for (unsigned i = 0; words[i] != NULL; i++) {
		char *plus = strrchr (words[i], '+');
		guint64 number;
		plan_range range = {0};

		if (words[i][0] == '\0')
			continue;
		if (words[i][0] == '.' && g_ascii_string_to_unsigned (words[i] + 1, 10, 0, 255, &number, NULL)) {
			plan_octet octet = {NULL, (gint32)number};

			g_array_append_val (policy->octets, octet);
			continue;
		}
		if (plus != NULL)
			*plus = '\0';
		if (plus == NULL ||
		    !g_ascii_string_to_signed (words[i], 10, G_MININT64, G_MAXINT64, &range.offset, NULL) ||
		    !g_ascii_string_to_unsigned (plus + 1, 10, 0, G_MAXINT64, &range.length, NULL))
			return bad_value (self, EXCLUDE, "a list such as “0+10 -5+5 .255”", error);
		g_array_append_val (policy->ranges, range);
	}
	return IP_DRIVER_OK;
}

static ip_driver_status
read_policy (csv_reader *self, ip_driver_error *error)
{
	plan_policy *policy = plan_add_policy (self->plan, here (self));

	policy->id = value (self, ID);
	policy->tenant = value (self, TENANT);
	if (policy->tenant == NULL)
		policy->tenant = self->tenant;
	if (policy->tenant == NULL)
		return plan_error (self->plan, here (self), error, IP_DRIVER_INVALID, "tenant is missing");
	policy->name = value (self, NAME);
	policy->description = value (self, DESCRIPTION);
	return read_exclude (self, policy, error);
}

static ip_driver_status
read_route (csv_reader *self, ip_driver_error *error)
{
	plan_route *route = g_new0 (plan_route, 1);
	const char *text = value (self, CIDR);
	cidr destination;

	g_ptr_array_add (self->plan->routes, route);
	route->source = here (self);
	if (cidr_parse (text, &destination))
		route->netmask = plan_take (self->plan, g_strdup_printf ("%u", destination.length));
	else if (!cidr_parse_address (text, &destination))
		return bad_value (self, CIDR, "an address, with or without a prefix length", error);
	route->destination = plan_take (self->plan, cidr_address_text (&destination));
	route->id = value (self, ID);
	route->block = value (self, PARENT);
	route->tenant = value (self, TENANT);
	if (route->tenant == NULL)
		route->tenant = self->tenant;
	route->network = value (self, NETWORK);
	route->gateway = value (self, GATEWAY);
	return IP_DRIVER_OK;
}

static ip_driver_status
read_mac_range (csv_reader *self, ip_driver_error *error)
{
	plan_mac_range *range = g_new0 (plan_mac_range, 1);

	g_ptr_array_add (self->plan->mac_ranges, range);
	range->source = here (self);
	range->id = value (self, ID);
	range->cidr = plan_take (self->plan, mac_prefix_text (value (self, CIDR)));
	return range->cidr != NULL ? IP_DRIVER_OK : bad_value (self, CIDR, "a MAC address and a prefix length", error);
}

static ip_driver_status
read_address (csv_reader *self, ip_driver_error *error)
{
	plan_address *address = g_new0 (plan_address, 1);
	const char *parent = value (self, PARENT);
	cidr parsed;

	g_ptr_array_add (self->plan->addresses, address);
	address->source = here (self);
	if (!cidr_parse_address (value (self, ADDRESS_TEXT), &parsed))
		return bad_value (self, ADDRESS_TEXT, "an address", error);
	address->address = plan_take (self->plan, cidr_address_text (&parsed));
	address->id = value (self, ID);
	address->block = parent == NULL || strcmp (parent, "auto") == 0 ? NULL : parent;
	address->tenant = value (self, TENANT);
	if (address->tenant == NULL)
		address->tenant = self->tenant;
	address->network = value (self, NETWORK);
	address->interface = value (self, INTERFACE);
	address->device = value (self, DEVICE);
	address->mac = value (self, MAC);
	address->state = IP_DRIVER_ADDRESS_ALLOCATED;
	return IP_DRIVER_OK;
}

static ip_driver_status
read_line (csv_reader *self, ip_driver_error *error)
{
	const char *kind = value (self, KIND);
	unsigned bit = 0;

	for (unsigned i = 0; i < G_N_ELEMENTS (kinds); i++) {
		if (strcmp (kinds[i].name, kind != NULL ? kind : "block") == 0)
			bit = kinds[i].bit;
	}
	if (bit == 0)
		return bad_value (self, KIND, "block, policy, route, mac_range or address", error);
	for (column which = 0; which < COLUMN_COUNT; which++) {
		if ((columns[which].must & bit) != 0 && value (self, which) == NULL) {
			return plan_error (self->plan, here (self), error, IP_DRIVER_INVALID, "%s is missing",
			                   columns[which].name);
		}
		if ((columns[which].may & bit) == 0 && value (self, which) != NULL) {
			return plan_error (self->plan, here (self), error, IP_DRIVER_INVALID,
			                   "a line of kind %s has no %s, but there is “%s”",
			                   kind != NULL ? kind : "block", columns[which].name, value (self, which));
		}
	}
	switch (bit) {
	case BLOCK:
		return read_block (self, error);
	case POLICY:
		return read_policy (self, error);
	case ROUTE:
		return read_route (self, error);
	case MAC_RANGE:
		return read_mac_range (self, error);
	default:
		return read_address (self, error);
	}
}

/* The number of the line in which a byte stands. */
static guint
line_of (const char *text, const char *byte)
{
	guint line = 1;

	for (; text < byte; text++)
		line += *text == '\n';
	return line;
}

ip_driver_status
plan_read_csv (plan *self, const char *text, gsize length, const char *tenant, ip_driver_error *error)
{
	g_autoptr (GPtrArray) fields = g_ptr_array_new_with_free_func (g_free);
	csv_reader reader = {.plan = self, .tenant = plan_text (self, tenant), .at = text, .line = 1, .fields = fields};
	const char *bad;
	gboolean end;
	ip_driver_status status;

	self->format = "csv";
	/* A NUL byte is not valid here either. */
	if (!g_utf8_validate_len (text, length, &bad)) {
		return cli_error (error, IP_DRIVER_INVALID, "%s: line %u: this is not UTF-8 text", self->file,
		                  line_of (text, bad));
	}
	status = read_header (&reader, error);
	while (status == IP_DRIVER_OK) {
		status = read_record (&reader, &end, error);
		if (status != IP_DRIVER_OK || end)
			break;
		if (reader.fields->len != reader.header_count) {
			return plan_error (self, here (&reader), error, IP_DRIVER_INVALID,
			                   "there are %u fields, but the first line has %u", reader.fields->len,
			                   reader.header_count);
		}
		self->entries++;
		status = read_line (&reader, error);
	}
	return status;
}
