"""Stand-ins for the modules of Nova that ip_driver.nova touches; each file says for which releases and functions it stands."""
