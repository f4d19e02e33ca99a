#!/bin/bash
# Plays the wizard in a real window of its own X server, through accessibility only (see click_through.py).
#   click_through.sh PIMGATE OUTDIR
# 0: done and proved; 1: something could not be reached, read or proved; 77: a tool is missing here.
set -u
program=$1
out=$2
here=$(cd "$(dirname "$0")" && pwd)
bus=
for place in /usr/libexec /usr/lib/at-spi2-core; do
  [ -x $place/at-spi-bus-launcher ] && bus=$place/at-spi-bus-launcher
done

skip() {
  echo "SKIPPED: $1 is not installed"
  exit 77
}
command -v Xvfb >/dev/null || skip Xvfb
command -v dbus-run-session >/dev/null || skip dbus-run-session
command -v xdotool >/dev/null || skip xdotool
[ -n "$bus" ] || skip at-spi2-core
[ -x /usr/bin/python3 ] && /usr/bin/python3 -c 'import gi' 2>/dev/null || skip python3-gi
/usr/bin/python3 -c 'import gi; gi.require_version("Atspi", "2.0")' 2>/dev/null || skip gir1.2-atspi-2.0

mkdir -p "$out" || exit 1
work=$(mktemp -d) || exit 1
screen=
cleanup() {
  [ -z "$screen" ] || kill "$screen" 2>/dev/null
  [ -z "$screen" ] || wait "$screen" 2>/dev/null
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' INT TERM HUP
mkdir -m 700 "$work/run" "$work/home" "$work/data" "$work/screen"

# Xvfb chooses a free display and says which; its picture lies in a file that click_through.py reads.
mkfifo "$work/display"
exec 4<>"$work/display" # held open: it writes twice, and the second time nobody may be gone
Xvfb -displayfd 3 -screen 0 1366x768x24 -fbdir "$work/screen" -nolisten tcp -noreset 3>&4 4>&- 2>"$out/xvfb.log" &
screen=$!
read -r -t 20 number <&4 || number=
[ -n "$number" ] || { echo "Xvfb did not start: $(cat "$out/xvfb.log")"; exit 1; }

# Nothing of the caller's own desktop: no display, no bus, no settings.
env -i PATH="$PATH" LC_ALL=C.UTF-8 HOME="$work/home" XDG_RUNTIME_DIR="$work/run" DISPLAY=":$number" \
  QT_QPA_PLATFORM=xcb QT_LINUX_ACCESSIBILITY_ALWAYS_ON=1 QT_HASH_SEED=0 NO_AT_BRIDGE=0 \
  AT_SPI_BUS_LAUNCHER="$bus" SCREEN_FILE="$work/screen/Xvfb_screen0" \
  dbus-run-session -- /usr/bin/python3 "$here/click_through.py" "$program" "$work/data" "$out"
