"""The cache: what it keeps, and that whatever is wrong it only forgets."""

import logging
import os
import pickle
import random
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from snippets._bridge.cache import Cache

from .conftest import running

TEXT = "σ" * 3000


@pytest.fixture
def cache(tmp_path):
    """An empty cache in a folder that does not exist yet."""
    made = Cache(tmp_path / "new" / "kept.db")
    yield made
    made.close()


@pytest.fixture
def told(caplog):
    """told(): the warnings that caches have given since it was last asked."""
    caplog.set_level(logging.WARNING, "mkdocs.snippets")

    def since():
        messages = caplog.messages
        caplog.clear()
        return messages

    return since


def again(cache):
    """The cache as the next process finds it."""
    cache.close()
    return Cache(cache.path, cache.size)


def write(cache, command, *values):
    """Change the database behind the cache's back."""
    cache.close()
    with closing(sqlite3.connect(cache.path)) as database, database:
        database.execute(command, values)


# What it keeps.


@pytest.mark.parametrize(
    "value", [0, "", [None], {"a": (1, 2.5)}, TEXT, b"\0\xff", [[1], "x"]]
)
def test_what_is_put_is_got(cache, value):
    """Values of every size come back equal, in the next process too."""
    cache.put("key", value)
    assert cache.get("key") == value
    assert again(cache).get("key") == value


def test_what_was_never_put_is_none(cache):
    """Another key has no value."""
    cache.put("key", 1)
    assert cache.get("yek") is None
    assert cache.made("yek") is None


def test_the_last_value_counts(cache):
    """A key has one value."""
    cache.put("key", 1)
    cache.put("key", 2)
    assert cache.get("key") == 2


def test_it_knows_when_a_value_was_made(cache):
    """The moment and the seconds that it took are kept with it."""
    before = time.time()
    cache.put("key", 1, 2.5)
    when, seconds = again(cache).made("key")
    assert before <= when <= time.time()
    assert seconds == 2.5


def test_it_can_forget_all(cache):
    """Once cleared it is empty, and keeps again."""
    cache.put("key", 1)
    cache.clear()
    assert not list(cache.path.parent.iterdir())
    assert cache.get("key") is None
    cache.put("key", 2)
    assert again(cache).get("key") == 2


def test_it_can_be_cleared_before_it_was_used(cache):
    """There is nothing to forget yet."""
    cache.clear()
    assert not cache.path.parent.exists()


# Its size.


def size(cache):
    """The bytes that the database holds."""
    with closing(sqlite3.connect(cache.path)) as database:
        pages, free, page = (
            database.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
    return (pages - free) * page


def test_it_stays_within_its_size(tmp_path):
    """However much is put, it holds no more, and always the last."""
    with closing(Cache(tmp_path / "kept.db", 300_000)) as cache:
        for number in range(100):
            cache.put(str(number), os.urandom(10_000))
            assert size(cache) <= 300_000
            assert cache.get(str(number))
        assert sum(bool(cache.made(str(n))) for n in range(100)) > 10


def test_the_longest_unused_leave_first(tmp_path, monkeypatch):
    """What was read on a later day stays, what was only made goes."""
    day = 86_400.0
    cache = Cache(tmp_path / "kept.db", 300_000)
    for number in range(20):
        monkeypatch.setattr(time, "time", lambda n=number: n * day)
        cache.put(str(number), os.urandom(10_000))
    monkeypatch.setattr(time, "time", lambda: 30 * day)
    assert cache.get("0") and cache.get("5")
    for number in range(20, 30):
        cache.put(str(number), os.urandom(10_000))
    left = [n for n in range(30) if cache.made(str(n))]
    assert {0, 5} < set(left) < set(range(30))
    assert left == [0, 5, *range(30 - len(left) + 2, 30)]


def test_what_is_too_large_is_not_kept(tmp_path, told):
    """A value may not drive out all the others."""
    cache = Cache(tmp_path / "kept.db", 100_000)
    cache.put("small", os.urandom(10_000))
    cache.put("large", os.urandom(30_000))
    assert cache.get("large") is None and cache.get("small")
    assert told() == []


# Damage.


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("value = CAST(substr(value, 1, length(value) - 1) AS BLOB)", None),
        ("value = ?", b""),
        ("value = ?", "text"),
        ("value = ?", None),
        ("sum = sum + 1 + ?", 0),
        ("sum = ?", None),
    ],
)
def test_a_damaged_value_is_none(cache, change, value):
    """What was cut short or changed counts as never put."""
    cache.put("key", TEXT)
    cache.put("other", 1)
    write(
        cache,
        f"UPDATE kept SET {change} WHERE key = 'key'",
        *([value] if "?" in change else []),
    )
    assert cache.get("key") is None
    assert cache.get("other") == 1
    cache.put("key", 2)
    assert cache.get("key") == 2


