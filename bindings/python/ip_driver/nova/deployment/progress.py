"""How far a long command is: one line on a terminal, written over again; nothing elsewhere."""
import sys
import time


class Progress(object):
    """Says where a command is. stream: where to; None: nowhere."""

    def __init__(self, stream=None):
        self._stream = stream if stream is not None and stream.isatty() else None
        self._said = 0
        self._at = 0.0

    def say(self, what, done, total):
        """`done` of `total` are done. A few times a second at most."""
        if self._stream is None or time.time() - self._at < 0.2:
            return
        self._at = time.time()
        text = "%s %d of %d" % (what, done, total)
        self._stream.write("\r" + text.ljust(self._said))
        self._stream.flush()
        self._said = len(text)

    def clear(self):
        """Takes the line away."""
        if self._stream is not None and self._said:
            self._stream.write("\r%s\r" % (" " * self._said))
            self._stream.flush()
        self._said = 0


def on_terminal():
    """On the standard error, if it is a terminal."""
    return Progress(sys.stderr)
