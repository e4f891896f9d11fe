#!/usr/bin/env python3
"""Recomputes every test vector of docs/reference/ledger-format.md and writes ledger-vectors.json beside this file.

Needs: Python 3.10+, cryptography >= 48 (Ed25519, ML-DSA-44, AES-GCM). No other package, no network.
Independent of the product's code: plain hashlib and hmac, own CBOR encoder.
ML-DSA signing is randomised, so a signature already in the JSON file is kept as long as it verifies.
"""
import base64, hashlib, hmac, json, math, os, struct, sys
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ledger-vectors.json")
H = lambda b: hashlib.sha256(b).digest()
hx = lambda b: b.hex()
b64 = lambda b: base64.b64encode(b).decode()


# ---- 1.1 leaf profile, and the value profile (negative integers, float64) ----
def head(major, n):
    for size, code, fmt in ((24, None, None), (1 << 8, 24, ">B"), (1 << 16, 25, ">H"), (1 << 32, 26, ">I"), (1 << 64, 27, ">Q")):
        if n < size:
            return bytes([major << 5 | n]) if code is None else bytes([major << 5 | code]) + struct.pack(fmt, n)
    raise ValueError("integer too large")


def enc(x, value=False):
    if x is None: return b"\xf6"
    if x is False: return b"\xf4"
    if x is True: return b"\xf5"
    if isinstance(x, int):
        if x >= 0: return head(0, x)
        if not value: raise ValueError("negative integer in a leaf")
        return head(1, -1 - x)
    if isinstance(x, float):
        if not value: raise ValueError("float in a leaf")
        if x == 0 and math.copysign(1, x) < 0: raise ValueError("negative zero")
        return b"\xfb" + (bytes.fromhex("7ff8000000000000") if math.isnan(x) else struct.pack(">d", x))
    if isinstance(x, bytes): return head(2, len(x)) + x
    if isinstance(x, str): return head(3, len(x.encode())) + x.encode()
    if isinstance(x, (list, tuple)): return head(4, len(x)) + b"".join(enc(i, value) for i in x)
    if isinstance(x, dict):
        items = sorted((enc(k, value), enc(v, value)) for k, v in x.items() if v is not None)
        return head(5, len(items)) + b"".join(k + v for k, v in items)
    raise TypeError(type(x))


val = lambda x: enc(x, True)

# ---- 2.1 tree ----
leaf_hash = lambda d: H(b"\0" + d)
node = lambda l, r: H(b"\1" + l + r)


def split(n):
    k = 1
    while k * 2 < n: k *= 2
    return k


class Tree:
    """RFC 6962 tree over leaf hashes, with memoised complete subtrees."""

    def __init__(self, hashes): self.h, self.memo = hashes, {}

    def mth(self, a, b):
        if a == b: return H(b"")
        if b - a == 1: return self.h[a]
        if (a, b) not in self.memo:
            k = split(b - a)
            self.memo[a, b] = node(self.mth(a, a + k), self.mth(a + k, b))
        return self.memo[a, b]

    def path(self, i, a, b):
        if b - a == 1: return []
        k = split(b - a)
        return self.path(i, a, a + k) + [self.mth(a + k, b)] if i < a + k else self.path(i, a + k, b) + [self.mth(a, a + k)]

    def sub(self, m, a, b, whole):
        if m == b - a: return [] if whole else [self.mth(a, b)]
        k = split(b - a)
        if m <= k: return self.sub(m, a, a + k, whole) + [self.mth(a + k, b)]
        return self.sub(m - k, a + k, b, False) + [self.mth(a, a + k)]


def root_of(index, size, lh, proof):            # 2.5 inclusionRoot
    fn, sn, r = index, size - 1, lh
    for p in proof:
        assert sn
        if fn & 1 or fn == sn:
            r = node(p, r)
            if not fn & 1:
                while True:
                    fn >>= 1; sn >>= 1
                    if fn & 1 or not fn: break
        else: r = node(r, p)
        fn >>= 1; sn >>= 1
    assert not sn
    return r


