"""Whom a pack's page at the desk lets in: the roles of a post, and where it says so the offices of one authority."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from tongban.accounts.actor import Actor
from tongban.catalog.vocabulary import Text
from tongban.portal.pack_pages import Page, pages_of_packs
from tongban.publication import service as publication


@dataclass(frozen=True, slots=True)
class Post:
    """Who may enter: roles, at an office of the authority if there is one."""

    roles: frozenset[str]
    authority: str

    def is_held_by(self, actor: Actor) -> bool:
        """Whether somebody of the staff has such a post."""
        offices = publication.current().offices
        return any(
            self.roles & roles and (not self.authority or (at in offices and offices[at].authority == self.authority))
            for at, roles in actor.offices.items()
        )


def post_of(page: Page) -> Post | None:
    """`staff: handler head` or `staff: head of hrss/social-insurance`; None where it is neither."""
    kind, _, posts = page.who.partition(": ")
    named, of, authority = posts.partition(" of ")
    roles = frozenset(named.split())
    return Post(roles, authority) if kind == "staff" and roles and bool(of) == bool(authority) else None


def entrances(actor: Actor) -> list[tuple[Text, str]]:
    """The pages of packs at the desk where one begins and that somebody may enter: titles and addresses."""
    return [
        (page.title, reverse(f"desk:packs:{pack}/{page.path}"))
        for pack, pages in pages_of_packs().items()
        for page in pages
        if page.door == "desk" and page.is_entrance and (post := post_of(page)) and post.is_held_by(actor)
    ]
