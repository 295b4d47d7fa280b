"""Whom a pack's page at the desk lets in: the roles of a post, and where it says so the offices of one authority."""

from __future__ import annotations

from django.urls import reverse

from tongban.accounts.actor import Actor
from tongban.catalog.pages import Post, post_of
from tongban.catalog.vocabulary import Text
from tongban.portal.pack_pages import pages_of_packs
from tongban.publication import service as publication


def holds(actor: Actor, post: Post) -> bool:
    """Whether somebody of the staff has such a post."""
    offices = publication.current().offices
    return any(
        post.roles & roles and (not post.authority or (at in offices and offices[at].authority == post.authority))
        for at, roles in actor.offices.items()
    )


def entrances(actor: Actor) -> list[tuple[Text, str]]:
    """The pages of packs at the desk where one begins and that somebody may enter: titles and addresses."""
    return [
        (page.title, reverse(f"desk:packs:{pack}/{page.path}"))
        for pack, pages in pages_of_packs().items()
        for page in pages
        if page.door == "desk" and page.is_entrance and holds(actor, post_of(page.who))
    ]
