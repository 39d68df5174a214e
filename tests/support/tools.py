"""Files as other annotation tools export them: the structure is theirs, the text is invented."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping

TEXT = "青禾县召开春耕会议\n会议强调,𠮷家镇要于4月10日前完成排查。副县长辛未然出席。\n"
"""A notice with a character of two UTF-16 units in front of what is marked."""


def place(quote: str, *, units: bool = False, text: str = TEXT) -> tuple[int, int]:
    """Where a quote stands, in code points or in UTF-16 units."""
    start = text.index(quote)
    edges = start, start + len(quote)
    return edges if not units else tuple(len(text[:edge].encode("utf-16-le")) // 2 for edge in edges)  # type: ignore[return-value]


def lines(*rows: object) -> bytes:
    """Rows as JSON Lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def archive(files: Mapping[str, bytes]) -> bytes:
    """Files as a ZIP archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return out.getvalue()


def label_studio_region(name: str, quote: str, label: str, **changes: object) -> dict[str, object]:
    """A region of a task of Label Studio."""
    start, end = place(quote, units=True)
    return {
        "id": name, "from_name": "label", "to_name": "text", "type": "labels", "origin": "manual",
        "value": {"start": start, "end": end, "text": quote, "labels": [label]}, **changes,
    }  # fmt: skip


def label_studio_choice(name: str, quote: str, control: str, choice: str) -> dict[str, object]:
    """What another control says of a region of a task of Label Studio."""
    start, end = place(quote, units=True)
    return {
        "id": name, "from_name": control, "to_name": "text", "type": "choices",
        "value": {"start": start, "end": end, "text": quote, "choices": [choice]},
    }  # fmt: skip


_TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"><types>
<typeDescription><name>de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData</name><description/>
<supertypeName>uima.tcas.DocumentAnnotation</supertypeName><features>
<featureDescription><name>documentTitle</name><description/><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>
<featureDescription><name>documentId</name><description/><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>
</features></typeDescription>
<typeDescription><name>de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token</name><description/>
<supertypeName>uima.tcas.Annotation</supertypeName></typeDescription>
<typeDescription><name>de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity</name><description/>
<supertypeName>uima.tcas.Annotation</supertypeName><features>
<featureDescription><name>value</name><description/><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>
<featureDescription><name>identifier</name><description/><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>
</features></typeDescription>
<typeDescription><name>webanno.custom.DATE</name><description/>
<supertypeName>uima.tcas.Annotation</supertypeName><features>
<featureDescription><name>iso</name><description/><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>
<featureDescription><name>part</name><description/><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>
</features></typeDescription>
<typeDescription><name>webanno.custom.Duty</name><description/>
<supertypeName>uima.tcas.Annotation</supertypeName><features>
<featureDescription><name>Governor</name><description/><rangeTypeName>uima.tcas.Annotation</rangeTypeName></featureDescription>
<featureDescription><name>Dependent</name><description/><rangeTypeName>uima.tcas.Annotation</rangeTypeName></featureDescription>
</features></typeDescription>
</types></typeSystemDescription>
"""


def inception(title: str = "spring.txt", *, date: bool = True) -> dict[str, bytes]:
    """A document that INCEpTION exports as XMI, and its types: an entity with a link, a layer, a relation, a token."""
    token, official, day = (
        place("青禾县", units=True),
        place("副县长辛未然", units=True),
        place("4月10日前", units=True),
    )
    dated = (
        f'<custom:DATE xmi:id="12" sofa="1" begin="{day[0]}" end="{day[1]}" iso="2026-04-10" part="AM"/>'
        if date
        else ""
    )
    xmi = f"""<?xml version="1.0" encoding="UTF-8"?>
<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" xmi:version="2.0"
 xmlns:type="http:///de/tudarmstadt/ukp/dkpro/core/api/segmentation/type.ecore"
 xmlns:type2="http:///de/tudarmstadt/ukp/dkpro/core/api/ner/type.ecore"
 xmlns:type3="http:///de/tudarmstadt/ukp/dkpro/core/api/metadata/type.ecore"
 xmlns:custom="http:///webanno/custom.ecore">
<cas:NULL xmi:id="0"/>
<type3:DocumentMetaData xmi:id="2" sofa="1" begin="0" end="1" documentTitle="{title}" documentId="{title}"/>
<type:Token xmi:id="3" sofa="1" begin="{token[0]}" end="{token[1]}"/>
<type2:NamedEntity xmi:id="11" sofa="1" begin="{official[0]}" end="{official[1]}" value="OFFICIAL" identifier="kb:1"/>
{dated}
<custom:Duty xmi:id="13" sofa="1" begin="{official[0]}" end="{official[1]}" Governor="11" Dependent="11"/>
<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" sofaString="{TEXT.replace(chr(10), "&#10;")}"/>
<cas:View sofa="1" members="2 3 11 {"12 " if date else ""}13"/>
</xmi:XMI>
"""
    return {f"{title.removesuffix('.txt')}.xmi": xmi.encode(), "TypeSystem.xml": _TYPES.encode()}
