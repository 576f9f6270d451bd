/*
 * transfer.c: what the steps of a transfer share: opening both sides, what is left out or cannot be taken, noting
 * differences, transactions; and the order of the steps.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "transfer.h"

#include "records.h"
#include "same.h"

#include <signal.h>
#include <stdarg.h>
#include <string.h>

/* A transaction keeps other writers of B out, so it stays short; but each ends with a flush of the disk. */
#define BATCH_WRITES 500
#define BATCH_TIME G_USEC_PER_SEC

const tally_kind transfer_kinds[TRANSFER_KINDS] = {
	[TRANSFER_POLICIES] = {"policies", "policy", "policies"},
	[TRANSFER_POLICY_RANGES] = {"policy_ranges", "policy range", "policy ranges"},
	[TRANSFER_POLICY_OCTETS] = {"policy_octets", "policy octet", "policy octets"},
	[TRANSFER_ROOT_BLOCKS] = {"root_blocks", "root block", "root blocks"},
	[TRANSFER_SUBNETS] = {"subnets", "subnet", "subnets"},
	[TRANSFER_ROUTES] = {"routes", "route", "routes"},
	[TRANSFER_INTERFACES] = {"interfaces", "interface", "interfaces"},
	[TRANSFER_ADDRESSES] = {"addresses", "address", "addresses"},
	[TRANSFER_LEASES] = {"leases", "lease", "leases"},
	[TRANSFER_NAT_PAIRS] = {"nat_pairs", "NAT pair", "NAT pairs"},
	[TRANSFER_ALLOWED_IPS] = {"allowed_ips", "allowed IP", "allowed IPs"},
	[TRANSFER_MAC_RANGES] = {"mac_ranges", "MAC range", "MAC ranges"},
};

const tally_kind transfer_parts[TRANSFER_PARTS] = {
	[TRANSFER_PART_POLICIES] = {"policies", "policy", "policies"},
	[TRANSFER_PART_ROUTES] = {"routes", "route", "routes"},
	[TRANSFER_PART_LEASES] = {"leases", "lease", "leases"},
	[TRANSFER_PART_NAT] = {"nat", "NAT pair", "NAT pairs"},
	[TRANSFER_PART_ALLOWED_IPS] = {"allowed_ips", "allowed IP", "allowed IPs"},
	[TRANSFER_PART_STRANDED] = {"stranded_allowed_ips", "stranded allowed IP", "stranded allowed IPs"},
	[TRANSFER_PART_MAC_RANGES] = {"mac_ranges", "MAC range", "MAC ranges"},
	[TRANSFER_PART_RESTING] = {"resting", "resting address", "resting addresses"},
	[TRANSFER_PART_REQUEST_KEYS] = {"request_keys", "request key", "request keys"},
	[TRANSFER_PART_SHARED_KEYS] = {"shared_request_keys", "shared request key", "shared request keys"},
};

/* What a part needs of the side that has it, and of the side that takes it; NULL: nothing. */
static const struct {
	const char *read;
	const char *write;
} part_needs[TRANSFER_PARTS] = {
	[TRANSFER_PART_POLICIES] = {"policy.list", "policy.create"},
	[TRANSFER_PART_ROUTES] = {"route.list", "route.create"},
	[TRANSFER_PART_LEASES] = {"lease.list", "lease.grant"},
	[TRANSFER_PART_NAT] = {"nat.list_globals", "nat.add"},
	[TRANSFER_PART_ALLOWED_IPS] = {"allowed_ip.list", "allowed_ip.allow"},
	[TRANSFER_PART_STRANDED] = {NULL, "hold"},
	[TRANSFER_PART_MAC_RANGES] = {"mac_range.list", "mac_range.create"},
	[TRANSFER_PART_REQUEST_KEYS] = {NULL, "request_key"},
};

/* Without these nothing can be moved at all. */
static const char *const needed_of_a[] = {"block.list", "address.list"};
static const char *const needed_of_b[] = {"block.list",       "address.list",     "interface.get",
                                          "block.create",     "subnet.create",    "block.update",
                                          "address.allocate", "interface.create", "address.deallocate"};