# ---- 2.3 notes ----
ED, COSIG, MLDSA = 1, 4, 6
keyid = lambda name, typ, pub: H(name.encode() + b"\n" + bytes([typ]) + pub)[:4]
vkey = lambda name, typ, pub: "%s+%s+%s" % (name, hx(keyid(name, typ, pub)), b64(bytes([typ]) + pub))
line = lambda name, kid, sig: "\u2014 %s %s\n" % (name, b64(kid + sig))
raw = lambda pub: pub.public_bytes(Encoding.Raw, PublicFormat.Raw)
text = lambda origin, size, root: "%s\n%d\n%s\n" % (origin, size, b64(root))


def mldsa_message(cosigner, ts, origin, size, root):
    n, o = cosigner.encode(), origin.encode()
    return b"subtree/v1\n\0" + bytes([len(n)]) + n + struct.pack(">Q", ts) + bytes([len(o)]) + o + struct.pack(">QQ", 0, size) + root


def bundle(index, path, note, extra=None):
    return "c2sp.org/tlog-proof@v1\n" + ("extra %s\n" % b64(extra) if extra else "") + "index %d\n" % index + "".join(b64(p) + "\n" for p in path) + "\n" + note


# ---- 1.3, 1.4 sealing ----
def hkdf(ikm, salt, info, n):
    prk, out, t, i = hmac.new(salt or bytes(32), ikm, "sha256").digest(), b"", b"", 1
    while len(out) < n:
        t = hmac.new(prk, t + info + bytes([i]), "sha256").digest(); out += t; i += 1
    return out[:n]


def commit_input(mt, body): return b"clew/commit/v1\0" + struct.pack(">I", len(mt.encode())) + mt.encode() + body


def seal(key, n, mt, body):
    okm = hkdf(key, n, b"clew/body/v1", 64)
    c = hmac.new(okm[32:], commit_input(mt, body), "sha256").digest()
    ct = AESGCM(okm[:32]).encrypt(bytes(12), body, c)
    return {"key": hx(key), "n": hx(n), "mt": mt, "body": hx(body), "ek": hx(okm[:32]), "r": hx(okm[32:]), "commit": hx(c), "ct": hx(ct), "ctd": hx(H(ct))}, [mt, 2, c, len(body), H(ct), n]


def tag(ks, n):
    kt = hkdf(ks, b"", b"clew/tagkey/v1", 32)
    return kt, hmac.new(kt, b"clew/tag/v1\0" + n, "sha256").digest()[:16]


# ---- 1.6 state under proof ----
def row_digest(table, salt, row): return H(b"clew/row/v1\0" + struct.pack(">H", table) + salt + val(row))
def rows_digest(table, salt, rows): return H(b"clew/rows/v1\0" + struct.pack(">H", table) + salt + b"".join(map(val, rows)))


def change_list(items):
    parts = sorted(val(i) for i in items)
    return head(4, len(parts)) + b"".join(parts)


changes_digest = lambda data: H(b"clew/changes/v1\0" + data)

out = {"about": "Vectors of docs/reference/ledger-format.md; made by make_ledger_vectors.py. Hex unless a name says base64 or text."}
old = json.load(open(OUT)) if os.path.exists(OUT) else {}

# ================= tree =================
N = 70000
tree = Tree([leaf_hash(b"clew leaf %d" % i) for i in range(N)])
root = lambda n: tree.mth(0, n)
bundle_bytes = lambda a, b: b"".join(struct.pack(">H", len(d)) + d for d in (b"clew leaf %d" % i for i in range(a, b)))
level = lambda l, a, b: b"".join(tree.mth(i * 256**l, (i + 1) * 256**l) for i in range(a, b))
files = {"tile/0/000": level(0, 0, 256), "tile/0/273.p/112": level(0, 273 * 256, N), "tile/1/000": level(1, 0, 256), "tile/1/001.p/17": level(1, 256, 273),
         "tile/2/000.p/1": level(2, 0, 1), "tile/entries/000": bundle_bytes(0, 256), "tile/entries/273.p/112": bundle_bytes(273 * 256, N)}
