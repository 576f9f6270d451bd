/*
 * What stands behind check.h: comparing, naming, and the life of the shared handle around a case.
 */
#include "check.h"

#include <arpa/inet.h>
#include <stdio.h>

ip_driver *driver;
ip_driver_error check_error = IP_DRIVER_ERROR_INIT;
check_configuration configuration;
GRand *check_random;
guint check_skipped;

/* Texts of the running case. */
static GPtrArray *pool;
/* MAC ranges of the running case, which are nobody's and would serve the cases after it too. */
static GPtrArray *mac_ranges;
/* The handle itself while `driver` is a transaction. */
static ip_driver *outer;
static int sentinel;

void
check_fail (const char *file, int line, const char *format, ...)
{
	va_list values;
	va_start (values, format);
	g_autofree char *message = g_strdup_vprintf (format, values);
	va_end (values);
	print_error ("%s:%d: %s\n", file, line, message);
	_fail (file, line);
	abort ();
}

void
check_skip (const char *reason)
{
	check_skipped++;
	print_message ("skipped: %s\n", reason);
	skip ();
	abort ();
}

void
check_error_reset (void)
{
	check_error = (ip_driver_error)IP_DRIVER_ERROR_INIT;
}

/* Besides the status itself: what base.h promises of every error record. */
void
check_status (ip_driver_status got, ip_driver_status expected, const char *call, const char *file, int line)
{
	if (got != expected)
		check_fail (file, line, "%s: %s (%d), expected %s: \"%s\"", call, ip_driver_status_name (got), got,
		            ip_driver_status_name (expected), check_error.message);
	if (got == IP_DRIVER_OK) {
		if (check_error.status != IP_DRIVER_OK || check_error.message[0] != '\0')
			check_fail (file, line, "%s: succeeded, but filled its error: \"%s\"", call,
			            check_error.message);
		return;
	}
	const char *message = check_error.message;
	size_t length = strnlen (message, sizeof check_error.message);
	if (check_error.status != got)
		check_fail (file, line, "%s: returned %s, its error says %s", call, ip_driver_status_name (got),
		            ip_driver_status_name (check_error.status));
	if (length == 0 || length == sizeof check_error.message || strchr (message, '\n') ||
	    message[length - 1] == '.' || !g_utf8_validate (message, (gssize)length, NULL))
		check_fail (file, line, "%s: a bad message: \"%.*s\"", call, (int)length, message);
	if ((check_error.retryable != 0) != (got == IP_DRIVER_CONFLICT || got == IP_DRIVER_UNAVAILABLE))
		check_fail (file, line, "%s: %s has retryable = %d", call, ip_driver_status_name (got),
		            check_error.retryable);
}

void
check_result (const void *result, size_t size, size_t expected_size, const char *call, const char *file, int line)
{
	if (!result)
		check_fail (file, line, "%s: no result", call);
	if (size < expected_size)
		check_fail (file, line, "%s: the result's size is %zu, expected %zu", call, size, expected_size);
}

void *
check_untouched (void)
{
	return &sentinel;
}

void
check_page (size_t count, guint limit, const char *next_marker, guint before, const char *call, const char *file,
            int line)
{
	size_t most = limit ? limit : IP_DRIVER_PAGE_DEFAULT;
	if (count > most)
		check_fail (file, line, "%s: %zu items on a page of %zu", call, count, most);
	if (count == 0 && (next_marker || before))
		check_fail (file, line, "%s: an empty page in a list that is not empty", call);
}

static char *
join (const GPtrArray *texts)
{
	GString *joined = g_string_new (NULL);
	for (guint i = 0; i < texts->len; i++)
		g_string_append_printf (joined, "%s%s", i ? ", " : "", (const char *)texts->pdata[i]);
	return g_string_free (joined, FALSE);
}

void
check_texts (const GPtrArray *got, const GPtrArray *want, guint limit, const char *call, const char *file, int line)
{
	gboolean same = got->len == want->len;
	for (guint i = 0; same && i < got->len; i++)
		same = g_strcmp0 (got->pdata[i], want->pdata[i]) == 0;
	if (same)
		return;
	g_autofree char *got_text = join (got);
	g_autofree char *want_text = join (want);
	check_fail (file, line, "%s by pages of %u: got %u: %s\nexpected %u: %s", call, limit, got->len, got_text,
	            want->len, want_text);
}

void
check_text (const char *got, const char *want, const char *what, const char *file, int line)
{
	if (g_strcmp0 (got, want) != 0)
		check_fail (file, line, "%s is \"%s\", expected \"%s\"", what, got ? got : "(null)",
		            want ? want : "(null)");
}

void
check_message (const char *part, const char *file, int line)
{
	if (!strstr (check_error.message, part))
		check_fail (file, line, "\"%s\" does not name \"%s\"", check_error.message, part);
}