static volatile sig_atomic_t stopped;

static void
stop (int signal_number)
{
	stopped = signal_number;
}

void
transfer_catch_signals (void)
{
	/* A second one ends the process. Calls that wait are not cut short: the step is to be completed. */
	struct sigaction action = {.sa_handler = stop, .sa_flags = (int)SA_RESETHAND | SA_RESTART};

	sigemptyset (&action.sa_mask);
	sigaction (SIGINT, &action, NULL);
	sigaction (SIGTERM, &action, NULL);
}

gboolean
transfer_can (const transfer_side *side, const char *capability)
{
	return ip_driver_supports (side->driver, capability) != 0;
}

char *
transfer_part_word (transfer_part part)
{
	return g_strdelimit (g_strdup (transfer_parts[part].key), "_", '-');
}

gboolean
transfer_skips (const transfer *self, transfer_part part)
{
	return (self->skipped & 1u << part) != 0;
}

gboolean
transfer_wants (const transfer *self, transfer_part part)
{
	if (transfer_skips (self, part))
		return FALSE;
	/* Looking has found that there is nothing of it. */
	if (self->mode == TRANSFER_WRITE && part_needs[part].write != NULL &&
	    !transfer_can (&self->b, part_needs[part].write))
		return FALSE;
	return (part_needs[part].read == NULL || transfer_can (&self->a, part_needs[part].read) ||
	        (self->mode == TRANSFER_COMPARE && transfer_can (&self->b, part_needs[part].read)));
}

gboolean
transfer_is_lost (const transfer *self, transfer_part part)
{
	return self->mode == TRANSFER_LOOK && part_needs[part].write != NULL &&
	       !transfer_can (&self->b, part_needs[part].write);
}

const char *
transfer_tenant (const transfer_side *side, const char *tenant)
{
	return side->all_tenants ? NULL : tenant;
}

ip_driver_status
transfer_each_tenant (transfer *self, transfer_side *side, transfer_list list, ip_driver_error *error)
{
	ip_driver_status status = IP_DRIVER_OK;

	if (self->tenants == NULL)
		return list (self, side, NULL, error);
	for (const char *const *tenant = self->tenants; *tenant != NULL && status == IP_DRIVER_OK; tenant++)
		status = list (self, side, *tenant, error);
	return status;
}

static void
difference_free (void *data)
{
	transfer_difference *self = data;

	g_free (self->what);
	g_free (self->problem);
	g_free (self->field);
	g_free (self->a);
	g_free (self->b);
	g_free (self);
}

/* The difference that is to be filled, copying; NULL: there are enough. */
static transfer_difference *
add_difference (transfer *self, transfer_kind kind, const char *what)
{
	transfer_difference *difference;

	if (self->difference_count++ >= self->keep)
		return NULL;
	difference = g_new0 (transfer_difference, 1);
	difference->kind = kind;
	difference->what = g_strdup (what);
	g_ptr_array_add (self->differences, difference);
	return difference;
}

gboolean
transfer_values_agree (const transfer_value *values)
{
	for (; values->field != NULL; values++) {
		if (!same_value (values->a, values->b))
			return FALSE;
	}
	return TRUE;
}

void
transfer_note_values (transfer *self, transfer_kind kind, const char *what, const transfer_value *values)
{
	for (; values->field != NULL; values++) {
		transfer_difference *difference =
			same_value (values->a, values->b) ? NULL : add_difference (self, kind, what);

		if (difference == NULL)
			continue;
		difference->field = g_strdup (values->field);
		difference->a = g_strdup (values->a);
		difference->b = g_strdup (values->b);
	}
}

void
transfer_note_problem (transfer *self, transfer_kind kind, const char *what, const char *format, ...)
{
	transfer_difference *difference = add_difference (self, kind, what);
	va_list args;

	if (difference == NULL)
		return;
	va_start (args, format);
	difference->problem = g_strdup_vprintf (format, args);
	va_end (args);
}