incl = [(0, 1), (0, 2), (8, 9), (5, 9), (4, 7), (12345, N)]
cons = [(4, 8), (8, 9), (3, 7), (6, 9), (1, 9), (300, N)]
for i, n in incl: assert root_of(i, n, tree.h[i], tree.path(i, 0, n)) == root(n)
out["tree"] = {
    "leaf_data": "ASCII 'clew leaf <i>'", "leaf_hashes": [hx(h) for h in tree.h[:9]],
    "roots": {str(n): hx(root(n)) for n in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 255, 256, 257, 300, 65536, N)},
    "inclusion": [{"index": i, "size": n, "path": [hx(p) for p in tree.path(i, 0, n)]} for i, n in incl],
    "consistency": [{"from": m, "to": n, "path": [hx(p) for p in tree.sub(m, 0, n, True)]} for m, n in cons],
    "files_at_70000": {p: {"bytes": len(d), "sha256": hx(H(d))} for p, d in files.items()}}
ct = [bytes.fromhex(x) for x in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]
ctt = Tree([leaf_hash(x) for x in ct])
out["tree"]["rfc6962_example"] = {"leaves": [hx(x) for x in ct], "root6": hx(ctt.mth(0, 6)), "root8": hx(ctt.mth(0, 8))}

# ================= notes =================
ORIGIN, WNAME, TS = "clew.example/ledger/2026", "witness.example/w1", 1767225600
seed, wseed = bytes(range(32)), bytes(range(32, 64))
log, wit = Ed25519PrivateKey.from_private_bytes(seed), Ed25519PrivateKey.from_private_bytes(wseed)
lpub, wpub = raw(log.public_key()), raw(wit.public_key())


def log_line(t): return line(ORIGIN, keyid(ORIGIN, ED, lpub), log.sign(t.encode()))
def wit_line(t): return line(WNAME, keyid(WNAME, COSIG, wpub), struct.pack(">Q", TS) + wit.sign(b"cosignature/v1\ntime %d\n" % TS + t.encode()))


t9 = text(ORIGIN, 9, root(9))
note9 = t9 + "\n" + log_line(t9) + wit_line(t9)
proof9 = bundle(5, tree.path(5, 0, 9), note9)
add_cp = "old 6\n" + "".join(b64(p) + "\n" for p in tree.sub(6, 0, 9, True)) + "\n" + t9 + "\n" + log_line(t9)
ml = MLDSA44PrivateKey.from_seed_bytes(seed)
mpub = raw(ml.public_key())
mmsg = mldsa_message(ORIGIN, TS, ORIGIN, 9, root(9))
msig = bytes.fromhex(old.get("note", {}).get("mldsa44", {}).get("signature", ""))
try: ml.public_key().verify(msig, mmsg)
except Exception: msig = ml.sign(mmsg)
ml.public_key().verify(msig, mmsg)
t0, tN = text(ORIGIN, 0, root(0)), text(ORIGIN, N, root(N))
out["note"] = {
    "origin": ORIGIN, "origin_sha256": hx(H(ORIGIN.encode())), "log_seed": hx(seed), "log_public": hx(lpub), "log_vkey": vkey(ORIGIN, ED, lpub),
    "witness_name": WNAME, "witness_seed": hx(wseed), "witness_vkey": vkey(WNAME, COSIG, wpub), "timestamp": TS,
    "signature_line_size_0": log_line(t0), "signature_line_size_70000": log_line(tN), "note_size_9": note9,
    "proof_5_of_9": proof9, "proof_5_of_9_sha256": hx(H(proof9.encode())), "add_checkpoint_6_to_9": add_cp, "add_checkpoint_6_to_9_sha256": hx(H(add_cp.encode())),
    "mldsa44": {"seed": hx(seed), "public_sha256": hx(H(mpub)), "public": hx(mpub), "keyid": hx(keyid(ORIGIN, MLDSA, mpub)),
                "vkey_length": len(vkey(ORIGIN, MLDSA, mpub)), "vkey_sha256": hx(H(vkey(ORIGIN, MLDSA, mpub).encode())),
                "message": hx(mmsg), "signature": hx(msig), "note_line": line(ORIGIN, keyid(ORIGIN, MLDSA, mpub), struct.pack(">Q", TS) + msig)}}

# ================= published by others =================
PT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PK = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
pk = Ed25519PrivateKey.from_private_bytes(base64.b64decode(PK.split("+", 4)[4])[1:])
PV = vkey("PeterNeumann", ED, raw(pk.public_key()))
assert PV == "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PL = line("PeterNeumann", keyid("PeterNeumann", ED, raw(pk.public_key())), pk.sign(PT.encode()))
assert "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=" in PL
CV = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
cn, ck, cp = CV.split("+", 2)
assert hx(keyid(cn, base64.b64decode(cp)[0], base64.b64decode(cp)[1:])) == ck
out["published"] = {"x_mod_private": PK, "x_mod_vkey": PV, "x_mod_text": PT, "x_mod_line": PL, "c2sp_vkey": CV}

