/*
 * A driver as one that was compiled against an older, or a newer, header would be. It has its own copies of the
 * tables, cut short, or longer than the header's; behind the short ones lie pointers that end the process,
 * which is where a library that does not look at `size` would look.
 *
 * Compiled as `old` and, with -DNEWER, as `newer`.
 */
#include <ip_driver/backend.h>
#include <stdlib.h>
#include <string.h>

#ifdef NEWER
#define NAME "newer"
#else
#define NAME "old"
#endif

#define BLOCK_ID "00000000-0000-4000-8000-000000000001"
#define ADDRESS_ID "00000000-0000-4000-8000-000000000002"

static void
stray (void)
{
	abort ();
}

static ip_driver_status
old_block_create (ip_driver_instance *instance, const ip_driver_block_create_args *args, ip_driver_results *results,
                  ip_driver_error *error)
{
	/* The block of an older header: it ended with `parent`. What lies behind is not to be read. */
	struct {
		size_t size;
		const char *id, *tenant, *network, *cidr, *gateway, *broadcast, *netmask, *dns1, *dns2, *policy,
			*parent;
		char behind[64];
	} block = {
		.size = offsetof (ip_driver_block, created_at),
		.id = BLOCK_ID,
		.tenant = args->tenant,
		.cidr = args->cidr,
		.broadcast = "192.0.2.255",
		.netmask = "255.255.255.0",
	};

	memset (block.behind, 0x5a, sizeof block.behind);
	ip_driver_return_block (results, (const ip_driver_block *)(const void *)&block);
	return IP_DRIVER_OK;
}

static ip_driver_status
old_block_get (ip_driver_instance *instance, const char *tenant, const char *id, ip_driver_results *results,
               ip_driver_error *error)
{
	return ip_driver_fail (error, IP_DRIVER_NOT_FOUND, "there is no such block");
}

static void
return_address (const char *block, ip_driver_results *results)
{
	ip_driver_return_address (results, &(ip_driver_address){
						   .size = sizeof (ip_driver_address),
						   .id = ADDRESS_ID,
						   .block = block,
						   .address = "192.0.2.1",
						   .used_by_tenant = "tenant",
						   .state = IP_DRIVER_ADDRESS_ALLOCATED,
						   .version = 4,
					   });
}

static ip_driver_status
old_address_allocate (ip_driver_instance *instance, const ip_driver_address_allocate_args *args,
                      ip_driver_results *results, ip_driver_error *error)
{
	return_address (args->block, results);
	return IP_DRIVER_OK;
}

static ip_driver_status
old_address_get (ip_driver_instance *instance, const char *tenant, const char *block, const char *address,
                 ip_driver_results *results, ip_driver_error *error)
{
	return_address (block, results);
	return IP_DRIVER_OK;
}

static ip_driver_status
old_address_deallocate (ip_driver_instance *instance, const ip_driver_address_deallocate_args *args,
                        ip_driver_error *error)
{
	return IP_DRIVER_OK;
}

static ip_driver_status
old_open (const ip_driver_options *options, ip_driver_instance **ret_instance, ip_driver_error *error)
{
	static int nothing;

	*ret_instance = &nothing;
	return IP_DRIVER_OK;
}

static void
old_close (ip_driver_instance *instance)
{
}

#ifdef NEWER

/* Tables with members that this library does not know. */
static const struct {
	ip_driver_block_ops known;
	void (*unknown[4]) (void);
} block_ops = {
	.known = {.size = sizeof block_ops, .create = old_block_create, .get = old_block_get},
	.unknown = {stray, stray, stray, stray},
};

static const struct {
	ip_driver_address_ops known;
	void (*unknown[4]) (void);
} address_ops = {
	.known =
		{
			.size = sizeof address_ops,
			.allocate = old_address_allocate,
			.get = old_address_get,
			.deallocate = old_address_deallocate,
		},
	.unknown = {stray, stray, stray, stray},
};

static const struct {
	ip_driver_backend known;
	void (*unknown[4]) (void);
} backend = {
	.known =
		{
			.size = sizeof backend,
			/* A later minor version, with features that nobody has heard of. */
			.abi = IP_DRIVER_BACKEND_ABI + 7,
			.features = 0xffff0000u,
			.name = NAME,
			.description = "A driver from the future",
			.open = old_open,
			.close = old_close,
			.block = &block_ops.known,
			.address = &address_ops.known,
		},
	.unknown = {stray, stray, stray, stray},
};

#define BACKEND (&backend.known)

#else

/* The tables as they may have been: blocks could be created and got, addresses not yet restored. */
static const struct {
	size_t size;
	ip_driver_status (*create) (ip_driver_instance *, const ip_driver_block_create_args *, ip_driver_results *,
	                            ip_driver_error *);
	ip_driver_status (*get) (ip_driver_instance *, const char *, const char *, ip_driver_results *,
	                         ip_driver_error *);
	void (*behind[8]) (void);
} block_ops = {
	offsetof (ip_driver_block_ops, list),
	old_block_create,
	old_block_get,
	{stray, stray, stray, stray, stray, stray, stray, stray},
};

static const struct {
	size_t size;
	ip_driver_status (*allocate) (ip_driver_instance *, const ip_driver_address_allocate_args *,
	                              ip_driver_results *, ip_driver_error *);
	void *confirm, *cancel;
	ip_driver_status (*get) (ip_driver_instance *, const char *, const char *, const char *, ip_driver_results *,
	                         ip_driver_error *);
	void *list, *find;
	ip_driver_status (*deallocate) (ip_driver_instance *, const ip_driver_address_deallocate_args *,
	                                ip_driver_error *);
	void (*behind[8]) (void);
} address_ops = {
	offsetof (ip_driver_address_ops, restore),
	old_address_allocate,
	NULL,
	NULL,
	old_address_get,
	NULL,
	NULL,
	old_address_deallocate,
	{stray, stray, stray, stray, stray, stray, stray, stray},
};

static const struct {
	size_t size;
	uint32_t abi, features;
	const char *name, *description;
	const ip_driver_option *options;
	size_t option_count;
	ip_driver_status (*open) (const ip_driver_options *, ip_driver_instance **, ip_driver_error *);
	void (*close) (ip_driver_instance *);
	void *location, *supports;
	const void *block, *subnet, *address;
	void (*behind[16]) (void);
} backend = {
	offsetof (ip_driver_backend, network),
	IP_DRIVER_BACKEND_ABI,
	0,
	NAME,
	"A driver from the past",
	NULL,
	0,
	old_open,
	old_close,
	NULL,
	NULL,
	&block_ops,
	NULL,
	&address_ops,
	{stray, stray, stray, stray, stray, stray, stray, stray, stray, stray, stray, stray, stray, stray, stray,
         stray},
};

#define BACKEND ((const ip_driver_backend *)(const void *)&backend)

#endif

const ip_driver_backend *
ip_driver_backend_entry (uint32_t host_abi)
{
	return BACKEND;
}
