/*
 * Results as text, one line each, so that what the driver and the model return can be compared and
 * read. Times are left out, but not whether there is one.
 */
#ifndef TESTS_NATIVE_MODEL_RENDER_H
#define TESTS_NATIVE_MODEL_RENDER_H

#include <glib.h>
#include <ip_driver/ip_driver.h>

void render_block (GString *out, const ip_driver_block *block);
void render_usage (GString *out, const ip_driver_usage *usage);
void render_address (GString *out, const ip_driver_address *address);
void render_match (GString *out, const ip_driver_address_match *match);
void render_allocation (GString *out, const ip_driver_allocation *allocation);
void render_interface (GString *out, const ip_driver_interface *interface);
void render_mac_range (GString *out, const ip_driver_mac_range *range);
void render_route (GString *out, const ip_driver_route *route);
void render_policy (GString *out, const ip_driver_policy *policy);
void render_policy_range (GString *out, const ip_driver_policy_range *range);
void render_policy_octet (GString *out, const ip_driver_policy_octet *octet);
void render_lease (GString *out, const ip_driver_lease *lease);
/* Only which address it is: for results that are told after the fact. */
void render_address_name (GString *out, const ip_driver_address *address);

/* Puts the lines in order, where the contract fixes none. */
void render_sort (GString *out);

#endif
