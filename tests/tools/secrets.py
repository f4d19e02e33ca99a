#!/usr/bin/env python3
"""secrets.py PATH...        looks through files and folders
secrets.py --self-test    plants one secret of each kind in each kind of file and looks for it
Looks for whatever lets somebody sign in: access, id and refresh tokens, authorization and device codes, PKCE verifiers,
client secrets, bearer headers and sign-in cookies; in text, SQLite (its journals too), UTF-16 and PDF. What it finds is
named by file, place and kind, and not repeated. Exit status: 0 nothing found, 1 something found, 2 nothing to look at."""
import base64
import contextlib
import json
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
import zlib

SHOWN = 40

# What tests use in place of a secret. A JWT made by a test carries the signature "sig" (tests/wire/LoginScript.h).
FIXTURES = re.compile(rb"access-\d+|refresh-\d+|0\.code|opaque|eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.c2ln")

JWT = re.compile(rb"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?")
# A code or a refresh token: of the demo tenant (app/demo/login: "1." and 43 or 128 characters) and of Entra (more dots).
GRANT = re.compile(rb"(?<![A-Za-z0-9_.-])[01]\.(?:[A-Za-z0-9_-]{20,}\.)?[A-Za-z0-9_-]{43,}")
VALUE = rb"([A-Za-z0-9._~+/%-]{6,}=*)"
# As it stands in a form, an address, JSON (escaped or not), a header, and in any of them inside an address.
IS = rb"(?:\\*[\"']|%22)?\s*(?:=|:|%3[ad])\s*(?:\\*[\"']|%22)?"
NAMED = re.compile(rb"(?<![a-z_])(access_token|refresh_token|id_token|id_token_hint|code_verifier|client_secret|client_assertion"
                   rb"|device_code|pimgate_access_token)" + IS + VALUE, re.IGNORECASE)
CODE = re.compile(rb"(?:(?<![A-Za-z0-9_])|%3f|%26)(code)(?:=|%3d)([A-Za-z0-9._~+/%-]{20,}=*)", re.IGNORECASE)
BEARER = re.compile(rb"\b(bearer)\s+([A-Za-z0-9._~+/-]{16,}=*)(?![A-Za-z0-9._~+/=-])", re.IGNORECASE)
COOKIE = re.compile(rb"\b(ESTSAUTH\w*)=([A-Za-z0-9._-]{16,})")

# Each pattern is tried only where one of its words stands: a suite leaves hundreds of megabytes.
BY_NAME = ((NAMED, (b"_token", b"_verifier", b"_secret", b"_assertion", b"device_code")), (CODE, (b"code",)),
           (BEARER, (b"bearer",)), (COOKIE, (b"estsauth",)))


def is_signed(text):
    """Whether the first part of a JWT is the header of one, and not any JSON in base64."""
    head = text.split(b".")[0]
    with contextlib.suppress(ValueError):
        return "alg" in json.loads(base64.urlsafe_b64decode(head + b"=" * (-len(head) % 4)))
    return False


def is_word(value):
    """A number of an error, or a constant of the protocol, is no secret."""
    return not re.search(rb"[A-Za-z]", value) or value.lower().startswith((b"%7b", b"urn%3a", b"urn:"))


def found_in(data):
    """(place, kind, secret) of everything in these bytes that is no fixture."""
    lower = data.lower()
    hits = {}
    if b"eyJ" in data:
        for match in JWT.finditer(data):
            if is_signed(match.group()):
                hits[match.start()] = ("token", match.group())
    for match in GRANT.finditer(data):
        if not is_word(match.group()):
            hits[match.start()] = ("code or refresh token", match.group())
    for pattern, words in BY_NAME:
        if any(word in lower for word in words):
            for match in pattern.finditer(data):
                if not is_word(match.group(2)):
                    hits.setdefault(match.start(2), (match.group(1).decode().lower(), match.group(2)))
    return [(place, kind, secret) for place, (kind, secret) in sorted(hits.items()) if not FIXTURES.fullmatch(secret)]


