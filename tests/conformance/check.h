/*
 * What every case file uses: the shared handle, fresh names and address space, and macros that call
 * the client API and say where and why when a call does not end as it should.
 *
 * A case is a function `case_GROUP_WHAT`, declared and named by its line in cases.h. A check that fails
 * leaves the case by cmocka's long jump, so checks are for the main thread only.
 */
#ifndef CONFORMANCE_CHECK_H
#define CONFORMANCE_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <glib.h>

#include <cmocka.h>

#include <ip_driver/ip_driver.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver, ip_driver_close)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_info, ip_driver_info_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_block, ip_driver_block_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_blocks, ip_driver_blocks_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_usage, ip_driver_usage_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_address, ip_driver_address_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_addresses, ip_driver_addresses_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_address_matches, ip_driver_address_matches_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_address_snapshot_result, ip_driver_address_snapshot_result_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_allocations, ip_driver_allocations_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_interface, ip_driver_interface_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_interfaces, ip_driver_interfaces_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_mac_range, ip_driver_mac_range_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_mac_ranges, ip_driver_mac_ranges_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_route, ip_driver_route_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_routes, ip_driver_routes_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_policy, ip_driver_policy_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_policies, ip_driver_policies_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_policy_range, ip_driver_policy_range_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_policy_ranges, ip_driver_policy_ranges_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_policy_octet, ip_driver_policy_octet_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_policy_octets, ip_driver_policy_octets_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_lease, ip_driver_lease_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_leases, ip_driver_leases_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_check_report, ip_driver_check_report_free)

/* The open handle. A case that works in a transaction puts that handle here (check_begin()). */
extern ip_driver *driver;
/* What the macros below let calls fill. */
extern ip_driver_error check_error;
/* What the command line says of the configuration. */
typedef struct {
	const char *path;
	/* Data survive a close. */
	gboolean persistent;
	/* The network address of a block may be allocated. */
	gboolean network_address;
	/* As configured; NULL: not configured, or not told. */
	const char *default_cidr;
	const char *ipv6_generator;
} check_configuration;
extern check_configuration configuration;
/* Random choices of the running case; follows --seed. */
extern GRand *check_random;

/* An argument struct: ARGS (block_create, .tenant = ..., ...). */
#define ARGS(call, ...) (&(ip_driver_##call##_args){.size = sizeof (ip_driver_##call##_args), __VA_ARGS__})

#define CHECK_STATUS_(expected, call, text)                                                                            \
	do {                                                                                                           \
		check_error_reset ();                                                                                  \
		check_status ((call), expected, text, __FILE__, __LINE__);                                             \
	} while (0)

#define CHECK_RESULT_(call_expression, result, text)                                                                   \
	({                                                                                                             \
		ip_driver_##result *done_ = NULL;                                                                      \
		CHECK_STATUS_ (IP_DRIVER_OK, call_expression, text);                                                   \
		check_result (done_, done_ ? done_->size : 0, sizeof *done_, text, __FILE__, __LINE__);                \
		done_;                                                                                                 \
	})

#define CHECK_NO_RESULT_(expected, call_expression, result, text)                                                      \
	do {                                                                                                           \
		ip_driver_##result *done_ = check_untouched ();                                                        \
		CHECK_STATUS_ (expected, call_expression, text);                                                       \
		check_result (done_ == check_untouched () ? &check_error : NULL, 1, 1, text " wrote its output",       \
		              __FILE__, __LINE__);                                                                     \
	} while (0)

/* DO (block_create, block, .tenant = ...): calls with an argument struct, must succeed, and gives the
 * result. DO_FAILS: must fail with the status and leave its output alone. */
