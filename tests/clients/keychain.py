#!/usr/bin/python3
"""The Secret Service of this D-Bus session, and PIM Gate's token cache in it, for a program at the other end of a pipe.

First it prints its environment, in which other programs find the same service. Then it answers, line by line in JSON, until
its input ends: ["read", ""] with what is kept ("" when nothing is), ["write", TEXT] and ["clear", ""] with "".
libsecret itself does it: secret-tool cuts what it stores at 8 KB.
"""

import base64
import json
import os
import sys

import gi

gi.require_version("Secret", "1")
from gi.repository import Secret  # noqa: E402

# QtKeychain's names. It keeps text and bytes side by side; PIM Gate gives it bytes.
TEXT = Secret.SchemaAttributeType.STRING
SCHEMA = Secret.Schema.new("org.qt.keychain", Secret.SchemaFlags.DONT_MATCH_NAME, {"user": TEXT, "server": TEXT, "type": TEXT})
CACHE = {"user": "msal-cache", "server": "pimgate"}
AS_BYTES = {**CACHE, "type": "base64"}


def read(_):
    flags = Secret.SearchFlags.ALL | Secret.SearchFlags.UNLOCK | Secret.SearchFlags.LOAD_SECRETS
    kept = Secret.Service.get_sync(Secret.ServiceFlags.NONE, None).search_sync(SCHEMA, CACHE, flags, None)
    if len(kept) > 1 or any(item.get_attributes()["type"] != "base64" for item in kept):
        sys.exit(f"not one entry of bytes: {[item.get_attributes() for item in kept]}")
    return base64.b64decode(kept[0].get_secret().get_text()).decode() if kept else ""


def write(text):
    Secret.password_store_sync(SCHEMA, AS_BYTES, Secret.COLLECTION_DEFAULT, "pimgate", base64.b64encode(text.encode()).decode(), None)
    return ""


def clear(_):
    Secret.password_clear_sync(SCHEMA, CACHE, None)
    return ""


print(json.dumps(dict(os.environ)), flush=True)
for line in sys.stdin:
    what, text = json.loads(line)
    print(json.dumps({"read": read, "write": write, "clear": clear}[what](text)), flush=True)
