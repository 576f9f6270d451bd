/*
 * request.c: request keys. While something that was made with a key lives, the same call with the same key
 * gives it again; then the key is free.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Each part is preceded by its length, so that no two lists of parts look alike. */
void
signature_add (struct signature *signature, const char *part)
{
	size_t room = (part != NULL ? strlen (part) : 0) + 32;

	signature->text = memory_grow (signature->text, signature->length + room);
	if (part == NULL)
		signature->length += (size_t)snprintf (signature->text + signature->length, room, "-;");
	else
		signature->length +=
			(size_t)snprintf (signature->text + signature->length, room, "%zu:%s;", strlen (part), part);
}

void
signature_add_number (struct signature *signature, uint64_t number)
{
	char text[IP_TEXT_SIZE];

	signature_add (signature, count_format (number, 0, text));
}

ip_driver_status
request_enter (struct store *store, const char *tenant, const char *key, struct signature *signature,
               struct request **ret_request, int *ret_repeated, ip_driver_error *error)
{
	ip_driver_status status = IP_DRIVER_OK;

	*ret_request = NULL;
	*ret_repeated = 0;
	for (size_t i = 0; key != NULL && i < store->requests.count; i++) {
		struct request *request = STORE_REQUEST (store, i);

		if (strcmp (request->key, key) == 0 && strcmp (request->tenant, tenant) == 0)
			*ret_request = request;
	}
	if (*ret_request != NULL && strcmp ((*ret_request)->signature, signature->text) == 0) {
		*ret_repeated = 1;
	} else if (*ret_request != NULL) {
		status = fail (error, IP_DRIVER_DUPLICATE, "request key \"%s\" is in use for another request", key);
	} else if (key != NULL) {
		*ret_request = memory_allocate (sizeof **ret_request + signature->length + 1);
		TEXT_SET ((*ret_request)->tenant, tenant);
		TEXT_SET ((*ret_request)->key, key);
		memcpy ((*ret_request)->signature, signature->text, signature->length + 1);
		store_append (store, &store->requests, *ret_request);
	}
	free (signature->text);
	return status;
}

void
request_ref (struct store *store, struct request *request)
{
	if (request == NULL)
		return;
	store_change (store, request, sizeof *request);
	request->living++;
}

void
request_unref (struct store *store, struct request *request)
{
	if (request == NULL)
		return;
	store_change (store, request, sizeof *request);
	request->living--;
	if (request->living == 0)
		store_remove (store, &store->requests, request);
}

static int
compare_positions (const void *a, const void *b)
{
	const struct address *const *first = a;
	const struct address *const *second = b;

	return ((*first)->position > (*second)->position) - ((*first)->position < (*second)->position);
}

struct address **
request_addresses (struct store *store, const struct request *request, size_t *ret_count)
{
	struct address **addresses = memory_allocate ((request->living + 1) * sizeof *addresses);

	*ret_count = 0;
	for (size_t i = 0; i < store->addresses.count; i++)
		if (STORE_ADDRESS (store, i)->request == request)
			addresses[(*ret_count)++] = STORE_ADDRESS (store, i);
	qsort (addresses, *ret_count, sizeof (struct address *), compare_positions);
	return addresses;
}