void
transfer_note_only (transfer *self, transfer_kind kind, const char *what, gboolean only_b)
{
	transfer_difference *difference;

	if (!only_b)
		self->missing[kind]++;
	difference = self->mode == TRANSFER_COMPARE ? add_difference (self, kind, what) : NULL;
	if (difference != NULL)
		difference->only_b = only_b;
}

char *
transfer_difference_text (const transfer *self, const transfer_difference *difference)
{
	if (difference->problem != NULL)
		return g_strdup_printf ("%s: %s", difference->what, difference->problem);
	if (difference->field == NULL) {
		return g_strdup_printf ("%s: only in %s", difference->what,
		                        difference->only_b ? self->b.name : self->a.name);
	}
	return g_strdup_printf ("%s: %s is %s in %s, %s in %s", difference->what, difference->field,
	                        difference->a != NULL ? difference->a : "none", self->a.name,
	                        difference->b != NULL ? difference->b : "none", self->b.name);
}

json_t *
transfer_difference_json (const transfer_difference *difference)
{
	gboolean only = difference->field == NULL && difference->problem == NULL;

	return json_pack ("{s:s, s:s, s:s?, s:s?, s:s?, s:s?, s:s?}", "kind", transfer_kinds[difference->kind].key,
	                  "what", difference->what, "only_in", only ? (difference->only_b ? "b" : "a") : NULL,
	                  "problem", difference->problem, "field", difference->field, "a", difference->a, "b",
	                  difference->b);
}

ip_driver_status
transfer_begin_write (transfer *self, ip_driver_error *error)
{
	ip_driver_status status;

	self->pending++;
	if (self->b.driver != self->b.opened || !ip_driver_supports (self->b.opened, "transaction.begin"))
		return IP_DRIVER_OK;
	status = ip_driver_transaction_begin (self->b.opened, &self->b.driver, error);
	self->begun_at = g_get_monotonic_time ();
	if (status == IP_DRIVER_OK)
		return status;
	self->b.driver = self->b.opened;
	return cli_prefix_error (error, "%s: ", self->b.name);
}

static ip_driver_status
commit (transfer *self, ip_driver_error *error)
{
	ip_driver *transaction = self->b.driver;

	self->pending = 0;
	if (transaction == self->b.opened)
		return IP_DRIVER_OK;
	self->b.driver = self->b.opened;
	if (ip_driver_transaction_commit (transaction, error) != IP_DRIVER_OK)
		return cli_prefix_error (error, "%s: ", self->b.name);
	return IP_DRIVER_OK;
}

static void
roll_back (transfer *self)
{
	if (self->b.driver != self->b.opened)
		ip_driver_transaction_rollback (self->b.driver);
	self->b.driver = self->b.opened;
}

ip_driver_status
transfer_step (transfer *self, ip_driver_error *error)
{
	gboolean full = self->pending >= BATCH_WRITES ||
	                (self->pending > 0 && g_get_monotonic_time () - self->begun_at >= BATCH_TIME);
	ip_driver_status status = IP_DRIVER_OK;

	self->steps++;
	progress_step (self->progress);
	if (full || stopped != 0)
		status = commit (self, error);
	if (status == IP_DRIVER_OK && stopped != 0)
		status = cli_error (error, CLI_STOPPED, "stopped; run the same command again to go on");
	return status;
}

ip_driver_status
transfer_fail (const transfer *self, const char *what, ip_driver_error *error)
{
	return cli_prefix_error (error, "%s: %s: ", self->b.name, what);
}

static ip_driver_status
open_side (transfer_side *self, const char *name, ip_driver_error *error)
{
	ip_driver_status status = ip_driver_open (name, &self->opened, error);

	self->name = name;
	if (status != IP_DRIVER_OK)
		return status;
	self->driver = self->opened;
	self->all_tenants = transfer_can (self, "all_tenants");
	return status;
}

