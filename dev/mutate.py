#!/usr/bin/env python3
"""Forces every condition of a file true and false, one at a time, and says which of these mutants no test notices.

    dev/mutate.py app/gate/steps/Interlock.cpp                 # held against the tests of the file (TESTS, else its room)
    dev/mutate.py app/gate/steps/Interlock.cpp --tests tst_Interlock,tst_Runner
    dev/mutate.py FILE… --points                               # only what would be forced, and what is left out
    dev/mutate.py --self-test

The files of the tree are copied to a folder of their own (build/mutate), the named ones rewritten so that a number in the
environment (PIMGATE_MUTANT) forces one condition; one build holds all mutants. The value is worked out all the same, so
nothing that a condition does is lost. Each function of a Qt Test program is first run alone and undisturbed, and says which
conditions it meets with which value: a mutant is run only by functions in which it would change a value, the quickest
and keenest first, until one fails twice. A survivor needs a line in dev/mutants-equivalent.txt; without one the exit code is 1.
"""
import argparse
import collections
import concurrent.futures
import dataclasses
import fcntl
import fnmatch
import json
import os
import pathlib
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True  # nothing beside the sources
import conditions  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent
REASONS = ROOT / "dev" / "mutants-equivalent.txt"
# Files whose tests are not simply those of their room (all of tests/<room> but the matrices): the first that fits.
TESTS = (
    ("app/gate/*Interlock*", ("tst_Interlock", "tst_PolicyShape")),
    ("app/gate/*Closing*", ("tst_Closing",)),
    ("app/*/Evaluator*", ("tst_Evaluator", "tst_ProofRun")),
)
MEMORY, FILE_SIZE = 4 << 30, 1 << 30


class Trouble(Exception):
    """Why nothing can be said about mutants."""


# ---- what is mutated


@dataclasses.dataclass
class Mutant:
    file: str
    point: conditions.Point
    number: int  # PIMGATE_MUTANT: twice the number of the point, and one more when it is forced true
    fate: str = ""  # "killed", "timeout", "survived", "never otherwise", "not reached"
    by: str = ""  # the test that noticed
    reason: str = ""

    @property
    def forced(self):
        return self.number % 2 == 1

    @property
    def key(self):
        return self.file, self.point.function.replace(" ", ""), str(self.forced).lower(), self.point.text


class Source:
    """A named file: its points, numbered on from `first`."""

    def __init__(self, file, first):
        self.file, self.first = file, first
        self.text = (ROOT / file).read_text(encoding="utf-8")
        try:
            found = conditions.Conditions(self.text)
        except conditions.NotUnderstood as why:
            raise Trouble(f"{file}: {why}") from why
        self.points, self.skipped = found.points, found.skipped

    def mutants(self):
        for number, point in enumerate(self.points, self.first):
            for forced in sorted(point.forced, reverse=True):
                yield Mutant(self.file, point, 2 * number + forced)


def sources_of(files):
    sources, first = [], 0
    for file in files:
        path = pathlib.Path(file).resolve()
        if not path.is_file() or not path.is_relative_to(ROOT):
            raise Trouble(f"{file} is no file of this tree.")
        source = Source(str(path.relative_to(ROOT)), first)
        sources.append(source)
        first += len(source.points)
    return sources


# ---- the copy


def write_if_other(path, data):
    """Leaves the time of a file alone that is as it should be, so that little is compiled again."""
    if path.exists() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def copy_tree(tree, sources):
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True,
                            capture_output=True).stdout.decode().split("\0")
    files = {file for file in listed if file and (ROOT / file).is_file()}
    for old in tree.rglob("*"):
        relative = str(old.relative_to(tree))
        if old.is_file() and not relative.startswith("build/") and relative not in files:
            old.unlink()
    mutated = {source.file: source for source in sources}
    for file in files:
        source = mutated.get(file)
        if source:
            header = os.path.relpath("mutants.h", pathlib.Path(file).parent)
            data = conditions.rewritten(source.text, source.points, source.first, header).encode()
        else:
            data = (ROOT / file).read_bytes()
        write_if_other(tree / file, data)
        shutil.copymode(ROOT / file, tree / file)
    count = max(1, sum(len(source.points) for source in sources))
    write_if_other(tree / "mutants.h", conditions.HEADER.replace("@COUNT@", str(count)).encode())


