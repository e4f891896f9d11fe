"""What Python's own re.search says of some hundred patterns on some dozen texts: patterns.py OUTPUT.json. Needs Python 3.11, nothing else."""

import itertools
import json
import re
import sys
import warnings

warnings.simplefilter("ignore")

TEXTS = [
    "", " ", "\n", "a", "A", "b", "aa", "ab", "ba", "aab", "abab", "abcabc", "a\n", "a\nb", "\na", "a\r\n", "a\rb", "a\u2028b", "a\x85b", "x\x1cy", "x\x1fy",
    "1", "12", "123", "1234567890", "1.5", "-1.5e10", "+49 30 1234567", "٣", "a٣", "²", "½", "Ⅷ", "ª", "_", "a_b", "foo_1",
    "é", "É", "e\u0301", "ß", "SS", "ẞ", "İ", "i", "I", "ı", "ſ", "s", "K", "k", "K", "µ", "μ", "Ω", "ω", "ς", "Σ", "σ", "日本", "👩\u200d👧", "😀",
    "a b", "a\tb", "a\u00a0b", "a  b", " a ", "foo bar", "foo.bar", "foo|bar", "foo", "FOO", "Foo", "fooo", "foobar", "barfoo", "bar", "BAR",
    "x-y", "x^y", "x&y", "x&&y", "x]y", "x[y", "x\\y", "a{2}", "a{", "{}", "a{,3}", "aaa", "aaaa", "$", "a$", "^a", "(a)", "#", "a#b", "a&b", "a~b", "a-z", "--",
    "2024-01-02", "2024-1-2", "02.01.2024", "12:34:56", "john.doe@example.com", "john@", "http://example.com/a?b=c#d", "192.168.0.1", "256.1.1.1",
    "DE89370400440532013000", "4111 1111 1111 1111", "123-45-6789", "AB-123", "ab-123", "SKU_0001", "true", "TRUE", "null", "NaN", "\u200b", "\ufeffa", "a\u0000b",
    "((a))", "<b>x</b>", "<b>x</i>", "aXbXc", "abba", "level", "the the", "the cat", "Mr. Smith", "smith", "C:\\temp\\x.txt", "/usr/bin/env", "#ff00FF", "€ 12,50", "12 €",
]

ATOMS = ["a", "ab", ".", r"\d", r"\w", r"\s", r"\D", r"\W", r"\S", "[a-c]", "[^a-c]", r"[\d_]", r"[^\W\d_]", "(a|b)", "(?:foo|bar)", r"\b", r"\B", "é", "[é-ü]", "ß", "k", "σ"]
WRAPS = ["{}", "^{}$", r"\A{}\Z", "{}+", "{}*x?", "(?i){}", "(?i:{})b?", "^(?:{}){{2,3}}$", "(?s)^{}", "(?m)^{}$"]

