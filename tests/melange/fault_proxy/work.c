/*
 * See work.h. An operation begins a call, which arms a fault, makes it, and ends it, which says whether the outcome
 * is one that may be. What a failed call may have left behind under a name that the worker chose, he releases, or gets
 * by making the call again; of all else nothing may be left.
 */
#include <string.h>

#include "book.h"
#include "work.h"

/* Microseconds that a request with its repetitions may take, the pauses between them, and what the machine adds. A call
 * may first undo what an earlier one has left; with the historical API, in one attempt, and it then asks what became of
 * it. */
#define BOUND ((WORK_RETRIES + 1) * WORK_TIMEOUT * G_USEC_PER_SEC + G_USEC_PER_SEC / 2)

struct worker {
	gboolean historical;
	guint number;
	GRand *random;
	ip_driver *native;
	proxy *proxy;
	ip_driver *driver;
	ip_driver_error error;
	book *book;
	char *tenant, *network;
	/* Ids. */
	char *block4, *block6;
	/* Made up so far. */
	guint names;
	/* The next one to come. */
	guint next_fault;
	/* Of the call that is being made. */
	gint64 began;
	gboolean calm;
	GString *log;
	char *trouble;
	guint calls, failed;
	gint64 longest;
};

static void note (worker *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
static void fail (worker *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
note (worker *self, const char *format, ...)
{
	va_list values;

	va_start (values, format);
	g_string_append_vprintf (self->log, format, values);
	va_end (values);
	g_string_append_c (self->log, '\n');
}

/* The first counts. */
static void
fail (worker *self, const char *format, ...)
{
	va_list values;

	va_start (values, format);
	if (!self->trouble) {
		g_autofree char *what = g_strdup_vprintf (format, values);
		self->trouble = g_strdup_printf ("worker %u:\n%s%s", self->number, self->log->str, what);
	}
	va_end (values);
}

static gboolean
chance (worker *self, int percent)
{
	return g_rand_int_range (self->random, 0, 100) < percent;
}

static guint
below (worker *self, guint count)
{
	return count < 2 ? 0 : (guint)g_rand_int_range (self->random, 0, (gint32)count);
}

static char *
new_name (worker *self, const char *kind)
{
	return g_strdup_printf ("%s-%u-%u", kind, self->number, ++self->names);
}

static char *
new_mac (worker *self)
{
	guint name = ++self->names;

	return g_strdup_printf ("02:%02x:%02x:%02x:%02x:%02x", self->number >> 8, self->number & 0xff, name >> 16,
	                        name >> 8 & 0xff, name & 0xff);
}

/* All that is possible comes, one after the other. */
static fault
next_fault (worker *self)
{
	static const guint times[] = {1, 1, 1, 2, WORK_RETRIES + 1, FAULT_LASTING};
	fault what = {.skip = chance (self, 25) ? 1 + below (self, 3) : 0,
	              .times = times[below (self, G_N_ELEMENTS (times))]};

	do {
		guint next = self->next_fault++ % (FAULT_KINDS * FAULT_POINTS);
		what.kind = (fault_kind)(next / FAULT_POINTS);
		what.point = (fault_point)(next % FAULT_POINTS);
	} while (!fault_is_possible (what.kind, what.point));
	/* They take long. */
	if (what.kind == FAULT_STALL && !chance (self, 15))
		what.times = 1;
	return what;
}

static void begin (worker *self, gboolean calm, const char *format, ...) G_GNUC_PRINTF (3, 4);

/* calm: without a fault. */
static void
begin (worker *self, gboolean calm, const char *format, ...)
{
	g_autofree char *what = NULL;
	va_list values;

	va_start (values, format);
	what = g_strdup_vprintf (format, values);
	va_end (values);
	self->calm = calm || chance (self, 10);
	if (self->calm) {
		note (self, "%s", what);
	} else {
		fault armed = next_fault (self);
		note (self, "%s: %s at %s, %u times after %u", what, fault_kind_names[armed.kind],
		      fault_point_names[armed.point], armed.times, armed.skip);
		proxy_arm (self->proxy, &armed);
	}
	self->error = (ip_driver_error)IP_DRIVER_ERROR_INIT;
	self->began = g_get_monotonic_time ();
}

/* Says whether the call succeeded. other: what it may end with, too; IP_DRIVER_OK: nothing. */
static gboolean
end (worker *self, ip_driver_status status, ip_driver_status other)
{
	gint64 took = g_get_monotonic_time () - self->began;
	guint struck = proxy_disarm (self->proxy);

	note (self, "  -> %s %s (%u faults, %d ms)", ip_driver_status_name (status),
	      status == IP_DRIVER_OK ? "" : self->error.message, struck, (int)(took / 1000));
	self->calls++;
	self->failed += status != IP_DRIVER_OK;
	self->longest = MAX (self->longest, took);
	if (took > 2 * BOUND + (self->historical ? WORK_TIMEOUT * G_USEC_PER_SEC : 0))
		fail (self, "it took too long");
	if (status == IP_DRIVER_OK || status == other)
		return status == IP_DRIVER_OK;
	if (struck == 0)
		fail (self, "it failed without a fault");
	else if (status != IP_DRIVER_UNAVAILABLE && status != IP_DRIVER_PROTOCOL)
		fail (self, "the status makes no sense");
	else if (!*self->error.message)
		fail (self, "it does not say why");
	return FALSE;
}

/* What was delayed comes now, or later. */
static void
heal (worker *self)
{
	if (chance (self, 50)) {
		guint late = proxy_deliver (self->proxy);
		if (late > 0)
			note (self, "%u late requests", late);
	}
}

static void
acknowledge (worker *self, const ip_driver_address *address, const char *block, const char *interface, gboolean hold)
{
	note (self, "  = %s id %s interface %s", address->address, address->id, address->interface);
	if (strcmp (address->block, block) != 0)
		fail (self, "it is in another block");
	if (interface && g_strcmp0 (address->interface, interface) != 0)
		fail (self, "it is another interface's");
	if (hold != (address->hold_until != 0))
		fail (self, "it is %s a hold", hold ? "not" : "");
	if (address->state != IP_DRIVER_ADDRESS_ALLOCATED)
		fail (self, "it is not allocated");
	if (!book_add (self->book, address, interface, hold))
		fail (self, "it was handed out twice");
}

static void
acknowledge_all (worker *self, ip_driver_addresses *got, const char *interface, gboolean hold)
{
	for (size_t i = 0; i < got->count; i++)
		acknowledge (self, got->items[i], self->block4, interface, hold);
	ip_driver_addresses_free (got);
}

static void
acknowledge_allocations (worker *self, ip_driver_allocation *const *allocations, size_t count, const char *interface)
{
	if (count != 2)
		fail (self, "%u addresses of two families", (guint)count);
	for (size_t i = 0; i < count; i++)
		acknowledge (self, allocations[i]->address,
		             allocations[i]->address->version == 4 ? self->block4 : self->block6, interface, FALSE);
}

/* A call that failed may have made it. */
static void
release_interface (worker *self, const char *interface)
{
	heal (self);
	begin (self, TRUE, "interface.delete %s", interface);
	end (self, ip_driver_interface_delete (self->driver, self->tenant, interface, &self->error),
	     IP_DRIVER_NOT_FOUND);
}

/* The operations. */

static void
allocate (worker *self)
{
	ip_driver_address_allocate_args args = IP_DRIVER_ADDRESS_ALLOCATE_ARGS_INIT;
	g_autofree char *interface = chance (self, 35) ? new_name (self, "if") : NULL;
	ip_driver_addresses *got;

	args.tenant = self->tenant;
	args.block = self->block4;
	args.interface = interface;
	args.device = interface ? "device" : NULL;
	args.count = chance (self, 25) ? 2 + below (self, 3) : 0;
	begin (self, FALSE, "address.allocate interface=%s count=%u", interface, args.count);
	if (end (self, ip_driver_address_allocate (self->driver, &args, &got, &self->error), IP_DRIVER_OK)) {
		if (got->count != MAX (args.count, 1))
			fail (self, "%u addresses", (guint)got->count);
		acknowledge_all (self, got, interface, FALSE);
	} else if (interface) {
		release_interface (self, interface);
	}
}

static void
allocate_with_key (worker *self)
{
	ip_driver_address_allocate_args args = IP_DRIVER_ADDRESS_ALLOCATE_ARGS_INIT;
	g_autofree char *key = new_name (self, "key");
	ip_driver_addresses *got = NULL;

	if (!ip_driver_supports (self->driver, "request_key"))
		return;
	args.tenant = self->tenant;
	args.block = self->block4;
	args.request_key = key;
	args.count = chance (self, 30) ? 3 : 1;
	begin (self, FALSE, "address.allocate key=%s count=%u", key, args.count);
	if (!end (self, ip_driver_address_allocate (self->driver, &args, &got, &self->error), IP_DRIVER_OK)) {
		heal (self);
		begin (self, TRUE, "address.allocate key=%s count=%u again", key, args.count);
		if (!end (self, ip_driver_address_allocate (self->driver, &args, &got, &self->error), IP_DRIVER_OK))
			return;
	}
	acknowledge_all (self, got, NULL, FALSE);
}

static void
allocate_on_network (worker *self)
{
	ip_driver_network_allocate_args args = IP_DRIVER_NETWORK_ALLOCATE_ARGS_INIT;
	g_autofree char *interface = chance (self, 60) ? new_name (self, "if") : NULL;
	g_autofree char *mac = new_mac (self);
	ip_driver_allocations *got;

	args.tenant = self->tenant;
	args.network = self->network;
	args.interface = interface;
	args.device = interface ? "device" : NULL;
	args.mac = mac;
	begin (self, FALSE, "network.allocate interface=%s mac=%s", interface, mac);
	if (end (self, ip_driver_network_allocate (self->driver, &args, &got, &self->error), IP_DRIVER_OK)) {
		acknowledge_allocations (self, got->items, got->count, interface);
		ip_driver_allocations_free (got);
	} else if (interface) {
		release_interface (self, interface);
	}
}

static void
create_interface (worker *self)
{
	ip_driver_interface_create_args args = IP_DRIVER_INTERFACE_CREATE_ARGS_INIT;
	g_autofree char *id = chance (self, 70) ? new_name (self, "if") : NULL;
	g_autofree char *mac = new_mac (self);
	const ip_driver_interface_network wanted = {.network = self->network};
	ip_driver_interface *got;

	args.tenant = self->tenant;
	args.id = id;
	args.device = "device";
	args.mac = mac;
	args.networks = &wanted;
	args.network_count = chance (self, 60);
	begin (self, FALSE, "interface.create id=%s mac=%s networks=%u", id, mac, (guint)args.network_count);
	if (end (self, ip_driver_interface_create (self->driver, &args, &got, &self->error), IP_DRIVER_OK)) {
		if ((id && strcmp (got->id, id) != 0) || g_strcmp0 (got->mac, mac) != 0 ||
		    g_strcmp0 (got->device, "device") != 0 || strcmp (got->tenant, self->tenant) != 0)
			fail (self, "it is another interface: %s", got->id);
		if (book_has_interface (self->book, got->id))
			fail (self, "it was handed out twice");
		note (self, "  = interface %s", got->id);
		g_ptr_array_add (self->book->interfaces, g_strdup (got->id));
		if (args.network_count)
			acknowledge_allocations (self, got->allocations, got->allocation_count, got->id);
		ip_driver_interface_free (got);
	} else if (id) {
		release_interface (self, id);
	}
}

static void
delete_interface (worker *self)
{
	if (self->book->interfaces->len == 0)
		return;
	g_autofree char *id = g_strdup (self->book->interfaces->pdata[below (self, self->book->interfaces->len)]);
	begin (self, FALSE, "interface.delete %s", id);
	if (!end (self, ip_driver_interface_delete (self->driver, self->tenant, id, &self->error), IP_DRIVER_OK))
		release_interface (self, id);
	book_remove_interface (self->book, id);
}

/* A book's entry; NULL: there is none. */
static book_entry *
some_entry (worker *self, gboolean hold)
{
	g_autoptr (GPtrArray) all = g_ptr_array_new ();

	for (guint i = 0; i < self->book->entries->len; i++) {
		book_entry *entry = self->book->entries->pdata[i];
		if (entry->hold == hold)
			g_ptr_array_add (all, entry);
	}
	return all->len > 0 ? all->pdata[below (self, all->len)] : NULL;
}

static void
deallocate (worker *self)
{
	ip_driver_address_deallocate_args args = IP_DRIVER_ADDRESS_DEALLOCATE_ARGS_INIT;
	book_entry *entry = some_entry (self, FALSE);

	if (!entry)
		return;
	args.tenant = self->tenant;
	args.block = entry->block;
	args.address = entry->address;
	args.id = chance (self, 50) ? entry->id : NULL;
	begin (self, FALSE, "address.deallocate %s id=%s", args.address, args.id);
	if (!end (self, ip_driver_address_deallocate (self->driver, &args, &self->error), IP_DRIVER_OK)) {
		heal (self);
		begin (self, TRUE, "address.deallocate %s again", args.address);
		end (self, ip_driver_address_deallocate (self->driver, &args, &self->error), IP_DRIVER_NOT_FOUND);
	}
	book_remove (self->book, entry);
}

static void
take_hold (worker *self)
{
	ip_driver_address_allocate_args args = IP_DRIVER_ADDRESS_ALLOCATE_ARGS_INIT;
	ip_driver_addresses *got;

	if (!ip_driver_supports (self->driver, "hold"))
		return;
	args.tenant = self->tenant;
	args.block = self->block4;
	args.hold = 3600;
	begin (self, FALSE, "address.allocate hold");
	if (end (self, ip_driver_address_allocate (self->driver, &args, &got, &self->error), IP_DRIVER_OK))
		acknowledge_all (self, got, NULL, TRUE);
}

static void
settle_hold (worker *self)
{
	ip_driver_address_refs_args args = IP_DRIVER_ADDRESS_REFS_ARGS_INIT;
	book_entry *entry = some_entry (self, TRUE);
	gboolean confirm = chance (self, 60);
	ip_driver_status (*settle) (ip_driver *, const ip_driver_address_refs_args *, ip_driver_error *) =
		confirm ? ip_driver_address_confirm : ip_driver_address_cancel;

	if (!entry)
		return;
	const ip_driver_address_ref ref = {entry->block, entry->address, entry->id};
	args.tenant = self->tenant;
	args.refs = &ref;
	args.ref_count = 1;
	begin (self, FALSE, "address.%s %s", confirm ? "confirm" : "cancel", ref.address);
	if (!end (self, settle (self->driver, &args, &self->error), IP_DRIVER_OK)) {
		heal (self);
		begin (self, TRUE, "address.%s %s again", confirm ? "confirm" : "cancel", ref.address);
		end (self, settle (self->driver, &args, &self->error), IP_DRIVER_OK);
	}
	if (confirm)
		entry->hold = FALSE;
	else
		book_remove (self->book, entry);
}

static void
delete_block (worker *self, const char *id)
{
	begin (self, FALSE, "block.delete %s", id);
	if (!end (self, ip_driver_block_delete (self->driver, self->tenant, id, &self->error), IP_DRIVER_OK)) {
		heal (self);
		begin (self, TRUE, "block.delete %s again", id);
		end (self, ip_driver_block_delete (self->driver, self->tenant, id, &self->error), IP_DRIVER_NOT_FOUND);
	}
}

/* A call that failed may have made a block of that CIDR: with the historical API its name is all that there is. */
static void
release_block (worker *self, const char *cidr)
{
	ip_driver_block_list_args args = IP_DRIVER_BLOCK_LIST_ARGS_INIT;
	ip_driver_blocks *got;

	heal (self);
	args.tenant = self->tenant;
	args.limit = IP_DRIVER_PAGE_MAX;
	begin (self, TRUE, "block.list");
	if (!end (self, ip_driver_block_list (self->driver, &args, &got, &self->error), IP_DRIVER_OK))
		return;
	for (size_t i = 0; i < got->count; i++) {
		if (strcmp (got->items[i]->cidr, cidr) == 0)
			delete_block (self, got->items[i]->id);
	}
	ip_driver_blocks_free (got);
}

static void
create_block (worker *self)
{
	ip_driver_block_create_args args = IP_DRIVER_BLOCK_CREATE_ARGS_INIT;
	guint name = ++self->names;
	g_autofree char *cidr =
		g_strdup_printf ("10.%u.%u.%u/29", 100 + self->number, name >> 5 & 0xff, (name & 31) << 3);
	ip_driver_block *got;

	args.tenant = self->tenant;
	args.cidr = cidr;
	args.type = IP_DRIVER_BLOCK_PRIVATE;
	begin (self, FALSE, "block.create %s", cidr);
	if (end (self, ip_driver_block_create (self->driver, &args, &got, &self->error), IP_DRIVER_OK)) {
		g_autofree char *id = g_strdup (got->id);
		if (strcmp (got->cidr, cidr) != 0 || strcmp (got->tenant, self->tenant) != 0)
			fail (self, "it is another block: %s", got->cidr);
		ip_driver_block_free (got);
		note (self, "  = block %s", id);
		if (chance (self, 70))
			delete_block (self, id);
		else
			g_ptr_array_add (self->book->blocks, g_steal_pointer (&id));
	} else if (self->historical) {
		release_block (self, cidr);
	}
}

static void
look_at_address (worker *self, const book_entry *entry)
{
	ip_driver_address *got;

	begin (self, FALSE, "address.get %s", entry->address);
	if (!end (self,
	          ip_driver_address_get (self->driver, self->tenant, entry->block, entry->address, &got, &self->error),
	          IP_DRIVER_OK))
		return;
	if (strcmp (got->address, entry->address) != 0 || strcmp (got->id, entry->id) != 0 ||
	    (entry->interface && g_strcmp0 (got->interface, entry->interface) != 0))
		fail (self, "it is another address: %s id %s interface %s", got->address, got->id, got->interface);
	ip_driver_address_free (got);
}

static void
look_at_block (worker *self)
{
	ip_driver_address_list_args args = IP_DRIVER_ADDRESS_LIST_ARGS_INIT;
	g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
	g_autofree char *marker = NULL;

	args.tenant = self->tenant;
	args.block = self->block4;
	args.state = IP_DRIVER_ADDRESS_ALLOCATED;
	args.limit = 1 + below (self, 40);
	begin (self, FALSE, "address.list limit=%u", args.limit);
	do {
		ip_driver_addresses *page;
		args.marker = marker;
		ip_driver_status status = ip_driver_address_list (self->driver, &args, &page, &self->error);
		if (status != IP_DRIVER_OK) {
			end (self, status, IP_DRIVER_OK);
			return;
		}
		for (size_t i = 0; i < page->count; i++) {
			if (!g_hash_table_add (seen, g_strdup (page->items[i]->address)))
				fail (self, "%s is listed twice", page->items[i]->address);
		}
		g_free (marker);
		marker = g_strdup (page->next_marker);
		ip_driver_addresses_free (page);
		/* The bound is of one call. */
		self->longest = MAX (self->longest, g_get_monotonic_time () - self->began);
		self->began = g_get_monotonic_time ();
	} while (marker);
	end (self, IP_DRIVER_OK, IP_DRIVER_OK);
	for (guint i = 0; i < self->book->entries->len; i++) {
		const book_entry *entry = self->book->entries->pdata[i];
		if (strcmp (entry->block, self->block4) == 0 && !g_hash_table_contains (seen, entry->address))
			fail (self, "%s is not listed", entry->address);
	}
}

static void
look (worker *self)
{
	const book_entry *entry = some_entry (self, FALSE);

	if (chance (self, 40))
		look_at_block (self);
	else if (entry)
		look_at_address (self, entry);
}

static const struct {
	void (*run) (worker *self);
	guint weight;
} operations[] = {
	{allocate, 30},
	{allocate_with_key, 10},
	{allocate_on_network, 15},
	{create_interface, 12},
	{delete_interface, 8},
	{deallocate, 18},
	{take_hold, 8},
	{settle_hold, 10},
	{create_block, 6},
	{look, 10},
};

static void
run_operation (worker *self)
{
	guint sum = 0, at;

	for (gsize i = 0; i < G_N_ELEMENTS (operations); i++)
		sum += operations[i].weight;
	at = below (self, sum);
	for (gsize i = 0;; i++) {
		if (at < operations[i].weight) {
			operations[i].run (self);
			return;
		}
		at -= operations[i].weight;
	}
}

/* Opens the handle, perhaps struck; then without. */
static void
open_handle (worker *self)
{
	g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u", proxy_port (self->proxy));
	const ip_driver_setting settings[] = {
		{"ip_driver", "module_path", g_getenv ("IP_DRIVER_MODULE_PATH")},
		{"ip_driver", "backend", "melange"},
		{"melange", "url", url},
		{"melange", "timeout", G_STRINGIFY (WORK_TIMEOUT)},
		{"melange", "retries", G_STRINGIFY (WORK_RETRIES)},
		{"melange", "extension", self->historical ? "off" : "auto"},
	};

	self->driver = NULL;
	begin (self, FALSE, "open");
	if (!end (self, ip_driver_open_settings (settings, G_N_ELEMENTS (settings), &self->driver, &self->error),
	          IP_DRIVER_OK)) {
		begin (self, TRUE, "open again");
		end (self, ip_driver_open_settings (settings, G_N_ELEMENTS (settings), &self->driver, &self->error),
		     IP_DRIVER_OK);
	}
	if (self->driver && ip_driver_supports (self->driver, "hold") == self->historical)
		fail (self, "it took the service for another one");
}

gboolean
worker_round (worker *self, guint calls)
{
	ip_driver_block *block;

	g_string_truncate (self->log, 0);
	open_handle (self);
	for (guint i = 0; i < calls && !self->trouble; i++)
		run_operation (self);
	if (self->driver) {
		/* One more without a fault, so that the driver can put in order what it could not before. */
		begin (self, TRUE, "block.get");
		if (end (self, ip_driver_block_get (self->driver, self->tenant, self->block4, &block, &self->error),
		         IP_DRIVER_OK))
			ip_driver_block_free (block);
		heal (self);
		ip_driver_close (self->driver);
	}
	proxy_deliver (self->proxy);
	proxy_settle (self->proxy);
	if (!self->trouble) {
		g_autofree char *differences = book_compare (self->book, self->native, self->tenant);
		if (differences)
			fail (self, "%s", differences);
	}
	return self->trouble == NULL;
}

const char *
worker_trouble (const worker *self)
{
	return self->trouble;
}

proxy *
worker_proxy (worker *self)
{
	return self->proxy;
}

void
worker_figures (const worker *self, guint *calls, guint *failed, gint64 *longest)
{
	*calls = self->calls;
	*failed = self->failed;
	*longest = self->longest;
}

static char *
add_block (worker *self, const char *cidr)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_block_create_args args = IP_DRIVER_BLOCK_CREATE_ARGS_INIT;
	ip_driver_block *block;

	args.tenant = self->tenant;
	args.network = self->network;
	args.cidr = cidr;
	args.type = IP_DRIVER_BLOCK_PRIVATE;
	must (ip_driver_block_create (self->native, &args, &block, &error), &error);
	char *id = g_strdup (block->id);
	ip_driver_block_free (block);
	g_ptr_array_add (self->book->blocks, g_strdup (id));
	return id;
}

worker *
worker_new (server *service, ip_driver *native, gboolean historical, guint number, guint32 seed)
{
	worker *self = g_new0 (worker, 1);
	g_autofree char *cidr4 = g_strdup_printf ("10.%u.0.0/20", number);
	g_autofree char *cidr6 = g_strdup_printf ("2001:db8:%x::/64", number);

	g_assert (number < 100);
	self->historical = historical;
	self->number = number;
	self->native = native;
	self->random = g_rand_new_with_seed (seed);
	self->proxy = proxy_new (server_port (service), seed, historical, WORK_TIMEOUT * 1000);
	self->book = book_new ();
	self->tenant = g_strdup_printf ("tenant-%u", number);
	self->network = g_strdup_printf ("network-%u", number);
	self->log = g_string_new (NULL);
	/* Not all begin with the same. */
	self->next_fault = below (self, FAULT_KINDS * FAULT_POINTS);
	self->block4 = add_block (self, cidr4);
	self->block6 = add_block (self, cidr6);
	return self;
}

void
worker_free (worker *self)
{
	proxy_free (self->proxy);
	book_free (self->book);
	g_rand_free (self->random);
	g_free (self->tenant);
	g_free (self->network);
	g_free (self->block4);
	g_free (self->block6);
	g_string_free (self->log, TRUE);
	g_free (self->trouble);
	g_free (self);
}