def build(tree, preset, targets=()):
    """The targets; without any, what there is to build."""
    log = tree.parent / "build.log"
    command = ["cmake", "--build", "--preset", preset, "--target", *targets] if targets else ["cmake", "--preset", preset]
    with log.open("wb") as out:
        if subprocess.run(command, cwd=tree, stdout=out, stderr=subprocess.STDOUT, check=False).returncode:
            raise Trouble("".join(log.read_text(errors="replace").splitlines(keepends=True)[-40:]) +
                          f"The mutated copy does not build; all of it is in {log}.")


# ---- the tests


@dataclasses.dataclass
class Unit:
    """What is run at once: a function of a Qt Test program, or a whole test where its functions need each other."""
    test: str
    command: list
    environment: dict
    folder: str
    seconds: float = 0
    met: frozenset = frozenset()  # (point, value)
    kills: int = 0

    @property
    def name(self):
        return " ".join([self.test, *self.command[1:]])


def ctest_list(tree, preset):
    answer = subprocess.run(["ctest", "--test-dir", f"build/{preset}", "--show-only=json-v1"], cwd=tree, check=True,
                            capture_output=True)
    found = json.loads(answer.stdout)
    graph = found["backtraceGraph"]
    tests = {}
    for test in found["tests"]:
        node = graph["nodes"][test["backtrace"]]
        places = set()
        while True:
            places.add(os.path.relpath(os.path.dirname(graph["files"][node["file"]]), tree))
            if "parent" not in node:
                break
            node = graph["nodes"][node["parent"]]
        properties = {p["name"]: p["value"] for p in test["properties"]}
        tests[test["name"]] = {"command": test.get("command"), "places": places, "properties": properties}
    return tests


def tests_for(file, tests, named):
    """The names of the tests that hold a file."""
    wanted = named or next((names for pattern, names in TESTS if fnmatch.fnmatch(file, pattern)), None)
    if wanted is None:
        room = pathlib.Path(file).parts[1 if file.startswith("app/") else 0]
        chosen = [name for name, test in tests.items()
                  if f"tests/{room}" in test["places"] and "matrix" not in test["properties"].get("LABELS", [])]
        if not chosen:
            raise Trouble(f"{file}: there are no tests in tests/{room}; name some with --tests.")
        return chosen
    chosen = []
    for name in wanted:
        fitting = [test for test in tests if test == name or test.startswith(name + ".")]
        if not fitting:
            raise Trouble(f"{file}: there is no test {name}.")
        chosen += fitting
    return chosen


def functions_of(command):
    """The functions of a Qt Test program, none when it is something else."""
    if len(command) > 1 or not os.path.basename(command[0]).startswith("tst_"):
        return []
    answer = subprocess.run([*command, "-functions"], capture_output=True, text=True, timeout=60, check=False,
                            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"})
    names = re.findall(r"^(\w+)\(\)$", answer.stdout, re.MULTILINE)
    return names if answer.returncode == 0 else []


def units_of(name, test):
    """(the functions that can be run alone, the whole)"""
    properties = test["properties"]
    environment = dict(pair.split("=", 1) for pair in properties.get("ENVIRONMENT", []))
    folder = properties.get("WORKING_DIRECTORY", ".")
    if not test["command"]:
        raise Trouble(f"{name} was not built.")
    whole = Unit(name, test["command"], environment, folder)
    return [dataclasses.replace(whole, command=[*test["command"], function]) for function in functions_of(test["command"])], whole


def limit(process):
    """A loop that never ends must not fill the machine."""
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_FSIZE, FILE_SIZE), (resource.RLIMIT_CORE, 0)):
        try:
            resource.prlimit(process.pid, what, (most, most))
        except ProcessLookupError:
            return  # it is over already


def run(unit, extra, seconds, output=subprocess.DEVNULL):
    """passed, failed or timeout"""
    with tempfile.TemporaryDirectory(prefix="mutant-") as scratch:
        environment = {**os.environ, **unit.environment, "TMPDIR": scratch, **extra}
        with subprocess.Popen(unit.command, cwd=unit.folder, env=environment, stdin=subprocess.DEVNULL, stdout=output,
                              stderr=output, start_new_session=True) as process:
            limit(process)
            try:
                fate = "failed" if process.wait(seconds) else "passed"
            except subprocess.TimeoutExpired:
                fate = "timeout"
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
    return fate


