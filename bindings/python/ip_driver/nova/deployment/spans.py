"""Sets of addresses as spans: sorted lists of (first, last) numbers that neither overlap nor touch."""


def merged(spans):
    """The spans of all that any of these (first, last) has; empty ones (first > last) are nothing."""
    found = []
    for first, last in sorted(span for span in spans if span[0] <= span[1]):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


def minus(spans, others):
    """What is in the first spans and not in the others."""
    found, others = [], list(others)
    for first, last in spans:
        while others and others[0][1] < first:
            others.pop(0)
        for start, end in others:
            if start > last:
                break
            if start > first:
                found.append((first, start - 1))
            first = max(first, end + 1)
        if first <= last:
            found.append((first, last))
    return found


def contain(spans, number):
    """Whether a number is in one of them."""
    return any(first <= number <= last for first, last in spans)
