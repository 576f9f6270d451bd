"""python -m ip_driver.nova.deployment: the same as ip-driver-nova."""
import sys

from ip_driver.nova.deployment.program import main

if __name__ == "__main__":
    sys.exit(main())
