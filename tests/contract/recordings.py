"""Real interactions with api.github.com, as the sources of two Python libraries bring them for their own tests.

    recordings.py FOLDER OUT.jsonl

FOLDER holds the source archives of PyGithub and github3.py. Writes one interaction a line: status, headers and body.
"""

import ast
import base64
import gzip
import json
import pathlib
import sys
import tarfile
import zlib


def of_pygithub(text):
    """Ten lines an interaction: scheme, method, host, port, path, headers and body sent, status, headers and body received."""
    lines = text.split("\n")
    at = 0
    while at + 9 < len(lines):
        if lines[at] not in ("https", "http"):
            at += 1
            continue
        status, headers, body = lines[at + 7 : at + 10]
        try:
            yield int(status), dict(ast.literal_eval(headers)), body
            at += 11
        except (ValueError, SyntaxError):
            at += 1


def of_github3(text):
    for interaction in json.loads(text)["http_interactions"]:
        answer = interaction["response"]
        body = answer["body"].get("string", "")
        if "base64_string" in answer["body"]:
            raw = base64.b64decode(answer["body"]["base64_string"])
            try:
                raw = gzip.decompress(raw)
            except (OSError, EOFError, zlib.error):
                pass
            body = raw.decode("utf-8", "replace")
        status = (answer.get("status") or {}).get("code") or answer.get("status_code")
        headers = {name: value[0] if isinstance(value, list) and value else value for name, value in answer["headers"].items()}
        yield int(status), headers, body


def main():
    folder, out = map(pathlib.Path, sys.argv[1:])
    count = 0
    with out.open("w", encoding="utf-8") as file:
        for archive in sorted(folder.glob("*.tar.gz")):
            with tarfile.open(archive) as tar:
                for member in tar:
                    read = of_pygithub if "/tests/ReplayData/" in member.name else of_github3
                    if not member.isfile() or not ("/tests/ReplayData/" in member.name or "/tests/cassettes/" in member.name):
                        continue
                    text = tar.extractfile(member).read().decode("utf-8", "replace")
                    for status, headers, body in read(text):
                        headers = {name.lower(): value for name, value in headers.items()}
                        file.write(json.dumps({"status": status, "headers": headers, "body": body}) + "\n")
                        count += 1
    print(f"{count} recordings")
    if count < 3000:
        sys.exit("there are fewer recordings than these archives have")


main()