#define DO(call, result, ...)                                                                                          \
	CHECK_RESULT_ (ip_driver_##call (driver, ARGS (call, __VA_ARGS__), &done_, &check_error), result, #call)
#define DO_FAILS(status, call, result, ...)                                                                            \
	CHECK_NO_RESULT_ (status, ip_driver_##call (driver, ARGS (call, __VA_ARGS__), &done_, &check_error), result,   \
	                  #call)

/* The lists whose argument struct has another name than the call. */
typedef ip_driver_policy_part_list_args ip_driver_policy_range_list_args;
typedef ip_driver_policy_part_list_args ip_driver_policy_octet_list_args;
typedef ip_driver_nat_list_args ip_driver_nat_list_globals_args;
typedef ip_driver_nat_list_args ip_driver_nat_list_locals_args;
typedef ip_driver_nat_args ip_driver_nat_add_args;
typedef ip_driver_nat_args ip_driver_nat_remove_args;
typedef ip_driver_address_refs_args ip_driver_address_confirm_args;
typedef ip_driver_address_refs_args ip_driver_address_cancel_args;

/* GET (block_get, block, tenant, id): the same for calls with plain arguments, or a struct of another
 * name. */
#define GET(call, result, ...)                                                                                         \
	CHECK_RESULT_ (ip_driver_##call (driver, __VA_ARGS__, &done_, &check_error), result, #call)
#define GET_FAILS(status, call, result, ...)                                                                           \
	CHECK_NO_RESULT_ (status, ip_driver_##call (driver, __VA_ARGS__, &done_, &check_error), result, #call)

/* RUN (block_delete, tenant, id): for calls without a result. */
#define RUN(call, ...) CHECK_STATUS_ (IP_DRIVER_OK, ip_driver_##call (driver, __VA_ARGS__, &check_error), #call)
#define RUN_FAILS(status, call, ...) CHECK_STATUS_ (status, ip_driver_##call (driver, __VA_ARGS__, &check_error), #call)

/* Allocations, and what they are called most. */
#define ALLOCATE(...) DO (address_allocate, addresses, __VA_ARGS__)
#define ALLOCATE_FAILS(status, ...) DO_FAILS (status, address_allocate, addresses, __VA_ARGS__)
#define DEALLOCATE(...) RUN (address_deallocate, ARGS (address_deallocate, __VA_ARGS__))
#define DEALLOCATE_FAILS(status, ...) RUN_FAILS (status, address_deallocate, ARGS (address_deallocate, __VA_ARGS__))

/* Lists page by page with a limit, and gives `key` of every item. */
#define PAGES(page_limit, call, result, key, ...)                                                                      \
	({                                                                                                             \
		GPtrArray *keys_ = g_ptr_array_new_with_free_func (g_free);                                            \
		g_autofree char *marker_ = NULL;                                                                       \
		do {                                                                                                   \
			ip_driver_##result *page_ =                                                                    \
				DO (call, result, __VA_ARGS__, .limit = (page_limit), .marker = marker_);              \
			check_page (page_->count, page_limit, page_->next_marker, keys_->len, #call, __FILE__,         \
			            __LINE__);                                                                         \
			for (size_t item_ = 0; item_ < page_->count; item_++)                                          \
				g_ptr_array_add (keys_, g_strdup (page_->items[item_]->key));                          \
			g_free (marker_);                                                                              \
			marker_ = g_strdup (page_->next_marker);                                                       \
			ip_driver_##result##_free (page_);                                                             \
		} while (marker_ != NULL);                                                                             \
		keys_;                                                                                                 \
	})

/* The list in pages of 1, 2, 7 and the default is what `want` (a GPtrArray of keys) says. */
#define CHECK_PAGES(want, call, result, key, ...)                                                                      \
	do {                                                                                                           \
		static const guint limits_[] = {1, 2, 7, 0};                                                           \
		for (guint limit_ = 0; limit_ < G_N_ELEMENTS (limits_); limit_++) {                                    \
			g_autoptr (GPtrArray) got_ = PAGES (limits_[limit_], call, result, key, __VA_ARGS__);          \
			check_texts (got_, want, limits_[limit_], #call, __FILE__, __LINE__);                          \
		}                                                                                                      \
	} while (0)

#define CHECK_TEXT(got, want) check_text (got, want, #got, __FILE__, __LINE__)
#define CHECK_MESSAGE(part) check_message (part, __FILE__, __LINE__)
#define CHECK_BLOCK(got, ...) check_block (got, &(ip_driver_block){__VA_ARGS__}, __FILE__, __LINE__)
#define CHECK_ADDRESS(got, ...) check_address (got, &(ip_driver_address){__VA_ARGS__}, __FILE__, __LINE__)
/* The addresses of a result, in order: CHECK_ADDRESSES (list, "10.0.0.1", "10.0.0.2"). */
#define CHECK_ADDRESSES(got, ...) check_addresses (got, (const char *const[]){__VA_ARGS__, NULL}, __FILE__, __LINE__)
/* The same in any order. */
#define CHECK_SET(got, ...) check_set (got, (const char *const[]){__VA_ARGS__, NULL}, __FILE__, __LINE__)
/* CHECK_USAGE (tenant, block, .total = "256", .free = "253", .excluded = "3"): what is not named is "0". */
#define CHECK_USAGE(tenant, block, ...) check_usage (tenant, block, &(ip_driver_usage){__VA_ARGS__}, __FILE__, __LINE__)

/* Behind the macros. */
void check_error_reset (void);
void check_status (ip_driver_status got, ip_driver_status expected, const char *call, const char *file, int line);
void check_result (const void *result, size_t size, size_t expected_size, const char *call, const char *file, int line);
void *check_untouched (void);
void check_page (size_t count, guint limit, const char *next_marker, guint before, const char *call, const char *file,
                 int line);
void check_texts (const GPtrArray *got, const GPtrArray *want, guint limit, const char *call, const char *file,
                  int line);
void check_text (const char *got, const char *want, const char *what, const char *file, int line);
/* The message of the last failure contains a part. */
void check_message (const char *part, const char *file, int line);
/* All fields but size and times; id only if wanted. */
void check_block (const ip_driver_block *got, const ip_driver_block *want, const char *file, int line);
/* All fields but size and times; id only if wanted; a state or version of 0 is allocated, or 4. */
void check_address (const ip_driver_address *got, const ip_driver_address *want, const char *file, int line);
void check_addresses (const ip_driver_addresses *got, const char *const *want, const char *file, int line);
void check_set (const ip_driver_addresses *got, const char *const *want, const char *file, int line);
void check_usage (const char *tenant, const char *block, const ip_driver_usage *want, const char *file, int line);
void check_fail (const char *file, int line, const char *format, ...) G_GNUC_PRINTF (3, 4) G_GNUC_NORETURN;

/* Whether the handle can do all that a text of names, separated by blanks, says. */
gboolean supports (const char *capabilities);
/* Closes the handle and opens it again, if the data survive that. */
void reopen (void);
/* Begins a transaction and makes it the handle of all calls; ends it. One that a failed case leaves is
 * rolled back behind it. */
void check_begin (void);
void check_commit (void);
void check_rollback (void);

/* Text that lives until the case ends. */
const char *text (const char *format, ...) G_GNUC_PRINTF (1, 2);
/* A name that nobody else has: "tenant-...". */
const char *fresh (const char *what);
/* A UUID that nobody else has. */
const char *fresh_id (void);
/* A MAC address that nobody else has: 02:... . */
const char *fresh_mac (void);
/* Space for public blocks that no other case uses: a /24 and a /64. */
const char *fresh_public4 (void);
const char *fresh_public6 (void);
/* The address so many after the first one of a CIDR (which may have host bits); a negative offset counts
 * from behind its last one. */
const char *at (const char *cidr, gint64 offset);
gboolean is_in (const char *cidr, const char *address);
/* Sum of two decimal numbers of any length. */
const char *decimal_add (const char *a, const char *b);

/* An IPv4 or IPv6 private block without anything special. Gives its id, until the case ends. */
const char *new_block (const char *tenant, const char *network, const char *cidr);
/* Allocates the next address of a block for nobody in particular; gives the address. */
const char *allocate_next (const char *tenant, const char *block);
void allocate_given (const char *tenant, const char *block, const char *address);
/* An array of texts that frees what it holds. */
GPtrArray *texts_new (void);
void texts_add (GPtrArray *texts, const char *text);
/* A range of MAC addresses that ends with the case; gives its id. `cidr` may be NULL: a fresh /40. Skips
 * the case if the store has ranges of others, which would come first. */
const char *new_mac_range (const char *cidr);
/* Runs `function` in that many threads, which all begin at once, each with its number. Threads report what
 * they find in their data; they do not use the macros. */
void run_threads (guint count, void (*function) (guint number, gpointer data), gpointer data);

/* Leaves the case, which then counts as skipped, and says why. */
void check_skip (const char *reason) G_GNUC_NORETURN;

/* Of the runner: what is to be done around a case, and how many were skipped. */
extern guint check_skipped;
void check_case_begin (const char *name, guint32 seed);
void check_case_end (void);

#define CASE(group, name, capabilities) void case_##group##_##name (void);
#include "cases.h"
#undef CASE

#endif
