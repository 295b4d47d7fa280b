"""The catalogue as linked data passes the official shapes of CPSV-AP, and says what the definitions say."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import RDF, Graph, Literal, Namespace, URIRef

from tongban.catalog.model import Catalog
from tongban.publication.cpsv import CPSV, CV, FORMATS, cpsv
from tongban.publication.files import tree

SHAPES = Path(__file__).parent / "cpsv" / "cpsv-ap-SHACL.ttl"
DCTERMS = Namespace("http://purl.org/dc/terms/")


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The packs of the tree."""
    return tree()


@pytest.fixture(scope="module")
def graph(catalog: Catalog) -> Graph:
    """The graph as it is read back from Turtle."""
    return Graph().parse(data=cpsv(catalog), format="turtle")


@pytest.mark.slow
def test_the_official_shapes_find_nothing(graph: Graph) -> None:
    conforms, _, said = validate(graph, shacl_graph=Graph().parse(SHAPES))
    assert conforms, said


def test_the_shapes_find_what_is_missing(graph: Graph) -> None:
    (service, *_) = graph.subjects(RDF.type, CPSV.PublicService)
    wrong = Graph() + graph.cbd(service)
    wrong.remove((service, DCTERMS.title, None))
    conforms, _, _ = validate(wrong, shacl_graph=Graph().parse(SHAPES))
    assert not conforms


def test_every_service_is_there_with_its_titles_and_its_authority(catalog: Catalog, graph: Graph) -> None:
    assert {
        str(node).removeprefix("urn:tongban:service:") for node in graph.subjects(RDF.type, CPSV.PublicService)
    } == (set(catalog.services))
    for full, service in catalog.services.items():
        node = URIRef(f"urn:tongban:service:{full}")
        assert (node, DCTERMS.title, Literal(service.title.zh, lang="zh")) in graph
        assert (node, CV.hasCompetentAuthority, URIRef(f"urn:tongban:authority:{service.authority}")) in graph


def test_a_bundle_groups_its_services(catalog: Catalog, graph: Graph) -> None:
    event = URIRef("urn:tongban:bundle:life-events/newborn")
    assert (event, RDF.type, CV.LifeEvent) in graph
    parts = {part.service for part in catalog.bundles["life-events/newborn"].parts}
    assert {
        str(node).removeprefix("urn:tongban:service:") for node in graph.objects(event, CV.hasRelatedService)
    } == parts


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph")  # rdflib's own reader of JSON-LD
@pytest.mark.parametrize("form", FORMATS.values())
def test_every_form_says_the_same(catalog: Catalog, graph: Graph, form: str) -> None:
    assert len(Graph().parse(data=cpsv(catalog, form), format=form)) == len(graph)
