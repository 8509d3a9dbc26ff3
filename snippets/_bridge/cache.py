"""Results kept on disk by the hash of what makes them."""

import contextlib
import logging
import os
import pickle
import sqlite3
import threading
import time
import zlib
from pathlib import Path

log = logging.getLogger("mkdocs.snippets")
SIZE = 1 << 29  # bytes of results kept; then the longest unused go
_DAY = 86_400
_TABLE = """
    CREATE TABLE IF NOT EXISTS kept (
        key TEXT PRIMARY KEY, used INTEGER, made REAL, seconds REAL,
        sum INTEGER, value BLOB
    ) WITHOUT ROWID
"""


class Cache:
    """Values by key in the database at path, of at most size bytes.

    Several processes may use it. Whatever is wrong with it, it only forgets:
    a damaged value counts as none, a damaged file is begun anew, and what
    cannot be written is not kept.
    """

    def __init__(self, path, size=SIZE):
        self.path, self.size = Path(path), size
        self._database = self._places = None
        self._lock = threading.RLock()
        self._told = False

    def get(self, key):
        """The value stored under key, or None."""
        row = self._run("SELECT value, sum, used FROM kept WHERE key = ?", key)
        if not row:
            return None
        value, check, used = row[0]
        if not isinstance(value, bytes) or _sum(key, value) != check:
            return None
        today = int(time.time()) // _DAY
        if used != today:
            self._run("UPDATE kept SET used = ? WHERE key = ?", today, key)
        try:
            return pickle.loads(value)
        except Exception:  # written by another version of this program
            return None

    def put(self, key, value, seconds=0.0):
        """Store value under key, with the seconds that it took to make."""
        try:
            data, now = pickle.dumps(value), time.time()
        except Exception as error:  # of a class that only its program knows
            self._tell(error)
            return
        if len(data) > self.size / 4:
            return
        row = key, int(now) // _DAY, now, seconds, _sum(key, data), data
        self._run("REPLACE INTO kept VALUES (?, ?, ?, ?, ?, ?)", *row)
        while (before := self._bytes()) > self.size:
            self._run(
                "DELETE FROM kept WHERE key IN (SELECT key FROM kept "
                "ORDER BY used, made LIMIT 1 + (SELECT count(*) FROM kept) "
                "/ 8)"
            )
            if self._bytes() == before:
                break  # nothing can be written

    def made(self, key):
        """(when, in how many seconds) the value under key was made, or None.

        When is in seconds since 1970.
        """
        rows = self._run("SELECT made, seconds FROM kept WHERE key = ?", key)
        return rows[0] if rows else None

    @contextlib.contextmanager
    def alone(self, key):
        """Wait, where the system can, for whoever makes the value of key."""
        place = int(key[:15], 16)  # each key locks a byte of its own
        with contextlib.suppress(ImportError, OSError):
            import fcntl

            if self._places is None:
                # Kept open, for to close it would free every byte of it.
                path = self.path.with_name("lock")
                self._places = os.open(path, os.O_RDWR | os.O_CREAT)
            fcntl.lockf(self._places, fcntl.LOCK_EX, 1, place)
        try:
            yield
        finally:
            if self._places is not None:
                fcntl.lockf(self._places, fcntl.LOCK_UN, 1, place)

    def clear(self):
        """Forget all."""
        with self._lock:
            self.close()
            for end in ("", "-wal", "-shm"):
                path = self.path.with_name(self.path.name + end)
                path.unlink(missing_ok=True)

    def close(self):
        """Let go of the file; the next use opens it again."""
        with self._lock:
            if self._database:
                self._database.close()
            self._database = None

    def _bytes(self):
        sizes = [
            self._run(f"PRAGMA {name}")
            for name in ("page_count", "freelist_count", "page_size")
        ]
        if not all(sizes):
            return 0
        pages, free, page = (rows[0][0] for rows in sizes)
        return (pages - free) * page

    def _run(self, command, *values):
        try:
            with self._lock:
                return self._execute(command, values)
        # The last where sqlite3 cannot even read what is wrong.
        except (OSError, sqlite3.DatabaseError, UnicodeError) as error:
            self._tell(error)
            if _damaged(error):
                with contextlib.suppress(OSError):
                    self.clear()
        return []

    def _execute(self, command, values):
        if not self._database:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(
                self.path,
                timeout=10,
                isolation_level=None,
                check_same_thread=False,
            )
            # Whoever begins the file at the same moment sets the same mode,
            # and SQLite refuses one of the two at once instead of waiting.
            with contextlib.suppress(sqlite3.OperationalError):
                self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = NORMAL")
            self._database.execute(_TABLE)
        return self._database.execute(command, values).fetchall()

    def _tell(self, error):
        if not self._told:
            log.warning("results are not kept: %s: %s", self.path, error)
        self._told = True


def _sum(key, data):
    return zlib.crc32(data, zlib.crc32(key.encode()))


def _damaged(error):
    """Whether the file is to blame, not the place or the moment."""
    if isinstance(error, sqlite3.OperationalError):
        code = getattr(error, "sqlite_errorcode", None)
        return code == sqlite3.SQLITE_ERROR
    return not isinstance(error, OSError)
