/*
 * The fake driver `good`: every operation ends in one handler that the test sets, so that the test sees
 * what the library hands down and decides what comes back. The test reaches `fake_control` of the
 * loaded module with dlsym().
 */
#ifndef TESTS_UNIT_FAKE_H
#define TESTS_UNIT_FAKE_H

#include <ip_driver/backend.h>

typedef enum {
	FAKE_NOTHING,
	FAKE_NUMBER,
	FAKE_BLOCK,
	FAKE_USAGE,
	FAKE_ADDRESS,
	FAKE_MATCH,
	FAKE_SNAPSHOT,
	FAKE_ALLOCATION,
	FAKE_INTERFACE,
	FAKE_MAC_RANGE,
	FAKE_ROUTE,
	FAKE_POLICY,
	FAKE_RANGE,
	FAKE_OCTET,
	FAKE_LEASE,
	FAKE_REPORT,
} fake_result;

/* One operation, as it arrived. */
typedef struct {
	/* "block.create". */
	const char *operation;
	ip_driver_instance *instance;
	/* The args struct, or NULL and the texts. */
	const void *args;
	const char *keys[3];
	/* What the operation has to return. */
	fake_result result;
	ip_driver_results *results;
	uint64_t *number;
	ip_driver_error *error;
} fake_call;

typedef struct {
	ip_driver_status (*handler) (const fake_call *call);
	/* What open returns; with `no_instance` it returns none. */
	ip_driver_status open_status;
	const char *open_message;
	int no_instance;
	/* Called by open, with its options. */
	void (*on_open) (const ip_driver_options *options);
	/* NULL: everything. */
	int32_t (*supports) (const char *capability);
	const char *location;
	/* How often each was called. */
	int opened, closed, begun, committed, rolled_back;
	ip_driver_status commit_status;
	int no_transaction;
} fake_control_block;

/* The instances that open and begin return. */
#define FAKE_INSTANCE ((ip_driver_instance *)&fake_instances[0])
#define FAKE_TRANSACTION ((ip_driver_instance *)&fake_instances[1])

#endif