def undisturbed(unit, folder):
    """Runs a unit as it is; fills in its time and what it met. False when it fails."""
    record = tempfile.NamedTemporaryFile(dir=folder, suffix=".met", delete=False)  # pylint: disable=consider-using-with
    record.close()
    log = record.name[:-4] + ".log"
    began = time.monotonic()
    with open(log, "wb") as out:
        fate = run(unit, {"PIMGATE_MUTANT_RECORD": record.name}, 900, out)
    unit.seconds = time.monotonic() - began
    lines = pathlib.Path(record.name).read_text(encoding="ascii").split("\n")
    unit.met = frozenset((int(point), value == "1") for point, value in (line.split() for line in lines if line))
    return fate == "passed"


def survey(names, tests, folder, jobs, say):
    """The units of each test, met undisturbed."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    alone, wholes = {}, {}
    for name in names:
        alone[name], wholes[name] = units_of(name, tests[name])
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        pending = {pool.submit(undisturbed, unit, folder): unit for name in names for unit in alone[name] or [wholes[name]]}
        for done, future in enumerate(concurrent.futures.as_completed(pending), 1):
            unit = pending[future]
            say(f"undisturbed: {done} of {len(pending)} ({unit.name})")
            if future.result():
                continue
            if unit is wholes[unit.test]:
                raise Trouble(f"{unit.name} fails undisturbed; see {folder}.")
            alone[unit.test].remove(unit)
            wholes[unit.test].met = frozenset({(-1, True)})  # asked for
    for name in names:
        if (-1, True) in wholes[name].met:
            print(f"{name}: some functions do not pass alone, so the whole is run too.")
            if not undisturbed(wholes[name], folder):
                raise Trouble(f"{name} fails undisturbed; see {folder}.")
    return {name: alone[name] + ([wholes[name]] if wholes[name].met or not alone[name] else []) for name in names}


# ---- the mutants


def fate_in(unit, mutant):
    forced = {"PIMGATE_MUTANT": str(mutant.number)}
    allowed = 4 * unit.seconds + 5
    fate = run(unit, forced, allowed)
    if fate == "failed":
        return run(unit, forced, 2 * allowed)  # once is no proof: a busy machine lets a test fail as well
    if fate != "timeout":
        return fate
    began = time.monotonic()  # or has the machine become busy?
    run(unit, {}, 900)
    now = time.monotonic() - began
    if 2 * now < allowed:
        return fate
    unit.seconds = now
    return run(unit, forced, 4 * now + 5)


def decide(mutant, units):
    point, changed = mutant.number // 2, not mutant.forced
    here = [unit for unit in units if {(point, True), (point, False)} & unit.met]
    if not here:
        mutant.fate = "not reached"
        return
    notices = [unit for unit in here if (point, changed) in unit.met]
    notices.sort(key=lambda unit: unit.seconds / (1 + unit.kills))  # the quick first, and those that have noticed much
    mutant.fate = "survived" if notices else "never otherwise"
    for unit in notices:
        fate = fate_in(unit, mutant)
        if fate != "passed":
            mutant.fate = "killed" if fate == "failed" else "timeout"
            mutant.by = unit.name
            unit.kills += 1
            return


def decide_all(mutants, units_for, jobs, say):
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        pending = {pool.submit(decide, mutant, units_for[mutant.file]): mutant for mutant in mutants}
        for done, future in enumerate(concurrent.futures.as_completed(pending), 1):
            future.result()
            mutant = pending[future]
            say(f"{done} of {len(pending)} mutants: {mutant.file}:{mutant.point.line} {mutant.fate}")


# ---- what is said


@dataclasses.dataclass
class Reason:
    line: int
    why: str
    used: bool = False


REASON = re.compile(r"(\S+) (\S+) (true|false): (.*) // (.*)")


def reasons_in(path):
    """{key of a mutant: Reason}; one line each: FILE FUNCTION true|false: CONDITION // WHY"""
    reasons = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines() if path.exists() else [], 1):
        if not line.strip() or line.startswith("#"):
            continue
        found = REASON.fullmatch(line)
        if not found:
            raise Trouble(f"{path}:{number} is not “FILE FUNCTION true|false: CONDITION // WHY”.")
        reasons[found.groups()[:4]] = Reason(number, found.group(5))
    return reasons


