/*
 * lesser.c: a driver for the tests of `migrate`: the native one with less of it. Options of its own take capabilities
 * away, list addresses as the historical Melange does, and end or signal the process at a chosen change.
 *
 * It loads the native module that $IP_DRIVER_TEST_NATIVE names, and hands everything on.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <dlfcn.h>
#include <glib.h>
#include <ip_driver/backend.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const ip_driver_backend *native;

/* What the options say; a process of the tests opens the driver once or twice. */
typedef struct lesser {
	ip_driver_instance *instance;
	/* Capabilities that it lacks. */
	char **lacks;
	/* A client of the same database, to list with; NULL: addresses are listed as they come. */
	ip_driver *reader;
} lesser;

static GPtrArray *opened;
static guint changes, die_at, interrupt_at, terminate_at;

static lesser *
find (ip_driver_instance *instance)
{
	for (guint i = 0; opened != NULL && i < opened->len; i++) {
		lesser *self = opened->pdata[i];

		if (self->instance == instance)
			return self;
	}
	return NULL;
}

/* Before each change. */
static void
change (void)
{
	changes++;
	if (changes == die_at)
		kill (getpid (), SIGKILL);
	if (changes == interrupt_at)
		raise (SIGINT);
	if (changes == terminate_at)
		raise (SIGTERM);
}

#define CHANGES(group, operation)                                                                                      \
	static ip_driver_status group##_##operation (ip_driver_instance *instance,                                     \
	                                             const ip_driver_##group##_##operation##_args *args,               \
	                                             ip_driver_results *results, ip_driver_error *error)               \
	{                                                                                                              \
		change ();                                                                                             \
		return native->group->operation (instance, args, results, error);                                      \
	}

CHANGES (block, create)
CHANGES (block, update)
CHANGES (subnet, create)
CHANGES (address, allocate)
CHANGES (interface, create)
CHANGES (mac_range, create)
CHANGES (allowed_ip, allow)
CHANGES (route, create)
CHANGES (policy, create)
CHANGES (policy_range, create)
CHANGES (policy_octet, create)
CHANGES (lease, grant)

static ip_driver_status
address_deallocate (ip_driver_instance *instance, const ip_driver_address_deallocate_args *args, ip_driver_error *error)
{
	change ();
	return native->address->deallocate (instance, args, error);
}

static ip_driver_status
nat_add (ip_driver_instance *instance, const ip_driver_nat_args *args, ip_driver_error *error)
{
	change ();
	return native->nat->add (instance, args, error);
}

static ip_driver_status
transaction_commit (ip_driver_instance *transaction, ip_driver_error *error)
{
	change ();
	return native->transaction->commit (transaction, error);
}

static int
compare_ids (const void *a, const void *b)
{
	const ip_driver_address *left = *(const ip_driver_address *const *)a,
				*right = *(const ip_driver_address *const *)b;

	return strcmp (left->id, right->id);
}

/* By id, the marker being the last one: as the historical service does. */
static ip_driver_status
list_by_id (ip_driver *reader, const ip_driver_address_list_args *args, ip_driver_results *results,
            ip_driver_error *error)
{
	ip_driver_address_list_args all = *args;
	g_autoptr (GPtrArray) items = g_ptr_array_new (), pages = g_ptr_array_new ();
	ip_driver_status status = IP_DRIVER_OK;
	guint returned = 0;

	all.marker = NULL;
	all.limit = IP_DRIVER_PAGE_MAX;
	do {
		ip_driver_addresses *page;

		status = ip_driver_address_list (reader, &all, &page, error);
		if (status != IP_DRIVER_OK)
			break;
		g_ptr_array_add (pages, page);
		for (size_t i = 0; i < page->count; i++)
			g_ptr_array_add (items, page->items[i]);
		all.marker = page->next_marker;
	} while (all.marker != NULL);
	g_ptr_array_sort (items, compare_ids);
	for (guint i = 0; i < items->len && status == IP_DRIVER_OK; i++) {
		const ip_driver_address *item = items->pdata[i];

		if (args->marker != NULL && strcmp (item->id, args->marker) <= 0)
			continue;
		if (returned++ == args->limit) {
			ip_driver_return_next_marker (results, ((const ip_driver_address *)items->pdata[i - 1])->id);
			break;
		}
		ip_driver_return_address (results, item);
	}
	for (guint i = 0; i < pages->len; i++)
		ip_driver_addresses_free (pages->pdata[i]);
	return status;
}

static ip_driver_status
address_list (ip_driver_instance *instance, const ip_driver_address_list_args *args, ip_driver_results *results,
              ip_driver_error *error)
{
	const lesser *self = find (instance);

	if (self != NULL && self->reader != NULL)
		return list_by_id (self->reader, args, results, error);
	return native->address->list (instance, args, results, error);
}

static ip_driver_status
open_reader (lesser *self, ip_driver_error *error)
{
	g_autofree char *url = g_strconcat ("sqlite:///", native->location (self->instance), NULL),
			*folder = g_path_get_dirname (g_getenv ("IP_DRIVER_TEST_NATIVE"));
	const ip_driver_setting settings[] = {
		{"ip_driver", "backend", "native"},
		{"ip_driver", "module_path", folder},
		{"native", "connection", url},
	};

	return ip_driver_open_settings (settings, G_N_ELEMENTS (settings), &self->reader, error);
}

