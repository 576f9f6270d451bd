/*
 * A function that the library does not have: compatibility.sh adds it to a copy of the library.
 */
#include <ip_driver/base.h>

IP_DRIVER_API ip_driver_status ip_driver_late (uint32_t flags, ip_driver_error *error);

ip_driver_status
ip_driver_late (uint32_t flags, ip_driver_error *error)
{
	return flags == 0 ? IP_DRIVER_OK : IP_DRIVER_INVALID;
}
