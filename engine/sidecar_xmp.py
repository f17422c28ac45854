"""One XMP packet: what people wrote in it, and changes that leave all the rest as it is. The only door to lxml.

Sources: the XMP specification (ISO 16684-1) for the shapes of values; the namespaces that Lightroom, digiKam and
darktable write keywords, ratings and labels in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree

LARGEST_BYTES = 16 * 2**20
MOST_ELEMENTS = 100_000  # a long history of edits has some thousands
DEEPEST = 50  # levels of a keyword
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
DC = "http://purl.org/dc/elements/1.1/"
XMP = "http://ns.adobe.com/xap/1.0/"
LIGHTROOM = "http://ns.adobe.com/lightroom/1.0/"
DIGIKAM = "http://www.digikam.org/ns/1.0/"
META = "adobe:ns:meta/"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"

SUBJECT, DESCRIPTION = f"{{{DC}}}subject", f"{{{DC}}}description"
RATING, LABEL = f"{{{XMP}}}Rating", f"{{{XMP}}}Label"
HIERARCHY, TAGS_LIST = f"{{{LIGHTROOM}}}hierarchicalSubject", f"{{{DIGIKAM}}}TagsList"
_PREFIXES = {"dc": DC, "xmp": XMP, "lr": LIGHTROOM, "digiKam": DIGIKAM}
_LI, _BAG, _ALT, _SEQ = (f"{{{RDF}}}{name}" for name in ("li", "Bag", "Alt", "Seq"))
_EMPTY = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
    f'<x:xmpmeta xmlns:x="{META}">\n <rdf:RDF xmlns:rdf="{RDF}">\n  <rdf:Description rdf:about=""/>\n </rdf:RDF>\n'
    '</x:xmpmeta>\n<?xpacket end="w"?>'
)

Tag = tuple[str, ...]  # its levels from the outermost to its own name


@dataclass(frozen=True, slots=True)
class Written:
    """What people wrote. rating: 0 to 5, -1 for rejected, None where there is none."""

    tags: frozenset[Tag] = frozenset()
    rating: int | None = None
    label: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be otherwise; a field that is left out stays. An empty label or description is taken away."""

    add: frozenset[Tag] = frozenset()
    remove: frozenset[Tag] = frozenset()
    rating: int | None = None
    label: str | None = None
    description: str | None = None


