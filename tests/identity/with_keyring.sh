#!/usr/bin/env bash
# with_keyring.sh unlocked|locked|absent PROGRAM…: runs a program beside a real Secret Service of its own (gnome-keyring
# in a D-Bus session of its own, in fresh folders), so that nobody's own keychain is touched.
set -euo pipefail
state=$1
shift
for tool in dbus-run-session gnome-keyring-daemon; do
  command -v "$tool" >/dev/null || { echo "SKIPPED: $tool is not installed"; exit 77; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -m 700 "$work/home" "$work/data" "$work/run"
export HOME=$work/home XDG_DATA_HOME=$work/data XDG_RUNTIME_DIR=$work/run PIMGATE_TEST_KEYRING=$state
unset DISPLAY WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS
case $state in
  absent) "$@" ;;
  unlocked)
    dbus-run-session -- bash -c 'printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null && "$@"' sh "$@" ;;
  locked) # made with a password first, then started again without one
    dbus-run-session -- bash -c 'printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null && PIMGATE_TEST_KEYRING=fill "$@"' sh "$@"
    dbus-run-session -- bash -c 'gnome-keyring-daemon --start --components=secrets >/dev/null && "$@"' sh "$@" ;;
  *) echo "unlocked, locked or absent, not $state" >&2; exit 64 ;;
esac
