"""The catalogue in the European vocabulary of public services, CPSV-AP 3.2, as linked data (RDF).

Every definition gets the name `urn:tongban:KIND:ID`, the same in every city. What the vocabulary has no word for is
told in sentences (conditions) or not at all (needs, procedures); figures that are not verified are left out of what
machines compare, such as processing times.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rdflib import DCAT, DCTERMS, ORG, RDF, SKOS, XSD, Graph, Literal, Namespace, URIRef

from tongban.catalog.model import BundleDefinition, Catalog, ServiceDefinition
from tongban.catalog.vocabulary import Reference, Text

FORMATS: Final = {".ttl": "turtle", ".jsonld": "json-ld", ".rdf": "xml", ".nt": "nt"}
"""How the graph is written, by how the file's name ends."""

CV: Final = Namespace("http://data.europa.eu/m8g/")
CPSV: Final = Namespace("http://purl.org/vocab/cpsv#")
ELI: Final = Namespace("http://data.europa.eu/eli/ontology#")

CURRENCY: Final = "http://publications.europa.eu/resource/authority/currency/CNY"
PERSON: Final = "base/Person"


def cpsv(catalog: Catalog, form: str = "turtle") -> str:
    """The whole catalogue in one of the forms of rdflib: `turtle`, `json-ld`, `xml`, `nt`."""
    written = _Writer(catalog)
    written.everything()
    text: str = written.graph.serialize(format=form)
    return text


class _Writer:
    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.graph = Graph()
        for prefix, space in (("cv", CV), ("cpsv", CPSV), ("eli", ELI)):
            self.graph.bind(prefix, space)

    def everything(self) -> None:
        """Authorities, laws, papers, services and what groups them."""
        for full, authority in self.catalog.authorities.items():
            self._authority(full, authority.title)
        for full, law in self.catalog.laws.items():
            self._titled(self._a("law", full, ELI.LegalResource), law.title)
        for full, paper in self.catalog.evidence.items():
            node = self._a("evidence", full, CV.EvidenceType)
            self._named(node, full)
            self._titled(node, paper.label)
        for service in self.catalog.services.values():
            self._service(service)
        for bundle in self.catalog.bundles.values():
            self._event(bundle)

    def _authority(self, full: str, title: Text) -> None:
        node = self._a("authority", full, CV.PublicOrganisation, ORG.Organization)
        self._say(node, SKOS.prefLabel, title)
        place = self._a("place", "city", DCTERMS.Location)
        self.graph.add((node, DCTERMS.spatial, place))

    def _service(self, service: ServiceDefinition) -> None:
        node = self._a("service", service.id, CPSV.PublicService)
        self._named(node, service.id)
        self._titled(node, service.title)
        self._say(node, DCTERMS.description, service.plain or service.title)
        self.graph.add((node, CV.hasCompetentAuthority, self._name("authority", service.authority)))
        for word in service.words:
            self.graph.add((node, DCAT.keyword, Literal(word, lang="zh")))
        for need in service.evidence:
            self.graph.add((node, CV.hasInputType, self._name("evidence", need.evidence)))
        for way in service.delivery:
            self.graph.add((node, CV.hasChannel, self._channel(way)))
        self._kind(node, service)
        self._time(node, service)
        self._requirements(node, service)
        self._costs(node, service)
        self._output(node, service)
        self._laws(node, service.law)

    def _kind(self, node: URIRef, service: ServiceDefinition) -> None:
        for name in (service.kind, service.level):
            if name:
                self.graph.add((node, DCTERMS.type, self._concept(name)))

    def _time(self, node: URIRef, service: ServiceDefinition) -> None:
        """The promised limit where it is whole days and no longer unverified; the vocabulary knows no working days."""
        promised = service.limits.promised
        if promised is not None and promised.unit in {"day", "workday"} and service.limits.status != "unverified":
            self.graph.add((node, CV.processingTime, Literal(f"P{promised.count}D", datatype=XSD.duration)))

    def _requirements(self, node: URIRef, service: ServiceDefinition) -> None:
        for index, one in enumerate(service.requires, start=1):
            full = f"{service.id}/{index}"
            requirement = self._a("requirement", full, CV.Requirement)
            self._named(requirement, full)
            self._titled(requirement, one.otherwise or Text(one.that.text, one.that.text))
            self.graph.add((node, CV.holdsRequirement, requirement))
            self._laws(node, (one.because,))

    def _costs(self, node: URIRef, service: ServiceDefinition) -> None:
        for index, fee in enumerate(service.fees, start=1):
            full = f"{service.id}/{index}"
            cost = self._a("fee", full, CV.Cost)
            self._named(cost, full)
            self._say(cost, DCTERMS.description, fee.title)
            yuan, fen = divmod(fee.amount_fen, 100)
            self.graph.add((cost, CV.hasValue, Literal(f"{yuan}.{fen:02}", datatype=XSD.double)))
            self.graph.add((cost, CV.currency, self._concept(CURRENCY)))
            self.graph.add((node, CV.hasCost, cost))

    def _output(self, node: URIRef, service: ServiceDefinition) -> None:
        if service.credential is not None:
            output = self._a("credential", service.credential, CV.Output)
            self.graph.set((output, DCTERMS.identifier, Literal(service.credential)))
            self._titled(output, self.catalog.credentials[service.credential].title)
            self.graph.add((node, CPSV.produces, output))

    def _event(self, bundle: BundleDefinition) -> None:
        """What a person wants done is an event of life, what a company wants one of business."""
        of_person = bundle.subjects[bundle.applicant].type == PERSON
        kind = CV.LifeEvent if of_person else CV.BusinessEvent
        node = self._a("bundle", bundle.id, CV.Event, kind)
        self._named(node, bundle.id)
        self._titled(node, bundle.title)
        self._say(node, DCTERMS.description, bundle.plain or bundle.title)
        for part in bundle.parts:
            service = self._name("service", part.service)
            self.graph.add((node, CV.hasRelatedService, service))
            self.graph.add((service, CV.isGroupedBy, node))

    def _laws(self, node: URIRef, references: Iterable[Reference]) -> None:
        for reference in references:
            self.graph.add((node, CV.hasLegalResource, self._name("law", reference.law)))

    def _channel(self, way: str) -> URIRef:
        node = self._a("channel", way, CV.Channel)
        self.graph.set((node, DCTERMS.identifier, Literal(way)))
        return node

    def _concept(self, name: str) -> URIRef:
        node = URIRef(name) if ":" in name else self._name("concept", name)
        self.graph.add((node, RDF.type, SKOS.Concept))
        return node

    def _a(self, kind: str, full: str, *classes: URIRef) -> URIRef:
        node = self._name(kind, full)
        for one in classes:
            self.graph.add((node, RDF.type, one))
        return node

    def _name(self, kind: str, full: str) -> URIRef:
        return URIRef(f"urn:tongban:{kind}:{full}")

    def _named(self, node: URIRef, full: str) -> None:
        self.graph.add((node, DCTERMS.identifier, Literal(full)))

    def _titled(self, node: URIRef, text: Text) -> None:
        self._say(node, DCTERMS.title, text)

    def _say(self, node: URIRef, word: URIRef, text: Text) -> None:
        for language, said in (("zh", text.zh), ("en", text.en)):
            self.graph.add((node, word, Literal(said, lang=language)))