@dataclass(slots=True)
class Packet:
    """A parsed packet, which `apply` changes in place."""

    tree: etree._ElementTree
    _descriptions: list[etree._Element] = field(default_factory=list)

    @classmethod
    def parse(cls, data: bytes) -> Packet:
        """Raises ValueError for what is no XMP, or more than a person's words."""
        if len(data) > LARGEST_BYTES:
            raise ValueError(f"it is larger than {LARGEST_BYTES // 2**20} MB")
        if data.count(b"<") > 2 * MOST_ELEMENTS:  # each begins and ends; whoever reads it waits
            raise ValueError("it has more parts than anybody's words")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            tree = etree.ElementTree(etree.fromstring(data.rstrip(b"\0 \r\n\t") if data[:1] == b"<" else data, parser))
        except (etree.XMLSyntaxError, ValueError) as error:
            where = f" in line {error.lineno}" if isinstance(error, etree.XMLSyntaxError) and error.lineno else ""
            raise ValueError(f"it is not well-formed{where}") from error
        if tree.docinfo.internalDTD is not None:
            raise ValueError("it brings definitions of its own along, which XMP never does")
        found = list(tree.getroot().iter(f"{{{RDF}}}RDF"))
        if not found:
            raise ValueError("it is not XMP")
        packet = cls(tree, [child for rdf in found for child in rdf.iterchildren(f"{{{RDF}}}Description")])
        if any(len(levels) > DEEPEST for levels in packet._levels()):
            raise ValueError(f"a keyword has more than {DEEPEST} levels")
        return packet

    @classmethod
    def empty(cls) -> Packet:
        return cls.parse(_EMPTY.encode())

    def to_bytes(self) -> bytes:
        return bytes(etree.tostring(self.tree, encoding="UTF-8", xml_declaration=False)) + b"\n"

    # ---- reading ---------------------------------------------------------------------------------------------

    def written(self) -> Written:
        deep = {tuple(levels) for levels in self._levels() if levels}
        inner = {level for tag in deep for level in tag}  # programs repeat the levels as plain keywords
        flat = {(word,) for word in self._items(SUBJECT) if word not in inner}
        above = {tag[:count] for tag in deep for count in range(1, len(tag))}  # need no word of their own
        return Written(frozenset((deep | flat) - above), self._rating(), self._text(LABEL), self._text(DESCRIPTION))

    def _levels(self) -> Iterator[list[str]]:
        for name, mark in ((HIERARCHY, "|"), (TAGS_LIST, "/")):
            for item in self._items(name):
                yield [level.strip() for level in item.split(mark) if level.strip()]

    def _rating(self) -> int | None:
        text = self._text(RATING)
        try:
            return max(-1, min(5, round(float(text)))) if text is not None else None
        except (ValueError, OverflowError):
            return None

    def _items(self, name: str) -> list[str]:
        """The entries of a list; programs also write a single one as plain text."""
        items: list[str] = []
        for element in self._elements(name):
            entries = element.findall(f".//{_LI}")
            items += [_words(entry) for entry in entries] if entries else [_words(element)]
        items += [attribute for each in self._descriptions if (attribute := each.get(name))]
        return [item for item in dict.fromkeys(items) if item]

    def _text(self, name: str) -> str | None:
        """A simple value, or an alternative's default language."""
        for each in self._descriptions:
            if attribute := (each.get(name) or "").strip():
                return attribute
        for element in self._elements(name):
            entries = element.findall(f".//{_LI}")
            entries.sort(key=lambda entry: entry.get(LANGUAGE) != "x-default")
            if words := _words(entries[0] if entries else element):
                return words
        return None

    def _elements(self, name: str) -> list[etree._Element]:
        return [element for each in self._descriptions for element in each.iterchildren(name)]

    # ---- changing --------------------------------------------------------------------------------------------

    def apply(self, change: Change) -> bool:
        """Whether anything is otherwise now."""
        before = self.written()
        tags = (before.tags - change.remove) | change.add
        if tags != before.tags:
            self._set_tags(before.tags, tags)
        if change.rating is not None and change.rating != before.rating:
            self._set_text(RATING, str(change.rating))
        if change.label is not None and change.label != (before.label or ""):
            self._set_text(LABEL, change.label)
        if change.description is not None and change.description != (before.description or ""):
            self._set_alternative(DESCRIPTION, change.description)
        return self.written() != before

    def _set_tags(self, before: frozenset[Tag], after: frozenset[Tag]) -> None:
        """Plain keywords that are not ours to judge (levels of others) stay as they are."""
        gone = {tag[-1] for tag in before - after} - {tag[-1] for tag in after}
        words = [word for word in self._items(SUBJECT) if word not in gone]
        self._set_list(SUBJECT, [*words, *sorted({tag[-1] for tag in after} - set(words))])
        deep = sorted(tag for tag in after if len(tag) > 1)
        for name, mark in ((HIERARCHY, "|"), (TAGS_LIST, "/")):
            if deep or self._elements(name):
                whole = sorted(after) if self._elements(name) and name == TAGS_LIST else deep
                self._set_list(name, [mark.join(tag) for tag in whole if not any(mark in level for level in tag)])

    def _set_list(self, name: str, items: Iterable[str]) -> None:
        kept = list(items)
        place = self._place(name, wanted=bool(kept))
        if place is None:
            return
        bag = place.find(_BAG)
        bag = place.find(_SEQ) if bag is None else bag
        if bag is None:
            place.text = None
            bag = etree.SubElement(place, _BAG)
        for entry in list(bag):
            bag.remove(entry)
        for item in kept:
            etree.SubElement(bag, _LI).text = item

    def _set_text(self, name: str, text: str) -> None:
        for each in self._descriptions:
            if name in each.attrib:
                self._set_attribute(each, name, text)
                return
        place = self._place(name, wanted=bool(text))
        if place is not None:
            for child in list(place):
                place.remove(child)
            place.text = text

    def _set_alternative(self, name: str, text: str) -> None:
        place = self._place(name, wanted=bool(text))
        if place is None:
            return
        alternative = place.find(_ALT)
        if alternative is None:
            place.text = None
            alternative = etree.SubElement(place, _ALT)
        default = next((entry for entry in alternative if entry.get(LANGUAGE) == "x-default"), None)
        if default is None:
            default = etree.SubElement(alternative, _LI, {LANGUAGE: "x-default"})
        default.text = text

    @staticmethod
    def _set_attribute(description: etree._Element, name: str, text: str) -> None:
        if text:
            description.set(name, text)
        else:
            del description.attrib[name]

    def _place(self, name: str, *, wanted: bool) -> etree._Element | None:
        """The one element for a name, made where it is wanted; others of the name are taken away."""
        for each in self._descriptions:
            if name in each.attrib:
                del each.attrib[name]
        there = self._elements(name)
        for element in there[1:] if wanted else there:
            parent = element.getparent()
            if parent is not None:
                parent.remove(element)
        if not wanted:
            return None
        return there[0] if there else etree.SubElement(self._home(name), name)

    def _home(self, name: str) -> etree._Element:
        """A description that knows the namespace, so that the file reads as its own program would have written it."""
        space = name[1:].partition("}")[0]
        for each in self._descriptions:
            if space in each.nsmap.values():
                return each
        prefix = next(key for key, value in _PREFIXES.items() if value == space)
        rdf = next(self.tree.getroot().iter(f"{{{RDF}}}RDF"))
        about = self._descriptions[0].get(f"{{{RDF}}}about", "") if self._descriptions else ""
        made = etree.SubElement(rdf, f"{{{RDF}}}Description", {f"{{{RDF}}}about": about}, nsmap={prefix: space})
        self._descriptions.append(made)
        return made


def _words(element: etree._Element) -> str:
    return " ".join("".join(str(part) for part in element.itertext()).split())
