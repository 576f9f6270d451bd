"""Which blocks a pool of floating IPs becomes, and which addresses such blocks can give.

The rows of a pool are single addresses; a block is a CIDR that never gives its first and its last address (unless it has at
most two). So a block may cover more than the pool: what it must not give its policy excludes. It covers no address of
another pool, and at least half of what it could give is in the pool; an address that no such block can give becomes a /31 or
/32, which give all they have. Among these, the fewest.
"""
from ip_driver.nova import ip_text


def cover(numbers, others, version):
    """The CIDRs that cover a pool's addresses. others: numbers of addresses that no block may cover."""
    numbers = sorted(set(numbers))
    if not numbers:
        return []
    width = 128 if version == 6 else 32
    common = (numbers[0] ^ numbers[-1]).bit_length()
    # One step up: a block whose first or last address is in the pool may fit into the middle of the next larger one.
    size = min(common + 1, width)
    first, found = numbers[0] >> size << size, []
    near = sorted(number for number in set(others) if first <= number < first + (1 << size))
    _cover(first, size, numbers, near, found)
    return ["%s/%d" % (ip_text.of_int(first, version), width - bits) for first, bits in found]


def _cover(first, bits, numbers, others, found):
    """Appends the (first address, host bits) that cover `numbers`, all of which lie in the CIDR."""
    if not numbers:
        return
    if bits == 0 or (bits == 1 and len(numbers) == 2):
        found.append((first, bits))
        return
    middle = first + (1 << (bits - 1))
    low = [n for n in numbers if n < middle]
    high = numbers[len(low):]
    low_others = [n for n in others if n < middle]
    mark = len(found)
    _cover(first, bits - 1, low, low_others, found)
    _cover(middle, bits - 1, high, others[len(low_others):], found)
    last = first + (1 << bits) - 1
    fits = bits > 1 and numbers[0] != first and numbers[-1] != last and not others
    if fits and len(found) - mark > 1 and 2 * len(numbers) >= last - first - 1:
        del found[mark:]
        found.append((first, bits))


def may_give(cidr):
    """The first and the last address that a block can give, as numbers."""
    first, last = ip_text.bounds(cidr)
    return (first, last) if last - first <= 1 else (first + 1, last - 1)


def excluded_ranges(cidr, numbers):
    """The ranges, (offset, length), that a block's policy must exclude so that it gives only these addresses."""
    first, last = may_give(cidr)
    start = ip_text.bounds(cidr)[0]
    ranges, next_ = [], first
    for run, length in ip_text.runs(n for n in numbers if first <= n <= last) + [(last + 1, 0)]:
        if run > next_:
            ranges.append((next_ - start, run - next_))
        next_ = run + length
    return ranges
