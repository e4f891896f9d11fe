#!/usr/bin/env python3
"""Verifies a .tlog-proof bundle or an export directory of a Clew log; written from docs/reference/ledger-format.md alone.
Usage: clew_verify.py FILE [--policy FILE] [--expect ID]    exit 0 valid, 1 invalid (code: section 12), 2 cannot decide, 3 usage
ML-DSA-44 needs `cryptography` 48 or newer; with an older one a pinned ML-DSA key means: cannot decide.
"""
import argparse, base64, contextlib, hashlib, hmac, math, re, struct, sys
from pathlib import Path
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
try: from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
except ImportError: MLDSA44PublicKey = None
H, leaf_hash = lambda data: hashlib.sha256(data).digest(), lambda data: H(b"\0" + data)
node = lambda left, right: H(b"\1" + left + right)
SPACES, MANY = {*range(9, 14), 32, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000}, 1 << 63
class Problem(Exception): """Exit code, and the code of the check that failed (1) or what is missing (2)."""
def fail(kind, what): raise Problem(kind, what)
def missing(what): fail(2, what)
def need(ok, code): ok or fail(1, code)
def refuse(bad):
    if bad: raise ValueError("malformed")
@contextlib.contextmanager
def check(what, kind=1):
    try: yield
    except ValueError: fail(kind, what)
def b64(text): data = base64.b64decode(text, validate=True); refuse(base64.b64encode(data).decode() != text); return data
def decimal(text): refuse(not re.fullmatch("0|[1-9][0-9]{0,18}", text) or int(text) >= MANY); return int(text)
# Section 1: CBOR. What does not encode to the same bytes again was not canonical.
def decode(data, value=False): item, _ = read_item(data, 0, value, 0); refuse(encode(item) != data); return item
def read_item(d, at, value, depth):
    refuse(at >= len(d) or d[at] & 31 > 27)
    major, low, at = d[at] >> 5, d[at] & 31, at + 1
    n, at = (low, at) if low < 24 else (int.from_bytes(d[at:at + (1 << low - 24)], "big"), at + (1 << low - 24))
    refuse(at > len(d) or major == 6 or (major == 1 and not value))
    if major == 7 and low in (20, 21, 22): return (False, True, None)[low - 20], at
    if major == 7:
        refuse(low != 27 or not value); number = struct.unpack(">d", d[at - 8:at])[0]
        refuse(number == 0 and math.copysign(1, number) < 0); return number, at
    refuse(n >= MANY or (major > 1 and n > len(d) - at))
    if major < 2: return (-1 - n if major else n), at
    if major < 4: return (d[at:at + n] if major == 2 else d[at:at + n].decode()), at + n
    refuse(depth >= 8); items = []
    for _ in range(n if major == 4 else 2 * n): item, at = read_item(d, at, value, depth + 1); items.append(item)
    refuse(major == 5 and any(type(key) is not int or key < 0 for key in items[::2]))
    return (items if major == 4 else dict(zip(items[::2], items[1::2]))), at
def head(major, n):
    low, form = (n, "") if n < 24 else (24, "B") if n < 1 << 8 else (25, "H") if n < 1 << 16 else (26, "I") if n < 1 << 32 else (27, "Q")
    return bytes([major << 5 | low]) + (struct.pack(">" + form, n) if form else b"")
def encode(x):
    if x is None or type(x) is bool: return {None: b"\xf6", False: b"\xf4", True: b"\xf5"}[x]
    if type(x) is int: return head(0, x) if x >= 0 else head(1, -1 - x)
    if type(x) is float: return b"\xfb" + (b"\x7f\xf8\0\0\0\0\0\0" if math.isnan(x) else struct.pack(">d", x))
    if type(x) in (bytes, str): raw = x if type(x) is bytes else x.encode(); return head(2 + (type(x) is str), len(raw)) + raw
    if type(x) is list: return head(4, len(x)) + b"".join(map(encode, x))
    return head(5, len(x)) + b"".join(encode(k) + encode(v) for k, v in sorted(x.items()))
# Sections 2 to 5. A shape is a type, a number of bytes, a tuple of shapes (an array), a dict (a map), or a function.
def fits(x, shape):
    if isinstance(shape, (type, int)): return type(x) is shape or (type(x) is bytes and len(x) == shape)
    if isinstance(shape, tuple): return type(x) is list and len(x) == len(shape) and all(map(fits, x, shape))
    if isinstance(shape, dict): return type(x) is dict and all(k in shape and fits(v, shape[k]) for k, v in x.items())
    return shape(x)