FATES = {"survived": "no test notices", "never otherwise": "was never anything else", "not reached": "no test gets there"}


def row(mutant):
    return f"  {mutant.file}:{mutant.point.line} forced {str(mutant.forced).lower()}: {mutant.point.text}\n" \
           f"      in {mutant.point.function}; {FATES[mutant.fate]} (PIMGATE_MUTANT={mutant.number})"


def report_file(source, mutants, survivors):
    fates = collections.Counter(mutant.fate for mutant in mutants)
    killed = fates["killed"] + fates["timeout"]
    print(f"\n{source.file}: {len(source.points)} points, {len(mutants)} mutants: {killed} killed "
          f"({fates['timeout']} of them by time), {len(survivors)} survived: {fates['survived']} unnoticed, "
          f"{fates['never otherwise']} never otherwise, {fates['not reached']} not reached")
    unexplained = [mutant for mutant in survivors if not mutant.reason]
    explained = [mutant for mutant in survivors if mutant.reason]
    if unexplained:
        print(f" {len(unexplained)} without a reason:")
    for mutant in unexplained:
        print(row(mutant))
    if explained:
        print(f" {len(explained)} with a reason:")
    for mutant in explained:
        print(f"{row(mutant)}\n      {mutant.reason}")
    for skipped in source.skipped:
        print(f" left out: line {skipped.line}, {skipped.why}: {skipped.text}")


def report(sources, mutants, sampled):
    """True when every survivor has its reason."""
    reasons = reasons_in(REASONS)
    good = True
    for source in sources:
        own = [mutant for mutant in mutants if mutant.file == source.file]
        survivors = [mutant for mutant in own if mutant.fate in FATES]
        for mutant in survivors:
            if mutant.key in reasons:
                mutant.reason = reasons[mutant.key].why
                reasons[mutant.key].used = True
        report_file(source, own, survivors)
        good = good and all(mutant.reason for mutant in survivors)
        stale = [] if sampled else [r for key, r in reasons.items() if key[0] == source.file and not r.used]
        for reason in stale:
            print(f" stale reason, its mutant is killed or gone: {REASONS.relative_to(ROOT)}:{reason.line}")
    return good


def listed(mutant):
    return "\t".join([f"{mutant.file}:{mutant.point.line}", mutant.point.function, str(mutant.forced).lower(), mutant.point.text,
                      mutant.fate, mutant.by, mutant.reason])


def show_points(sources):
    for source in sources:
        for point in source.points:
            ways = "/".join(str(value).lower() for value in sorted(point.forced, reverse=True))
            print(f"{source.file}:{point.line} {point.kind} in {point.function}, {ways}: {point.text}")
        for skipped in source.skipped:
            print(f"{source.file}:{skipped.line} left out, {skipped.why}: {skipped.text}")
        print(f"{source.file}: {len(source.points)} points, {sum(1 for _ in source.mutants())} mutants")


def progress(text):
    if sys.stderr.isatty():
        print(f"\r\033[K{text[:110]}", end="", file=sys.stderr, flush=True)


# ---- the self-test

