/*
 * What the allocator never gives. See exclusion.h.
 *
 * Two shapes are kept apart. Runs of addresses are sorted and merged, and found by bisection. Octets
 * repeat every 256 addresses, so they are never turned into runs: two tables over the last byte
 * answer "which is the next byte that is allowed" and "how many excluded ones are there up to here".
 */
#include "exclusion.h"

#include <string.h>

/* In next_octet: no byte from here on is allowed. */
#define NO_OCTET 256

typedef struct {
	ip_value first;
	ip_value last;
} run;

struct exclusion {
	ip_cidr block;
	/* Of run. Sealed: ascending, with an address at least between one and the next. */
	GArray *runs;
	gboolean octets[256];
	/* Sealed: the lowest byte that is allowed, from each byte on, or NO_OCTET. */
	guint16 next_octet[256];
	/* Sealed: how many bytes up to and with this one are excluded. */
	guint16 octet_rank[256];
	gboolean sealed;
};

exclusion *
exclusion_new (const ip_cidr *block)
{
	exclusion *self = g_new0 (exclusion, 1);

	self->block = *block;
	self->runs = g_array_new (FALSE, FALSE, sizeof (run));
	return self;
}

void
exclusion_free (exclusion *self)
{
	if (!self)
		return;
	g_array_unref (self->runs);
	g_free (self);
}

void
exclusion_add_address (exclusion *self, ip_value address)
{
	run one = {address, address};

	g_assert (!self->sealed);
	if (address >= self->block.first && address <= self->block.last)
		g_array_append_val (self->runs, one);
}

void
exclusion_add_range (exclusion *self, gint64 offset, guint64 length)
{
	/* One less than the block's size, which may be 2^128. */
	ip_value span = self->block.last - self->block.first;
	ip_value start;
	ip_value more;

	g_assert (!self->sealed);
	if (length == 0)
		return;
	more = length - 1;
	if (offset >= 0) {
		start = (ip_value)offset;
		if (start > span)
			return;
	} else {
		/* How far before the last address the run begins; -(offset + 1) cannot overflow. */
		ip_value back = (ip_value)(-(offset + 1));

		if (back <= span) {
			start = span - back;
		} else {
			/* It begins before the block: the part that does is cut off. */
			if (more < back - span)
				return;
			more -= back - span;
			start = 0;
		}
	}
	run part = {self->block.first + start, self->block.first + start + MIN (more, span - start)};
	g_array_append_val (self->runs, part);
}

void
exclusion_add_octet (exclusion *self, int octet)
{
	g_assert (!self->sealed);
	g_assert (octet >= 0 && octet <= 255);
	self->octets[octet] = TRUE;
}

static gint
compare_runs (gconstpointer a, gconstpointer b)
{
	const run *left = a;
	const run *right = b;

	return left->first < right->first ? -1 : left->first > right->first;
}

static void
merge_runs (GArray *runs)
{
	guint kept = 0;

	g_array_sort (runs, compare_runs);
	for (guint i = 0; i < runs->len; i++) {
		run *next = &g_array_index (runs, run, i);
		run *previous = kept > 0 ? &g_array_index (runs, run, kept - 1) : NULL;

		/* Not `previous->last + 1`, which wraps at the top of IPv6. */
		if (previous && (next->first <= previous->last || next->first - previous->last == 1))
			previous->last = MAX (previous->last, next->last);
		else
			g_array_index (runs, run, kept++) = *next;
	}
	g_array_set_size (runs, kept);
}

void
exclusion_seal (exclusion *self)
{
	guint16 next = NO_OCTET;
	guint16 rank = 0;

	g_assert (!self->sealed);
	merge_runs (self->runs);
	for (int i = 255; i >= 0; i--) {
		if (!self->octets[i])
			next = (guint16)i;
		self->next_octet[i] = next;
	}
	for (int i = 0; i < 256; i++) {
		rank += self->octets[i] ? 1 : 0;
		self->octet_rank[i] = rank;
	}
	self->sealed = TRUE;
}

/* The first run that ends at the address or behind it; the number of runs if there is none. */
static guint
find_run (const exclusion *self, ip_value address)
{
	guint low = 0;
	guint high = self->runs->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (g_array_index (self->runs, run, middle).last < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

gboolean
exclusion_contains (const exclusion *self, ip_value address)
{
	g_assert (self->sealed);
	if (self->octets[address & 255])
		return TRUE;
	guint i = find_run (self, address);
	return i < self->runs->len && g_array_index (self->runs, run, i).first <= address;
}

gboolean
exclusion_next (const exclusion *self, ip_value from, ip_value *ret)
{
	g_assert (self->sealed);
	ip_value address = MAX (from, self->block.first);
	guint i = find_run (self, address);

	/* Every turn but the last passes a run. */
	while (address <= self->block.last) {
		guint16 octet = self->next_octet[address & 255];

		if (octet != NO_OCTET) {
			address = (address & ~(ip_value)255) | octet;
		} else {
			if (self->next_octet[0] == NO_OCTET)
				return FALSE;
			ip_value page = (address | 255) + 1;
			if (page == 0)
				return FALSE;
			address = page | self->next_octet[0];
		}
		if (address > self->block.last)
			return FALSE;

		while (i < self->runs->len && g_array_index (self->runs, run, i).last < address)
			i++;
		if (i == self->runs->len || g_array_index (self->runs, run, i).first > address) {
			*ret = address;
			return TRUE;
		}
		if (g_array_index (self->runs, run, i).last == self->block.last)
			return FALSE;
		address = g_array_index (self->runs, run, i).last + 1;
	}
	return FALSE;
}

/* How many addresses of [first, last] end in an excluded octet, modulo 2^128. */
static ip_value
count_octets (const exclusion *self, ip_value first, ip_value last)
{
	ip_value per_page = self->octet_rank[255];
	ip_value up_to_last = (last >> 8) * per_page + self->octet_rank[last & 255];
	ip_value up_to_first = (first >> 8) * per_page + self->octet_rank[first & 255];

	return up_to_last - up_to_first + (self->octets[first & 255] ? 1 : 0);
}

ip_value
exclusion_count (const exclusion *self, ip_value first, ip_value last, gboolean *ret_overflow)
{
	g_assert (self->sealed);
	ip_value count = count_octets (self, first, last);

	for (guint i = find_run (self, first); i < self->runs->len; i++) {
		const run *next = &g_array_index (self->runs, run, i);

		if (next->first > last)
			break;
		ip_value start = MAX (first, next->first);
		ip_value end = MIN (last, next->last);
		count += end - start + 1 - count_octets (self, start, end);
	}
	/* Modulo 2^128, nothing and all of IPv6 look the same; if it is nothing, the first is free. */
	*ret_overflow = count == 0 && exclusion_contains (self, first);
	return count;
}