uid, maybe = lambda x: type(x) is bytes and 16 <= len(x) <= 32, lambda shape: lambda x: x is None or fits(x, shape)
listed = lambda least, most, shape: lambda x: type(x) is list and least <= len(x) <= most and all(fits(i, shape) for i in x)
number_to, text_of = lambda n: lambda x: type(x) is int and 0 <= x <= n, lambda n, m: lambda x: type(x) is str and n <= len(x) <= m
a_body = lambda x: fits(x, (str, number_to(2), 32, int, maybe(32), maybe(32))) and all((x[1] == 2) == (y is not None) for y in x[4:])
SUB = {1: str, 2: text_of(1, 96), 3: text_of(1, MANY), 4: str, 5: (str, uid), 6: text_of(0, 64), 7: 16, 8: 32, 9: 32, 10: a_body,
       11: listed(1, MANY, 16), 12: listed(1, 32, (str, str, uid, maybe(32))), 13: int, 14: (str, bytes, bytes),
       15: lambda x: fits(x, (number_to(4096), 32)) and x[0] > 0, 16: int}
is_leaf = lambda s: 1 in s and (s[2] == "record.batch") == (15 in s) and not (15 in s and 9 in s) and not (8 in s and 5 not in s)
is_inner = lambda s: 16 in s and not s.keys() & {1, 5, 8, 9, 15}
def entry(code, data, kind, index, rule):          # index, time, bytes of the submission, submission
    with check(code):
        item = decode(data); refuse(len(data) > 65535 or not fits(item, (int, int, int, bytes)) or item[:2] != [kind, index])
        sub = decode(item[3]); refuse(not fits(sub, SUB) or not {2, 3, 7} <= sub.keys() or not rule(sub)); return item[1:] + [sub]
def record_of(leaf, data, i):
    need(15 in leaf[3] and i < leaf[3][15][0], "E07"); record = entry("E07", data, 2, i, is_inner)
    need(record[1] <= leaf[1], "E07"); return record
def body_fits(ref, r, body):
    message = b"clew/commit/v1\0" + struct.pack(">I", len(ref[0].encode())) + ref[0].encode() + body
    return ref[3] == len(body) and (ref[1] == 0) == (r is None) and ref[2] == (H(body) if r is None else hmac.new(r, message, "sha256").digest())
def parts(data, unit, code, of_nothing=0):         # (length, bytes) of what stands behind its length
    at = 0
    while at < len(data):
        need(at + unit <= len(data), code); length = int.from_bytes(data[at:at + unit], "big"); end = at + unit + (length or of_nothing)
        need(end <= len(data), code); yield length, data[at + unit:end]; at = end
# Section 6: tree
def climb(fn, sn, start, path):                    # what an older tree's root and this tree's root become on the way up
    fr = sr = start
    for c in path:
        refuse(sn == 0)
        if fn & 1 or fn == sn:
            fr, sr = node(c, fr), node(c, sr)
            while not fn & 1 and fn: fn >>= 1; sn >>= 1
        else: sr = node(sr, c)
        fn >>= 1; sn >>= 1
    refuse(sn != 0); return fr, sr
def leads_to(code, root, index, size, start, path):
    with check(code): refuse(index >= size or climb(index, size - 1, start, path)[1] != root)
def require_consistent(m, n, root_m, root_n, path):
    refuse(not 0 < m <= n or (m == n) != (not path) or (m == n and root_m != root_n))
    path, fn, sn = [root_m] + path if m & (m - 1) == 0 else path, m - 1, n - 1
    while fn & 1 and m < n: fn >>= 1; sn >>= 1
    refuse(m < n and climb(fn, sn, path[0], path[1:]) != (root_m, root_n))
def fold(hashes, rest=None):                       # root over these complete subtrees and what follows them
    if not hashes: return rest
    width = 1 << len(hashes).bit_length() - 1; level, rest = hashes[:width], fold(hashes[width:], rest)
    while len(level) > 1: level = [node(level[i], level[i + 1]) for i in range(0, len(level), 2)]
    return level[0] if rest is None else node(level[0], rest)