# ================= values =================
big = {1: -1, 2: -25, 3: -(1 << 63), 4: (1 << 63) - 1, 5: 0.0, 6: 1.0, 7: 0.1, 8: float("nan"), 9: float("inf"), 10: 5e-324, 11: "\u00c9", 12: [None, True, b"\0"], 13: None}
out["values"] = {
    "text": "map {1:-1, 2:-25, 3:-2^63, 4:2^63-1, 5:0.0, 6:1.0, 7:0.1, 8:NaN, 9:+Inf, 10:4.9e-324, 11:'\u00c9' (U+00C9), 12:[null,true,h'00'], 13:null => omitted}",
    "encoded": hx(val(big)),
    "refuse_in_leaves": {"negative integer": "20", "float64": "fb3ff0000000000000"},
    "refuse_everywhere": {"negative zero": "fb8000000000000000", "other NaN": "fb7ff8000000000001", "float32": "fa3f800000", "float16": "f93c00", "long head": "1817", "unsorted keys": "a202000100", "duplicate keys": "a201000100", "indefinite array": "9f01ff",
                          "tag": "c100", "undefined": "f7", "bad UTF-8": "61ff", "trailing bytes": "0000"}}

# ================= sealing =================
NS, TIME = "acme", 1767225600000000
uuid = lambda n: bytes.fromhex("019b77a3c4007000800000000000%04x" % n)           # UUIDv7-shaped
KS, KB, n0, n1 = b"\x11" * 32, b"\x22" * 32, bytes(range(0xA0, 0xC0)), bytes(range(0xC0, 0xE0))
FEATURES = [0.42, None, -3, 17, True]
dec = lambda **kw: val({1: TIME, 3: uuid(0x30), 4: FEATURES, 5: "approve", 6: 0.42, 9: 0.65, 19: 0, **{int(k[1:]): v for k, v in kw.items()}})
d0, d1 = dec(_2="A-17", _12=1), dec(_12=0)
s_json, _ = seal(KS, n0, "application/json", b'{"applicant":"A-17","score":0.42}')
s0, body0 = seal(KS, n0, "decision/1", d0)
s1, body1 = seal(KB, n1, "decision/1", d1)
ktag, tag0 = tag(KS, n0)
r1 = bytes(range(0x40, 0x60)); why = "rollback after complaint".encode()
c1 = hmac.new(r1, commit_input("text/plain", why), "sha256").digest()
out["bodies"] = {"sealed_json": s_json, "sealed_decision_subject_key": s0, "sealed_decision_bucket_key": s1, "k_tag": hx(ktag), "tag_for_n0": hx(tag0),
                 "form1": {"r": hx(r1), "mt": "text/plain", "body_text": why.decode(), "commit": hx(c1), "stored": hx(r1 + why)}}

# ================= change lists =================
SALT, SALT2 = bytes(range(16)), bytes(range(0x70, 0x80))
run_row = {1: uuid(0x10), 2: 3, 3: "first try", 4: 1, 5: 1767225600000}
old_digest = row_digest(7, SALT2, {**run_row, 4: 0})
points = [{1: uuid(0x10), 2: "loss", 3: -1, 4: 0.5}, {1: uuid(0x10), 2: "loss", 3: 0, 4: 0.0, 5: True}]
d_run, d_points = row_digest(7, SALT, run_row), rows_digest(300, SALT2, points)
items = [[300, 2, d_points], [7, [uuid(0x10)], d_run], [8, [uuid(0x10), "lr"], None]]
cl = change_list(items)
out["changes"] = {
    "row": {"table": 7, "salt": hx(SALT), "fields_text": "{1: run uid, 2: 3, 3: 'first try', 4: 1, 5: 1767225600000}", "row_bytes": hx(val(run_row)), "digest": hx(d_run)},
    "previous_row_digest": hx(old_digest),
    "bulk": {"table": 300, "salt": hx(SALT2), "rows": [hx(val(p)) for p in points], "digest": hx(d_points)},
    "items_text": "put run row (table 7), delete row [run uid,'lr'] (table 8), insert 2 bulk rows (table 300)", "list": hx(cl), "new": hx(changes_digest(cl)),
    "empty_list_is_no_entry": True}

