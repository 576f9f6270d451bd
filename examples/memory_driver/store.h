/*
 * store.h: what the driver keeps, and how it is changed all or nothing.
 *
 * An operation is written between store_begin() and store_end(). It changes what it likes as it goes;
 * every change is noted in a journal, and if the operation ends with an error, store_end() undoes
 * them in reverse. So no operation needs to check everything before it changes anything.
 *
 * Everything is found by walking arrays: the driver is an example, and right before fast.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MEMORY_STORE_H
#define MEMORY_STORE_H

#include "ip.h"

#include <ip_driver/backend.h>
#include <pthread.h>

/* Room for a UUID, a MAC address, an address, and an id that the caller chooses, with the NUL. An
 * empty text is "has none": none of them can be empty otherwise. */
#define UUID_SIZE 37
#define MAC_SIZE 18
#define ADDRESS_SIZE 46
#define NAME_SIZE (IP_DRIVER_ID_MAX + 1)

struct block {
	char id[UUID_SIZE];
	/* Counts up through all that is created: "oldest first", and what list markers are made of. */
	uint64_t sequence;
	char tenant[NAME_SIZE];
	char network[NAME_SIZE];
	struct cidr cidr;
	char gateway[ADDRESS_SIZE];
	char dns1[ADDRESS_SIZE];
	char dns2[ADDRESS_SIZE];
	struct block *parent; /* NULL: a root */
	ip_driver_block_type type;
	/* IPv4: every address below this one has been used, or is never given. Only a short cut. */
	ip_number unused_from;
	int64_t created_at;
	int64_t updated_at;
};

struct interface {
	char id[NAME_SIZE];
	uint64_t sequence;
	char tenant[NAME_SIZE];
	char device[NAME_SIZE];
	char mac[MAC_SIZE];
	/* It was made for a hold, and ends with the last of its addresses unless one is confirmed. */
	int is_held;
	/* The request key that it was created with, or NULL. */
	struct request *request;
	int64_t created_at;
	int64_t updated_at;
};

/* A third state beside the two of address.h: used once, and free now. The record stays until its
 * block is deleted, since never-used addresses are given before it. */
#define ADDRESS_FREE 0

struct address {
	char id[UUID_SIZE];
	struct block *block;
	ip_number value;
	ip_driver_address_state state;
	struct interface *interface;
	char used_by_tenant[NAME_SIZE];
	int64_t hold_until;
	int64_t quarantine_until;
	/* Counts up through all releases: "the longest-rested first". */
	uint64_t released;
	/* The request key that it was allocated with, or NULL, and its place in that call's result. */
	struct request *request;
	uint32_t position;
	int64_t created_at;
	int64_t updated_at;
};

/* A request key in use: see request.c. */
struct request {
	char tenant[NAME_SIZE];
	char key[NAME_SIZE];
	/* How many addresses, or interfaces, live that were made with it. */
	uint32_t living;
	/* What was asked for; a call that asks for something else may not use the key. */
	char signature[];
};

struct vector {
	void **items;
	size_t count;
	size_t room;
};

/* An open instance. */
struct store {
	pthread_mutex_t lock;
	/* Configuration. */
	int64_t quarantine;
	int allocate_network_address;
	char dns1[ADDRESS_SIZE];
	char dns2[ADDRESS_SIZE];
	/* Oldest first. */
	struct vector blocks;
	struct vector interfaces;
	struct vector requests;
	/* By block (oldest first), then by value: the order of ip_driver_address_list(). */
	struct vector addresses;
	uint64_t last_sequence;
	/* The moment of the operation that runs, and the earliest at which a hold lapses. */
	int64_t now;
	int64_t next_lapse;
	/* Of the operation that runs. */
	struct change *journal;
	size_t change_count;
	size_t change_room;
};

#define STORE_BLOCK(store, i) ((struct block *)(store)->blocks.items[i])
#define STORE_INTERFACE(store, i) ((struct interface *)(store)->interfaces.items[i])
#define STORE_ADDRESS(store, i) ((struct address *)(store)->addresses.items[i])
#define STORE_REQUEST(store, i) ((struct request *)(store)->requests.items[i])

struct store *store_new (void);
void store_free (struct store *store);

/* Locks the store, looks at the clock, and ends the holds that have lapsed. */
struct store *store_begin (ip_driver_instance *instance);
/* Keeps the changes if status is IP_DRIVER_OK, undoes them otherwise; unlocks; returns the status. */
ip_driver_status store_end (struct store *store, ip_driver_status status);

/* To be called before an object's fields are changed. */
void store_change (struct store *store, void *object, size_t size);
/* Put an object, from malloc, into a vector; take it out (it is freed when the operation ends). */
void store_insert (struct store *store, struct vector *vector, size_t index, void *object);
void store_append (struct store *store, struct vector *vector, void *object);
void store_remove (struct store *store, struct vector *vector, void *object);

/* malloc and calloc that end the process when there is no memory, as the library does. */
void *memory_allocate (size_t size);
void *memory_grow (void *memory, size_t size);

/* A new random UUID. */
void uuid_make (char uuid[UUID_SIZE]);
/* Copies text that the library has checked to fit; NULL becomes "". */
void text_set (char *text, size_t size, const char *value);
#define TEXT_SET(field, value) text_set ((field), sizeof (field), (value))
/* "" becomes NULL. */
const char *text_or_null (const char *text);
/* Whether a filter lets a value through: NULL lets everything. */
int text_matches (const char *filter, const char *value);

/* ip_driver_fail() with a printf format. */
ip_driver_status fail (ip_driver_error *error, ip_driver_status status, const char *format, ...)
	__attribute__ ((format (printf, 3, 4)));

#endif