# Section 8: notes
def require_name(name): refuse(not name or len(name.encode()) > 255 or any(c == "+" or ord(c) < 32 or ord(c) in SPACES for c in name))
def parse_key(text, types):                        # name, key id, type, public key
    name, kid, data = text.split("+", 2); data = b64(data); require_name(name)
    refuse(not data or data[0] not in types or len(data) != (1313 if data[0] == 6 else 33))
    refuse(kid != H(name.encode() + b"\n" + data)[:4].hex()); return name, bytes.fromhex(kid), data[0], data[1:]
def parse_note(raw):                               # text, signatures, origin, size, root
    refuse(len(raw) > 1 << 20 or any(c < 32 and c != 10 for c in raw) or not raw.endswith(b"\n"))
    text, sigs = raw.decode(), []; at = text.rindex("\n\n"); lines = text[at + 2:].split("\n")[:-1]; refuse(not 1 <= len(lines) <= 64)
    for line in lines:
        dash, name, sig = line.split(" ", 2); sig = b64(sig); require_name(name); refuse(dash != "\u2014" or len(sig) < 5)
        sigs.append((name, sig[:4], sig[4:]))
    origin, size, root, end = text[:at + 1].split("\n"); refuse(not origin or end or len(b64(root)) != 32)
    return text[:at + 1], sigs, origin, decimal(size), b64(root)
def is_good(key, message, sig):                    # an Ed25519 or ML-DSA-44 signature without its time
    if key[2] == 6 and MLDSA44PublicKey is None: missing("ML-DSA in this version of cryptography, for the key of " + key[0])
    try: (MLDSA44PublicKey if key[2] == 6 else Ed25519PublicKey).from_public_bytes(key[3]).verify(sig, message)
    except (InvalidSignature, ValueError): return False
    return True
def signs(key, note, sig):
    time, n, o = 1 if key[2] == 1 else int.from_bytes(sig[:8], "big"), key[0].encode(), note[2].encode()
    if len(sig) != {1: 64, 4: 72, 6: 2428}[key[2]] or time >= MANY or (key[2] == 6 and (time == 0 or len(o) > 255)): return False
    if key[2] < 6: return is_good(key, (("" if key[2] == 1 else "cosignature/v1\ntime %d\n" % time) + note[0]).encode(), sig[-64:])
    name_and_time = bytes([len(n)]) + n + sig[:8] + bytes([len(o)]) + o
    return is_good(key, b"subtree/v1\n\0" + name_and_time + struct.pack(">QQ", 0, note[3]) + note[4], sig[8:])
# Section 9: policy
def parse_policy(data):                            # logs, pinned, submitters, {name: key or (k, members)}, quorum
    refuse(len(data) > 1 << 20 or data.count(b"\n") >= 4096 or any((c < 32 and c not in (9, 10)) or c == 127 for c in data))
    logs, pins, names, quorum, members = [], {"mldsa44": ([], 6), "submitter": ([], 1)}, {}, None, []
    key = lambda text, *types: parse_key(text.encode("latin-1").decode(), types)
    for line in data.decode("latin-1").split("\n"):
        w = [x for x in re.split("[ \t]+", line) if x] or ["#"]
        refuse(w[0] in ("witness", "group") and (len(w) < 3 or w[1] == "none" or w[1] in names))
        if w[0] == "log": refuse(len(w) not in (2, 3) or key(w[1], 1, 6)[3] in [k[3] for k in logs]); logs.append(key(w[1], 1, 6))
        elif w[0] == "witness":
            refuse(len(w) > 4 or key(w[2], 4, 6)[3] in [k[3] for k in names.values() if len(k) == 4]); names[w[1]] = key(w[2], 4, 6)
        elif w[0] == "group":
            members += w[3:]; refuse(any(m not in names or members.count(m) > 1 for m in w[3:]))
            names[w[1]] = len(w) - 3 if w[2] == "all" else 1 if w[2] == "any" else decimal(w[2]), w[3:]; refuse(not 1 <= names[w[1]][0] <= len(w) - 3)
        elif w[0] == "quorum": refuse(len(w) != 2 or quorum or (w[1] != "none" and w[1] not in names)); quorum = w[1]
        elif w[0] == "#" and len(w) == 3 and w[1] in pins: pins[w[1]][0].append(key(w[2], pins[w[1]][1]))
        else: refuse(not w[0].startswith("#"))
    refuse(quorum is None); return logs, pins["mldsa44"][0], pins["submitter"][0], names, quorum
