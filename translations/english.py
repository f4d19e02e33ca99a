#!/usr/bin/env python3
"""Fills the plurals of pimgate_en.ts, the only English texts that are translations: "%n change(s)" becomes "%n change"
and "%n changes". Run it after `update_translations`; forms already there stay. Read what it adds: a verb may have to follow."""
import re
import xml.etree.ElementTree as tree
from pathlib import Path


# What follows a singular differently from a plural.
SINGULAR = [("people need ", "person needs "), ("people lose ", "person loses "), ("%n people", "%n person"), ("persons", "person"),
            (" are unanswered", " is unanswered"), ("problem follow.", "problem follows."), ("group have", "group has")]
# These bend the other way round: "1 differs", "2 differ".
VERBS = ["need", "differ"]
UNBENT = ["beside"]


def forms(source):
    """Singular and plural of a source text; a text without a noun to bend is the same in both."""
    one, many = source, source
    if "(s)" in source or "(es)" in source or "(ies)" in source:
        one, many = re.sub(r"\((?:e|ie)?s\)", "", source), re.sub(r"\(((?:e|ie)?s)\)", r"\1", source)
        if any(verb + "(s)" in source for verb in VERBS):
            one, many = many, one
    elif plural := re.search(r"%n (?:more |other )?(\w{2,})s\b", source):
        without = source[: plural.end(1)] + source[plural.end(1) + 1 :]
        if plural[1] in VERBS:
            many = without
        elif plural[1] not in UNBENT:
            one = without
    for text, singular in SINGULAR:
        one = one.replace(text, singular)
    return one, many.replace("persons", "people")


def main():
    path = Path(__file__).with_name("pimgate_en.ts")
    document = tree.parse(path)
    for message in document.iter("message"):
        translation = message.find("translation")
        if message.get("numerus") != "yes" or any(form.text for form in translation):
            continue
        source = message.findtext("source")
        translation[:] = []
        for text in forms(source):
            tree.SubElement(translation, "numerusform").text = text
        translation.attrib.pop("type", None)
    # English needs nothing but its plurals.
    for context in list(document.getroot().findall("context")):
        for message in context.findall("message"):
            if message.get("numerus") != "yes":
                context.remove(message)
        if not context.findall("message"):
            document.getroot().remove(context)
    tree.indent(document, "    ")
    text = tree.tostring(document.getroot(), encoding="unicode")
    path.write_text('<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n' + text + "\n", encoding="utf-8")


main()
