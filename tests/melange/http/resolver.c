/* See resolver.h. */
#include "resolver.h"

#include <dlfcn.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>

static GMutex lock;
static GCond changed;
static guint count;
static guint waiting;
static gboolean released;

typedef int (*getaddrinfo_function) (const char *host, const char *service, const struct addrinfo *hints,
                                     struct addrinfo **ret);

__attribute__ ((visibility ("default"))) int
getaddrinfo (const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **ret)
{
	if (host && g_hostname_is_ip_address (host)) {
		getaddrinfo_function next = (getaddrinfo_function)dlsym (RTLD_NEXT, "getaddrinfo");

		return next (host, service, hints, ret);
	}
	g_mutex_lock (&lock);
	count++;
	waiting++;
	while (host && g_str_equal (host, "slow.invalid") && !released)
		g_cond_wait (&changed, &lock);
	waiting--;
	g_cond_broadcast (&changed);
	g_mutex_unlock (&lock);
	return EAI_NONAME;
}

guint
resolver_count (void)
{
	g_mutex_lock (&lock);
	guint found = count;
	g_mutex_unlock (&lock);
	return found;
}

void
resolver_release (void)
{
	g_mutex_lock (&lock);
	released = TRUE;
	g_cond_broadcast (&changed);
	while (waiting > 0)
		g_cond_wait (&changed, &lock);
	g_mutex_unlock (&lock);
}