def trust(note, policy):                           # E02 to E04; the times of the witnesses that cosigned
    logs, pinned, _, names, quorum = policy; made_by = lambda key: [s[2] for s in note[1] if s[:2] == key[:2]]
    need(keys := [k for k in logs if k[0] == note[2]], "E02"); keys += [k for k in pinned if k[0] == note[2]]
    need(all(signs(k, note, s) for k in keys for s in made_by(k)), "E03"); need({k[2] for k in keys} == {k[2] for k in keys if made_by(k)}, "E03")
    witnesses = {label: made_by(key) for label, key in names.items() if len(key) == 4 and made_by(key)}
    need(all(signs(names[label], note, s) for label, sigs in witnesses.items() for s in sigs), "E04")
    met = lambda name: name in witnesses if len(names[name]) == 4 else sum(map(met, names[name][1])) >= names[name][0]
    need(quorum == "none" or met(quorum), "E04"); return [int.from_bytes(s[:8], "big") for sigs in witnesses.values() for s in sigs]
# Sections 10 and 12: a bundle, and the checks that it shares with an export
def check_submitter(sub, policy):
    for key in [k for k in policy[2] if 14 in sub and sub[14][0] == "ed25519" and k[:2] == (sub[3], sub[14][1])]:
        need(is_good(key, b"clew/sub/v1\0" + encode({k: v for k, v in sub.items() if k != 14}), sub[14][2]), "E09")