def cells_of(path):
    """All values of a database as text: a long one lies in pieces in the file. Its journals are read where they lie."""
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, "copy")
        for end in ("", "-wal", "-shm"):
            if os.path.exists(path + end):
                shutil.copyfile(path + end, copy + end)
        with contextlib.closing(sqlite3.connect(copy)) as database:
            tables = database.execute("select name from sqlite_master where type = 'table'").fetchall()
            for (table,) in tables:
                for row in database.execute('select * from "%s"' % table.replace('"', '""')):
                    yield from (value if isinstance(value, bytes) else str(value).encode() for value in row if value)


def text_of_pdf(path, data):
    for stream in re.finditer(rb"stream\r?\n(.*?)endstream", data, re.DOTALL):
        with contextlib.suppress(zlib.error):
            yield zlib.decompressobj().decompress(stream.group(1))
    if shutil.which("pdftotext"):
        yield subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, check=False).stdout.replace(b"\n", b"")


def layers_of(path):
    """What a file holds, as it lies there and as its readers see it."""
    with open(path, "rb") as file:
        data = file.read()
    yield data
    if b"\0" in data:
        yield data.replace(b"\0", b"")  # UTF-16
    if data.startswith(b"SQLite format 3\0"):
        with contextlib.suppress(sqlite3.DatabaseError):
            yield b"\n".join(cells_of(path))
    elif data.startswith(b"%PDF"):
        yield from text_of_pdf(path, data)


def files_in(paths):
    for path in paths:
        if os.path.isdir(path):
            for folder, _, names in os.walk(path):
                yield from (os.path.join(folder, name) for name in sorted(names))
        else:
            yield path


def scan(paths):
    """Findings as (file, place, kind, secret), one for each secret in a file; the number of files and of bytes."""
    findings, count, size = [], 0, 0
    for path in files_in(paths):
        if not stat.S_ISREG(os.lstat(path).st_mode):
            continue
        count += 1
        size += os.path.getsize(path)
        seen = set()
        for data in layers_of(path):
            for place, kind, secret in found_in(data):
                if secret not in seen:
                    seen.add(secret)
                    findings.append((path, place, kind, secret))
    return findings, count, size


def report(paths):
    for path in paths:
        if not os.path.exists(path):
            print("%s is not there, so nothing was looked at." % path)
            return 2
    findings, count, size = scan(paths)
    for path, place, kind, secret in findings[:SHOWN]:
        print("%s: byte %d: %s, %d characters, begins with %s" % (path, place, kind, len(secret), secret[:5].decode()))
    if len(findings) > SHOWN:
        print("... and %d more" % (len(findings) - SHOWN))
    if not count:
        print("There was no file to look at in: %s" % " ".join(paths))
        return 2
    if not shutil.which("pdftotext") and any(path.endswith(".pdf") for path in files_in(paths)):
        print("pdftotext is not installed: of PDF files only what is not drawn with a font of theirs was read.")
    print("%d files with %.1f MB looked through; %s." % (count, size / 1e6,
          "%d secrets in them" % len(findings) if findings else "no secret in any of them"))
    return 1 if findings else 0


def some_text(size):
    return base64.urlsafe_b64encode(os.urandom(size)).rstrip(b"=")


def some_token():
    encode = lambda part: base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")
    return b".".join((encode({"alg": "RS256", "typ": "JWT"}), encode({"oid": "x" * 400}), some_text(256)))


