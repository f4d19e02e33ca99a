"""Finds the conditions of a C++ file and rewrites the file so that each can be forced (used by mutate.py).

A lexer and a matcher of brackets, not a compiler. It leans on .clang-format, which decides the layout of every file: a binary
`<`, `>` or `&&` has blanks on both sides, the bracket of a template and an rvalue reference have none.
"""
import bisect
import dataclasses
import re

KEYWORDS_OF_CONTROL = {"if", "while", "for", "switch", "catch"}
ASSIGNMENTS = {"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="}
COMPARISONS = {"==", "!=", "<=", ">=", "<", ">"}
ARITHMETIC = {"+", "-", "*", "/", "%", "&", "|", "^", "<<"}
BEGINS_EXPRESSION = {"return", "co_return", "co_yield", "throw", "case", "else", "do"}
QUALIFIERS = {"const", "noexcept", "override", "final", "mutable", "&", "&&", "try"}
NOT_EVALUATED = {"static_assert", "decltype", "noexcept", "sizeof", "alignof", "alignas", "requires", "explicit"}
# Calls whose lambda says yes or no.
TAKES_PREDICATE = {"any_of", "all_of", "none_of", "find_if", "find_if_not", "count_if", "copy_if", "remove_if", "erase_if",
                   "removeIf", "partition", "stable_partition", "partition_point", "is_sorted", "sort", "stable_sort",
                   "min_element", "max_element", "lower_bound", "upper_bound", "adjacent_find", "unique", "takeIf"}
CLOSES = {"(": ")", "[": "]", "{": "}", "<": ">"}

TOKEN = re.compile(r"""
    (?P<comment>//(?:[^\n\\]|\\.|\\\n)*|/\*.*?\*/)
  | (?P<raw>(?:u8|u|U|L)?R"(?P<mark>[^\s()\\]{0,16})\(.*?\)(?P=mark)")
  | (?P<string>(?:u8|u|U|L)?"(?:[^"\\\n]|\\.|\\\n)*")
  | (?P<char>(?:u8|u|U|L)?'(?:[^'\\\n]|\\.)+')
  | (?P<number>\.?[0-9](?:[eEpP][+-]|'?[0-9A-Za-z_.])*)
  | (?P<word>[A-Za-z_][A-Za-z_0-9]*)
  | (?P<sign><=>|\.\.\.|->\*|<<=|>>=|::|->|\+\+|--|==|!=|<=|>=|&&|\|\||\+=|-=|\*=|/=|%=|&=|\|=|\^=|<<|[^\s\w])
  | (?P<blank>\s+)
""", re.VERBOSE | re.DOTALL)
PREPROCESSOR = re.compile(r"[ \t]*#(?:/\*.*?\*/|//[^\n]*|\\\n|[^\n])*", re.DOTALL)


class NotUnderstood(Exception):
    """The brackets of the file do not fit."""


@dataclasses.dataclass(frozen=True)
class Token:
    kind: str
    text: str
    start: int
    end: int


@dataclasses.dataclass
class Point:
    """A condition: what stands from `start` to `end`, the values it can be forced to and where it is."""
    start: int
    end: int
    kind: str
    text: str
    line: int
    function: str
    forced: set
    declared: str = ""  # `if (auto x = …)`: the name, which is tested instead of the declaration


@dataclasses.dataclass
class Skipped:
    line: int
    text: str
    why: str


def tokens_of(source):
    tokens, at, line_begins = [], 0, True
    while at < len(source):
        if line_begins:
            directive = PREPROCESSOR.match(source, at)
            if directive:
                at = directive.end()
                line_begins = False
                continue
        found = TOKEN.match(source, at)
        if not found:
            raise NotUnderstood(f"a stray character at {at}")
        kind = found.lastgroup if found.lastgroup != "mark" else "raw"
        if kind not in ("comment", "blank"):
            tokens.append(Token(kind, found.group(), at, found.end()))
        if kind in ("comment", "blank"):
            line_begins = line_begins or "\n" in found.group()
        else:
            line_begins = False
        at = found.end()
    return tokens


