"""The addresses of the portal. Each view says who may enter where it stands."""

from __future__ import annotations

from django.urls import path

from tongban.portal.pages import (
    account,
    bundles,
    correcting,
    entering,
    filling,
    finding,
    following,
    helping,
    matters,
    signing,
    switches,
    verifying,
)
from tongban.portal.styleguide.views import styleguide

app_name = "portal"

urlpatterns = [
    path("", finding.home, name="home"),
    path("search", finding.find, name="search"),
    path("bundles/", finding.everything, name="everything"),
    path("b/<str:slug>", bundles.bundle, name="bundle"),
    path("b/<str:slug>/facts", bundles.facts, name="facts"),
    path("b/<str:slug>/start", bundles.situation, name="situation"),
    path("b/<str:slug>/begin", bundles.begin, name="begin"),
    path("login", entering.log_in_page, name="login"),
    path("login/persona", entering.enter_persona, name="persona"),
    path("logout", entering.log_out, name="logout"),
    path("language", switches.language, name="language"),
    path("elder", switches.elder, name="elder"),
    path("account", account.me, name="me"),
    path("account/code", account.second_step, name="second_step"),
    path("account/mandate", account.mandate, name="mandate"),
    path("account/mandate/end", account.end_mandate, name="end_mandate"),
    path("my", matters.applications, name="applications"),
    path("messages", matters.inbox, name="messages"),
    path("documents", matters.my_documents, name="documents"),
    path("documents/<uuid:document_id>.pdf", matters.document, name="document"),
    path("documents/<uuid:document_id>", matters.show, name="show"),
    path("reads", matters.my_reads, name="reads"),
    path("a/<str:number>", following.application, name="application"),
    path("a/<str:number>/agree", filling.agree, name="agree"),
    path("a/<str:number>/situation", filling.answer, name="answer"),
    path("a/<str:number>/form", filling.form, name="form"),
    path("a/<str:number>/count", filling.count, name="count"),
    path("a/<str:number>/dispute", filling.dispute, name="dispute"),
    path("a/<str:number>/papers", filling.papers_page, name="papers"),
    path("a/<str:number>/files/<uuid:paper_id>", filling.file, name="file"),
    path("a/<str:number>/sign", signing.sign, name="sign"),
    path("a/<str:number>/events", following.events, name="events"),
    path("a/<str:number>/correct/<int:part>", correcting.correct, name="correct"),
    path("a/<str:number>/owed", correcting.owed, name="owed"),
    path("a/<str:number>/withdraw", following.withdraw, name="withdraw"),
    path("a/<str:number>/again", following.again, name="again"),
    path("consent/<str:number>", signing.consent, name="consent"),
    path("verify", verifying.verify, name="verify"),
    path("verify/<str:code>", verifying.verify_code, name="verify_code"),
    path("help", helping.report, name="report"),
    path("styleguide", styleguide, name="styleguide"),
]
