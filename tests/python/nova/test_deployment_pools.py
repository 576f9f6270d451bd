"""Which blocks a pool of floating IPs becomes: every address of it can be given, no other one, and blocks are few."""
import os
import random
import unittest

from ip_driver.nova import ip_text
from ip_driver.nova.deployment import pools

SEED = int(os.environ.get("IP_DRIVER_SEED", random.randrange(1 << 31)))


def numbers(*texts):
    """The numbers of addresses, and of ranges "first-last" of last octets."""
    found = []
    for text in texts:
        first, _, last = text.partition("-")
        start = ip_text.to_int(first)
        found.extend(range(start, start - (start & 255) + int(last) + 1 if last else start + 1))
    return found


class TestCover(unittest.TestCase):
    def test_what_nova_manage_makes_of_a_cidr_is_that_cidr(self):
        self.assertEqual(pools.cover(numbers("203.0.113.1-126"), [], 4), ["203.0.113.0/25"])
        self.assertEqual(pools.excluded_ranges("203.0.113.0/25", numbers("203.0.113.1-126")), [])

    def test_single_addresses(self):
        self.assertEqual(pools.cover(numbers("203.0.113.7"), [], 4), ["203.0.113.7/32"])
        self.assertEqual(pools.cover(numbers("203.0.113.7", "198.51.100.9"), [], 4), ["198.51.100.9/32", "203.0.113.7/32"])
        self.assertEqual(pools.cover([], [], 4), [])

    def test_a_gap_is_excluded(self):
        given = numbers("203.0.113.1-62", "203.0.113.65-126")
        self.assertEqual(pools.cover(given, [], 4), ["203.0.113.0/25"])
        self.assertEqual(pools.excluded_ranges("203.0.113.0/25", given), [(63, 2)])

    def test_a_last_address_fits_into_the_next_larger_block(self):
        given = numbers("203.0.113.1-127")
        self.assertEqual(pools.cover(given, [], 4), ["203.0.113.0/24"])
        self.assertEqual(pools.excluded_ranges("203.0.113.0/24", given), [(128, 127)])

    def test_another_pool_is_never_covered(self):
        one, other = numbers("203.0.113.1-62", "203.0.113.65-126"), numbers("203.0.113.63")
        self.assertEqual(pools.cover(one, other, 4)[0], "203.0.113.1/32")
        self.assertEqual(pools.cover(one, numbers("203.0.113.200"), 4), ["203.0.113.0/25"])

    def test_any_pools(self):
        print("IP_DRIVER_SEED=%d" % SEED)
        chance = random.Random(SEED)
        for _ in range(200):
            size = chance.choice([4, 16, 64, 256])
            start = chance.randrange(0, 512)
            owners = dict((number, chance.choice("aab.")) for number in range(start, start + size))
            spans, cover = [], {}
            for name in "ab":
                mine = [number for number in owners if owners[number] == name]
                cover[name] = pools.cover(mine, [number for number in owners if owners[number] not in (name, ".")], 4)
                given = set()
                for cidr in cover[name]:
                    spans.append(ip_text.bounds(cidr))
                    first, last = pools.may_give(cidr)
                    gives = set(range(first, last + 1))
                    for offset, length in pools.excluded_ranges(cidr, mine):
                        gives -= set(range(spans[-1][0] + offset, spans[-1][0] + offset + length))
                    given |= gives
                self.assertEqual(given, set(mine))
                self.assertTrue(len(cover[name]) <= max(len(mine), 1))
            spans.sort()
            for before, after in zip(spans, spans[1:]):
                self.assertTrue(before[1] < after[0], (before, after))


if __name__ == "__main__":
    unittest.main()