SAMPLE = r'''// A condition in a comment is none: if (a && b) x ? y : z
#include <algorithm>
#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <vector>
#define MACRO(a, b) ((a) && \
                     (b))
namespace {
constexpr bool known = sizeof(int) > 2 && true;
static_assert(known || sizeof(int) == 4);
struct Box
{
    explicit Box(int size) : m_size(size > 3 ? 3 : size), m_full{size >= 3} {}
    bool isFull() const { return m_full; }
    explicit operator bool() const { return m_size != 0; }
    int m_size;
    bool m_full;
};
template <class T, bool big = (sizeof(T) > 4)> constexpr int kind()
{
    if constexpr (big && sizeof(T) == 8)
        return 8;
    return 1;
}
std::optional<int> half(int of)
{
    if (const auto it = std::map<int, int>{{4, 2}, {5, 2}, {6, 3}}; of % 2 == 0 && it.count(of))
        return it.at(of);
    return {};
}
const char *word(int n)
{
    return n < 0 ? "less" : n > 0 ? "R\"(more) && ?\"" : R"x(none ? "here" : ")")x";
}
bool inside(const std::vector<int> &all, int one)
{
    for (auto &&each : all)
        if (each == one)
            return true;
    return false;
}
int ordered(const std::vector<int> &all)
{
    const bool is = std::is_sorted(all.begin(), all.end());
    return is;
}
int last(int sum, size_t size)
{
    return Box(sum) ? 1 : MACRO(sum == 0, size == 3u) ? 2 : 3;
}
} // namespace
int main()
{
    std::vector<int> all{3, 1'000, 2};
    int sum = ordered(all);
    std::printf("%d\n", sum);
    for (size_t i = 0; i < all.size(); ++i)
        sum += std::min<int>(all[i], 10);
    while (sum > 14)
        --sum;
    std::printf("%d\n", sum);
    std::sort(all.begin(), all.end(), [](int a, int b) { return a < b; });
    std::printf("%d %d %d %d\n", ordered(all), all[0], all[1], all[2]);
    const auto odd = [&](int n) -> bool { return n & 1; };
    const auto found = std::find_if(all.begin(), all.end(), [&](int n) { return odd(n); });
    for (int n : {5, 6, 8})
        if (const auto h = half(n))
            sum += *h << 4;
    std::printf("%d\n", sum);
    do {
        ++sum;
    } while (sum < 64 || !(sum % 2 == 1 || sum > 70));
    switch (sum) {
    case known ? 65 : 66:
        sum = -sum;
        break;
    default:
        break;
    }
    std::printf("%d %d %s%s%s %d%d %d %d%d%d %d%d%d\n", sum, *found, word(-1), word(0), word(1), int(inside(all, 2)),
                int(inside(all, 4)), kind<long>() + kind<char>(), int(Box(5).isFull()), int(Box(1).isFull()), Box(5).m_size,
                last(1, 3), last(0, 3), last(0, 4));
    return 0;
}
'''
SAMPLE_SAYS = '''15: size > 3 ?: Box::Box tf
16: m_full return Box::isFull tf
17: m_size != 0 return Box::operatorbool tf
29: of % 2 == 0 && it.count(of) if half tf
29: of % 2 == 0 logic half t
29: it.count(of) logic half t
35: n < 0 ?: word tf
35: n > 0 ?: word tf
40: each == one if inside tf
41: true return inside f
42: false return inside t
46: std::is_sorted(all.begin(), all.end()) value ordered tf
51: Box(sum) ?: last tf
51: MACRO(sum == 0, size == 3u) ?: last tf
59: i < all.size() for main tf
61: sum > 14 while main tf
64: a < b return main tf
66: n & 1 return main tf
67: odd(n) return main tf
69: const auto h = half(n) if main tf
74: sum < 64 || !(sum % 2 == 1 || sum > 70) while main tf
74: sum < 64 logic main f
74: sum % 2 == 1 || sum > 70 logic main t
74: sum % 2 == 1 logic main f
74: sum > 70 logic main f'''
# The mutant of the sample that prints the same: the sum never gets that far.
SAMPLE_SURVIVORS = {"74 sum > 70 false"}


def self_test():
    found = conditions.Conditions(SAMPLE)
    says = [f"{p.line}: {p.text} {p.kind} {p.function} {''.join(str(v)[0].lower() for v in sorted(p.forced, reverse=True))}"
            for p in found.points]
    says += [f"{s.line}: {s.text} left out" for s in found.skipped]
    wanted = set(SAMPLE_SAYS.split("\n"))
    for line in sorted(set(says) ^ wanted):
        print("found, but is none:" if line in says else "not found:", line)
    if set(says) != wanted or len(says) != len(wanted):
        return False
    with tempfile.TemporaryDirectory(prefix="mutate-") as name:
        survivors = sample_survivors(pathlib.Path(name), found.points)
    for survivor in sorted(survivors ^ SAMPLE_SURVIVORS):
        print("survived:" if survivor in survivors else "did not survive:", survivor)
    return survivors == SAMPLE_SURVIVORS


