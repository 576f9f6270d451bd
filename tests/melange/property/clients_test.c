/*
 * Many threads on one handle of the melange driver, with all kinds of calls at once: each must succeed, no address or
 * subnet may be given to two of them, and at the end the store has what they were told, no more and no less.
 *
 *   IP_DRIVER_SEED   where to begin; printed
 *   IP_DRIVER_STEPS  how many operations each of them makes
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "book.h"
#include "server.h"

#define CLIENTS 16
#define TENANT "tenant"
#define NETWORK "network"

/* What they share. */
typedef struct {
	ip_driver *driver;
	/* Ids. */
	char *block4, *block6, *parent;
	GMutex lock;
	/* Under the lock. The address that a key gave, and the first trouble. */
	GHashTable *keys;
	char *trouble;
} office;

typedef struct {
	office *office;
	guint number, steps, names;
	GRand *random;
	ip_driver_error error;
	book *book;
} client;

static guint
below (client *self, guint count)
{
	return count < 2 ? 0 : (guint)g_rand_int_range (self->random, 0, (gint32)count);
}

static void complain (client *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
complain (client *self, const char *format, ...)
{
	va_list values;

	va_start (values, format);
	g_mutex_lock (&self->office->lock);
	if (!self->office->trouble)
		self->office->trouble = g_strdup_vprintf (format, values);
	g_mutex_unlock (&self->office->lock);
	va_end (values);
}

static gboolean
is_trouble (client *self)
{
	g_mutex_lock (&self->office->lock);
	gboolean trouble = self->office->trouble != NULL;
	g_mutex_unlock (&self->office->lock);
	return trouble;
}

/* Says whether a call has succeeded, which it must. */
static gboolean
good (client *self, const char *what, ip_driver_status status)
{
	if (status != IP_DRIVER_OK)
		complain (self, "client %u: %s: %s: %s", self->number, what, ip_driver_status_name (status),
		          self->error.message);
	return status == IP_DRIVER_OK;
}

static char *
new_name (client *self, const char *kind)
{
	return g_strdup_printf ("%s-%u-%u", kind, self->number, ++self->names);
}

static char *
new_mac (client *self)
{
	guint name = ++self->names;

	return g_strdup_printf ("02:00:%02x:%02x:%02x:%02x", self->number, name >> 16, name >> 8 & 0xff, name & 0xff);
}

static void
add (client *self, const ip_driver_address *address, const char *interface)
{
	if (!book_add (self->book, address, interface, address->hold_until != 0))
		complain (self, "client %u: %s was handed out twice", self->number, address->address);
}

static void
add_allocations (client *self, ip_driver_allocation *const *allocations, size_t count, const char *interface)
{
	if (count != 2)
		complain (self, "client %u: %u addresses of two families", self->number, (guint)count);
	for (size_t i = 0; i < count; i++)
		add (self, allocations[i]->address, interface);
}

static book_entry *
some_entry (client *self, gboolean hold)
{
	for (guint i = 0, first = below (self, self->book->entries->len); i < self->book->entries->len; i++) {
		book_entry *entry = self->book->entries->pdata[(first + i) % self->book->entries->len];
		if (entry->hold == hold)
			return entry;
	}
	return NULL;
}

static void
allocate (client *self)
{
	ip_driver_address_allocate_args args = IP_DRIVER_ADDRESS_ALLOCATE_ARGS_INIT;
	ip_driver_addresses *got;

	args.tenant = TENANT;
	args.block = self->office->block4;
	args.count = 1 + below (self, 4);
	args.hold = below (self, 3) == 0 ? 3600 : 0;
	if (!good (self, "address.allocate",
	           ip_driver_address_allocate (self->office->driver, &args, &got, &self->error)))
		return;
	if (got->count != args.count)
		complain (self, "client %u: %u addresses", self->number, (guint)got->count);
	for (size_t i = 0; i < got->count; i++)
		add (self, got->items[i], NULL);
	ip_driver_addresses_free (got);
}

/* Several of them with the same key: the same address, which is the first one's. */
static void
allocate_with_key (client *self)
{
	ip_driver_address_allocate_args args = IP_DRIVER_ADDRESS_ALLOCATE_ARGS_INIT;
	g_autofree char *key = g_strdup_printf ("key-%u", below (self, self->steps));
	ip_driver_addresses *got;

	args.tenant = TENANT;
	args.block = self->office->block4;
	args.request_key = key;
	if (!good (self, "address.allocate",
	           ip_driver_address_allocate (self->office->driver, &args, &got, &self->error)))
		return;
	g_mutex_lock (&self->office->lock);
	const char *known = g_hash_table_lookup (self->office->keys, key);
	gboolean same = !known || strcmp (known, got->items[0]->id) == 0;
	if (!known)
		g_hash_table_insert (self->office->keys, g_strdup (key), g_strdup (got->items[0]->id));
	g_mutex_unlock (&self->office->lock);
	if (!same)
		complain (self, "client %u: %s gave another address", self->number, key);
	/* Not to be released: somebody else may ask for it again. Nobody's interface, so that it is known by that. */
	if (!known)
		add (self, got->items[0], NULL);
	ip_driver_addresses_free (got);
}

static void
allocate_on_network (client *self)
{
	ip_driver_network_allocate_args args = IP_DRIVER_NETWORK_ALLOCATE_ARGS_INIT;
	g_autofree char *interface = new_name (self, "if");
	g_autofree char *mac = new_mac (self);
	ip_driver_allocations *got;

	args.tenant = TENANT;
	args.network = NETWORK;
	args.interface = interface;
	args.mac = mac;
	if (!good (self, "network.allocate",
	           ip_driver_network_allocate (self->office->driver, &args, &got, &self->error)))
		return;
	add_allocations (self, got->items, got->count, interface);
	ip_driver_allocations_free (got);
}

static void
create_interface (client *self)
{
	ip_driver_interface_create_args args = IP_DRIVER_INTERFACE_CREATE_ARGS_INIT;
	g_autofree char *id = new_name (self, "if");
	g_autofree char *mac = new_mac (self);
	const ip_driver_interface_network wanted = {.network = NETWORK};
	ip_driver_interface *got;

	args.tenant = TENANT;
	args.id = id;
	args.mac = mac;
	args.networks = &wanted;
	args.network_count = 1;
	if (!good (self, "interface.create",
	           ip_driver_interface_create (self->office->driver, &args, &got, &self->error)))
		return;
	add_allocations (self, got->allocations, got->allocation_count, id);
	ip_driver_interface_free (got);
}

static void
delete_interface (client *self)
{
	GPtrArray *interfaces = self->book->interfaces;

	if (interfaces->len == 0)
		return;
	g_autofree char *id = g_strdup (interfaces->pdata[below (self, interfaces->len)]);
	if (good (self, "interface.delete",
	          ip_driver_interface_delete (self->office->driver, TENANT, id, &self->error)))
		book_remove_interface (self->book, id);
}

static void
deallocate (client *self)
{
	ip_driver_address_deallocate_args args = IP_DRIVER_ADDRESS_DEALLOCATE_ARGS_INIT;
	book_entry *entry = some_entry (self, FALSE);

	/* Not one that was given for a key. */
	if (!entry || !entry->interface)
		return;
	args.tenant = TENANT;
	args.block = entry->block;
	args.address = entry->address;
	args.id = entry->id;
	if (good (self, "address.deallocate", ip_driver_address_deallocate (self->office->driver, &args, &self->error)))
		book_remove (self->book, entry);
}

static void
settle_hold (client *self)
{
	ip_driver_address_refs_args args = IP_DRIVER_ADDRESS_REFS_ARGS_INIT;
	book_entry *entry = some_entry (self, TRUE);

	if (!entry)
		return;
	const ip_driver_address_ref ref = {entry->block, entry->address, entry->id};
	args.refs = &ref;
	args.ref_count = 1;
	if (below (self, 2)) {
		good (self, "address.confirm", ip_driver_address_confirm (self->office->driver, &args, &self->error));
		entry->hold = FALSE;
	} else {
		good (self, "address.cancel", ip_driver_address_cancel (self->office->driver, &args, &self->error));
		book_remove (self->book, entry);
	}
}

static void
create_subnet (client *self)
{
	ip_driver_subnet_create_args args = IP_DRIVER_SUBNET_CREATE_ARGS_INIT;
	ip_driver_block *got;

	args.tenant = TENANT;
	args.block = self->office->parent;
	args.prefix_length = 29;
	if (!good (self, "subnet.create", ip_driver_subnet_create (self->office->driver, &args, &got, &self->error)))
		return;
	g_ptr_array_add (self->book->blocks, g_strdup (got->id));
	ip_driver_block_free (got);
}

/* Half of them is kept. */
static void
work_in_transaction (client *self)
{
	ip_driver_address_allocate_args args = IP_DRIVER_ADDRESS_ALLOCATE_ARGS_INIT;
	ip_driver *transaction;
	ip_driver_addresses *got;

	if (!good (self, "transaction.begin",
	           ip_driver_transaction_begin (self->office->driver, &transaction, &self->error)))
		return;
	args.tenant = TENANT;
	args.block = self->office->block4;
	args.count = 2;
	if (!good (self, "address.allocate", ip_driver_address_allocate (transaction, &args, &got, &self->error)))
		ip_driver_transaction_rollback (transaction);
	else if (below (self, 2)) {
		ip_driver_transaction_rollback (transaction);
		ip_driver_addresses_free (got);
	} else {
		if (good (self, "transaction.commit", ip_driver_transaction_commit (transaction, &self->error)))
			for (size_t i = 0; i < got->count; i++)
				add (self, got->items[i], NULL);
		ip_driver_addresses_free (got);
	}
}

static void
use_lease (client *self)
{
	ip_driver_lease_grant_args args = IP_DRIVER_LEASE_GRANT_ARGS_INIT;
	book_entry *entry = some_entry (self, FALSE);
	ip_driver_lease *lease;

	if (!entry)
		return;
	args.block = entry->block;
	args.address = entry->address;
	args.hostname = "host";
	args.duration = 60;
	if (!good (self, "lease.grant", ip_driver_lease_grant (self->office->driver, &args, &lease, &self->error)))
		return;
	ip_driver_lease_free (lease);
	good (self, "lease.release",
	      ip_driver_lease_release (self->office->driver, TENANT, args.block, args.address, &self->error));
}

static void
use_nat (client *self)
{
	ip_driver_nat_args args = IP_DRIVER_NAT_ARGS_INIT;
	ip_driver_nat_list_args list = IP_DRIVER_NAT_LIST_ARGS_INIT;
	const book_entry *local = some_entry (self, FALSE), *global = some_entry (self, FALSE);
	ip_driver_addresses *got;

	if (!local || local == global)
		return;
	const ip_driver_address_ref of_local = {local->block, local->address, NULL};
	const ip_driver_address_ref of_global = {global->block, global->address, NULL};
	args.locals = &of_local;
	args.globals = &of_global;
	args.local_count = args.global_count = 1;
	if (!good (self, "nat.add", ip_driver_nat_add (self->office->driver, &args, &self->error)))
		return;
	list.block = local->block;
	list.address = local->address;
	if (good (self, "nat.list_globals",
	          ip_driver_nat_list_globals (self->office->driver, &list, &got, &self->error))) {
		if (got->count != 1 || strcmp (got->items[0]->id, global->id) != 0)
			complain (self, "client %u: another pair", self->number);
		ip_driver_addresses_free (got);
	}
	good (self, "nat.remove", ip_driver_nat_remove (self->office->driver, &args, &self->error));
}

static void
use_policy (client *self)
{
	ip_driver_policy_create_args args = IP_DRIVER_POLICY_CREATE_ARGS_INIT;
	ip_driver_policy_octet_create_args octet = IP_DRIVER_POLICY_OCTET_CREATE_ARGS_INIT;
	g_autofree char *name = new_name (self, "policy");
	ip_driver_policy *policy;
	ip_driver_policy_octet *got;

	args.tenant = TENANT;
	args.name = name;
	if (!good (self, "policy.create", ip_driver_policy_create (self->office->driver, &args, &policy, &self->error)))
		return;
	octet.policy = policy->id;
	octet.octet = 7;
	if (good (self, "policy_octet.create",
	          ip_driver_policy_octet_create (self->office->driver, &octet, &got, &self->error)))
		ip_driver_policy_octet_free (got);
	good (self, "policy.delete", ip_driver_policy_delete (self->office->driver, TENANT, policy->id, &self->error));
	ip_driver_policy_free (policy);
}

static void
look_at_address (client *self)
{
	const book_entry *entry = some_entry (self, FALSE);
	ip_driver_address_find_args args = IP_DRIVER_ADDRESS_FIND_ARGS_INIT;
	ip_driver_address *got;
	ip_driver_address_matches *matches;

	if (!entry)
		return;
	if (good (self, "address.get",
	          ip_driver_address_get (self->office->driver, TENANT, entry->block, entry->address, &got,
	                                 &self->error))) {
		if (strcmp (got->id, entry->id) != 0)
			complain (self, "client %u: %s is another's", self->number, got->address);
		ip_driver_address_free (got);
	}
	args.address = entry->address;
	if (good (self, "address.find", ip_driver_address_find (self->office->driver, &args, &matches, &self->error))) {
		if (matches->count != 1 || strcmp (matches->items[0]->address->id, entry->id) != 0)
			complain (self, "client %u: %s is not found", self->number, entry->address);
		ip_driver_address_matches_free (matches);
	}
}

static void
look_at_block (client *self)
{
	ip_driver_address_list_args args = IP_DRIVER_ADDRESS_LIST_ARGS_INIT;
	g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
	g_autofree char *marker = NULL;
	ip_driver_usage *usage;

	args.block = self->office->block4;
	args.limit = 50;
	do {
		ip_driver_addresses *page;
		args.marker = marker;
		if (!good (self, "address.list",
		           ip_driver_address_list (self->office->driver, &args, &page, &self->error)))
			return;
		for (size_t i = 0; i < page->count; i++)
			g_hash_table_add (seen, g_strdup (page->items[i]->address));
		g_free (marker);
		marker = g_strdup (page->next_marker);
		ip_driver_addresses_free (page);
	} while (marker);
	for (guint i = 0; i < self->book->entries->len; i++) {
		const book_entry *entry = self->book->entries->pdata[i];
		if (strcmp (entry->block, self->office->block4) == 0 && !g_hash_table_contains (seen, entry->address))
			complain (self, "client %u: %s is not listed", self->number, entry->address);
	}
	if (good (self, "block.usage",
	          ip_driver_block_usage (self->office->driver, TENANT, self->office->block4, &usage, &self->error)))
		ip_driver_usage_free (usage);
}

static gpointer
work (gpointer data)
{
	static const struct {
		void (*run) (client *self);
		guint weight;
	} operations[] = {
		{allocate, 20},         {allocate_with_key, 10}, {allocate_on_network, 12},
		{create_interface, 12}, {deallocate, 12},        {delete_interface, 8},
		{settle_hold, 10},      {create_subnet, 6},      {use_lease, 6},
		{use_nat, 6},           {use_policy, 4},         {work_in_transaction, 3},
		{look_at_block, 4},     {look_at_address, 8},
	};
	client *self = data;
	guint sum = 0;

	for (gsize i = 0; i < G_N_ELEMENTS (operations); i++)
		sum += operations[i].weight;
	for (guint step = 0; step < self->steps && !is_trouble (self); step++) {
		guint at = below (self, sum);
		gsize i = 0;
		while (at >= operations[i].weight)
			at -= operations[i++].weight;
		self->error = (ip_driver_error)IP_DRIVER_ERROR_INIT;
		operations[i].run (self);
	}
	return NULL;
}

static guint
number_from (const char *variable, guint otherwise)
{
	const char *text = g_getenv (variable);

	return text ? (guint)g_ascii_strtoull (text, NULL, 10) : otherwise;
}

/* Returns its id. */
static char *
add_block (office *self, const char *cidr, const char *network, book *all)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_block_create_args args = IP_DRIVER_BLOCK_CREATE_ARGS_INIT;
	ip_driver_block *got;

	args.tenant = TENANT;
	args.cidr = cidr;
	args.network = network;
	args.type = IP_DRIVER_BLOCK_PRIVATE;
	must (ip_driver_block_create (self->driver, &args, &got, &error), &error);
	char *id = g_strdup (got->id);
	ip_driver_block_free (got);
	g_ptr_array_add (all->blocks, g_strdup (id));
	return id;
}