static void
check_number (gint64 got, gint64 want, const char *what, const char *file, int line)
{
	if (got != want)
		check_fail (file, line, "%s is %" G_GINT64_FORMAT ", expected %" G_GINT64_FORMAT, what, got, want);
}

/* Times may be left out by a backend, but not be nonsense. */
static void
check_times (gint64 created_at, gint64 updated_at, const char *file, int line)
{
	gint64 now = g_get_real_time () / G_USEC_PER_SEC;
	if (created_at < 0 || updated_at < 0 || created_at > now + 60 || updated_at > now + 60 ||
	    (created_at && updated_at && updated_at < created_at))
		check_fail (file, line,
		            "created at %" G_GINT64_FORMAT ", updated at %" G_GINT64_FORMAT
		            ", and it is %" G_GINT64_FORMAT,
		            created_at, updated_at, now);
}

#define SAME_TEXT(field) check_text (got->field, want->field, #field, file, line)
#define SAME_NUMBER(field) check_number (got->field, want->field, #field, file, line)

void
check_block (const ip_driver_block *got, const ip_driver_block *want, const char *file, int line)
{
	if (!got)
		check_fail (file, line, "there is no block");
	if (want->id)
		SAME_TEXT (id);
	if (!g_uuid_string_is_valid (got->id))
		check_fail (file, line, "the block's id is \"%s\"", got->id);
	SAME_TEXT (tenant);
	SAME_TEXT (network);
	SAME_TEXT (cidr);
	SAME_TEXT (gateway);
	SAME_TEXT (broadcast);
	SAME_TEXT (netmask);
	SAME_TEXT (dns1);
	SAME_TEXT (dns2);
	SAME_TEXT (policy);
	SAME_TEXT (parent);
	SAME_NUMBER (type);
	SAME_NUMBER (version);
	SAME_NUMBER (prefix_length);
	check_times (got->created_at, got->updated_at, file, line);
}

void
check_address (const ip_driver_address *got, const ip_driver_address *want, const char *file, int line)
{
	if (!got)
		check_fail (file, line, "there is no address");
	if (want->id)
		SAME_TEXT (id);
	if (!g_uuid_string_is_valid (got->id))
		check_fail (file, line, "the address's id is \"%s\"", got->id);
	SAME_TEXT (block);
	SAME_TEXT (address);
	SAME_TEXT (interface);
	SAME_TEXT (used_by_tenant);
	SAME_TEXT (used_by_device);
	SAME_TEXT (request_key);
	check_number (got->state, want->state ? want->state : IP_DRIVER_ADDRESS_ALLOCATED, "state", file, line);
	check_number (got->version, want->version ? want->version : 4, "version", file, line);
	if (got->state == IP_DRIVER_ADDRESS_ALLOCATED && got->quarantine_until)
		check_fail (file, line, "%s is allocated and rests until %" G_GINT64_FORMAT, got->address,
		            got->quarantine_until);
	check_times (got->created_at, got->updated_at, file, line);
}

void
check_addresses (const ip_driver_addresses *got, const char *const *want, const char *file, int line)
{
	g_autoptr (GPtrArray) got_texts = texts_new ();
	g_autoptr (GPtrArray) want_texts = texts_new ();
	for (size_t i = 0; i < got->count; i++)
		texts_add (got_texts, got->items[i]->address);
	for (size_t i = 0; want[i]; i++)
		texts_add (want_texts, want[i]);
	check_texts (got_texts, want_texts, 0, "addresses", file, line);
}

void
check_set (const ip_driver_addresses *got, const char *const *want, const char *file, int line)
{
	size_t count = 0;
	for (; want[count]; count++) {
		size_t found = 0;
		for (size_t i = 0; i < got->count; i++)
			found += strcmp (got->items[i]->address, want[count]) == 0;
		if (found != 1)
			check_fail (file, line, "%s is there %zu times", want[count], found);
	}
	check_number ((gint64)got->count, (gint64)count, "the number of addresses", file, line);
}

static const char *
or_zero (const char *count)
{
	return count ? count : "0";
}

void
check_usage (const char *tenant, const char *block, const ip_driver_usage *want, const char *file, int line)
{
	g_autoptr (ip_driver_usage) got = GET (block_usage, usage, tenant, block);
	const char *sum = decimal_add (
		decimal_add (got->allocated, got->held),
		decimal_add (decimal_add (got->quarantined, got->excluded), decimal_add (got->subnetted, got->free)));
	if (strcmp (sum, got->total) != 0)
		check_fail (file, line, "usage: total is %s, its parts are %s", got->total, sum);
#define SAME_COUNT(field) check_text (got->field, or_zero (want->field), "usage: " #field, file, line)
	SAME_COUNT (total);
	SAME_COUNT (allocated);
	SAME_COUNT (held);
	SAME_COUNT (quarantined);
	SAME_COUNT (excluded);
	SAME_COUNT (subnetted);
	SAME_COUNT (free);
}

