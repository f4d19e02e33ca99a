#!/usr/bin/python3
"""Plays PIM Gate's wizard as somebody who only has assistive technology.

Started by click_through.sh in an X server and on a bus of its own. The window is real (xcb); everything is found by role and
accessible name, done by accessible actions or keys, and judged by accessible text. Nothing here knows an object name.
Screenshots come straight from the frame buffer of Xvfb, so no screenshot program is needed.

  click_through.py PIMGATE DATADIR OUTDIR     exit 0: every page done, every state verified, the proof passed
"""

import mmap
import os
import signal
import struct
import subprocess
import sys
import time
import warnings
import zlib

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

warnings.simplefilter("ignore", DeprecationWarning)

PATIENCE = 30  # seconds for one thing to come true; everything together takes less
STEP = 0.03
TAB, RETURN, DOWN = 0xFF09, 0xFF0D, 0xFF54  # X key symbols
SHOWING, ENABLED, CHECKED, FOCUSED, SELECTED = (
    getattr(Atspi.StateType, name) for name in ("SHOWING", "ENABLED", "CHECKED", "FOCUSED", "SELECTED"))
BUTTON, CHECK, RADIO, COMBO, FIELD, ITEM = (
    "push button", "check box", "radio button", "combo box", "text", "list item")
NEEDS_A_NAME = {BUTTON, CHECK, RADIO, COMBO, FIELD, ITEM, "list", "table", "tree", "progress bar", "image"}


class Missing(Exception):
    pass


def role_of(node):
    """By the names of Debian 12: newer AT-SPI calls a push button "button"."""
    name = node.get_role_name()
    return BUTTON if name == "button" else name


def polled(what, look, patience=PATIENCE):
    """The first truthy answer of look(); Missing when it does not come."""
    until = time.monotonic() + patience
    while True:
        while GLib.MainContext.default().iteration(False):
            pass  # what the program says by itself: where the focus went
        try:
            found = look()
        except GLib.Error:  # rows are rebuilt while they are read
            found = None
        if found:
            return found
        if time.monotonic() > until:
            raise Missing(what)
        time.sleep(STEP)


