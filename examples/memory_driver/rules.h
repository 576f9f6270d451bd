/*
 * rules.h: what the operations share: looking things up, giving and releasing addresses, request
 * keys, and handing results to the library. All of it runs between store_begin() and store_end().
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MEMORY_RULES_H
#define MEMORY_RULES_H

#include "store.h"

/* block.c */

/* The block with this id if it is this tenant's (NULL: anyone's), or NULL. */
struct block *block_find (struct store *store, const char *tenant, const char *id);
/* The same, with an error. */
ip_driver_status block_require (struct store *store, const char *tenant, const char *id, struct block **ret_block,
                                ip_driver_error *error);
int block_has_subnets (struct store *store, const struct block *block);
/* Whether an address of the block is never given: its gateway, network or broadcast address. */
int block_excludes (struct store *store, const struct block *block, ip_number value);
/* Whether a block may be on a network ("": none): all its blocks have one type, and its top-level
 * blocks do not overlap. `block`, or NULL for a new one, is not in its own way, nor are its subnets. */
ip_driver_status network_admits (struct store *store, const char *network, const struct cidr *cidr,
                                 ip_driver_block_type type, const struct block *block, int is_top,
                                 ip_driver_error *error);
/* IP_DRIVER_INVALID: the gateway (NULL: none) is not of the block's family. */
ip_driver_status gateway_check (const char *gateway, const struct cidr *cidr, ip_driver_error *error);
/* Puts a new block into the store; the caller has checked that it may be there. id: NULL for a new
 * one. */
ip_driver_status block_insert (struct store *store, const char *id, const struct block *template,
                               struct block **ret_block, ip_driver_error *error);
/* IP_DRIVER_NOT_FOUND if a policy is named: this driver has none. */
ip_driver_status policy_refuse (const char *policy, ip_driver_error *error);
void block_describe (const struct block *block, ip_driver_block *ret, char text[3][IP_TEXT_SIZE]);
void block_return (const struct block *block, ip_driver_results *results);

/* Lists are in the order of creation, and their markers are the sequence of the last item. */
ip_driver_status marker_parse (const char *marker, uint64_t *ret_sequence, ip_driver_error *error);
void marker_return (uint64_t sequence, ip_driver_results *results);

/* allocate.c: where addresses change hands. */

/* Who will use an address. */
struct user {
	const char *tenant;
	struct interface *interface; /* NULL: none */
	uint32_t hold;               /* seconds; 0: for good */
	struct request *request;     /* NULL: without a key */
	uint32_t given;              /* how many were given to him by this call */
};

/* Index of the first address record of a block that is not below `value`. */
size_t address_index (struct store *store, const struct block *block, ip_number value);
/* The record of an address that is allocated or resting, or NULL. */
struct address *address_find (struct store *store, const struct block *block, ip_number value);
/* Whether a released address may be handed out again. */
int address_is_available (struct store *store, const struct address *address);
/* Gives the next address of a block. IP_DRIVER_EXHAUSTED, without a message: there is none. */
ip_driver_status allocate_next (struct store *store, struct block *block, struct user *user,
                                struct address **ret_address, ip_driver_error *error);
/* Gives a certain one. */
ip_driver_status allocate_wanted (struct store *store, struct block *block, ip_number value, struct user *user,
                                  struct address **ret_address, ip_driver_error *error);
/* Puts an address into quarantine. */
void address_release (struct store *store, struct address *address);
/* Ends a hold or a quarantine: the address is free. */
void address_free (struct store *store, struct address *address);
/* Ends the holds whose time is over. */
void holds_lapse (struct store *store);

/* The network allocation, also for interface.c: one address per family, or the wanted ones. tenant: the
 * blocks', NULL for any. */
ip_driver_status allocate_on_network (struct store *store, const char *tenant, const char *network,
                                      const char *const *wanted, size_t wanted_count, struct user *user,
                                      struct address **given, ip_driver_error *error);

/* address.c */

void address_describe (const struct address *address, ip_driver_address *ret, char text[IP_TEXT_SIZE]);
void address_return (const struct address *address, ip_driver_results *results);
/* A marker in a list of addresses: block and value of the last item. */
ip_driver_status address_marker_parse (const char *marker, uint64_t *ret_sequence, ip_number *ret_value,
                                       ip_driver_error *error);
void address_marker_return (const struct address *address, ip_driver_results *results);

/* network.c */

/* Fills an allocation; its strings live as long as `text` and the store's lock. */
struct allocation_text {
	ip_driver_address address;
	char texts[4][IP_TEXT_SIZE];
};
void allocation_describe (const struct address *address, ip_driver_allocation *ret, struct allocation_text *text);
void allocation_return (const struct address *address, ip_driver_results *results);

/* interface.c */

struct interface *interface_find (struct store *store, const char *tenant, const char *id);
/* Whether an interface has addresses. */
int interface_has_addresses (struct store *store, const struct interface *interface);
/* Makes an interface that uses addresses for `hold` seconds, or for good. */
ip_driver_status interface_make (struct store *store, const char *tenant, const char *id, const char *device,
                                 const char *mac, uint32_t hold, struct interface **ret_interface,
                                 ip_driver_error *error);
/* The interface that an allocation names, made if there is none; NULL if it names none. */
ip_driver_status interface_for_allocation (struct store *store, const char *tenant, const char *id, const char *device,
                                           const char *mac, uint32_t hold, struct interface **ret_interface,
                                           ip_driver_error *error);
/* Removes an interface that has no addresses any more. */
void interface_remove (struct store *store, struct interface *interface);

/* request.c */

/* What a call asks for, as text: start with { NULL, 0 }, free `text`. */
struct signature {
	char *text;
	size_t length;
};
void signature_add (struct signature *signature, const char *part);
void signature_add_number (struct signature *signature, uint64_t number);
/*
 * Looks a key up, or enters it. *ret_request is NULL without a key. *ret_repeated: the key is in use for
 * the same call, whose result is to be given again. Frees signature->text.
 */
ip_driver_status request_enter (struct store *store, const char *tenant, const char *key, struct signature *signature,
                                struct request **ret_request, int *ret_repeated, ip_driver_error *error);
/* One more, or one less, lives of what was made with the key. NULL is ignored. */
void request_ref (struct store *store, struct request *request);
void request_unref (struct store *store, struct request *request);
/* What lives of the addresses that were allocated with a key, in the order of that call's result. Freed
 * by the caller. */
struct address **request_addresses (struct store *store, const struct request *request, size_t *ret_count);

/* The groups of the vtable. */
extern const ip_driver_block_ops memory_block_ops;
extern const ip_driver_subnet_ops memory_subnet_ops;
extern const ip_driver_address_ops memory_address_ops;
extern const ip_driver_network_ops memory_network_ops;
extern const ip_driver_interface_ops memory_interface_ops;

#endif
