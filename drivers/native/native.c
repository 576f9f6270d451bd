/*
 * The native driver: the vtable, opening and closing, transactions, and how operations are run.
 */
#include "native.h"

#include <stdarg.h>
#include <string.h>

#include "policy.h"

static const char *const durability_choices[] = {"full", "normal", NULL};
static const char *const generator_choices[] = {"rfc2462", "tenant", "stable", "random", NULL};

static const ip_driver_option options[] = {
	{
		.key = "connection",
		.description = "where the database is: sqlite:////absolute/path or sqlite:///relative/path",
		.default_value = NULL,
		.type = IP_DRIVER_OPTION_TEXT,
	},
	{
		.key = "durability",
		.description = "full: an acknowledged change survives a power loss; normal: it survives a crash of the "
			       "program",
		.default_value = "full",
		.choices = durability_choices,
		.type = IP_DRIVER_OPTION_CHOICE,
	},
	{
		.key = "quarantine",
		.description = "seconds that a released address rests before it can be handed out again",
		.default_value = "600",
		.minimum = 0,
		.maximum = 10 * 366 * 86400,
		.type = IP_DRIVER_OPTION_INTEGER,
	},
	{
		.key = "ipv6_generator",
		.description = "where in a block IPv6 addresses begin: rfc2462, tenant, stable (RFC 7217) or random",
		.default_value = "rfc2462",
		.choices = generator_choices,
		.type = IP_DRIVER_OPTION_CHOICE,
	},
	{
		.key = "allocate_network_address",
		.description = "whether the first address of a block (x.x.x.0) may be allocated",
		.default_value = "false",
		.type = IP_DRIVER_OPTION_BOOLEAN,
	},
	{
		.key = "dns1",
		.description = "first name server of new blocks",
		.default_value = "",
		.type = IP_DRIVER_OPTION_TEXT,
	},
	{
		.key = "dns2",
		.description = "second name server of new blocks",
		.default_value = "",
		.type = IP_DRIVER_OPTION_TEXT,
	},
	{
		.key = "default_cidr",
		.description = "the private block that is made when allocating on a network that has none",
		.default_value = "",
		.type = IP_DRIVER_OPTION_TEXT,
	},
	{
		.key = "write_timeout",
		.description = "seconds to wait for other writers of the database",
		.default_value = "30",
		.minimum = 1,
		.maximum = 3600,
		.type = IP_DRIVER_OPTION_INTEGER,
	},
};

ip_driver_status
native_fail (native_op *op, ip_driver_status status, const char *format, ...)
{
	va_list arguments;

	va_start (arguments, format);
	g_autofree char *message = g_strdup_vprintf (format, arguments);
	va_end (arguments);
	return ip_driver_fail (op->error, status, message);
}

gint64
native_seconds (gint64 microseconds)
{
	return microseconds / NATIVE_SECOND;
}

/* How an operation reaches the writer's thread. */
typedef struct {
	native_op op;
	native_operation operation;
	gconstpointer args;
} native_call;

static ip_driver_status
run_call (storage_connection *connection, gpointer data, ip_driver_error *error)
{
	native_call *call = data;

	call->op.connection = connection;
	call->op.error = error;
	call->op.now = g_get_real_time ();
	return call->operation (&call->op, call->args);
}

ip_driver_status
native_write (ip_driver_instance *instance, native_operation operation, gconstpointer args, ip_driver_results *results,
              ip_driver_error *error)
{
	native_instance *self = instance;
	native_call call = {
		.op = {.native = self->native, .results = results},
		.operation = operation,
		.args = args,
	};

	if (self->held)
		return writer_run_held (self->held, run_call, &call, error);
	return writer_run (self->native->writer, run_call, &call, error);
}

ip_driver_status
native_read (ip_driver_instance *instance, native_operation operation, gconstpointer args, ip_driver_results *results,
             ip_driver_error *error)
{
	native_instance *self = instance;
	native_op op = {.native = self->native, .results = results, .error = error, .now = g_get_real_time ()};
	ip_driver_status status;

	if (self->held)
		return native_write (instance, operation, args, results, error);
	status = storage_read_begin (self->native->storage, &op.connection, error);
	if (status != IP_DRIVER_OK)
		return status;
	status = operation (&op, args);
	ip_driver_status trouble = storage_error (op.connection, error);
	storage_read_end (op.connection);
	return trouble != IP_DRIVER_OK ? trouble : status;
}