# ================= leaves =================
leaf = lambda seq, t, sub: enc([1, seq, t, enc(sub)])
inner = lambda i, t, sub: enc([2, i, t, enc(sub)])
USR = "usr:01jz5k8q2v"
sub0 = {1: NS, 2: "run.log", 3: USR, 5: ["run", uuid(0x10)], 7: bytes(range(16)), 8: old_digest, 9: changes_digest(cl), 16: 4}
sub1 = {1: NS, 2: "deploy.rollback", 3: USR, 5: ["deployment", uuid(0x21)], 6: "rollback", 7: bytes(range(16, 32)), 9: changes_digest(change_list([[20, [uuid(0x21)], row_digest(20, SALT, {1: uuid(0x21), 2: 4})]])),
        10: ["text/plain", 1, c1, len(why), None, None], 12: [["of", "model-version", uuid(0x20), H(b"model")], ["supersedes", "deployment", uuid(0x22), None]], 16: 4}
recs = [{2: "decision.record", 3: "svc:scoring-api", 7: uuid(1), 10: body0, 11: [tag0], 12: [["by", "deployment", uuid(0x21), None]], 16: 4},
        {2: "decision.record", 3: "svc:scoring-api", 7: uuid(2), 10: body1, 12: [["by", "deployment", uuid(0x21), None]], 16: 4}]
n2 = bytes(range(0xE0, 0x100)); s2, body2 = seal(KS, n2, "feedback/1", val({1: 0, 2: "good"}))
out["bodies"]["sealed_feedback_subject_key"] = s2
recs.append({2: "feedback.record", 3: USR, 7: uuid(3), 10: body2, 11: [tag(KS, n2)[1]], 12: [["on", "decision", uuid(1), None]], 16: 4})
rs = [inner(i, TIME + 10 + i, s) for i, s in enumerate(recs)]
it = Tree([leaf_hash(r) for r in rs])
sub2 = {1: NS, 2: "record.batch", 3: "sys:clew", 7: b"\xee" * 16, 15: [len(rs), it.mth(0, 3)]}
leaves = [leaf(0, TIME, sub0), leaf(1, TIME + 1, sub1), leaf(2, TIME + 20, sub2)]
lt = Tree([leaf_hash(x) for x in leaves])
tx = text(ORIGIN, 3, lt.mth(0, 3)); nx = tx + "\n" + log_line(tx)
extra = enc({0: leaves[2], 1: [0, it.path(0, 0, 3)], 2: rs[0]})
px = bundle(2, lt.path(2, 0, 3), nx, extra)
assert root_of(2, 3, leaf_hash(leaves[2]), lt.path(2, 0, 3)) == lt.mth(0, 3) and root_of(0, 3, it.h[0], it.path(0, 0, 3)) == it.mth(0, 3)
out["leaves"] = [{"what": w, "sub": hx(enc(s)), "leaf_data": hx(l), "bytes": len(l), "leaf_hash": hx(leaf_hash(l))}
                 for w, s, l in zip(("run.log: state change with old, new, scope", "deploy.rollback: why code, form-1 body, two refs", "record.batch of 3"), (sub0, sub1, sub2), leaves)]
out["batch"] = {"inner": [{"sub": hx(enc(s)), "record_digest": hx(H(enc(s))), "record": hx(r), "bytes": len(r), "hash": hx(leaf_hash(r))} for s, r in zip(recs, rs)],
                "inner_root": hx(it.mth(0, 3)), "records_blob_sha256": hx(H(b"".join(struct.pack(">I", len(r)) + r for r in rs)))}
out["record_proof"] = {"text": "inner record 0, leaf 2, log size 3, signed with the log key above", "proof": px, "sha256": hx(H(px.encode())), "size": len(px.encode()), "root": hx(lt.mth(0, 3)),
                       "disclosed": {"slot": 1, "mt": "decision/1", "r": s0["r"], "body": s0["body"]}}
json.dump(out, open(OUT, "w"), indent=1, ensure_ascii=False)
print("wrote", OUT, os.path.getsize(OUT))