def planted():
    """A line for every kind of secret, and the secret in it."""
    token, code, refresh, plain = some_token(), b"1." + some_text(32), b"1." + some_text(96), b"x" + some_text(32)
    yield "access token alone", b"said " + token + b" aloud", token
    yield "access token cut off", b"said " + token[:200], token[:200]
    yield "refresh token alone", b"said '" + refresh + b"'", refresh
    yield "refresh token of Entra alone", b"said 1.AX" + some_text(27) + b"." + plain, b"1.AX"
    yield "code alone", b"said: " + code + b"\n", code
    yield "code of another shape", b"GET http://localhost:1/?code=" + plain + b"&state=y", plain
    yield "code in a form", b"code=" + plain + b"&x=y", plain
    yield "code in an address in an address", b"?r=http%3A%2F%2Flocalhost%2F%3Fcode%3D" + plain + b"%26state%3Dx", plain
    yield "bearer", b"Authorization: Bearer " + plain, plain
    yield "cookie", b"Set-Cookie: ESTSAUTH=" + plain + b"; Path=/", plain
    for name in (b"access_token", b"refresh_token", b"id_token", b"code_verifier", b"client_secret", b"device_code"):
        title = name.decode()
        yield title + " in a form", b"a=b&" + name + b"=" + plain + b"&c=d", plain
        yield title + " in JSON", b'{"' + name + b'": "' + plain + b'"}', plain
        yield title + " in JSON in JSON", json.dumps({"b": '{"%s":"%s"}' % (title, plain.decode())}).encode(), plain


HARMLESS = (
    b'{"access_token":"***","refresh_token":"[removed]","code":"Request_ResourceNotFound"}',
    b"POST /token code=[removed]&code_verifier=***&refresh_token=[removed]",
    b'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"',
    b"claims=%7B%22access_token%22%3A%7B%22xms_cc%22%3A%7B%22values%22%3A%5B%22cp1%22%5D%7D%7D%7D",
    b'{"id_token":{"acrs":{"essential":true,"value":"c1"}}} response_type=code%20id_token&scope=openid',
    b"https://login.microsoftonline.com/error?code=7000218 grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code",
    b"access_token=access-12 eyJhbGciOiJSUzI1NiJ9.eyJvaWQiOiJ4In0.c2ln 1.0000000000000000000000000000000000000000000000000001",
    b"code_challenge=" + b"x" * 43 + b"&state=" + b"y" * 43,
)


def in_text(path, line):
    with open(path, "wb") as file:
        file.write(b"before\n" + line + b"\nafter\n")


def in_utf16(path, line):
    with open(path, "wb") as file:
        file.write(line.decode().encode("utf-16-le"))


def in_database(path, line, journal=False):
    database = sqlite3.connect(path)
    database.execute("pragma journal_mode = %s" % ("wal" if journal else "delete"))
    database.execute("create table t (a text, b blob)")
    database.execute("insert into t values (?, ?)", ("x" * 3900, b"y" * 150 + b" " + line))  # across the end of a page
    database.commit()
    if not journal:
        database.close()
    return database


def in_pdf(path, line):
    drawn = zlib.compress(b"BT /F1 9 Tf 9 9 Td (" + re.sub(rb"([()\\])", rb"\\\1", line) + b") Tj ET")
    with open(path, "wb") as file:
        file.write(b"%%PDF-1.4\n1 0 obj<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream endobj\n" % (len(drawn), drawn))


def self_test():
    wrong, tried = [], 0
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "file")
        containers = {"text": in_text, "UTF-16": in_utf16, "SQLite": in_database, "PDF": in_pdf,
                      "SQLite's journal": lambda path, line: in_database(path, line, journal=True)}
        for title, line, secret in planted():
            for container, plant in containers.items():
                open_still = plant(path, line)
                tried += 1
                found = [each for _, _, _, each in scan([folder])[0]]
                if not any(secret.startswith(each[:40]) or each.startswith(secret) for each in found):
                    wrong.append("%s in %s is not found" % (title, container))
                del open_still
                for name in os.listdir(folder):
                    os.remove(os.path.join(folder, name))
        for line in HARMLESS:
            tried += 1
            in_text(path, line)
            wrong += ["%s is taken for a secret: %s" % (secret, line) for _, _, _, secret in scan([folder])[0]]
    print("\n".join(wrong) if wrong else "All %d trials told right." % tried)
    return 1 if wrong else 0


def main():
    if len(sys.argv) < 2 or sys.argv[1] in ("-h", "--help"):
        print(__doc__)
        return 64
    return self_test() if sys.argv[1] == "--self-test" else report(sys.argv[1:])


if __name__ == "__main__":  # Python has a module of this name, which may not find this one in its place
    sys.exit(main())