class Screen:
    """The frame buffer Xvfb writes with -fbdir: an XWD file, always up to date."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.memory = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)

    def save(self, path):
        head = struct.unpack(">25I", self.memory[:100])
        size, width, height, line, colours = head[0], head[4], head[5], head[12], head[19]
        start = size + 12 * colours
        rows = bytearray()
        for y in range(height):
            pixels = self.memory[start + y * line:start + y * line + width * 4]  # blue, green, red, nothing
            row = bytearray(3 * width)
            row[0::3], row[1::3], row[2::3] = pixels[2::4], pixels[1::4], pixels[0::4]
            rows += b"\0" + row
        with open(path, "wb") as out:
            out.write(b"\x89PNG\r\n\x1a\n")
            for name, data in ((b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
                               (b"IDAT", zlib.compress(bytes(rows), 3)), (b"IEND", b"")):
                out.write(struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)))


class Window:
    """What can be perceived of the program, and the few things a person can do to it."""

    def __init__(self, program, data, out):
        self.out = out
        self.pictures = 0
        self.screen = Screen(os.environ["SCREEN_FILE"])
        with open(os.path.join(out, "pimgate.log"), "wb") as log:
            self.process = subprocess.Popen([program, "--demo", "--data-dir", data], stderr=log)
        Atspi.init()
        self.desktop = Atspi.get_desktop(0)
        self.focused = []  # everything that got the focus, oldest first, as (role, what a screen reader says)
        self.listener = Atspi.EventListener.new(self.heard)
        self.listener.register("object:state-changed:focused")
        self.app = polled("the program appears on the accessibility bus", self.find_app)
        polled("the window has the keyboard", self.take_keyboard)

    def heard(self, event, _data=None):
        try:
            if event.detail1 == 1 and event.source is not None:
                self.focused.append((role_of(event.source), called(event.source)))
        except GLib.Error:
            pass  # gone before it could be said

    def find_app(self):
        if self.process.poll() is not None:
            raise Missing(f"the program goes on running (it ended with {self.process.returncode})")
        for i in range(self.desktop.get_child_count()):
            app = self.desktop.get_child_at_index(i)
            if app and app.get_process_id() == self.process.pid and app.get_child_count():
                return app
        return None

    def take_keyboard(self):
        """What a window manager does with a new window; there is none here."""
        subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(self.process.pid), "--name", "PIM Gate", "windowfocus"],
                       stdout=subprocess.DEVNULL, check=False)
        return any(node.get_state_set().contains(Atspi.StateType.ACTIVE) for node in self.shown())

    # --- perceiving

    def shown(self, node=None):
        """Everything on the screen, in reading order: the page on top, and nothing hidden."""
        node = node or self.app
        for i in range(node.get_child_count()):
            child = node.get_child_at_index(i)
            if child is None or not child.get_state_set().contains(SHOWING):
                continue
            yield child
            yield from self.shown(child)

    def words(self):
        """What a screen reader could say of the whole window."""
        said = []
        for node in self.shown():
            said += [text for text in (node.get_name(), node.get_description()) if text]
        return said

    def look(self, role, name, enabled=True):
        for node in self.shown():
            if role_of(node) == role and name in called(node):
                if not enabled or node.get_state_set().contains(ENABLED):
                    return node
        return None

    def find(self, role, name, enabled=True):
        return polled(f"{role} “{name}” is there{' and enabled' if enabled else ''}", lambda: self.look(role, name, enabled))

    def hears(self, *texts):
        """All of it stands somewhere in the window."""
        for text in texts:
            polled(f"“{text}” can be read", lambda text=text: any(text in one for one in self.words()))

    def side(self, row):
        """What the page list says of one page: its state, in words."""
        for node in self.shown():
            if role_of(node) == ITEM and row in node.get_name() and node.get_parent().get_name() == "Pages":
                return node.get_name().rpartition(", ")[2]
        return None

    def side_says(self, row, state):
        polled(f"the page list says “{row}, {state}”", lambda: self.side(row) == state)

    def unnamed(self):
        """Whatever can be used or means something and says nothing."""
        return [node for node in self.shown() if role_of(node) in NEEDS_A_NAME and not called(node).strip()
                and role_of(node.get_parent()) != FIELD]  # the magnifying glass inside a field does nothing

    # --- doing

    def act(self, node, *names):
        for i in range(node.get_n_actions()):
            if node.get_action_name(i) in names:
                return node.do_action(i)
        raise Missing(f"{role_of(node)} “{node.get_name()}” offers {' or '.join(names)}")

    def press(self, name):
        self.act(self.find(BUTTON, name), "Press")

    def check(self, role, name):
        box = self.find(role, name)
        if not box.get_state_set().contains(CHECKED):
            self.act(box, "Toggle", "Press")
        polled(f"{role} “{name}” is on", lambda: box.get_state_set().contains(CHECKED))

    def focus(self, node):
        node.grab_focus()
        polled(f"“{called(node)}” has the focus", lambda: node.get_state_set().contains(FOCUSED))

    def tab_to(self, role, name):
        """Tab until the screen reader would say it; Qt lists no widget that stands in a cell, but says its focus."""
        for _ in range(12):
            before = len(self.focused)
            self.key(TAB)
            polled("Tab moves the focus", lambda before=before: len(self.focused) > before)
            polled("", lambda: True)
            if any(one == role and name in said for one, said in self.focused[before:]):
                return
        raise Missing(f"Tab leads to {role} “{name}”; it led to {self.focused[-12:]}")

    def down_to(self, item):
        """Down until the screen reader says the item; Qt lists no suggestion below a field, but says its focus."""
        pressed = []

        def said():
            if self.focused and self.focused[-1][0] == ITEM and item in self.focused[-1][1]:
                return True
            if not pressed or time.monotonic() - pressed[-1] > 0.4:
                self.key(DOWN)
                pressed.append(time.monotonic())
            return False

        polled(f"Down leads to “{item}”", said)

    def key(self, keysym):
        Atspi.generate_keyboard_event(keysym, None, Atspi.KeySynthType.SYM)

    def open(self, row):
        """Chooses a page in the page list, as a screen reader does."""
        def item():
            for node in self.shown():
                if role_of(node) == ITEM and row in node.get_name() and node.get_parent().get_name() == "Pages":
                    return node
            return None

        node = polled(f"“{row}” stands in the page list", item)
        if not node.get_state_set().contains(SELECTED):
            self.act(node, "Toggle")

    # --- showing

    def picture(self, name):
        self.pictures += 1
        self.screen.save(os.path.join(self.out, f"{self.pictures:02}-{name}.png"))

    def page(self, name):
        """After every page: a picture, its words in a file, and nothing nameless on it."""
        time.sleep(0.15)  # what is perceived is already there; this only lets the last frame be painted
        self.picture(name)
        with open(os.path.join(self.out, f"{self.pictures:02}-{name}.txt"), "w", encoding="utf-8") as file:
            for node in self.shown():
                if called(node) or node.get_description():
                    file.write(f"{role_of(node)}: {called(node)} | {node.get_description()}\n")
        nameless = polled("the page can be read", lambda: [self.unnamed()])[0]
        if nameless:
            raise Missing(f"everything on {name} has a name; nameless: {[path_of(node) for node in nameless]}")

        markup = [text for text in polled("the page can be read", self.words) if "<span" in text]
        if markup:
            raise Missing(f"no markup is read out on {name}; it is in {markup}")

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()


def called(node):
    """A name, and what labels it: on Linux Qt says the value of a combo box as its name."""
    names = [node.get_name() or ""]
    for relation in node.get_relation_set():
        if relation.get_relation_type() == Atspi.RelationType.LABELLED_BY:
            names += [relation.get_target(i).get_name() for i in range(relation.get_n_targets())]
    if role_of(node) == COMBO:
        names.append(node.get_description() or "")
    return " · ".join(name for name in names if name)


def path_of(node):
    names = []
    while node is not None and len(names) < 5:
        names.append(f"{role_of(node)} “{node.get_name()}”")
        node = node.get_parent()
    return " in ".join(names)


# --- the story


def sign_in(window):
    window.hears("DEMO TENANT", "Put an application behind PIM")
    window.page("welcome")
    window.press("Sign in to the demo tenant as Mira Kovac")
    window.side_says("Sign in", "verified")
    window.hears("Mira Kovač in Contoso", "Signed in as mira.kovac@contoso.demo")
    window.page("signed-in")


def readiness(window):
    window.press("Next")
    window.hears("Is everything ready?", "all read-only")
    window.press("Confirm")
    window.side_says("Readiness", "verified")
    window.page("readiness")


def group(window):
    window.open("Create group")
    window.hears("Which group opens the gate?")
    name = window.find(FIELD, "Name")
    name.set_text_contents("PIM-NinjaOne-Admins")
    window.hears("PIM-NinjaOne-Admins")
    window.page("group-open")
    window.press("Make ")
    window.side_says("Create group", "verified")
    window.page("group")


def sso(window):
    window.open("Confirm single sign-on")
    window.hears("Who may use NinjaOne?", "NinjaOne sync: not decided")
    window.page("sso-open")
    window.focus(window.find(CHECK, "Only assigned people may use it"))
    window.tab_to(COMBO, "Decision about NinjaOne sync")
    window.key(DOWN)
    window.hears("NinjaOne sync: loses access")
    window.picture("sso-decided")
    window.press("Make ")
    window.side_says("Confirm single sign-on", "verified; closes in step 4")
    window.page("sso")


def person(window, field, name):
    box = window.find(FIELD, field)
    window.focus(box)
    box.set_text_contents(name)
    window.down_to(name)
    window.key(RETURN)
    polled(f"{name} can be removed again", lambda: window.look(BUTTON, f"Remove {name}"))


def pim(window):
    window.open("Configure PIM")
    for name in ("Ada", "Jonas", "Priya"):
        person(window, "Add a person or group", name)
    window.check(CHECK, "Somebody must approve")
    for name in ("Lena", "Omar"):
        person(window, "Add an approver", name)
    window.page("pim-open")
    window.press("Make ")
    window.side_says("Configure PIM", "verified")
    window.page("pim")


def conditional_access(window):
    window.open("Conditional Access")
    window.check(RADIO, "Closing switches it on")
    window.page("conditional-access-open")
    window.press("Make ")
    close = window.find(BUTTON, "Close the gate:")
    window.hears("Ready to close the gate?", "Before the gate can close")
    window.page("evidence")
    window.act(close, "Press")
    window.side_says("Conditional Access", "verified")
    window.hears("The gate is closed")
    window.page("conditional-access")


def proof(window):
    window.open("Test the activation")
    window.hears("See it work")
    window.page("proof-open")
    window.press("Play")
    polled("the proof ends", lambda: window.side("Test the activation") in ("verified", "failed", "differs", "needs attention"), 90)
    window.side_says("Test the activation", "verified")
    window.page("proof")


def report(window):
    window.open("Report")
    window.hears("The gate is closed in Entra.", "4 of 4 verified", "5 of 5 moments", "nobody: break-glass not blocked by the policy",
                 "Assignment: only the group", "Conditional Access: on")
    polled("the report only waits for answers", lambda: window.side("Report").endswith("questions left"))
    window.page("report")


def verdict(window):
    """The last word of every page."""
    states = {row: window.side(row) for row in ("Sign in", "Readiness", "Create group", "Confirm single sign-on", "Configure PIM",
                                                "Conditional Access", "Test the activation")}
    for row, state in states.items():
        print(f"  {row}: {state}")
    print(f"  Report: {window.side('Report')}")
    wrong = [row for row, state in states.items() if state != "verified"]
    if wrong:
        raise Missing(f"every page is verified at the end; not so: {', '.join(wrong)}")


def main():
    program, data, out = sys.argv[1:4]
    bus = subprocess.Popen([os.environ["AT_SPI_BUS_LAUNCHER"], "--launch-immediately"])
    window = None
    began = time.monotonic()
    try:
        window = Window(program, data, out)
        for part in (sign_in, readiness, group, sso, pim, conditional_access, proof, report, verdict):
            part(window)
            print(f"{time.monotonic() - began:5.1f} s  {part.__name__}", flush=True)
        return 0
    except Missing as missing:
        print(f"did not come true: {missing}", flush=True)
        if window:
            window.picture("stopped-here")
            for text in window.words():
                print(f"    {text}")
        return 1
    finally:
        if window:
            window.close()
        bus.terminate()
        bus.wait()


sys.exit(main())