static void
native_free (native *self)
{
	g_clear_pointer (&self->writer, writer_free);
	g_clear_pointer (&self->storage, storage_close);
	g_clear_pointer (&self->exclusions, g_hash_table_unref);
	g_mutex_clear (&self->exclusion_lock);
	g_free (self->dns1);
	g_free (self->dns2);
	g_free (self->default_cidr);
	g_free (self);
}

/* Takes what the database keeps about itself; makes the counters agree with the setting. CONFLICT: they do
 * not, and `args` is NULL, which forbids to change anything. */
static ip_driver_status
load_meta (native_op *op, gconstpointer args)
{
	native *self = op->native;
	gsize size = 0;
	const guint8 *value;
	gboolean counted_with = FALSE;

	{
		g_autoptr (storage_cursor) cursor =
			storage_query (op->connection, "SELECT value FROM meta WHERE key = 'secret'", "");
		if (!storage_next (cursor) || !(value = storage_blob (cursor, 0, &size)) || size != sizeof self->secret)
			return native_fail (op, IP_DRIVER_STORAGE, "database %s has lost its secret",
			                    storage_location (self->storage));
		memcpy (self->secret, value, sizeof self->secret);
	}
	{
		g_autoptr (storage_cursor) cursor = storage_query (
			op->connection, "SELECT value FROM meta WHERE key = 'allocate_network_address'", "");
		if (storage_next (cursor) && (value = storage_blob (cursor, 0, &size)))
			counted_with = size == 1 && *value == '1';
	}
	if (counted_with == self->allocate_network_address)
		return IP_DRIVER_OK;
	if (!args)
		return IP_DRIVER_CONFLICT;
	storage_execute (op->connection, "UPDATE meta SET value = $1 WHERE key = 'allocate_network_address'", "b",
	                 self->allocate_network_address ? "1" : "0", (gsize)1);
	policy_recount_all (op);
	return IP_DRIVER_OK;
}

static ip_driver_status
prepare (native *self, ip_driver_error *error)
{
	native_instance instance = {.native = self};
	ip_driver_error probe = IP_DRIVER_ERROR_INIT;
	ip_driver_status status = native_read (&instance, load_meta, NULL, NULL, &probe);

	if (status == IP_DRIVER_CONFLICT)
		return native_write (&instance, load_meta, self, NULL, error);
	if (status != IP_DRIVER_OK)
		ip_driver_fail (error, status, probe.message);
	return status;
}

/* An address, or a CIDR, in canonical form; empty means none. */
static gboolean
take_option (const ip_driver_options *given, const char *key, gboolean is_cidr, char **ret, ip_driver_error *error)
{
	const char *text = ip_driver_options_text (given, key);
	ip_address address;
	ip_cidr cidr;
	char canonical[IP_TEXT_SIZE];

	if (!text || !*text)
		return TRUE;
	if (is_cidr ? !ip_cidr_parse (text, &cidr) : !ip_address_parse (text, &address)) {
		g_autofree char *message =
			g_strdup_printf ("%s = %s is not %s", key, text, is_cidr ? "a CIDR" : "an IP address");
		ip_driver_fail (error, IP_DRIVER_CONFIG, message);
		return FALSE;
	}
	*ret = g_strdup (is_cidr ? ip_cidr_format (&cidr, canonical)
	                         : ip_address_format (address.version, address.value, canonical));
	return TRUE;
}

/* In the user's data directory. A relative $XDG_DATA_HOME is ignored, as the XDG Base Directory
 * Specification wants it: the database must not depend on the working directory. */
static char *
default_path (void)
{
	const char *data = g_get_user_data_dir ();

	if (g_path_is_absolute (data))
		return g_build_filename (data, "ip_driver", "ipam.db", NULL);
	return g_build_filename (g_get_home_dir (), ".local", "share", "ip_driver", "ipam.db", NULL);
}