static ip_driver_status
check_side (const transfer *self, const transfer_side *side, const char *const *needed, unsigned count,
            ip_driver_error *error)
{
	if (!side->all_tenants && self->tenants == NULL) {
		return cli_error (error, IP_DRIVER_NOT_SUPPORTED,
		                  "%s shows what one tenant has at a time; name them with --tenant and --also-tenant",
		                  side->name);
	}
	for (unsigned i = 0; i < count; i++) {
		if (!transfer_can (side, needed[i]))
			return cli_error (error, IP_DRIVER_NOT_SUPPORTED, "%s cannot do %s", side->name, needed[i]);
	}
	return IP_DRIVER_OK;
}

/* A list may be there, and yet want a device. */
static ip_driver_status
try_interfaces (const transfer *self, transfer_side *side, ip_driver_error *error)
{
	ip_driver_interface_list_args args = IP_DRIVER_INTERFACE_LIST_ARGS_INIT;
	g_autoptr (ip_driver_interfaces) page = NULL;
	ip_driver_status status;

	if (!transfer_can (side, "interface.list"))
		return IP_DRIVER_OK;
	args.tenant = self->tenants != NULL ? self->tenants[0] : NULL;
	args.limit = 1;
	status = ip_driver_interface_list (side->driver, &args, &page, error);
	side->lists_interfaces = status == IP_DRIVER_OK;
	return status == IP_DRIVER_NOT_SUPPORTED ? IP_DRIVER_OK : status;
}

/* Whose things are meant; NULL: everybody's. */
static ip_driver_status
read_tenants (cli_context *cli, const char *const **ret_tenants, ip_driver_error *error)
{
	size_t count;
	const char *const *also = cli_texts (cli, "also-tenant", &count);
	const char **tenants;

	if (cli->tenant == NULL && count > 0)
		return cli_error (error, CLI_USAGE, "--also-tenant goes with --tenant");
	if (cli->tenant == NULL)
		return IP_DRIVER_OK;
	tenants = g_new0 (const char *, count + 2);
	tenants[0] = cli->tenant;
	for (size_t i = 0; i < count; i++) {
		/* Twice the same would be counted twice. */
		if (!g_strv_contains (tenants, also[i]))
			tenants[g_strv_length ((char **)(gintptr)tenants)] = also[i];
	}
	*ret_tenants = tenants;
	return IP_DRIVER_OK;
}

static guint32
read_skipped (cli_context *cli)
{
	size_t count;
	const char *const *words = cli_texts (cli, "skip", &count);
	guint32 skipped = 0;

	for (size_t i = 0; i < count; i++) {
		for (unsigned part = 0; part < TRANSFER_PARTS; part++) {
			g_autofree char *word = transfer_part_word (part);

			if (strcmp (word, words[i]) == 0)
				skipped |= 1u << part;
		}
	}
	/* What has no key shares none. */
	if ((skipped & 1u << TRANSFER_PART_REQUEST_KEYS) != 0)
		skipped |= 1u << TRANSFER_PART_SHARED_KEYS;
	return skipped;
}

/* Whether ids must be the same. */
static ip_driver_status
read_ids (cli_context *cli, transfer *self, ip_driver_error *error)
{
	const char *word = cli_text (cli, "ids");
	gboolean can = transfer_can (&self->b, "chosen_ids") &&
	               (self->mode != TRANSFER_COMPARE || transfer_can (&self->a, "chosen_ids"));

	self->ids = word == NULL || strcmp (word, "auto") == 0 ? can : strcmp (word, "yes") == 0;
	if (self->ids && !can && self->mode != TRANSFER_COMPARE)
		return cli_error (error, IP_DRIVER_NOT_SUPPORTED, "%s makes its own ids", self->b.name);
	return IP_DRIVER_OK;
}