/* Moves what a client was told to the book of all. */
static void
merge (office *self, book *all, book *one)
{
	for (guint i = 0; i < one->entries->len; i++) {
		book_entry *entry = one->entries->pdata[i];
		if (book_find (all, entry->block, entry->address))
			fail_msg ("%s was given to two clients", entry->address);
	}
	g_ptr_array_extend_and_steal (all->entries, g_steal_pointer (&one->entries));
	g_ptr_array_extend_and_steal (all->interfaces, g_steal_pointer (&one->interfaces));
	g_ptr_array_extend_and_steal (all->blocks, g_steal_pointer (&one->blocks));
	g_free (one);
}

static void
check_store (ip_driver *driver)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_check_report *report;

	must (ip_driver_store_check (driver, &report, &error), &error);
	for (size_t i = 0; i < report->problem_count; i++)
		print_error ("%s\n", report->problems[i]);
	assert_int_equal (report->problems_total, 0);
	ip_driver_check_report_free (report);
}

/* more: of the service's configuration. */
static void
run_clients (const char *more)
{
	static const ip_driver_setting settings[] = {{"native", "durability", "normal"}, {"native", "quarantine", "0"}};
	guint seed = number_from ("IP_DRIVER_SEED", g_random_int ());
	server *service = server_start (settings, G_N_ELEMENTS (settings), more);
	office office = {.driver = open_melange (server_port (service), "timeout", "60", NULL)};
	book *all = book_new ();
	client clients[CLIENTS];
	GThread *threads[CLIENTS];
	size_t count;

	print_message ("IP_DRIVER_SEED=%u\n", seed);
	g_mutex_init (&office.lock);
	office.keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
	office.block4 = add_block (&office, "10.0.0.0/16", NETWORK, all);
	office.block6 = add_block (&office, "2001:db8::/64", NETWORK, all);
	office.parent = add_block (&office, "10.1.0.0/16", NULL, all);
	for (guint i = 0; i < CLIENTS; i++) {
		clients[i] = (client){.office = &office,
		                      .number = i,
		                      .steps = number_from ("IP_DRIVER_STEPS", 40),
		                      .random = g_rand_new_with_seed (seed + i),
		                      .book = book_new ()};
		threads[i] = g_thread_new ("client", work, &clients[i]);
	}
	for (guint i = 0; i < CLIENTS; i++)
		g_thread_join (threads[i]);
	if (office.trouble)
		fail_msg ("%s", office.trouble);
	check_store (office.driver);
	ip_driver_close (office.driver);

	for (guint i = 0; i < CLIENTS; i++) {
		merge (&office, all, clients[i].book);
		g_rand_free (clients[i].random);
	}
	const ip_driver_setting *of_native = server_native_settings (service, &count);
	ip_driver *native = open_settings (of_native, count);
	g_autofree char *differences = book_compare (all, native, TENANT);
	if (differences)
		fail_msg ("%s", differences);
	print_message ("# %u addresses, %u interfaces, %u blocks\n", all->entries->len, all->interfaces->len,
	               all->blocks->len);
	ip_driver_close (native);
	server_stop (service);
	book_free (all);
	g_hash_table_unref (office.keys);
	g_mutex_clear (&office.lock);
	g_free (office.block4);
	g_free (office.block6);
	g_free (office.parent);
}

static void
clients_share_a_handle (void **state)
{
	run_clients ("");
}

/* The threads that wait for a transaction to end must not keep it from ending. */
static void
service_has_few_threads (void **state)
{
	run_clients ("threads = 2\n");
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (clients_share_a_handle),
		cmocka_unit_test (service_has_few_threads),
	};

	return cmocka_run_group_tests_name ("melange/clients", tests, NULL, NULL);
}