static ip_driver_status
native_open (const ip_driver_options *given, ip_driver_instance **ret_instance, ip_driver_error *error)
{
	native *self = g_new0 (native, 1);
	const char *connection = ip_driver_options_text (given, "connection");
	g_autofree char *default_url = NULL;
	ip_driver_status status = IP_DRIVER_CONFIG;

	g_mutex_init (&self->exclusion_lock);
	self->exclusions = policy_cache_new ();
	self->quarantine = ip_driver_options_integer (given, "quarantine") * NATIVE_SECOND;
	self->allocate_network_address = ip_driver_options_boolean (given, "allocate_network_address") != 0;
	if (!generator_kind_parse (ip_driver_options_text (given, "ipv6_generator"), &self->generator) ||
	    !take_option (given, "dns1", FALSE, &self->dns1, error) ||
	    !take_option (given, "dns2", FALSE, &self->dns2, error) ||
	    !take_option (given, "default_cidr", TRUE, &self->default_cidr, error))
		goto failed;
	if (!connection) {
		/* "With no file at all: the native backend on a database in the user's data directory." */
		g_autofree char *path = default_path ();
		g_autofree char *escaped = g_uri_escape_string (path, G_URI_RESERVED_CHARS_ALLOWED_IN_PATH, FALSE);
		default_url = g_strconcat ("sqlite:///", escaped, NULL);
		connection = default_url;
	}
	storage_options where = {
		.url = connection,
		.folder = ip_driver_options_folder (given),
		.durable = g_str_equal (ip_driver_options_text (given, "durability"), "full"),
		.timeout = (guint)ip_driver_options_integer (given, "write_timeout") * 1000,
	};
	status = storage_open (&where, native_migrations, native_migration_count, &self->storage, error);
	if (status != IP_DRIVER_OK)
		goto failed;
	self->writer = writer_new (self->storage);
	status = prepare (self, error);
	if (status != IP_DRIVER_OK)
		goto failed;

	native_instance *instance = g_new0 (native_instance, 1);
	instance->native = self;
	*ret_instance = instance;
	return IP_DRIVER_OK;

failed:
	native_free (self);
	return status;
}

static void
native_close (ip_driver_instance *instance)
{
	native_instance *self = instance;

	native_free (self->native);
	g_free (self);
}

static const char *
native_location (ip_driver_instance *instance)
{
	native_instance *self = instance;

	return storage_location (self->native->storage);
}

static ip_driver_status
native_transaction_begin (ip_driver_instance *instance, ip_driver_instance **ret_transaction, ip_driver_error *error)
{
	native_instance *self = instance;
	storage_connection *held;
	ip_driver_status status = writer_hold (self->native->writer, &held, error);

	if (status != IP_DRIVER_OK)
		return status;
	native_instance *transaction = g_new0 (native_instance, 1);
	transaction->native = self->native;
	transaction->held = held;
	*ret_transaction = transaction;
	return IP_DRIVER_OK;
}

static ip_driver_status
native_transaction_commit (ip_driver_instance *transaction, ip_driver_error *error)
{
	native_instance *self = transaction;
	ip_driver_status status = writer_commit_held (self->native->writer, self->held, error);

	g_free (self);
	return status;
}

static void
native_transaction_rollback (ip_driver_instance *transaction)
{
	native_instance *self = transaction;

	writer_rollback_held (self->native->writer, self->held);
	g_free (self);
}

const ip_driver_transaction_ops native_transaction_ops = {
	.size = sizeof (ip_driver_transaction_ops),
	.begin = native_transaction_begin,
	.commit = native_transaction_commit,
	.rollback = native_transaction_rollback,
};

static const ip_driver_backend backend = {
	.size = sizeof (ip_driver_backend),
	.abi = IP_DRIVER_BACKEND_ABI,
	.features = IP_DRIVER_FEATURE_REQUEST_KEY | IP_DRIVER_FEATURE_HOLD | IP_DRIVER_FEATURE_MANY |
                    IP_DRIVER_FEATURE_ALL_TENANTS | IP_DRIVER_FEATURE_CHOSEN_IDS,
	.name = "native",
	.description = "IPAM in a local SQLite database",
	.options = options,
	.option_count = G_N_ELEMENTS (options),
	.open = native_open,
	.close = native_close,
	.location = native_location,
	.block = &native_block_ops,
	.subnet = &native_subnet_ops,
	.address = &native_address_ops,
	.network = &native_network_ops,
	.interface = &native_interface_ops,
	.mac_range = &native_mac_range_ops,
	.allowed_ip = &native_allowed_ip_ops,
	.route = &native_route_ops,
	.policy = &native_policy_ops,
	.policy_range = &native_policy_range_ops,
	.policy_octet = &native_policy_octet_ops,
	.nat = &native_nat_ops,
	.lease = &native_lease_ops,
	.transaction = &native_transaction_ops,
	.store = &native_store_ops,
};

IP_DRIVER_API const ip_driver_backend *
ip_driver_backend_entry (uint32_t host_abi)
{
	return host_abi >> 16 == IP_DRIVER_BACKEND_ABI >> 16 ? &backend : NULL;
}