static ip_driver_status
lesser_open (const ip_driver_options *options, ip_driver_instance **ret_instance, ip_driver_error *error)
{
	lesser *self = g_new0 (lesser, 1);
	ip_driver_status status = native->open (options, &self->instance, error);

	if (status != IP_DRIVER_OK) {
		g_free (self);
		return status;
	}
	die_at = (guint)ip_driver_options_integer (options, "die_at");
	interrupt_at = (guint)ip_driver_options_integer (options, "interrupt_at");
	terminate_at = (guint)ip_driver_options_integer (options, "terminate_at");
	self->lacks = g_strsplit (ip_driver_options_text (options, "lacks"), " ", -1);
	if (opened == NULL)
		opened = g_ptr_array_new ();
	g_ptr_array_add (opened, self);
	*ret_instance = self->instance;
	return ip_driver_options_boolean (options, "by_id") ? open_reader (self, error) : IP_DRIVER_OK;
}

static void
lesser_close (ip_driver_instance *instance)
{
	lesser *self = find (instance);

	native->close (instance);
	ip_driver_close (self->reader);
	g_strfreev (self->lacks);
	g_ptr_array_remove (opened, self);
	g_free (self);
	if (opened->len == 0)
		g_clear_pointer (&opened, g_ptr_array_unref);
}

/* A group that is named is lacked whole. */
static int32_t
lesser_supports (ip_driver_instance *instance, const char *capability)
{
	const lesser *self = find (instance);
	g_autofree char *group = g_strndup (capability, strcspn (capability, "."));

	return !g_strv_contains ((const char *const *)self->lacks, capability) &&
	       !g_strv_contains ((const char *const *)self->lacks, group);
}

static const ip_driver_option own_options[] = {
	{.key = "lacks", .description = "Capabilities taken away", .default_value = "", .type = IP_DRIVER_OPTION_TEXT},
	{.key = "by_id",
         .description = "List addresses in the order of their ids",
         .default_value = "false",
         .type = IP_DRIVER_OPTION_BOOLEAN},
	{.key = "die_at",
         .description = "Kill the process before this change",
         .default_value = "0",
         .type = IP_DRIVER_OPTION_INTEGER,
         .maximum = 1000000},
	{.key = "interrupt_at",
         .description = "SIGINT before this change",
         .default_value = "0",
         .type = IP_DRIVER_OPTION_INTEGER,
         .maximum = 1000000},
	{.key = "terminate_at",
         .description = "SIGTERM before this change",
         .default_value = "0",
         .type = IP_DRIVER_OPTION_INTEGER,
         .maximum = 1000000},
};

static ip_driver_backend backend;
static ip_driver_option options[32];
static ip_driver_block_ops block_ops;
static ip_driver_subnet_ops subnet_ops;
static ip_driver_address_ops address_ops;
static ip_driver_interface_ops interface_ops;
static ip_driver_mac_range_ops mac_range_ops;
static ip_driver_allowed_ip_ops allowed_ip_ops;
static ip_driver_route_ops route_ops;
static ip_driver_policy_ops policy_ops;
static ip_driver_policy_range_ops policy_range_ops;
static ip_driver_policy_octet_ops policy_octet_ops;
static ip_driver_nat_ops nat_ops;
static ip_driver_lease_ops lease_ops;
static ip_driver_transaction_ops transaction_ops;

/* The native group, but for one operation. */
#define WRAP(group, operation)                                                                                         \
	group##_ops = *native->group;                                                                                  \
	group##_ops.operation = group##_##operation;                                                                   \
	backend.group = &group##_ops

static void
wrap (void)
{
	backend = *native;
	backend.name = "lesser";
	backend.description = "The native driver with less of it";
	g_assert (native->option_count + G_N_ELEMENTS (own_options) <= G_N_ELEMENTS (options));
	memcpy (options, native->options, native->option_count * sizeof *options);
	memcpy (options + native->option_count, own_options, sizeof own_options);
	backend.options = options;
	backend.option_count = native->option_count + G_N_ELEMENTS (own_options);
	backend.open = lesser_open;
	backend.close = lesser_close;
	backend.supports = lesser_supports;
	WRAP (block, create);
	block_ops.update = block_update;
	WRAP (subnet, create);
	WRAP (address, allocate);
	address_ops.deallocate = address_deallocate;
	address_ops.list = address_list;
	WRAP (interface, create);
	WRAP (mac_range, create);
	WRAP (allowed_ip, allow);
	WRAP (route, create);
	WRAP (policy, create);
	WRAP (policy_range, create);
	WRAP (policy_octet, create);
	WRAP (nat, add);
	WRAP (lease, grant);
	WRAP (transaction, commit);
}

const ip_driver_backend *
ip_driver_backend_entry (uint32_t host_abi)
{
	void *module = dlopen (g_getenv ("IP_DRIVER_TEST_NATIVE"), RTLD_NOW | RTLD_LOCAL);
	void *symbol = module != NULL ? dlsym (module, "ip_driver_backend_entry") : NULL;
	ip_driver_backend_entry_function entry = NULL;

	if (symbol == NULL)
		return NULL;
	memcpy (&entry, &symbol, sizeof entry);
	native = entry (host_abi);
	if (native != NULL)
		wrap ();
	return native != NULL ? &backend : NULL;
}