gboolean
supports (const char *capabilities)
{
	g_auto (GStrv) names = g_strsplit (capabilities, " ", -1);
	for (guint i = 0; names[i]; i++)
		if (*names[i] && ip_driver_supports (driver, names[i]) != 1)
			return FALSE;
	return TRUE;
}

void
reopen (void)
{
	if (!configuration.persistent)
		return;
	ip_driver_close (g_steal_pointer (&driver));
	CHECK_STATUS_ (IP_DRIVER_OK, ip_driver_open (configuration.path, &driver, &check_error), "open");
}

void
check_begin (void)
{
	g_assert (!outer);
	ip_driver *transaction = NULL;
	CHECK_STATUS_ (IP_DRIVER_OK, ip_driver_transaction_begin (driver, &transaction, &check_error),
	               "transaction_begin");
	outer = driver;
	driver = transaction;
}

void
check_commit (void)
{
	ip_driver *transaction = driver;
	driver = g_steal_pointer (&outer);
	CHECK_STATUS_ (IP_DRIVER_OK, ip_driver_transaction_commit (transaction, &check_error), "transaction_commit");
}

void
check_rollback (void)
{
	ip_driver *transaction = driver;
	driver = g_steal_pointer (&outer);
	ip_driver_transaction_rollback (transaction);
}

static const char *
keep (char *owned)
{
	g_ptr_array_add (pool, owned);
	return owned;
}

const char *
text (const char *format, ...)
{
	va_list values;
	va_start (values, format);
	char *formatted = g_strdup_vprintf (format, values);
	va_end (values);
	return keep (formatted);
}

const char *
fresh_id (void)
{
	return keep (g_uuid_string_random ());
}

const char *
fresh (const char *what)
{
	return text ("%s-%s", what, fresh_id ());
}

/* Names and space do not follow the seed: another run of the same seed may share the store. */
static guint
run_number (void)
{
	static guint number;
	if (!number)
		number = g_random_int_range (1, 1 << 24);
	return number;
}

const char *
fresh_mac (void)
{
	static guint count;
	count++;
	return text ("02:%02x:%02x:%02x:%02x:%02x", run_number () >> 8 & 0xff, run_number () & 0xff, count >> 16 & 0xff,
	             count >> 8 & 0xff, count & 0xff);
}

const char *
fresh_public4 (void)
{
	static guint count;
	guint run = run_number () % (223 * 256);
	g_assert_cmpuint (count, <, 256);
	return text ("%u.%u.%u.0/24", 1 + run / 256, run % 256, count++);
}

const char *
fresh_public6 (void)
{
	static guint count;
	return text ("fd%02x:%x:1%03x:%x::/64", run_number () >> 16, run_number () & 0xffff, run_number () >> 4 & 0xfff,
	             ++count);
}

typedef unsigned __int128 number;

/* Either end of the run that a CIDR or an address is. */
static int
parse (const char *cidr, number *ret_first, number *ret_last)
{
	g_auto (GStrv) parts = g_strsplit (cidr, "/", 2);
	guint8 bytes[16];
	int version = strchr (cidr, ':') ? 6 : 4;
	int bits = version == 6 ? 128 : 32;
	if (inet_pton (version == 6 ? AF_INET6 : AF_INET, parts[0], bytes) != 1)
		g_error ("a defect of the suite: %s", cidr);
	int length = parts[1] ? atoi (parts[1]) : bits;
	number value = 0;
	for (int i = 0; i < bits / 8; i++)
		value = value << 8 | bytes[i];
	number host = length == 0 ? (bits == 128 ? ~(number)0 : 0xffffffff) : ((number)1 << (bits - length)) - 1;
	*ret_first = value & ~host;
	*ret_last = value | host;
	return version;
}

const char *
at (const char *cidr, gint64 offset)
{
	number first, last;
	int version = parse (cidr, &first, &last);
	number value = offset >= 0 ? first + (number)offset : last - (number) - (offset + 1);
	guint8 bytes[16];
	for (int i = version == 6 ? 15 : 3; i >= 0; i--) {
		bytes[i] = value & 0xff;
		value >>= 8;
	}
	char formatted[INET6_ADDRSTRLEN];
	inet_ntop (version == 6 ? AF_INET6 : AF_INET, bytes, formatted, sizeof formatted);
	return text ("%s", formatted);
}

gboolean
is_in (const char *cidr, const char *address)
{
	number first, last, low, high;
	return parse (cidr, &first, &last) == parse (address, &low, &high) && first <= low && high <= last;
}

