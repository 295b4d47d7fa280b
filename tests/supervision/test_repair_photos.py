"""Photos of what was put right: bare of all but the picture, for those who put it right and who watches; public is one
of a small deed alone, and when somebody else has declared that it shows nobody.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests.applications.newborn import Desk
from tests.photos import BEHIND, DEVICE, PLACE, jpeg, png
from tests.supervision.test_problems import act

from tongban.accounts.models import User
from tongban.applications.problems import Problem
from tongban.casework.model import SYSTEM
from tongban.platform import time
from tongban.platform.ids import in_address
from tongban.supervision import pictures, problems, repair_photos, walk_notes, walks
from tongban.supervision.models import Found, RepairPhoto
from tongban.supervision.problems import Finding, Hands, Place
from tongban.supervision.walk_notes import Noted
from tongban.supervision.walks import Intent

WATCHER = "demonstration/government-services-4302"
OWNER = "demonstration/population-430211"
OTHER = "demonstration/business-4302"


@pytest.mark.parametrize("content", [jpeg(), jpeg(6), png()], ids=["jpeg", "turned", "png"])
def test_of_a_photo_nothing_is_kept_but_the_picture(content: bytes) -> None:
    kept, kind = pictures.taken("photo", [content])
    for beside in (PLACE, DEVICE, BEHIND, b"Photoshop", b"JFIF"):
        assert beside in content or beside == b"JFIF" or kind == pictures.PNG or beside == b"Photoshop"
        assert beside not in kept
    assert pictures.bare("photo", kept, kind) == kept
    if kind == pictures.JPEG:
        assert b"dots\xff\x00dots\xff\xd0dots" in kept


@given(st.integers(2, 8))
def test_which_way_up_a_photo_is_stays(way_up: int) -> None:
    kept = pictures.bare("photo", jpeg(way_up), pictures.JPEG)
    assert pictures.bare("photo", kept, pictures.JPEG) == kept
    assert bytes([0, way_up]) in kept[:40]


@given(st.data())
def test_a_photo_that_is_cut_off_or_no_photo_is_refused(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from([jpeg(), png()]))
    end = len(whole) - len(BEHIND)
    cut = whole[: data.draw(st.integers(0, end - 1))]
    with pytest.raises(Problem) as refused:
        pictures.taken("photo", [cut])
    assert refused.value.code == "wrong-type"


@given(st.binary(max_size=200), st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]))
def test_of_whatever_begins_like_a_photo_only_a_whole_one_is_taken(rest: bytes, start: bytes) -> None:
    with suppress(Problem):  # anything else would be a failure of ours
        kept, kind = pictures.taken("photo", [start + rest])
        assert pictures.bare("photo", kept, kind) == kept


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"MZ\x90", b"<svg onload=alert(1)>", b"GIF89a", b""])
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    with pytest.raises(Problem) as refused:
        pictures.taken("photo", [content])
    assert refused.value.status == 415


def under_way(kind: str = "deed") -> str:
    """What is to be done by a day, given to an office."""
    finding = Finding(Place("补种行道树", kind), "minor", "residents", by=time.today() + timedelta(days=9))
    return problems.report(finding, SYSTEM, uuid4(), Hands(owner=OWNER)).case


def photo_of(desk: Desk, case: str) -> RepairPhoto:
    return repair_photos.add(desk(OWNER, "handler"), case, [jpeg()], uuid4())


def seen(photo: RepairPhoto) -> int:
    return Client().get(f"/deeds/photos/{photo.id}").status_code


@pytest.mark.django_db
def test_who_puts_it_right_adds_a_photo_once_and_who_watches_sees_it(desk: Desk) -> None:
    case, command, owner = under_way("safety"), uuid4(), desk(OWNER, "handler")
    first, again = (repair_photos.add(owner, case, [png()], command) for _ in range(2))
    assert first.id == again.id
    assert DEVICE not in bytes(first.file)
    for reader in (owner, desk(WATCHER, "handler")):
        assert repair_photos.file_of(reader, case, first.id)[0] == "image/png"
        assert [one.id for one in repair_photos.of(reader, case)] == [first.id]
    stranger = desk(OTHER, "handler")
    assert repair_photos.of(stranger, case) == []
    with pytest.raises(Problem) as refused:
        repair_photos.file_of(stranger, case, first.id)
    assert refused.value.status == 404
    with pytest.raises(Problem) as watching:
        repair_photos.add(desk(WATCHER, "handler"), case, [png()], uuid4())
    assert watching.value.status == 403


@pytest.mark.django_db
def test_no_photo_is_added_once_it_is_put_right(desk: Desk) -> None:
    case = under_way()
    act(desk, case, "plan", OWNER, facts={"problem.measure": "补种"})
    photo_of(desk, case)
    act(desk, case, "repair", OWNER, facts={"problem.evidence": "种好了"})
    with pytest.raises(Problem) as refused:
        photo_of(desk, case)
    assert refused.value.code == "not-allowed"


@pytest.mark.django_db
def test_there_are_only_so_many_photos(desk: Desk) -> None:
    case = under_way()
    for _ in range(repair_photos.MOST):
        photo_of(desk, case)
    with pytest.raises(Problem) as refused:
        photo_of(desk, case)
    assert refused.value.errors[0].code == "too-many-files"


@pytest.mark.django_db
def test_a_photo_is_public_only_while_another_has_declared_that_it_shows_nobody(desk: Desk) -> None:
    case = under_way()
    photo, watcher, owner = photo_of(desk, case), desk(WATCHER, "handler"), desk(OWNER, "handler")
    assert (seen(photo), f"/deeds/photos/{photo.id}" in Client().get("/deeds").content.decode()) == (404, False)
    with pytest.raises(Problem) as refused:
        repair_photos.declare(owner, case, photo.id, shows_nobody=True)
    assert refused.value.status == 403
    with pytest.raises(Problem):
        repair_photos.declare(desk(OTHER, "handler"), case, photo.id, shows_nobody=True)
    assert seen(photo) == 404
    repair_photos.declare(watcher, case, photo.id, shows_nobody=True)
    assert (seen(photo), f"/deeds/photos/{photo.id}" in Client().get("/deeds").content.decode()) == (200, True)
    assert PLACE not in Client().get(f"/deeds/photos/{photo.id}").content
    repair_photos.declare(watcher, case, photo.id, shows_nobody=False)
    assert (seen(photo), f"/deeds/photos/{photo.id}" in Client().get("/deeds").content.decode()) == (404, False)


@pytest.mark.django_db
def test_the_database_itself_lets_nobody_declare_of_their_own_photo(desk: Desk) -> None:
    photo = photo_of(desk, under_way())
    with pytest.raises(IntegrityError), transaction.atomic():
        RepairPhoto.objects.filter(id=photo.id).update(shows_nobody_by=photo.added_by)


@pytest.mark.django_db
def test_no_photo_of_a_hazard_or_of_a_walk_is_ever_public(desk: Desk) -> None:
    case = under_way("safety")
    photo = photo_of(desk, case)
    repair_photos.declare(desk(WATCHER, "handler"), case, photo.id, shows_nobody=True)
    head = desk(OWNER, "head")
    walk = walks.begin(head, Intent("newborn", "experience"), uuid4())
    note = walk_notes.note(head, walk.id, Noted(3, file=[jpeg()]), uuid4())
    public = Client()
    assert [public.get(f"/deeds/photos/{one}").status_code for one in (photo.id, note.id, walk.id, uuid4())] == [
        404
    ] * 4
    assert public.get(f"/walks/{walk.id}/files/{note.id}").status_code == 302
    kept = walk_notes.file_of(head, walk.id, note.id)[1]
    assert PLACE not in kept
    assert DEVICE not in kept


@pytest.mark.django_db
def test_the_page_of_a_problem_takes_a_photo_and_a_declaration(desk: Desk) -> None:
    case = under_way()
    address = f"/desk/problems/{in_address(case)}"

    def browser(office: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(id=desk(office, "handler").user_id or 0))
        return client

    owner, watcher = browser(OWNER), browser(WATCHER)
    assert "传上照片" in owner.get(address).content.decode()
    assert "传上照片" not in watcher.get(address).content.decode()
    for file, status in (("x.exe", 415), ("", 415), ("x.png", 302)):
        sent = {"photo": SimpleUploadedFile(file, png() if file == "x.png" else b"MZ")} if file else {}
        assert owner.post(f"{address}/photos", {"command": str(uuid4()), **sent}).status_code == status
    photo = Found.objects.get(case=case).photos.get()
    page = watcher.get(address).content.decode()
    assert f"{address}/photos/{photo.id}" in page
    assert watcher.post(f"{address}/photos/{photo.id}", {"shows": "nobody"}).status_code == 302
    assert seen(photo) == 200
    assert browser(OTHER).get(f"{address}/photos/{photo.id}").status_code == 404
