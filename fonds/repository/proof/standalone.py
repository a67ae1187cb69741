#!/usr/bin/env python3
"""Checks a proof that a file was in an archive. It needs Python 3.8 or later, and nothing else.

    python3 verify_proof.py PROOF.json [FILE] [--key FINGERPRINT]

FILE is the file itself. FINGERPRINT is that of the archive's public key, from a paper or a source you trust: without it,
anybody may have made the proof. Exit code 0: it holds; 3: it does not; 2: wrong usage. The forms are those of RFC 9162
(Merkle trees) and RFC 8032 (Ed25519); "row" is a line of the archive's log, "checkpoint" what was signed.
"""
import hashlib
import json
import sys

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def point(data):
    """Return the point that 32 bytes encode (RFC 8032, 5.1.3)."""
    sign, y = data[31] >> 7, int.from_bytes(data, "little") % 2**255
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        raise ValueError("no point")
    return (P - x if x % 2 != sign else x), y, 1


def add(one, other):
    """Add two points (projective: x/z, y/z)."""
    (x1, y1, z1), (x2, y2, z2) = one, other
    a = z1 * z2 % P
    b, c, d = a * a % P, x1 * x2 % P, y1 * y2 % P
    e = D * c * d % P
    f, g = b - e, b + e
    return a * f * ((x1 + y1) * (x2 + y2) - c - d) % P, a * g * (d + c) % P, f * g % P


def times(number, one):
    """Multiply a point."""
    found = (0, 1, 1)
    for bit in bin(number)[2:]:
        found = add(found, found)
        found = add(found, one) if bit == "1" else found
    return found


def signed(key, message, signature):
    """Say whether an Ed25519 signature is right (RFC 8032, 5.1.7)."""
    s = int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    base = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    (x1, y1, z1), (x2, y2, z2) = times(s, base), add(point(signature[:32]), times(k, point(key)))
    return len(signature) == 64 and s < ORDER and not ((x1 * z2 - x2 * z1) % P or (y1 * z2 - y2 * z1) % P)


def canonical(said):
    """Return JSON as it was hashed: keys sorted, no blanks, UTF-8."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(errors="backslashreplace")


def root(entry, index, size, hashes):
    """Return the root that leads up from an entry (RFC 9162, 2.1.3.2)."""
    found, last = hashlib.sha256(b"\0" + canonical(entry)).digest(), size - 1
    check(type(index) is int and type(size) is int and 0 <= index < size, "place in a tree")
    for one in hashes:
        check(last > 0 and len(one) == 64 and one == one.lower(), "length of a path")
        left = index % 2 or index == last
        found = hashlib.sha256(b"\1" + (bytes.fromhex(one) + found if left else found + bytes.fromhex(one))).digest()
        while left and index and index % 2 == 0:
            index, last = index // 2, last // 2
        index, last = index // 2, last // 2
    check(last == 0, "length of a path")
    return found.hex()


def check(good, what):
    """Go on only when something is so."""
    if not good:
        sys.exit(print("NOT PROVEN / KHÔNG CHỨNG MINH ĐƯỢC:", what) or 3)


def main(arguments):
    """Check one proof."""
    key = arguments.pop(arguments.index("--key") + 1) if "--key" in arguments[:-1] else ""
    names = [one for one in arguments if one != "--key"]
    if not 1 <= len(names) <= 2 or ("--key" in arguments and not key):
        sys.exit(print(__doc__) or 2)
    proof = json.load(open(names[0], encoding="utf-8"))
    file, row, head = proof["file"], proof["row"]["content"], proof["checkpoint"]
    check(proof.keys() == {"format", "file", "row", "checkpoint"} and proof["format"] == "fonds-proof/1", "format")
    check(file.keys() == {"path", "sha256", "index", "hashes"} and head["format"] == "fonds-checkpoint/1", "format")
    check(row["action"] in ("ingest", "new version", "fonds package") and row["outcome"] == "success", "row")
    check(proof["row"].keys() == {"content", "hashes"} and type(head["rows"]) is int, "format")
    inside, entry = row["detail"]["contents"], {"path": file["path"], "sha256": file["sha256"]}
    check(root(entry, file["index"], inside["files"], file["hashes"]) == inside["root"], "file, row")
    check(root(row, row["number"] - 1, head["rows"], proof["row"]["hashes"]) == head["root"], "row, checkpoint")
    public, sealed = bytes.fromhex(head["public_key"]), bytes.fromhex(head["signature"])
    message = canonical({name: head[name] for name in head if name not in ("signature", "stamps")})
    check(head["signature"] == sealed.hex() and signed(public, message, sealed), "signature")
    found = hashlib.sha256(public).hexdigest()
    check(not key or "".join(key.replace(":", " ").split()).lower() == found, "key")
    check(len(names) < 2 or hashlib.sha256(open(names[1], "rb").read()).hexdigest() == file["sha256"], "FILE")
    print("PROVEN / ĐÃ CHỨNG MINH\n%s\n%s  %s" % (row["detail"]["location"], file["sha256"], file["path"]))
    print("stored / nhập kho %s\nsigned / ký  %s\nkey / khóa  %s" % (row["when"], head["time"], found))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        check(False, error)