const char *
decimal_add (const char *a, const char *b)
{
	size_t length = MAX (strlen (a), strlen (b)) + 1;
	char *sum = g_malloc (length + 1);
	size_t a_length = strlen (a);
	size_t b_length = strlen (b);
	int carry = 0;
	sum[length] = '\0';
	for (size_t i = 0; i < length; i++) {
		int digit = carry + (i < a_length ? a[a_length - 1 - i] - '0' : 0) +
		            (i < b_length ? b[b_length - 1 - i] - '0' : 0);
		sum[length - 1 - i] = (char)('0' + digit % 10);
		carry = digit / 10;
	}
	const char *start = keep (sum);
	while (start[0] == '0' && start[1] != '\0')
		start++;
	return start;
}

const char *
new_block (const char *tenant, const char *network, const char *cidr)
{
	g_autoptr (ip_driver_block) block = DO (block_create, block, .tenant = tenant, .network = network, .cidr = cidr,
	                                        .type = IP_DRIVER_BLOCK_PRIVATE);
	return text ("%s", block->id);
}

const char *
allocate_next (const char *tenant, const char *block)
{
	g_autoptr (ip_driver_addresses) addresses = ALLOCATE (.tenant = tenant, .block = block);
	assert_int_equal (addresses->count, 1);
	return text ("%s", addresses->items[0]->address);
}

void
allocate_given (const char *tenant, const char *block, const char *address)
{
	g_autoptr (ip_driver_addresses) addresses = ALLOCATE (.tenant = tenant, .block = block, .address = address);
	CHECK_ADDRESSES (addresses, address);
}

GPtrArray *
texts_new (void)
{
	return g_ptr_array_new_with_free_func (g_free);
}

void
texts_add (GPtrArray *texts, const char *added)
{
	g_ptr_array_add (texts, g_strdup (added));
}

const char *
new_mac_range (const char *cidr)
{
	static guint count;
	if (mac_ranges->len == 0) {
		g_autoptr (ip_driver_mac_ranges) others = DO (mac_range_list, mac_ranges, .limit = 1);
		if (others->count > 0)
			check_skip ("the store has MAC ranges of others");
	}
	if (!cidr) {
		count++;
		cidr = text ("06:%02x:%02x:%02x:%02x:00/40", run_number () >> 8 & 0xff, run_number () & 0xff,
		             count >> 8 & 0xff, count & 0xff);
	}
	g_autoptr (ip_driver_mac_range) range = DO (mac_range_create, mac_range, .cidr = cidr);
	texts_add (mac_ranges, range->id);
	return text ("%s", range->id);
}

typedef struct {
	void (*function) (guint number, gpointer data);
	gpointer data;
	guint number;
	GMutex *mutex;
	GCond *condition;
	gboolean *go;
} thread_start;

static gpointer
run_thread (gpointer data)
{
	thread_start *start = data;
	g_mutex_lock (start->mutex);
	while (!*start->go)
		g_cond_wait (start->condition, start->mutex);
	g_mutex_unlock (start->mutex);
	start->function (start->number, start->data);
	return NULL;
}

void
run_threads (guint count, void (*function) (guint number, gpointer data), gpointer data)
{
	GMutex mutex;
	GCond condition;
	gboolean go = FALSE;
	g_mutex_init (&mutex);
	g_cond_init (&condition);
	g_autofree thread_start *starts = g_new0 (thread_start, count);
	g_autofree GThread **threads = g_new0 (GThread *, count);
	for (guint i = 0; i < count; i++) {
		starts[i] = (thread_start){.function = function,
		                           .data = data,
		                           .number = i,
		                           .mutex = &mutex,
		                           .condition = &condition,
		                           .go = &go};
		threads[i] = g_thread_new ("case", run_thread, &starts[i]);
	}
	g_mutex_lock (&mutex);
	go = TRUE;
	g_cond_broadcast (&condition);
	g_mutex_unlock (&mutex);
	for (guint i = 0; i < count; i++)
		g_thread_join (threads[i]);
	g_mutex_clear (&mutex);
	g_cond_clear (&condition);
}

void
check_case_begin (const char *name, guint32 seed)
{
	pool = g_ptr_array_new_with_free_func (g_free);
	mac_ranges = texts_new ();
	check_random = g_rand_new_with_seed (seed ^ g_str_hash (name));
}

void
check_case_end (void)
{
	if (outer)
		check_rollback ();
	for (guint i = 0; driver && i < mac_ranges->len; i++)
		ip_driver_mac_range_delete (driver, mac_ranges->pdata[i], NULL);
	g_clear_pointer (&mac_ranges, g_ptr_array_unref);
	g_clear_pointer (&pool, g_ptr_array_unref);
	g_clear_pointer (&check_random, g_rand_free);
}