class Conditions:
    """`points` and `skipped` of one file."""

    def __init__(self, source):
        self.source = source
        self.tokens = tokens_of(source)
        self.lines = [0] + [m.end() for m in re.finditer("\n", source)]
        self.partner, self.parent = {}, [None] * len(self.tokens)
        self._match_brackets()
        self.braces = {i: self._kind_of_brace(i) for i, t in enumerate(self.tokens) if t.text == "{" and i in self.partner}
        for i in self.braces:
            if self.braces[i] == "init" and any(self.tokens[k].text == ";" for k in self._children(i)):
                self.braces[i] = "block"  # a macro with a body
        self.left_out = self._left_out()
        self.members = self._member_initialisers()
        self.points, self.skipped = {}, []
        self._find()
        self.points = sorted(self.points.values(), key=lambda p: (p.start, -p.end))

    # ---- brackets

    def _text(self, i):
        return self.tokens[i].text if 0 <= i < len(self.tokens) and self.tokens[i].kind in ("word", "sign") else ""

    def _blank_before(self, i):
        return i == 0 or self.tokens[i - 1].end < self.tokens[i].start

    def _blank_after(self, i):
        return i + 1 >= len(self.tokens) or self.tokens[i].end < self.tokens[i + 1].start

    def _opens_template(self, i):
        if self._text(i) != "<" or i == 0:
            return False
        if self._text(i - 1) == "template":
            return True
        if self._blank_before(i) or self._text(i - 1) == "operator":
            return False
        return self.tokens[i - 1].kind == "word" or self._text(i - 1) == "]"

    def _match_brackets(self):
        stack = []
        for i in range(len(self.tokens)):
            text = self._text(i)
            if text == ">" and self._text(stack[-1] if stack else -1) != "<":
                text = ""
            if text in (")", "]", "}"):
                while stack and self._text(stack[-1]) == "<":  # it was a comparison after all
                    self._dissolve(stack.pop())
                if not stack or CLOSES[self._text(stack[-1])] != text:
                    raise NotUnderstood(f"line {self._line(self.tokens[i].start)}: “{text}” closes nothing")
            if text == ";":
                while stack and self._text(stack[-1]) == "<":
                    self._dissolve(stack.pop())
            if text in (")", "]", "}", ">"):
                self.partner[i] = stack[-1]
                self.partner[stack.pop()] = i
            self.parent[i] = stack[-1] if stack else None
            if text in ("(", "[", "{") or self._opens_template(i):
                stack.append(i)
        if any(self._text(i) != "<" for i in stack):
            raise NotUnderstood(f"line {self._line(self.tokens[stack[-1]].start)}: “{self._text(stack[-1])}” is never closed")

    def _dissolve(self, opening):
        for i in range(opening + 1, len(self.tokens)):
            if self.parent[i] == opening:
                self.parent[i] = self.parent[opening]

    def _children(self, opening):
        """The tokens directly inside a bracket; a bracket within counts as its opening."""
        end = self.partner[opening] if opening is not None else len(self.tokens)
        i = 0 if opening is None else opening + 1
        while i < end:
            yield i
            i = self._after(i)

    def _opens(self, i):
        return i in self.partner and self.partner[i] > i

    def _closes(self, i):
        return i in self.partner and self.partner[i] < i

    def _after(self, i):
        return self.partner[i] + 1 if self._opens(i) else i + 1

    def _before(self, i):
        """The token before i, a bracket as its opening; None at the beginning of what surrounds it."""
        k = i - 1
        if k < 0 or k == self.parent[i] or (self._opens(i) and k == self.parent[self.partner[i]]):
            return None
        return self.partner[k] if self._closes(k) else k

    # ---- what a brace is

    def _kind_of_brace(self, i):
        k = i - 1
        if self._text(k) in ("else", "do", "try"):
            return "block"
        if self._text(k) in ("", ";", ":", "{") or (self._text(k) == "}" and self._closes(k)):
            inside = self.parent[i]
            listed = inside is not None and (self._text(inside) != "{" or self._kind_of_brace(inside) == "init")
            member = self._text(k) == "}" and self._initialises_member(self.partner[k])
            return "function" if member else "init" if listed else "block"
        opening = self._parameters(i)
        if opening is not None:
            before = self._text(opening - 1)
            if before in KEYWORDS_OF_CONTROL or (before == "constexpr" and self._text(opening - 2) == "if"):
                return "block"
            return "lambda" if before == "]" or self._text(opening) == "[" else "function"
        return "type" if self._declares_type(i) else "init"

    def _parameters(self, i):
        """The bracket of the parameters before a body (or of the captures, when a lambda has none), else None."""
        k = i - 1
        while self._text(k) in QUALIFIERS:
            k -= 1
        arrow = self._arrow(k)
        if arrow is not None:
            k = arrow - 1
            while self._text(k) in QUALIFIERS:
                k -= 1
        if self._text(k) == ")":
            opening = self.partner[k]
            return self._parameters(opening) if self._text(opening - 1) == "noexcept" else opening
        if self._text(k) == "]" and not self._indexes(self.partner[k]):
            return self.partner[k]
        return None

    def _indexes(self, opening):
        return opening > 0 and (self.tokens[opening - 1].kind == "word" or self._text(opening - 1) in (")", "]")) and \
            self._text(opening - 1) not in BEGINS_EXPRESSION

    def _arrow(self, k):
        """The arrow of `-> type`, when k is the last token of the type."""
        while k > 0:
            if self._text(k) == "->":
                return k if self._text(k - 1) in QUALIFIERS | {")"} else None
            if self._text(k) == ">" and self._closes(k):
                k = self.partner[k] - 1
            elif self._text(k) in ("::", "*", "&") or (self.tokens[k].kind == "word" and self._text(k) not in BEGINS_EXPRESSION):
                k -= 1
            else:
                return None
        return None

    def _declares_type(self, i):
        k = self._before(i)
        while k is not None and self._text(k) not in (";", "{", "=", "(", "return"):
            if self._text(k) in ("class", "struct", "union", "enum", "namespace", "extern"):
                return True
            k = self._before(k)
        return False

    def _initialises_member(self, opening):
        """`: m_a(x), m_b{y} {`: the bracket of m_b is one of a constructor's initialisers."""
        k = self._before(opening)
        while k is not None and (self.tokens[k].kind == "word" or self._text(k) in ("::", "<")):
            k = self._before(k)
        if k is None:
            return False
        if self._text(k) == ",":
            k = self._before(k)
            return k is not None and self._text(k) in ("(", "{") and self._initialises_member(k)
        return self._text(k) == ":" and self._text(k - 1) in (")", "noexcept")

    def _member_initialisers(self):
        """Ranges of tokens."""
        ranges = []
        for i, kind in self.braces.items():
            k = i - 1
            if kind != "function" or not self._closes(k) or not self._initialises_member(self.partner[k]):
                continue
            k = self.partner[k]
            while self._text(k) != ":":
                k = self._before(k)
            ranges.append((k, i))
        return ranges

    # ---- where a token stands

    def _line(self, offset):
        return bisect.bisect_right(self.lines, offset)

    def _ancestors(self, i):
        i = self.parent[i]
        while i is not None:
            yield i
            i = self.parent[i]

    def _body(self, i):
        """The brace of the function or lambda in which the token stands."""
        return next((k for k in self._ancestors(i) if self.braces.get(k) in ("function", "lambda")), None)

    def _runs(self, i):
        return self._body(i) is not None or any(a < i < b for a, b in self.members)

    def _head(self, brace):
        """The parameters' bracket of a function; past the initialisers of a constructor."""
        k = brace - 1
        if self._closes(k) and self._initialises_member(self.partner[k]):
            k = self.partner[k]
            while self._text(k) != ":":
                k = self._before(k)
            return self._parameters(k)
        return self._parameters(brace)

    def _name(self, brace):
        """(name of a function, index of its first token)"""
        k = self._head(brace) - 1
        end = k
        for i in range(k, max(k - 4, -1), -1):
            if self._text(i) == "operator":
                k = i
                break
        while k > 0 and (self._text(k - 1) in ("::", "~") or (self._text(k) in ("::", "~", ">") and k in self.partner) or
                         (self._text(k) == "::" and self.tokens[k - 1].kind == "word")):
            k = self.partner[k - 1] if self._closes(k - 1) else k - 1
        return "".join(t.text for t in self.tokens[k:end + 1]), k

    def function_at(self, i):
        """Class::name of the function around a token."""
        names = []
        body = next((b for a, b in self.members if a < i < b), None)
        for k in self._ancestors(i) if body is None else (body, *self._ancestors(body)):
            if self.braces.get(k) == "function":
                names.insert(0, self._name(k)[0])
            elif self.braces.get(k) == "type":
                names[:0] = self._type_name(k)
        return "::".join(names) or "-"

    def _type_name(self, brace):
        k = self._before(brace)
        name = []
        while k is not None and self._text(k) not in (";", "{"):
            if self._text(k) in ("namespace", "extern"):
                return []
            if self._text(k) == ":":
                name = []
            if self.tokens[k].kind == "word" and self._text(k) not in ("class", "struct", "union", "enum", "final"):
                name = [self._text(k)]
            if self._text(k) in ("class", "struct", "union"):
                return name
            k = self._before(k)
        return name

    def _gives_bool(self, brace):
        """Whether every return of the function or lambda is a yes or no."""
        k = brace - 1
        while self._text(k) in QUALIFIERS:
            k -= 1
        arrow = self._arrow(k)
        if arrow is not None:
            return [t.text for t in self.tokens[arrow + 1:k + 1]] == ["bool"]
        if self.braces[brace] == "function":
            name, first = self._name(brace)
            return name.endswith("operatorbool") or self._is_bool(first - 1)
        captures = self._head(brace)
        captures = self.partner[captures - 1] if self._text(captures) == "(" else captures
        call = self.parent[captures]
        return call is not None and self._text(call) == "(" and self._text(call - 1) in TAKES_PREDICATE

    def _is_bool(self, k):
        if self._text(k) == ">" and self._closes(k):
            opening = self.partner[k]
            return self._text(opening - 1) == "Task" and [t.text for t in self.tokens[opening + 1:k]] == ["bool"]
        return self._text(k) == "bool"

    def _left_out(self):
        """Ranges of tokens that are worked out by the compiler."""
        ranges = []
        for i, token in enumerate(self.tokens):
            if self._opens(i) and token.text == "<":
                ranges.append((i, self.partner[i]))
            if token.kind != "word":
                continue
            if token.text in NOT_EVALUATED and self._text(i + 1) == "(":
                ranges.append((i, self.partner[i + 1]))
            if token.text == "case":
                k = i
                while self._text(k) != ":":
                    k = self._after(k)
                ranges.append((i, k))
            if token.text in ("constexpr", "constinit", "consteval"):
                ranges.append((i, self._end_of_constant(i)))
        return ranges

    def _end_of_constant(self, i):
        if self._text(i - 1) == "if":
            return self.partner[i + 1]
        while i < len(self.tokens) and self._text(i) != ";" and self.braces.get(i) != "function":
            i = self._after(i)
        return i

    # ---- expressions: ranges [first, last] of tokens

    def _is_binary(self, i):
        return self._blank_before(i) and self._blank_after(i) and i not in self.partner

    def _ends(self, i, stops):
        text = self._text(i)
        return text in (";", ",", "?", ":") or text in ASSIGNMENTS or text in BEGINS_EXPRESSION or \
            (text in stops and self._is_binary(i))

    def _first(self, i, stops=()):
        """Where the expression that ends before i begins."""
        while True:
            k = self._before(i)
            if k is None or self._ends(k, stops):
                return i
            if self.braces.get(k, "init") not in ("init", "lambda"):
                return i
            if self._text(k) == "(" and (self._text(k - 1) in KEYWORDS_OF_CONTROL or self._text(k - 1) == "constexpr"):
                return i
            i = k

    def _last(self, i, stops=()):
        """Where the expression that begins after i ends."""
        k = i + 1
        while k < self._end(i) and not self._ends(k, stops):
            k = self._after(k)
        return k - 1

    def _end(self, i):
        """The bracket that closes what surrounds i."""
        return self.partner[self.parent[i]] if self.parent[i] is not None else len(self.tokens)

    def _top(self, first, last):
        k = first
        while k <= last:
            yield k
            k = self._after(k)

    def _plainly_bool(self, first, last):
        top = list(self._top(first, last))
        if any(self._text(k) in ("?", ",") or self._text(k) in ASSIGNMENTS for k in top):
            return False
        if any(self._text(k) in COMPARISONS | {"&&", "||"} and self._is_binary(k) for k in top):
            return True
        return self._text(first) == "!" and not any(self._text(k) in ARITHMETIC and self._is_binary(k) for k in top)

    def _awaits(self, first, last):
        """A co_await of the expression's own, not of a lambda in it."""
        for k in range(first, last + 1):
            if self._text(k) in ("co_await", "co_yield"):
                brace = self._body(k)
                if brace is None or not first <= brace <= last:
                    return True
        return False

    def _in(self, i, ranges):
        return any(a <= i <= b for a, b in ranges)

    def text(self, first, last):
        words = [self.tokens[first].text]
        for k in range(first + 1, last + 1):
            words.append((" " if self._blank_before(k) else "") + self.tokens[k].text)
        return "".join(words)

    # ---- the points

    def _add(self, kind, first, last, forced=(True, False), declared=""):
        if first > last or self._in(first, self.left_out):
            return
        forced = set(forced)
        while not declared and self._opens(first) is False and self._text(first) == "!" and self._text(first + 1) == "(" and \
                self.partner[first + 1] == last:
            first, last, forced = first + 2, last - 1, {not value for value in forced}
        while not declared and self._text(first) == "(" and self.partner[first] == last:
            first, last = first + 1, last - 1
        line, text = self._line(self.tokens[first].start), self.text(first, last)
        literal = first == last and text in ("true", "false")
        if literal and kind == "return":
            forced = {text == "false"}
        elif literal:
            if kind != "value":
                self.skipped.append(Skipped(line, text, f"a literal as condition of {kind}"))
            return
        if not self._runs(first):
            self.skipped.append(Skipped(line, text, "outside of functions"))
            return
        if not declared and self._awaits(first, last):
            self.skipped.append(Skipped(line, text, "co_await inside"))
            return
        start, end = self.tokens[first].start, self.tokens[last].end
        known = self.points.get((start, end))
        if known:
            known.forced |= forced
        else:
            self.points[start, end] = Point(start, end, kind, text, line, self.function_at(first), forced, declared)

    def _find(self):
        for i, token in enumerate(self.tokens):
            text = self._text(i)
            if text in ("if", "while", "for"):
                self._control(i, text)
            elif text == "?":
                self._add("?:", self._first(i), i - 1)
            elif text in ("&&", "||") and self._is_binary(i) and self._text(i - 1) not in ("auto", "const", "operator"):
                self._logic(i, text)
            elif text in ("return", "co_return"):
                self._return(i)
            elif text == "=" and self._text(i - 1) not in ("operator", "["):
                self._value(i)

    def _control(self, i, keyword):
        opening = i + 1
        if self._text(opening) != "(" or not self._opens(opening):
            return  # if constexpr
        last = self.partner[opening] - 1
        parts = [k for k in self._children(opening) if self._text(k) == ";"]
        if keyword == "for":
            if len(parts) == 2:
                self._add("for", parts[0] + 1, parts[1] - 1)
            return
        first = parts[-1] + 1 if parts else opening + 1
        name = self._declared(first, last)
        if not name:
            self._add(keyword, first, last)
        elif keyword == "while" or parts:
            self.skipped.append(Skipped(self._line(self.tokens[first].start), self.text(first, last),
                                        "a declaration as condition"))
        else:
            self._add(keyword, first, last, declared=name)

    def _declared(self, first, last):
        """The name that a condition declares, as in `if (const auto it = …)`."""
        sign = next((k for k in self._top(first, last) if self._text(k) == "="), None)
        if sign is None or sign - first < 2 or self.tokens[sign - 1].kind != "word":
            return ""
        before = sign - 2
        typed = self.tokens[before].kind == "word" or self._text(before) in ("*", "&", "&&") or self._closes(before)
        return self._text(sign - 1) if typed else ""

    def _logic(self, i, sign):
        first, last = self._first(i), self._last(i)
        if self._declared(first, last):
            return
        if not self._is_operand(first, last):
            self._add("logic", first, last)
        stops = ("&&", "||") if sign == "&&" else ("||",)
        # The other value is that of the whole: forcing it is the same mutant again.
        forced = (sign == "&&",)
        self._add("logic", self._first(i, stops), i - 1, forced)
        self._add("logic", i + 1, self._last(i, stops), forced)

    def _is_operand(self, first, last):
        """`(a || b)` in `(a || b) && c`: it is a point already, as an operand."""
        opening = self.parent[first]
        if opening is None or self._text(opening) != "(" or first != opening + 1 or last != self.partner[opening] - 1:
            return False
        before, after = self._before(opening), self.partner[opening] + 1
        if before is not None and self._text(before) == "!":
            before = self._before(before)
        signs = [self._text(k) for k in (before, after) if k is not None]
        begins = before is None or self._text(before) in ("&&", "||") or self._ends(before, ())
        ends = after == self._end(opening) or self._text(after) in ("&&", "||") or self._ends(after, ())
        return begins and ends and ("&&" in signs or "||" in signs)

    def _return(self, i):
        brace = self._body(i)
        last = self._last_of_statement(i)
        if brace is None or last <= i or self._text(i + 1) == "{":
            return
        if self._gives_bool(brace) or self._plainly_bool(i + 1, last):
            self._add("return", i + 1, last)

    def _last_of_statement(self, i):
        k = i + 1
        while self._text(k) != ";":
            k = self._after(k)
        return k - 1

    def _value(self, i):
        last = self._last(i)
        first = i + 1
        if last + 1 < len(self.tokens) and self._text(last + 1) == "?":  # the condition is a point, its values are data
            if self._text(i - 2) != "bool":
                return
            last = self._last_of_statement(i)
        if first <= last and (self._text(i - 2) == "bool" or self._plainly_bool(first, last)) and self._text(first) != "{":
            self._add("value", first, last)


