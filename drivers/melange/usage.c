/*
 * How much of a block is in use. The historical service does not count: this adds up what it lists, which is
 * several requests and so not of one moment.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "block.h"

#include <string.h>

/* What a block's policy, gateway and broadcast address keep from being given. */
typedef struct {
	ip_block cidr;
	/* Of ip_block: ranges, sorted and apart from one another once sort_ranges() was called; within the block. */
	GArray *ranges;
	gboolean octets[256];
} exclusions;

static void
exclusions_clear (exclusions *exclusions)
{
	g_clear_pointer (&exclusions->ranges, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (exclusions, exclusions_clear)

/* Adds [first, last]. */
static void
add_range (exclusions *self, ip_number first, ip_number last)
{
	ip_block range = {.version = self->cidr.version, .first = first, .last = last};

	g_array_append_val (self->ranges, range);
}

/* A range of a policy: offsets may count from behind the block's last address, and lie outside of it. */
static void
add_policy_range (exclusions *self, gint64 offset, guint64 length)
{
	ip_number size_less_one = self->cidr.last - self->cidr.first;
	ip_number from, to;

	if (length == 0)
		return;
	if (offset >= 0) {
		from = (ip_number)offset;
		if (from > size_less_one)
			return;
		to = from + (length - 1);
	} else {
		ip_number back = (ip_number)(-(offset + 1));

		/* What lies before the block is cut off. */
		if (back > size_less_one) {
			ip_number before = back - size_less_one;
			if (before >= length)
				return;
			length -= (guint64)before;
			back = size_less_one;
		}
		from = size_less_one - back;
		to = from + (length - 1);
	}
	if (to > size_less_one || to < from)
		to = size_less_one;
	add_range (self, self->cidr.first + from, self->cidr.first + to);
}

static gint
compare_ranges (gconstpointer a, gconstpointer b)
{
	const ip_block *range_a = a, *range_b = b;

	return range_a->first < range_b->first ? -1 : range_a->first > range_b->first;
}

static void
sort_ranges (exclusions *self)
{
	guint kept = 0;

	g_array_sort (self->ranges, compare_ranges);
	for (guint i = 1; i < self->ranges->len; i++) {
		ip_block *last = &g_array_index (self->ranges, ip_block, kept);
		ip_block *next = &g_array_index (self->ranges, ip_block, i);

		if (next->first <= last->last)
			last->last = MAX (last->last, next->last);
		else
			g_array_index (self->ranges, ip_block, ++kept) = *next;
	}
	if (self->ranges->len > 0)
		g_array_set_size (self->ranges, kept + 1);
}

/* How many addresses below a number have an excluded last octet. */
static ip_number
octets_below (const exclusions *self, ip_number number)
{
	ip_number whole = 0, rest = 0;

	for (guint octet = 0; octet < 256; octet++) {
		whole += self->octets[octet];
		rest += self->octets[octet] && octet < (guint)(number & 255);
	}
	return (number >> 8) * whole + rest;
}

static ip_number
octets_within (const exclusions *self, ip_number first, ip_number last)
{
	return octets_below (self, last) - octets_below (self, first) + self->octets[(guint)(last & 255)];
}

static gboolean
is_excluded (const exclusions *self, ip_number number)
{
	if (self->octets[(guint)(number & 255)])
		return TRUE;
	for (guint i = 0; i < self->ranges->len; i++) {
		const ip_block *range = &g_array_index (self->ranges, ip_block, i);
		if (range->first <= number && number <= range->last)
			return TRUE;
	}
	return FALSE;
}

static ip_count
count_excluded (const exclusions *self)
{
	ip_count count = {.low = octets_within (self, self->cidr.first, self->cidr.last)};

	for (guint i = 0; i < self->ranges->len; i++) {
		const ip_block *range = &g_array_index (self->ranges, ip_block, i);

		count = ip_count_add (count, ip_block_size (range));
		count = ip_count_subtract (count, (ip_count){.low = octets_within (self, range->first, range->last)});
	}
	return count;
}

static ip_driver_status
load_policy (melange_instance *self, const char *tenant, const char *policy, exclusions *exclusions,
             ip_driver_error *error)
{
	g_auto (json_reader) reader = {0};
	json_auto_t *ranges = NULL, *octets = NULL;
	json_t *item;
	gsize i;
	ip_driver_status status = melange_list_all (
		self, "ip_ranges", PAGED, melange_tenant_path (error, tenant, "policies", policy, "unusable_ip_ranges"),
		&ranges, NULL, error);

	if (status == IP_DRIVER_OK)
		status =
			melange_list_all (self, "ip_octets", PAGED,
		                          melange_tenant_path (error, tenant, "policies", policy, "unusable_ip_octets"),
		                          &octets, NULL, error);
	if (status == IP_DRIVER_NOT_FOUND)
		return melange_fail (
			error, IP_DRIVER_NOT_SUPPORTED,
			"the block's policy %s belongs to another tenant, so what it excludes cannot be counted",
			policy);
	if (status != IP_DRIVER_OK)
		return status;
	json_reader_init (&reader, error);
	json_array_foreach (ranges, i, item)
		add_policy_range (exclusions, json_number (&reader, item, "offset", G_MININT64, G_MAXINT64),
	                          (guint64)json_number (&reader, item, "length", 0, G_MAXINT64));
	json_array_foreach (octets, i, item)
	{
		/* One above 255, which the service accepts, excludes nothing. */
		gint64 octet = json_number (&reader, item, "octet", G_MININT64, G_MAXINT64);
		if (!reader.failed && octet >= 0 && octet <= 255)
			exclusions->octets[octet] = TRUE;
	}
	return json_reader_status (&reader);
}

/* The gateway, and the first and the last address where there are others. The historical service gives the
 * first one all the same; then it is among the allocated ones. */
static void
add_block (exclusions *self, const ip_driver_block *block)
{
	ip_number gateway;
	int version = block->gateway ? ip_parse (block->gateway, &gateway) : 0;

	if (version && ip_block_contains (&self->cidr, version, gateway))
		add_range (self, gateway, gateway);
	if (self->cidr.last - self->cidr.first > 1) {
		add_range (self, self->cidr.first, self->cidr.first);
		add_range (self, self->cidr.last, self->cidr.last);
	}
}

/* Sums of the addresses: in use, and of these the excluded ones. */
static ip_driver_status
count_addresses (json_t *addresses, const exclusions *exclusions, ip_count *ret_allocated, ip_count *ret_resting,
                 ip_count *ret_excluded, ip_driver_error *error)
{
	g_auto (json_reader) reader = {0};
	json_t *item;
	gsize i;

	json_reader_init (&reader, error);
	json_array_foreach (addresses, i, item)
	{
		ip_driver_address address = record_read_address (&reader, item, NULL);
		ip_number number;

		if (reader.failed || !ip_parse (address.address, &number))
			break;
		if (address.state == IP_DRIVER_ADDRESS_ALLOCATED)
			ret_allocated->low++;
		else
			ret_resting->low++;
		ret_excluded->low += is_excluded (exclusions, number);
	}
	return json_reader_status (&reader);
}

static ip_driver_status
count_subnets (json_t *subnets, ip_count *ret_subnetted, ip_driver_error *error)
{
	g_auto (json_reader) reader = {0};
	json_t *item;
	gsize i;

	json_reader_init (&reader, error);
	json_array_foreach (subnets, i, item)
	{
		ip_block cidr;

		record_read_block (&reader, item, NULL, &cidr);
		if (reader.failed)
			break;
		*ret_subnetted = ip_count_add (*ret_subnetted, ip_block_size (&cidr));
	}
	return json_reader_status (&reader);
}

static ip_driver_status
give_usage (json_t *addresses, json_t *subnets, const exclusions *exclusions, ip_driver_results *results,
            ip_driver_error *error)
{
	ip_count total = ip_block_size (&exclusions->cidr), allocated = {0}, resting = {0}, subnetted = {0}, both = {0};
	ip_count excluded = {0}, rest;
	char texts[6][IP_TEXT];
	ip_driver_status status = count_addresses (addresses, exclusions, &allocated, &resting, &both, error);

	if (status == IP_DRIVER_OK)
		status = count_subnets (subnets, &subnetted, error);
	if (status != IP_DRIVER_OK)
		return status;
	/* A block with subnets gives no addresses: all of the rest can be carved. */
	if (json_array_size (subnets) == 0)
		excluded = ip_count_subtract (count_excluded (exclusions), both);
	rest = ip_count_subtract (ip_count_subtract (total, allocated), resting);
	rest = ip_count_subtract (ip_count_subtract (rest, excluded), subnetted);
	ip_driver_usage usage = {
		.size = sizeof usage,
		.total = ip_count_format (total, texts[0]),
		.allocated = ip_count_format (allocated, texts[1]),
		.held = "0",
		.quarantined = ip_count_format (resting, texts[2]),
		.excluded = ip_count_format (excluded, texts[3]),
		.subnetted = ip_count_format (subnetted, texts[4]),
		.free = ip_count_format (rest, texts[5]),
	};
	ip_driver_return_usage (results, &usage);
	return IP_DRIVER_OK;
}

ip_driver_status
melange_block_usage (ip_driver_instance *instance, const char *tenant, const char *id, ip_driver_results *results,
                     ip_driver_error *error)
{
	melange_instance *self = instance;
	g_auto (json_reader) reader = {0};
	g_auto (exclusions) exclusions = {0};
	json_auto_t *object = NULL, *addresses = NULL, *subnets = NULL;
	ip_driver_block block;
	gboolean partial = FALSE;
	ip_driver_status status;

	if (self->extended)
		return melange_extension_call_key (self, WIRE_block_usage, tenant, id, NULL, results, error);
	json_reader_init (&reader, error);
	status = melange_block_load (self, tenant, id, &object, error);
	if (status != IP_DRIVER_OK)
		return status;
	exclusions.ranges = g_array_new (FALSE, FALSE, sizeof (ip_block));
	block = record_read_block (&reader, object, NULL, &exclusions.cidr);
	add_block (&exclusions, &block);
	if (block.policy)
		status = load_policy (self, tenant, block.policy, &exclusions, error);
	if (status == IP_DRIVER_OK)
		status = melange_block_subnets (self, tenant, id, &subnets, error);
	if (status == IP_DRIVER_OK)
		status = melange_block_addresses (self, tenant, id, &addresses, &partial, error);
	if (status != IP_DRIVER_OK)
		return status;
	if (partial)
		ip_driver_log (IP_DRIVER_LOG_WARNING,
		               "a block has addresses in quarantine, which the service does not list: its usage counts "
		               "them as free");
	sort_ranges (&exclusions);
	return give_usage (addresses, subnets, &exclusions, results, error);
}
