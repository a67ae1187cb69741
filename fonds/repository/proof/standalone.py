"""Check a proof that a file was in an archive:  python3 verify_proof.py PROOF.json [FILE] [--key FINGERPRINT].

FILE: the file itself. FINGERPRINT: of the archive's public key, from paper or another source that you trust: without it
anybody may have made the proof. Exit code 0: it holds, 3: it does not, 2: wrong usage. Needs Python 3.9, nothing else.
"""

import argparse
import hashlib
import json
import sys
from functools import partial
from pathlib import Path

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
Point = tuple[int, int, int]
canonical = partial(json.dumps, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def point(data: bytes) -> Point:
    """Return the point that 32 bytes encode (RFC 8032, 5.1.3)."""
    sign, y = data[31] >> 7, int.from_bytes(data, "little") % 2**255
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x * pow(2, (P - 1) // 4, P) % P if (x * x - square) % P else x
    check(len(data) == 32 and y < P and (x * x - square) % P == 0 and (x or not sign), "Ed25519")
    return (P - x if x % 2 != sign else x), y, 1


def add(one: Point, other: Point) -> Point:
    """Add two points: x/z and y/z are where they are."""
    a, c, d = one[2] * other[2] % P, one[0] * other[0] % P, one[1] * other[1] % P
    f, g = (a * a - D * c * d) % P, (a * a + D * c * d) % P
    return a * f * ((one[0] + one[1]) * (other[0] + other[1]) - c - d) % P, a * g * (d + c) % P, f * g % P


def times(number: int, one: Point) -> Point:
    """Multiply a point."""
    rest = times(number // 2, add(one, one)) if number else (0, 1, 1)
    return add(rest, one) if number % 2 else rest


def is_signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether an Ed25519 signature is right (RFC 8032, 5.1.7)."""
    s = int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    base = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    one, other = times(s, base), add(point(signature[:32]), times(k, point(key)))
    return s < ORDER and all((one[i] * other[2] - other[i] * one[2]) % P == 0 for i in (0, 1))


def root(entry: object, index: int, size: int, hashes: list[str]) -> str:
    """Return the root of a tree of so many leaves to which the hashes lead from a leaf (RFC 9162, 2.1.3.2)."""
    found, last = hashlib.sha256(b"\0" + canonical(entry).encode(errors="backslashreplace")).digest(), size - 1
    check(type(index) is type(size) is int and 0 <= index < size, "index")
    for one in hashes:
        check(last > 0 and len(one) == 64 and one == one.lower(), "hashes")
        left, beside = index % 2 or index == last, bytes.fromhex(one)
        found = hashlib.sha256(b"\1" + (beside + found if left else found + beside)).digest()
        while left and index and index % 2 == 0:
            index, last = index // 2, last // 2
        index, last = index // 2, last // 2
    return found.hex() if last == 0 else "-"


def check(good: object, what: str) -> None:
    """Go on only when something is so."""
    if not good:
        raise ValueError(what)


def proven(proof: Path, file: Path, key: str) -> str:
    """Return what a proof shows. Raises ValueError or another error when it shows nothing."""
    said = json.loads(proof.read_text("utf-8"))
    page, row, head = said["file"], said["row"]["content"], said["checkpoint"]
    check((said["format"], head["format"]) == ("fonds-proof/1", "fonds-checkpoint/1"), "format")
    check(row["action"] in ("ingest", "new version", "fonds package") and row["outcome"] == "success", "row")
    inside, entry = row["detail"]["contents"], {"path": page["path"], "sha256": page["sha256"]}
    check(root(entry, page["index"], inside["files"], page["hashes"]) == inside["root"], "contents")
    check(root(row, row["number"] - 1, head["rows"], said["row"]["hashes"]) == head["root"], "log")
    public, signature = bytes.fromhex(head["public_key"]), bytes.fromhex(head["signature"])
    message = canonical({name: head[name] for name in head if name not in ("signature", "stamps")})
    check(is_signed(public, message.encode(), signature) and signature.hex() == head["signature"], "signature")
    print_ = hashlib.sha256(public).hexdigest()
    check(not key or key.replace(":", "").replace(" ", "").lower() == print_, "key")
    check(not file.name or hashlib.sha256(file.read_bytes()).hexdigest() == page["sha256"], "file")
    found = f"{row['detail']['location']!a}\n{page['sha256']}  {page['path']!a}\n"
    return f"PROVEN\n{found}stored {row['when']!a}\nsigned {head['time']!a}\nkey    {print_}\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("proof", type=Path)
    parser.add_argument("file", type=Path, nargs="?", default=Path())
    parser.add_argument("--key", default="")
    try:
        sys.stdout.write(proven(**vars(parser.parse_args())))
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        sys.exit(sys.stdout.write(f"NOT PROVEN: {error!a}\n") and 3)