def test_a_flipped_bit_is_seen(cache):
    """Not one bit of a value may change, wherever in the file it lies."""
    value = list(range(0, 60_000, 7))
    cache.put("key", value)
    cache.close()
    whole, data = cache.path.read_bytes(), pickle.dumps(value)
    places = [whole.index(data[n : n + 40]) for n in range(99, 9999, 999)]
    for place in places:
        damaged = bytearray(whole)
        damaged[place] ^= 4
        cache.path.write_bytes(damaged)
        assert again(cache).get("key") is None
    cache.path.write_bytes(whole)
    assert again(cache).get("key") == value


@pytest.mark.parametrize("noisy", [False, True])
@pytest.mark.parametrize("start", range(0, 12_288, 800))
def test_a_damaged_file_only_forgets(cache, start, noisy):
    """Wherever zeros or noise are written, a value is right or none."""
    for number in range(20):
        cache.put(f"key{number}", [number, "x" * 500])
    cache.close()
    whole = bytearray(cache.path.read_bytes())
    noise = random.Random(start).randbytes(500) if noisy else bytes(500)
    whole[start : start + 500] = noise
    cache.path.write_bytes(whole)
    for number in range(20):
        found = again(cache).get(f"key{number}")
        assert found in (None, [number, "x" * 500])
    cache.put("new", 1)
    cache.put("new", 1)
    assert again(cache).get("new") == 1


@pytest.mark.parametrize("garbage", [b"garbage" * 999, b"SQLite format 3\0"])
def test_a_file_of_garbage_is_begun_anew(cache, told, garbage):
    """It is told once, then values are kept again."""
    cache.path.parent.mkdir()
    cache.path.write_bytes(garbage)
    assert cache.get("key") is None
    cache.put("key", 1)
    assert again(cache).get("key") == 1
    assert len(told()) <= 1