def sample_survivors(folder, points):
    (folder / "sample.cpp").write_text(conditions.rewritten(SAMPLE, points, 0, "mutants.h"), encoding="utf-8")
    (folder / "plain.cpp").write_text(SAMPLE, encoding="utf-8")
    (folder / "mutants.h").write_text(conditions.HEADER.replace("@COUNT@", str(len(points))), encoding="utf-8")
    for program in ("sample", "plain"):
        subprocess.run([os.environ.get("CXX", "c++"), "-std=c++20", "-o", program, program + ".cpp"], cwd=folder, check=True)

    def says(program, mutant=""):
        try:
            answer = subprocess.run(["./" + program], cwd=folder, env={**os.environ, "PIMGATE_MUTANT": mutant},
                                    capture_output=True, timeout=1, check=False)
        except subprocess.TimeoutExpired:
            return "timeout"
        return answer.returncode, answer.stdout

    plain = says("plain")
    if says("sample", "-1") != plain:
        raise Trouble("The rewritten sample says something else, with nothing forced.")
    return {f"{point.line} {point.text} {str(forced).lower()}" for number, point in enumerate(points) for forced in point.forced
            if says("sample", str(2 * number + forced)) == plain}


# ---- from the command line


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", metavar="FILE")
    parser.add_argument("--tests", default="", help="ctest names or test programs, comma between; else TESTS, else the room's")
    parser.add_argument("-j", "--jobs", type=int, default=2, help="mutants at a time (2)")
    parser.add_argument("--folder", type=pathlib.Path, default=ROOT / "build" / "mutate", help="where the copy is (build/mutate)")
    parser.add_argument("--preset", default="dev", help="of CMake (dev)")
    parser.add_argument("--points", action="store_true", help="only list the conditions")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="only N mutants of each file, always the same")
    parser.add_argument("--list", type=pathlib.Path, help="write every mutant with its fate to this file, tabs between")
    parser.add_argument("--self-test", action="store_true", help="show that the conditions of a sample are found and forced")
    return parser.parse_args()


def mutate(options):
    sources = sources_of(options.files)
    if options.points:
        show_points(sources)
        return True
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return mutate_in(folder, sources, options)


def mutate_in(folder, sources, options):
    began = time.monotonic()
    tree = folder / "tree"
    copy_tree(tree, sources)
    build(tree, options.preset)
    named = [name for name in options.tests.split(",") if name]
    tests = ctest_list(tree, options.preset)
    chosen = {source.file: tests_for(source.file, tests, named) for source in sources}
    names = sorted(set(sum(chosen.values(), [])))
    for file, held_by in chosen.items():
        print(f"{file} is held by {', '.join(held_by)}")
    progress("building")
    build(tree, options.preset, sorted({name.split(".")[0] for name in names}))
    built = time.monotonic()
    tests = ctest_list(tree, options.preset)
    units = survey(names, tests, folder / "undisturbed", options.jobs, progress)
    known = time.monotonic()
    mutants = []
    for source in sources:
        own = list(source.mutants())
        mutants += random.Random(0).sample(own, min(options.sample, len(own))) if options.sample else own
    units_for = {file: [unit for name in tests for unit in units[name]] for file, tests in chosen.items()}
    decide_all(mutants, units_for, options.jobs, progress)
    progress("")
    good = report(sources, mutants, bool(options.sample))
    print(f"\n{len(mutants)} mutants; built in {built - began:.0f} s, met undisturbed in {known - built:.0f} s, "
          f"mutated in {time.monotonic() - known:.0f} s")
    if options.list:
        options.list.write_text("".join(listed(mutant) + "\n" for mutant in mutants), encoding="utf-8")
    return good


def main():
    options = arguments()
    if options.self_test:
        good = self_test()
        print("self-test: good" if good else "self-test: FAILED")
        return 0 if good else 1
    if not options.files:
        print("Name a file to mutate; --help says more.", file=sys.stderr)
        return 2
    try:
        return 0 if mutate(options) else 1
    except Trouble as why:
        print(f"\n{why}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