def rewritten(source, points, first_number, header):
    """The source with every point decided by `header`; the first point gets `first_number`, the others follow."""
    inserts = []
    for number, point in enumerate(points, first_number):
        size = point.end - point.start
        if point.declared:
            inserts.append((point.end, 1, size, f"; ::mutants::decide({number}, static_cast<bool>({point.declared}))"))
        else:
            inserts.append((point.start, 2, -size, f"::mutants::decide({number}, static_cast<bool>("))
            inserts.append((point.end, 0, size, "))"))
    out, at = [], 0
    for offset, _, _, text in sorted(inserts):
        out += [source[at:offset], text]
        at = offset
    return f'#include "{header}"\n#line 1\n' + "".join(out) + source[at:]


HEADER = r"""// Decides the conditions of a mutated copy (dev/mutate.py).
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <type_traits>

namespace mutants {

inline void record(int point, bool value)
{
    static const char *named = std::getenv("PIMGATE_MUTANT_RECORD");
    static const std::string &file = *new std::string(named ? named : "");
    static std::atomic<bool> seen[2 * @COUNT@];
    if (file.empty() || seen[2 * point + value].exchange(true))
        return;
    char line[32];
    const int size = std::snprintf(line, sizeof line, "%d %d\n", point, int(value));
    const int to = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    if (to < 0 || ::write(to, line, size_t(size)) != size)
        std::abort();
    ::close(to);
}

inline bool forced(int point, bool value)
{
    static const char *text = std::getenv("PIMGATE_MUTANT");
    static const int mutant = text ? std::atoi(text) : -1;
    record(point, value);
    return mutant / 2 == point && mutant >= 0 ? mutant % 2 == 1 : value;
}

constexpr bool decide(int point, bool value)
{
    return std::is_constant_evaluated() ? value : forced(point, value);
}

} // namespace mutants
"""