def check_time(micros, times): need(all(micros // 10**6 - 60 <= t for t in times), "E10")
def is_named(wanted, sub, seq=None):
    bare = (wanted or "").rsplit(":", 1)[-1].replace("-", "").lower()
    return not wanted or wanted == str(seq) or bare in [uid.hex() for uid in [sub[7]] + sub.get(5, [])[1:]]
EXTRA = {0: bytes, 1: (number_to(4095), listed(0, 12, 32)), 2: bytes, 3: listed(1, 2, (number_to(1), str, maybe(32), bytes)),
         4: listed(1, 16, bytes), 5: str, 6: (int, 32, listed(0, 126, 32))}
def parse_bundle(data):
    refuse(len(data) > 2 << 20); top, note = data.decode().split("\n\n", 1); lines, extra = top.split("\n"), {}
    refuse(lines.pop(0) != "c2sp.org/tlog-proof@v1" or not lines)
    if lines[0].startswith("extra "): extra = decode(b64(lines.pop(0)[6:]))
    refuse(not fits(extra, EXTRA) or (1 in extra) != (2 in extra) or not lines or not lines[0].startswith("index "))
    path = [b64(line) for line in lines[1:]]; refuse(len(path) > 63 or any(len(p) != 32 for p in path))
    return extra, decimal(lines[0][6:]), path, parse_note(note.encode())
def verify_bundle(data, policy, expect):
    with check("E01"): extra, index, path, note = parse_bundle(data)
    times, size, root = trust(note, policy), note[3], note[4]
    with check("E11"): 6 in extra and require_consistent(extra[6][0], size, extra[6][1], root, extra[6][2])
    0 in extra or missing("the entry of the bundle"); leaf = shown = entry("E05", extra[0], 1, index, is_leaf)
    leads_to("E06", root, index, size, leaf_hash(extra[0]), path)
    if 2 in extra:
        shown = record_of(leaf, extra[2], extra[1][0])
        leads_to("E07", leaf[3][15][1], extra[1][0], leaf[3][15][0], leaf_hash(extra[2]), extra[1][1])
    for slot, mt, r, body in extra.get(3, []):
        ref = leaf[3].get(10) if slot == 0 else shown[3].get(10) if 2 in extra else None
        need(ref and ref[0] == mt and body_fits(ref, r, body), "E08")
    check_submitter(leaf[3], policy); check_submitter(shown[3], policy); check_time(leaf[1], times)
    need(is_named(expect, shown[3], None if 2 in extra else index), "E00")
    print("entry %d, %s by %s, id %s" % (index, shown[3][2], shown[3][3], shown[3][7].hex()), file=sys.stderr); return []
# Sections 11 and 12: an export
def position(n): return re.sub(r"(\d{3})(?=\d)", r"x\1/", "%0*d" % (-(-len(str(n)) // 3) * 3, n))
class Export:
    def __init__(self, root, policy, expect):
        self.root, self.policy, self.expect, self.problems, self.complete, self.found = root, policy, expect, [], True, not expect
        self.rows, self.known, self.empty, self.redacted, self.last = {}, {}, [], [], -1
    def read(self, name): return (self.root / name).read_bytes() if (self.root / name).is_file() else None
    def group(self, directory, n, width):          # a file in groups of 256, and whether it is the fuller one
        exact = self.read(directory + position(n) + (".p/%d" % width if width < 256 else ""))
        return (exact, False) if exact is not None or width == 256 else (self.read(directory + position(n)), True)
    def tile(self, level, n, width):
        data, fuller = self.group("tile/%d/" % level, n, width); data is None and missing("tile/%d/%s" % (level, position(n)))
        need(len(data) == 32 * (256 if fuller else width), "E15"); return [data[i * 32:i * 32 + 32] for i in range(width)]
    def slots(self, data, fuller, width, unit, code):
        all_parts = [part for _, part in zip(range(width + (not fuller)), parts(data, unit, code))]
        need(len(all_parts) == width, code); return [part for _, part in all_parts]
    def trying(self, work, *arguments):
        try: return work(*arguments)
        except Problem as problem: self.complete = bool(self.problems.append(problem))
    def verify(self):
        data = self.read("checkpoint") or missing("checkpoint")
        with check("E01"): note = parse_note(data)
        times, size, roots, level = trust(note, self.policy), note[3], [], 0
        with check("a well-formed range within the log", 2):
            text = self.read("range"); match = re.fullmatch(rb"from (\d+)\nto (\d+)\n", b"from 0\nto %d\n" % size if text is None else text)
            refuse(not match); span = [decimal(x.decode()) for x in match.groups()]; refuse(not span[0] <= span[1] <= size)
        for n in range((size + 255) // 256):
            hashes = self.trying(self.tile, 0, n, min(256, size - n * 256))
            if hashes: self.trying(self.bundle, n, hashes, span)
            if n < size // 256: roots.append(fold(hashes) if hashes else None)
        while roots:                               # E15: full tiles against the tiles above them
            level, below, roots = level + 1, roots, []
            for first in range(0, len(below), 256):
                hashes = self.trying(self.tile, level, first // 256, min(256, len(below) - first)) or []
                for child, stored in zip(below[first:], hashes): self.trying(need, child in (None, stored), "E15")
                if len(hashes) == 256: roots.append(fold(hashes))
        self.trying(self.check_root, size, note[4])
        for slot in self.empty: self.trying(need, any(by > slot[0] and slot == what for by, what in self.redacted), "E16")
        self.trying(check_time, self.last, times); self.trying(need, self.found, "E00"); return self.problems
    def check_root(self, size, root):              # E15: the right edge against the signed root
        rest, level = None, 0
        while count := size >> 8 * level:
            rest, level = fold(self.tile(level, count // 256, count % 256) if count % 256 else [], rest), level + 1
        need((rest or H(b"")) == root, "E15")
    def bundle(self, n, hashes, span):
        width, (data, fuller) = len(hashes), self.group("tile/entries/", n, len(hashes))
        self.complete = self.complete and data is not None
        if data is None: return missing("tile/entries/" + position(n)) if n * 256 < span[1] and n * 256 + width > span[0] else None
        entries, (data, fuller) = self.slots(data, fuller, width, 2, "E14"), self.group("changes/", n, width)
        lists = self.slots(data, fuller, width, 4, "E19") if data is not None else [b""] * width
        for i in range(width): self.trying(self.entry, n * 256 + i, entries[i], hashes[i], lists[i])
    def entry(self, index, data, stored, changes):
        if not data: self.complete = bool(self.empty.append((index, stored))); return
        need(leaf_hash(data) == stored, "E14"); leaf = entry("E05", data, 1, index, is_leaf)
        before, self.last, sub = self.last, max(self.last, leaf[1]), leaf[3]; need(leaf[1] > before, "E10")
        items, records = self.change_list(sub, changes), self.records(leaf) if 15 in sub else []
        self.found = self.found or is_named(self.expect, sub, index) or any(is_named(self.expect, r[3]) for r in records)
        if self.complete: self.follow(sub, items, records)
        for one in [leaf] + records: check_submitter(one[3], self.policy); self.body(index, one[3])
    def change_list(self, sub, data):
        self.complete = self.complete and bool(data or 9 not in sub)
        need(not data or sub.get(9) == H(b"clew/changes/v1\0" + data), "E19")
        with check("E19"):
            items = decode(data, True) if data else []; key = lambda k: type(k) is list or number_to(MANY)(k)
            refuse(not fits(items, listed(bool(data), MANY, (number_to(65535), key, maybe(32)))))
            coded = [encode(i) for i in items]
            refuse(sorted(coded) != coded or len({encode(i[:2]) for i in items}) != len(items)); return items
    def records(self, leaf):
        blob = self.read("records/" + position(leaf[0])); self.complete = self.complete and blob is not None
        slots = list(parts(blob or b"", 4, "E07", 32)); hashes = [leaf_hash(data) if length else data for length, data in slots]
        need(blob is None or [len(slots), fold(hashes)] == leaf[3][15], "E07")
        records = [record_of(leaf, data, i) for i, (length, data) in enumerate(slots) if length]
        self.complete = self.complete and len(records) == len(slots)
        need(all(a[1] <= b[1] for a, b in zip(records, records[1:])), "E07"); return records
    def follow(self, sub, items, records):         # E17, E18
        keyed = [(i[0], i[1], i[2]) for i in items if type(i[1]) is list and i[1]]
        own = next((i for i in keyed if 5 in sub and i[1] == [sub[5][1]]), None)
        if 5 in sub and items and sub.get(8) != (own and self.rows.get((own[0], encode(own[1])))): self.problems.append(Problem(1, "E17"))
        self.rows.update({(table, encode(key)): digest for table, key, digest in keyed})
        for thing in sub.get(5, [])[1:] + [key[0] for _, key, _ in keyed if type(key[0]) is bytes]: self.known.setdefault(thing)
        self.known.update({r[3][7]: H(r[2]) for r in records})
        for ref in [ref for s in [sub] + [r[3] for r in records] for ref in s.get(12, []) if len(ref[2]) == 16]:
            digest = self.known.get(ref[2]) or ref[3]
            if ref[2] not in self.known or ref[3] not in (None, digest): self.problems.append(Problem(1, "E18"))
    def body(self, index, sub):
        ref = sub.get(10); name = ref and "bodies/%s/%s" % (ref[2].hex()[:2], ref[2].hex()); stored = ref and self.read(name)
        r, plain = (stored[:32], stored[32:]) if stored is not None and ref[1] else (None, stored)
        need(stored is None or ((r is None or len(r) == 32) and body_fits(ref, r, plain)), "E08")
        if stored is not None and (sub[2], ref[0], ref[1]) == ("ledger.redact", "ledger-redact/1", 0):
            with contextlib.suppress(ValueError):
                what = decode(stored, True); refuse(not fits(what, {1: number_to(MANY), 2: 32, 3: str}) or len(what) != 3)
                self.redacted.append((index, (what[1], what[2])))
        sealed = self.read(name + ".sealed") if ref and ref[1] == 2 else None; need(sealed is None or H(sealed) == ref[4], "E08")
def verify(file, policy=None, expect=None):        # exit code, first code or what is missing
    beside, own = (file / "policy") if file.is_dir() else file.with_name("policy"), Path.home() / ".config/clew/policy"
    try:
        own_or_beside = next((p for p in (beside, own) if p.is_file()), None); file.exists() or missing("a file of that name")
        policy = policy or own_or_beside or missing("a trust policy")
        with check("a well-formed policy", 2): trusted = parse_policy(policy.read_bytes())
        if policy == beside: print("trusting the key delivered with the bundle", file=sys.stderr)
        problems = Export(file, trusted, expect).verify() if file.is_dir() else verify_bundle(file.read_bytes(), trusted, expect)
        return min((problem.args for problem in problems), key=lambda args: args[0], default=(0, "-"))
    except Problem as problem: return problem.args
    except OSError: return 2, "a readable file"
def main():
    parser = argparse.ArgumentParser(prog="clew_verify.py"); parser.error = lambda text: sys.exit((print(text, file=sys.stderr), 3)[1])
    parser.add_argument("file", type=Path); parser.add_argument("--policy", type=Path); parser.add_argument("--expect")
    code, first = verify(**vars(parser.parse_args()))
    print(("VALID", "INVALID " + first, "CANNOT DECIDE, missing: " + first)[code]); return code
if __name__ == "__main__": sys.exit(main())
