/*
 * A small driver in many variants, one per module: MODULE is its name, and one VARIANT_... says what is
 * peculiar about it. See tests/unit/module.c for what is expected of each.
 */
#include <ip_driver/backend.h>
#include <stddef.h>

#if !defined VARIANT_NO_OPEN
static ip_driver_status
open_variant (const ip_driver_options *options, ip_driver_instance **ret_instance, ip_driver_error *error)
{
	static char instance;

	*ret_instance = &instance;
	return IP_DRIVER_OK;
}
#endif

static void
close_variant (ip_driver_instance *instance)
{
}

static ip_driver_status
block_get (ip_driver_instance *instance, const char *tenant, const char *id, ip_driver_results *results,
           ip_driver_error *error)
{
	return ip_driver_fail (error, IP_DRIVER_NOT_FOUND, "no such block");
}

static ip_driver_status
block_delete (ip_driver_instance *instance, const char *tenant, const char *id, ip_driver_error *error)
{
	return ip_driver_fail (error, IP_DRIVER_NOT_FOUND, "no such block");
}

static const ip_driver_block_ops block = {
#if defined VARIANT_BAD_GROUP
	.size = 0,
#elif defined VARIANT_OLD
	/* Compiled when the table ended with `list`; what comes then would be garbage. */
	.size = offsetof (ip_driver_block_ops, update),
#else
	.size = sizeof block,
#endif
	.get = block_get,
	.delete_ = block_delete,
};

#if defined VARIANT_ALLOCATE_ONLY || defined VARIANT_NO_DEALLOCATE
static ip_driver_status
address_allocate (ip_driver_instance *instance, const ip_driver_address_allocate_args *args, ip_driver_results *results,
                  ip_driver_error *error)
{
	return ip_driver_fail (error, IP_DRIVER_EXHAUSTED, "none");
}

#if defined VARIANT_NO_DEALLOCATE
static ip_driver_status
address_get (ip_driver_instance *instance, const char *tenant, const char *name, const char *text,
             ip_driver_results *results, ip_driver_error *error)
{
	return ip_driver_fail (error, IP_DRIVER_NOT_FOUND, "none");
}
#endif

static const ip_driver_address_ops address = {
	.size = sizeof address,
	.allocate = address_allocate,
#if defined VARIANT_NO_DEALLOCATE
	.get = address_get,
#endif
};
#endif

#if defined VARIANT_NO_COMMIT || defined VARIANT_NO_ROLLBACK || defined VARIANT_NO_BEGIN
#if !defined VARIANT_NO_BEGIN
static ip_driver_status
begin (ip_driver_instance *instance, ip_driver_instance **ret_transaction, ip_driver_error *error)
{
	return ip_driver_fail (error, IP_DRIVER_UNAVAILABLE, "busy");
}
#endif

#if !defined VARIANT_NO_COMMIT
static ip_driver_status
commit (ip_driver_instance *instance, ip_driver_error *error)
{
	return IP_DRIVER_OK;
}
#endif

#if !defined VARIANT_NO_ROLLBACK
static void
rollback (ip_driver_instance *instance)
{
}
#endif

static const ip_driver_transaction_ops transaction = {
	.size = sizeof transaction,
#if !defined VARIANT_NO_BEGIN
	.begin = begin,
#endif
#if !defined VARIANT_NO_COMMIT
	.commit = commit,
#endif
#if !defined VARIANT_NO_ROLLBACK
	.rollback = rollback,
#endif
};
#endif

#if defined VARIANT_BAD_DEFAULT || defined VARIANT_NO_CHOICES || defined VARIANT_BAD_TYPE || defined VARIANT_NO_DEFAULT
static const ip_driver_option options[] = {
	{
		.key = "speed",
		.description = "A number",
#if defined VARIANT_BAD_DEFAULT
		.default_value = "12",
		.maximum = 10,
		.type = IP_DRIVER_OPTION_INTEGER,
#elif defined VARIANT_NO_CHOICES
		.default_value = "fast",
		.type = IP_DRIVER_OPTION_CHOICE,
#elif defined VARIANT_NO_DEFAULT
		.type = IP_DRIVER_OPTION_BOOLEAN,
#else
		.default_value = "12",
		.type = 17,
#endif
	},
};
#endif

/* A table of a later minor version: what lies behind the known members is not zero. */
static const struct {
	ip_driver_backend backend;
	void (*unknown) (ip_driver_instance *instance);
} table = {
	.backend =
		{
#if defined VARIANT_TINY
			.size = sizeof (size_t),
#elif defined VARIANT_SHORT
			.size = offsetof (ip_driver_backend, close),
#elif defined VARIANT_OLD
			/* Compiled when there were no groups behind `block`. */
			.size = offsetof (ip_driver_backend, subnet),
#elif defined VARIANT_NEWER
			.size = sizeof table,
#else
			.size = sizeof (ip_driver_backend),
#endif
#if defined VARIANT_MAJOR
			.abi = 0x00020003u,
#elif defined VARIANT_NEWER
			.abi = IP_DRIVER_BACKEND_ABI + 9,
#else
			.abi = IP_DRIVER_BACKEND_ABI,
#endif
#if defined VARIANT_WRONG_NAME
			.name = "somebody_else",
#elif !defined VARIANT_NO_NAME
			.name = MODULE,
#endif
#if !defined VARIANT_NO_DESCRIPTION
			.description = "A driver for the test of module loading",
#endif
#if defined VARIANT_BAD_DEFAULT || defined VARIANT_NO_CHOICES || defined VARIANT_BAD_TYPE || defined VARIANT_NO_DEFAULT
			.options = options,
#endif
#if defined VARIANT_BAD_DEFAULT || defined VARIANT_NO_CHOICES || defined VARIANT_BAD_TYPE ||                           \
	defined VARIANT_NO_DEFAULT || defined VARIANT_NO_OPTIONS
			.option_count = 1,
#endif
#if !defined VARIANT_NO_OPEN
			.open = open_variant,
#endif
#if !defined VARIANT_NO_CLOSE
			.close = close_variant,
#endif
			.block = &block,
#if defined VARIANT_ALLOCATE_ONLY || defined VARIANT_NO_DEALLOCATE
			.address = &address,
#endif
#if defined VARIANT_NO_COMMIT || defined VARIANT_NO_ROLLBACK || defined VARIANT_NO_BEGIN
			.transaction = &transaction,
#endif
		},
	.unknown = close_variant,
};

#if !defined VARIANT_NO_ENTRY
const ip_driver_backend *
ip_driver_backend_entry (uint32_t host_abi)
{
#if defined VARIANT_NULL
	return host_abi == 0 ? &table.backend : NULL;
#else
	return host_abi == IP_DRIVER_BACKEND_ABI ? &table.backend : NULL;
#endif
}
#else
IP_DRIVER_API const void *something_else (void);
const void *
something_else (void)
{
	return &table;
}
#endif
