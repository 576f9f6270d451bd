/* Prints the capabilities of the fake driver, which has all operations, for naming.sh. */
#include <ip_driver/ip_driver.h>
#include <stdio.h>

int
main (void)
{
	const ip_driver_setting settings[] = {
		{"ip_driver", "backend", "good"},
		{"ip_driver", "module_path", MODULE_FOLDER},
	};
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_info *info;
	ip_driver *driver;

	if (ip_driver_open_settings (settings, 2, &driver, &error) != IP_DRIVER_OK ||
	    ip_driver_info_get (driver, &info, &error) != IP_DRIVER_OK) {
		fprintf (stderr, "%s\n", error.message);
		return 1;
	}
	for (size_t i = 0; i < info->capability_count; i++)
		puts (info->capabilities[i]);
	ip_driver_info_free (info);
	ip_driver_close (driver);
	return 0;
}
