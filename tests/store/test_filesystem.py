"""Where a database may lie: no network, folders that are shared on purpose, rights that shut out nobody."""

from __future__ import annotations

import grp
import os

import pytest
from making import stored_notice, wrong

from store.db import filesystem
from store.db.filesystem import file_system, make_shared_folder, refuse_network
from store.errors import DatabaseError, StoreError
from store.open import open_database

MOUNTS = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:26 / /srv rw,relatime shared:2 - tmpfs tmpfs rw
31 30 0:50 / /srv/home rw,relatime - nfs4 server:/home rw,vers=4.2
32 30 0:51 / /srv/office\\040files rw - cifs //server/office rw
33 31 0:52 / /srv/home/local rw - xfs /dev/vdb rw
34 22 0:53 / /mnt rw - nfs a:/b rw
35 22 0:54 / /mnt rw - ext4 /dev/vdc rw
nonsense
"""

GROUP = grp.getgrgid(os.getgid()).gr_name


@pytest.fixture
def mounts(tmp_path):
    path = tmp_path / "mountinfo"
    path.write_text(MOUNTS, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/a.db", "ext4"),
        ("/srv/a.db", "tmpfs"),
        ("/srv/home/a.db", "nfs4"),
        ("/srv/home/local/deep/a.db", "xfs"),
        ("/srv/homes/a.db", "tmpfs"),
        ("/srv/office files/a.db", "cifs"),
        ("/mnt/a.db", "ext4"),
    ],
)
def test_the_innermost_mount_counts_and_the_later_of_two(mounts, path, kind):
    from pathlib import Path

    assert file_system(Path(path).parent, mounts) == kind
    if kind in ("nfs4", "cifs"):
        with pytest.raises(DatabaseError, match=f"network file system \\({kind}\\)"):
            refuse_network(Path(path), mounts)
    else:
        refuse_network(Path(path), mounts)


def test_where_the_system_does_not_tell_nothing_is_refused(tmp_path):
    refuse_network(tmp_path / "a.db", tmp_path / "none")


def test_opening_asks(tmp_path, monkeypatch):
    with open_database(tmp_path / "a.db", create=True):
        pass
    monkeypatch.setattr(filesystem, "file_system", lambda *_: "nfs")
    for create in (False, True):
        with pytest.raises(DatabaseError, match="local disk"):
            open_database(tmp_path / "a.db", create=create)


def test_a_shared_folder_is_the_groups_whatever_the_umask(tmp_path):
    before = os.umask(0o077)
    try:
        folder = tmp_path / "srv" / "zhupi"
        number = make_shared_folder(folder, GROUP)
        with open_database(folder / "a.db", create=True, group=number) as database:
            stored_notice(database)
            for name in ("a.db", "a.db-wal", "a.db-shm", "a.db.lock"):
                found = (folder / name).stat()
                assert (name, found.st_mode & 0o777, found.st_gid) == (name, 0o660, number)
            assert wrong(database) == []
    finally:
        os.umask(before)
    for each in (folder, folder.parent):
        assert (each.stat().st_mode & 0o7777, each.stat().st_gid) == (0o2770, number)
    # Once more is the same.
    assert make_shared_folder(folder, GROUP) == number


def test_a_folder_with_other_files_is_not_shared(tmp_path):
    (tmp_path / "letter.txt").touch()
    mode = tmp_path.stat().st_mode
    with pytest.raises(StoreError, match="with other files"):
        make_shared_folder(tmp_path, GROUP)
    assert tmp_path.stat().st_mode == mode
    with pytest.raises(StoreError, match="no such group"):
        make_shared_folder(tmp_path / "new", "no-such-group-here")
    assert not (tmp_path / "new").exists()


def test_an_empty_folder_is_taken(tmp_path):
    folder = tmp_path / "empty"
    folder.mkdir(mode=0o700)
    make_shared_folder(folder, GROUP)
    assert folder.stat().st_mode & 0o7777 == 0o2770


def test_the_doctor_names_what_shuts_people_out(tmp_path, monkeypatch):
    folder = tmp_path / "zhupi"
    number = make_shared_folder(folder, GROUP)
    with open_database(folder / "a.db", create=True, group=number) as database:
        stored_notice(database)
        (folder / "a.db.lock").chmod(0o600)
        (folder / "a.db-shm").chmod(0o640)
        assert [line.partition(": ")[0] for line in wrong(database)] == [
            str(folder / "a.db-shm"),
            str(folder / "a.db.lock"),
        ]
        (folder / "a.db.lock").chmod(0o660)
        (folder / "a.db-shm").chmod(0o660)
        # Readers were let in while the database was open.
        database.path.chmod(0o664)
        assert [line.partition(": ")[0] for line in wrong(database)] == [
            str(folder / "a.db-wal"),
            str(folder / "a.db-shm"),
        ]
        database.path.chmod(0o660)
        folder.chmod(0o770)
        monkeypatch.setattr(filesystem, "_is_private", lambda *_: False)
        assert ["hand the group on" in line for line in wrong(database)] == [True]
        folder.chmod(0o2770)
        database.path.chmod(0o666)
        assert any("everybody on this host" in line for line in wrong(database))


def test_a_group_of_ones_own_is_nobody_to_share_with(tmp_path):
    # A umask of 002, where each account has a group of its own.
    before = os.umask(0o002)
    try:
        with open_database(tmp_path / "a.db", create=True) as database:
            assert database.path.stat().st_mode & 0o777 == 0o664
            assert wrong(database) == []
    finally:
        os.umask(before)


def test_the_doctor_tells_of_little_room(database, monkeypatch):
    monkeypatch.setattr(filesystem, "LITTLE_ROOM", 10**18)
    assert ["make room" in line for line in wrong(database)] == [True]