ip_driver_status
transfer_open (transfer *self, cli_context *cli, const char *a, const char *b, ip_driver_error *error)
{
	gboolean compare = self->mode == TRANSFER_COMPARE;
	ip_driver_status status = read_tenants (cli, &self->tenants, error);

	self->skipped = read_skipped (cli);
	if (status == IP_DRIVER_OK)
		status = open_side (&self->a, a, error);
	if (status == IP_DRIVER_OK)
		status = open_side (&self->b, b, error);
	if (status == IP_DRIVER_OK)
		status = read_ids (cli, self, error);
	if (status == IP_DRIVER_OK)
		status = check_side (self, &self->a, needed_of_a, G_N_ELEMENTS (needed_of_a), error);
	if (status == IP_DRIVER_OK) {
		status = check_side (self, &self->b, compare ? needed_of_a : needed_of_b,
		                     compare ? G_N_ELEMENTS (needed_of_a) : G_N_ELEMENTS (needed_of_b), error);
	}
	if (status == IP_DRIVER_OK)
		status = try_interfaces (self, &self->a, error);
	if (status == IP_DRIVER_OK)
		status = try_interfaces (self, &self->b, error);
	self->differences = g_ptr_array_new_with_free_func (difference_free);
	self->used_blocks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
	self->request_keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
	return status;
}

static void
forget_records (transfer_side *side)
{
	g_clear_pointer (&side->policies, g_ptr_array_unref);
	g_clear_pointer (&side->blocks, g_ptr_array_unref);
	g_clear_pointer (&side->policy_ids, g_hash_table_unref);
	g_clear_pointer (&side->block_ids, g_hash_table_unref);
}

void
transfer_clear (transfer *self)
{
	roll_back (self);
	forget_records (&self->a);
	forget_records (&self->b);
	ip_driver_close (self->a.opened);
	ip_driver_close (self->b.opened);
	g_clear_pointer (&self->differences, g_ptr_array_unref);
	g_clear_pointer (&self->used_blocks, g_hash_table_unref);
	g_clear_pointer (&self->request_keys, g_hash_table_unref);
	g_clear_pointer (&self->met_interfaces, g_hash_table_unref);
	g_free ((void *)(gintptr)self->tenants);
}

static void
begin_side (transfer_side *side)
{
	forget_records (side);
	side->policies = record_list_new ();
	side->blocks = record_list_new ();
	side->policy_ids = g_hash_table_new (g_str_hash, g_str_equal);
	side->block_ids = g_hash_table_new (g_str_hash, g_str_equal);
}

static void
begin_walk (transfer *self, transfer_mode mode)
{
	static const char *const words[] = {"looking", "migrating", "comparing"};

	self->mode = mode;
	begin_side (&self->a);
	begin_side (&self->b);
	memset (self->missing, 0, sizeof self->missing);
	memset (self->same, 0, sizeof self->same);
	memset (self->incomplete, 0, sizeof self->incomplete);
	self->holds_a = self->holds_b = 0;
	self->progress = progress_begin (words[mode], self->steps);
	self->steps = 0;
	g_clear_pointer (&self->met_interfaces, g_hash_table_unref);
	if (self->tenants != NULL || !self->a.lists_interfaces)
		self->met_interfaces = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

ip_driver_status
transfer_run (transfer *self, transfer_mode mode, ip_driver_error *error)
{
	ip_driver_status (*const steps[]) (transfer *, ip_driver_error *) = {
		transfer_load_blocks, transfer_load_policies, transfer_policies,  transfer_blocks,
		transfer_routes,      transfer_interfaces,    transfer_addresses, transfer_nat_pairs,
		transfer_allowed_ips, transfer_mac_ranges,
	};
	ip_driver_status status = IP_DRIVER_OK;

	begin_walk (self, mode);
	for (unsigned i = 0; i < G_N_ELEMENTS (steps) && status == IP_DRIVER_OK; i++)
		status = steps[i](self, error);
	if (status == IP_DRIVER_OK)
		status = commit (self, error);
	else
		roll_back (self);
	g_clear_pointer (&self->progress, progress_end);
	return status;
}