SINGLE = r"""
^\d{4}-\d{2}-\d{2}$
^(\d{1,3}\.){3}\d{1,3}$
^[^@\s]+@[^@\s]+\.[^@\s]+$
^(?P<year>\d{4})-(?P<month>\d{1,2})
(?P<c>.)(?P=c)
(.)\1
^(.)(.)\2\1$
\b(\w+) \1\b
<(\w+)>.*</\1>
(?P<a>x)(?P<a>y)
(?P<1a>x)
(?<n>a)
(?'n'a)
(?P>n)
(?P=missing)
\1(a)
(a)\2
(a)\g<1>
foo(?=bar)
foo(?!bar)
(?<=foo)bar
(?<!foo)bar
(?<=a|b)c
(?<=a|bc)d
(?<=a+)b
(?<=a{2})b
(?<!a*)b
(?<=\b)a
(?<=^)a
(?<=(a))b
(a)?(?(1)b|c)
(?P<q>")?x(?(q)")
(?(2)a|b)
(?>a+)b
(?>a|ab)c
a++b
a*+a
a?+a
a{1,2}+a
(?i)ß
(?i)ss
(?i)[ß]
(?i)[^ß]
(?i)ẞ
(?i)[aẞ]
(?i)[ß-à]
[ß]
ß+
(?i)ß+$
(?i)\xdf
(?i:(?-i:ß))
(?i)[\xdf]
(?i)ſ
(?i)k
(?i)İ
(?i)i
(?i)ı
(?i)µ
(?i)Σ
(?i)ς
(?i)[k-l]
(?i)[^k]
(?i)[σ]
(?i)É
(?i)\u00e9
(?i:A)b
(?-i:A)b
(?i)a(?-i:B)
(?i)a(?-i:b)
a(?i)b
(?a)\w
(?a)\d
(?a:\w)é
(?u)\w
(?L)a
(?au)a
(?x) a b # comment
(?x)a\ b
(?x)a[ ]b
(?x)a\#b
(?x: a b )c?
(?x)(?-x:a b)
(?s).
(?s)a.b
a.b
(?m)^b
(?m)a$
(?ms)^.b$
(?im)^FOO$
(?z)a
(?
(?:
(?#comment)a
(?#comment
(?P
(?P<
(?P<n
(?P<n>
(?<
(?=
(?i
(?i:
(?i-
(?-)
(?-i)a
(?i-i:a)
(?mi-s:a)
(?:a
a)
)
(
[
[a
[]
[]a]
[^]
[^]a]
[a-]
[-a]
[a-c-e]
[c-a]
[\d-z]
[a-\d]
[[a]]
[a[b]]
[[]
[a&&b]
[a&b]
[a&&[b]]
[&&]
[a||b]
[a--b]
[a~~b]
[\w&&[^\d]]
[[:alpha:]]
[^[:alpha:]]
[\]]
[\[]
[\\]
[\^a]
[a^]
[\-a]
[.]
[$]
[|]
[(]
[#]
[ ]
[\b]
[\B]
[\A]
[\s\S]
[^\s\S]
[\n]
[\t]
[\x41-\x43]
[\u00e0-\u00ff]
[\U0001F600-\U0001F64F]
[😀-😂]
[^😀]
[\0]
[\01]
[\012]
[\101]
[\777]
[\8]
[\N{BULLET}]
[\p{L}]
[\e]
[\z]
\0
\00
\07
\012
\101
\141
\377
\400
\8
\18
\x41
\x4
\xZZ
\u0041
\u004
\u{41}
\U00000041
\U0001F600
\U00110000
\N{LATIN SMALL LETTER A}
\N{NO SUCH NAME}
\a
\f
\n
\r
\t
\v
\e
\h
\H
\R
\X
\K
\G
\Q.\E
\c
\cA
\z
\Z
\A
\pL
\p{L}
\P{L}
\p{IsAlphabetic}
\i
\j
\l
\y
\_
\-
\/
\#
\ 
\"
\'
\<
\%
\&
\~
\`
\@
\é
\日
\
a\
a{2}
a{2,}
a{,2}
a{2,3}
a{,}
a{3,2}
a{
a{}
a{a}
a{1
a{1,
a{1,b}
a{ 1}
a{1 }
a{-1}
{2}
{
}
{}
{,3}
x{
a{2}{3}
a**
a*?
a+?
a??
a{2}?
a*?b
a+*
a?*
a+?+
*a
+a
?a
|a
a|
||
(|a)
(a|)
()
()*
(a*)*
(a*)+
(a+)+$
(a|a)*b
(?:a*)*$
^*
^+a
$*
$a
a$b
^
$
^^a
a$$
\b*
\b+a
(?=a)*a
(?=a)+a
(?!a)*b
(?<=a)*b
\bfoo\b
\bé
é\b
\B2\B
\b\d+\b
^\w+$
^\W+$
^\s+$
^\S+$
^\d+$
^\D+$
^[\w.-]+$
^[\w\s]+$
^[^\w\s]+$
^[\w-]+$
^.$
^..$
^.+$
^\X$
^[a-zA-Z]+$
(?i)^[a-z]+$
^[A-Z]{2}-\d{3}$
^(?=.*\d)(?=.*[a-z]).{3,}$
^(?!.*foo).*$
^#(?:[0-9a-fA-F]{3}){1,2}$
^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$
^(?:\+\d{1,3}[ -]?)?\d{2,}
^\d{3}-\d{2}-\d{4}$
^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$
^https?://[^\s/$.?#].[^\s]*$
^(true|false)$
(?i)^(true|false)$
^\$
\$$
^\^
\.
\|
\(
\)
\[
\]
\{
\}
\*
\+
\?
\\
\\\\
^C:\\
[\\/]
^/(?:[^/]+/)*[^/]+$
\u00a0
\u2028
\u200b
 
\t
.\n
\n.
\n$
\r$
$\n
(?m)$\n
(?m)\n^
^\Z
\A\Z
\Z\n
a\Z
a\n\Z
(?s).\Z
(?s)a.\Z
(?m)a\Z
(?m)\Ab
[^a]
[^\n]
[^a\n]
\D\D
Ⅷ
[Ⅷ]
\w{2}
^\w{1}$
e\u0301
^é$
日
[日-本]
.{2}
^.{3}$
👩.👧
€\s\d
\d+\s€
""".strip("\n").split("\n")


def patterns():
    seen = set()
    built = (wrap.format(atom) for wrap, atom in itertools.product(WRAPS, ATOMS))
    for pattern in itertools.chain(SINGLE, built):
        if pattern not in seen:
            seen.add(pattern)
            yield pattern


def judged(pattern):
    try:
        compiled = re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return {"pattern": pattern, "found": None}
    return {"pattern": pattern, "found": "".join("1" if compiled.search(text) else "0" for text in TEXTS)}


def main(output):
    lines = [json.dumps({"python": sys.version.split()[0], "texts": TEXTS})] + [json.dumps(judged(pattern)) for pattern in patterns()]
    with open(output, "w", encoding="utf-8") as out:
        out.write("\n".join(lines) + "\n")


main(sys.argv[1])