def test_a_file_cut_short_is_begun_anew(cache):
    """Half a database is none."""
    for number in range(50):
        cache.put(f"key{number}", TEXT)
    cache.close()
    os.truncate(cache.path, cache.path.stat().st_size // 2)
    for number in range(50):
        assert cache.get(f"key{number}") in (None, TEXT)
    cache.put("key", 1)
    cache.put("key", 1)
    assert again(cache).get("key") == 1


def test_a_file_with_another_table_is_begun_anew(cache, told):
    """What an older version has left behind does not stand in the way."""
    cache.path.parent.mkdir()
    write(cache, "CREATE TABLE kept (key TEXT, other TEXT)")
    assert cache.get("key") is None
    cache.put("key", 1)
    assert again(cache).get("key") == 1
    assert len(told()) == 1


def test_a_file_of_an_unknown_format_is_begun_anew(cache):
    """A damage that sqlite3 takes for a newer format is one, too."""
    cache.put("key", 1)
    cache.close()
    whole = bytearray(cache.path.read_bytes())
    whole[44:48] = b"\xff" * 4
    cache.path.write_bytes(whole)
    assert cache.get("key") is None
    cache.put("key", 2)
    assert again(cache).get("key") == 2


def test_a_value_is_that_of_its_key(cache):
    """A damage that turns one key into another does not mix them up."""
    cache.put("one", 1)
    write(cache, "UPDATE kept SET key = 'two'")
    assert cache.get("two") is None


def test_a_value_of_another_version_is_none(cache):
    """What this program can no longer read counts as never put."""
    cache.put("key", 1)
    data = b"csnippets._bridge.job\nNoSuchClass\n."
    for text in (data, b"garbage", pickle.dumps(1)[:-1]):
        check = zlib.crc32(text, zlib.crc32(b"key"))
        write(cache, "UPDATE kept SET value = ?, sum = ?", text, check)
        assert cache.get("key") is None


def test_a_value_that_cannot_be_written_down_is_not_kept(cache, told):
    """A function without a name is told, and stops nobody."""
    cache.put("key", lambda: 1)
    assert cache.get("key") is None
    cache.put("key", 1)
    assert cache.get("key") == 1
    (warning,) = told()
    assert warning.startswith("results are not kept: ")


# Places where nothing can be kept.


def keeps_nothing(cache, told):
    """Whether the cache forgets all, and has told so once."""
    cache.put("key", 1)
    kept = [cache.get("key"), cache.made("key")]
    (warning,) = told()
    start = f"results are not kept: {cache.path}: "
    return kept == [None, None] and warning.startswith(start)


def test_a_folder_in_place_of_the_file(cache, told):
    """It stays as it is, and nothing is kept."""
    (cache.path / "mine").mkdir(parents=True)
    assert keeps_nothing(cache, told)
    assert (cache.path / "mine").is_dir()


def test_a_file_in_place_of_the_folder(cache, told):
    """It stays as it is, and nothing is kept."""
    cache.path.parent.write_text("mine")
    assert keeps_nothing(cache, told)
    assert cache.path.parent.read_text() == "mine"


@contextmanager
def nobody():
    """Without the rights of the superuser, who may write everywhere."""
    super_user = os.geteuid() == 0
    if super_user:
        os.seteuid(65534)
    try:
        yield
    finally:
        if super_user:
            os.seteuid(0)


@pytest.fixture
def barred():
    """A folder in which values are kept, and that others may only read."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cache = Cache(folder / "kept.db")
        cache.put("old", 1)
        cache.close()
        folder.chmod(0o555)
        cache.path.chmod(0o444)
        yield folder
        folder.chmod(0o755)


def test_a_folder_that_may_only_be_read(barred, told):
    """Nothing new is kept there, and what is there stays."""
    with nobody():
        assert keeps_nothing(Cache(barred / "kept.db"), told)
        assert keeps_nothing(Cache(barred / "sub" / "kept.db"), told)
    barred.chmod(0o755)
    (barred / "kept.db").chmod(0o644)
    assert Cache(barred / "kept.db").get("old") == 1


def test_a_database_that_may_only_be_read(cache, told, monkeypatch):
    """Old values are found, new ones are not kept."""
    cache.put("old", 1)
    cache.close()
    connect = sqlite3.connect

    def only_read(path, **options):
        return connect(f"file:{path}?mode=ro", uri=True, **options)

    monkeypatch.setattr(sqlite3, "connect", only_read)
    assert cache.get("old") == 1
    assert keeps_nothing(cache, told)
    assert cache.get("old") == 1


FULL = """
import resource, sys
sys.path.insert(0, {root!r})
from snippets._bridge import cache
told = []
cache.log.warning = lambda *args: told.append(args[0] % args[1:])
kept = cache.Cache({path!r}, 200_000)
kept.put("old", "x" * 20_000)
resource.setrlimit(resource.RLIMIT_FSIZE, (250_000, 250_000))
for number in range(40):
    kept.put(str(number), str(number) * 20_000)
    assert kept.get(str(number)) in (None, str(number) * 20_000)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
for number in range(40):
    kept.put(f"b{{number}}", str(number) * 20_000)
    assert kept.get(f"b{{number}}") in (None, str(number) * 20_000)
kept.get("old")
print(told)
"""


def test_a_disk_that_is_full(cache, root):
    """What finds no room is not kept, and nothing waits for room."""
    text = FULL.format(root=str(root), path=str(cache.path))
    done = running(text, timeout=30)
    assert done.stdout.count("results are not kept") == 1
    assert Cache(cache.path).get("old") in (None, "x" * 20_000)
    cache.put("new", 1)
    cache.put("new", 1)
    assert cache.get("new") == 1


def test_a_full_disk_does_not_hold_it_up(cache, told, monkeypatch):
    """It gives up making room where nothing can be deleted."""
    for number in range(20):
        cache.put(str(number), os.urandom(10_000))
    execute = Cache._execute

    def full(self, command, values):
        if command.startswith(("REPLACE", "DELETE", "UPDATE")):
            raise sqlite3.OperationalError("database or disk is full")
        return execute(self, command, values)

    monkeypatch.setattr(Cache, "_execute", full)
    cache.size = 100_000
    cache.put("new", os.urandom(10_000))
    assert cache.get("new") is None and cache.get("1")
    assert told() == [
        f"results are not kept: {cache.path}: database or disk is full"
    ]


# Several at once.


WRITER = """
import sys
sys.path.insert(0, {root!r})
from snippets._bridge import cache
cache.log.warning = lambda *args: sys.exit(args[0] % args[1:])
kept = cache.Cache({path!r})
print("ready", flush=True)
sys.stdin.readline()
number = 0
while number < {count}:
    kept.put(f"{name} {{number}}", ["{name}", number, "x" * 5000])
    kept.put("shared", ["{name}", number, "y" * 5000])
    assert kept.get("shared")[2] == "y" * 5000
    number += 1
"""


@pytest.fixture
def writers(root, cache):
    """Start processes that write together, once they are told to."""
    started = []

    def start(*names, count):
        for name in names:
            text = WRITER.format(
                root=str(root), path=str(cache.path), name=name, count=count
            )
            started.append(
                subprocess.Popen(
                    [sys.executable, "-c", text],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                )
            )
        new = started[-len(names) :]
        for process in new:
            assert process.stdout.readline() == "ready\n"
        for process in new:
            process.stdin.write("\n")
            process.stdin.flush()
        return new

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_two_processes_may_write_at_once(cache, writers):
    """All that both have put is there, in a file that both began."""
    for process in writers("a", "b", count=60):
        said = process.communicate(timeout=60)
        assert (process.returncode, said) == (0, ("", ""))
    for name in "ab":
        for number in range(60):
            expected = [name, number, "x" * 5000]
            assert cache.get(f"{name} {number}") == expected
    assert cache.get("shared")[1:] == [59, "y" * 5000]


def test_a_file_may_be_begun_by_several_at_the_same_moment(tmp_path, told):
    """None of them is refused, whichever of them creates it."""
    barrier = threading.Barrier(3)

    def begin(name):
        for number in range(200):
            cache = Cache(tmp_path / f"{number}.db")
            barrier.wait()
            cache.put(name, number)
            cache.close()

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(begin, "abc"))
    assert told() == []
    for number in range(200):
        with closing(Cache(tmp_path / f"{number}.db")) as cache:
            assert [cache.get(name) for name in "abc"] == [number] * 3


def test_a_process_that_is_killed_while_it_writes_harms_nothing(
    cache, writers, told
):
    """Whatever the moment, what is there is whole, and writing goes on."""
    for name, least in (("a", 1), ("b", 9), ("c", 18), ("d", 27)):
        (process,) = writers(name, count=10**9)
        deadline = time.monotonic() + 20
        while not cache.get(f"{name} {least}") and time.monotonic() < deadline:
            time.sleep(0.01)
        process.kill()
        process.wait()
        number = 0
        while found := cache.get(f"{name} {number}"):
            assert found == [name, number, "x" * 5000]
            number += 1
        assert number > least
        assert cache.get("shared")[2] == "y" * 5000
        cache.put("mine", name)
        assert again(cache).get("mine") == name
    assert told() == []


LOCKED = """
import sys, time
sys.path.insert(0, {root!r})
from snippets._bridge.cache import Cache
cache = Cache({path!r})
cache.get("")
with cache.alone({key!r}):
    print("here", flush=True)
    sys.stdin.readline()
    cache.put({key!r}, 1)
"""


@pytest.fixture
def makes(root, cache):
    """A process that makes the value of a key, until it is told to end."""
    text = LOCKED.format(root=str(root), path=str(cache.path), key="a" * 32)
    with subprocess.Popen(
        [sys.executable, "-c", text],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "here\n"
        yield process


def test_one_process_waits_for_another_that_makes_a_value(cache, makes):
    """Then the value is there, and need not be made again."""
    threading.Timer(0.5, makes.stdin.close).start()
    assert cache.get("a" * 32) is None
    with cache.alone("a" * 32):
        assert cache.get("a" * 32) == 1


def test_nobody_waits_for_another_value(cache, makes):
    """Each key is waited for by itself."""
    cache.get("")
    for key in ("b" * 32, "a" * 14 + "b" * 18):
        with cache.alone(key):
            assert makes.poll() is None


def test_who_is_killed_is_not_waited_for(cache, makes):
    """A process that has ended, however, makes nothing."""
    makes.kill()
    cache.get("")
    with cache.alone("a" * 32):
        assert cache.get("a" * 32) is None


def test_where_nothing_can_be_kept_nobody_waits(cache):
    """Without a folder, there is nothing to wait with."""
    for _ in range(2):
        with cache.alone("a" * 32):
            assert not cache.path.parent.exists()


def test_threads_may_share_it(cache, told):
    """Putting, getting and clearing at once is no error."""
    stop, seen = threading.Event(), []

    def work(name):
        try:
            while not stop.is_set():
                cache.put(name, [name])
                seen.append(cache.get(name) in (None, [name]))
                if name == "clear":
                    cache.clear()
        except Exception as error:
            seen.append(error)

    names = "a", "b", "clear"
    threads = [threading.Thread(target=work, args=[n]) for n in names]
    for thread in threads:
        thread.start()
    time.sleep(1)
    stop.set()
    for thread in threads:
        thread.join()
    assert set(seen) == {True}
    assert told() == []
