#!/usr/bin/env bash
# From a bare Debian 12 or 13, or Ubuntu 24.04 or newer, to a running program.
#   ./bootstrap.sh demo    install what is missing, build, open the wizard on the embedded demo tenant
#                          (without a display: let it play by itself and say where the pictures are)
#   ./bootstrap.sh test    the same set-up, then the whole test suite
#   ./bootstrap.sh build   the part both share: build/release/bin/pimgate
# Run it as root or as somebody who may use sudo. Only missing packages are installed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
began=$SECONDS

to_build=(
  ca-certificates git g++ cmake ninja-build ccache mold
  qt6-base-dev qt6-base-dev-tools qt6-networkauth-dev qt6-svg-dev qtkeychain-qt6-dev qcoro-qt6-dev
  qt6-tools-dev qt6-tools-dev-tools qt6-l10n-tools qt6-translations-l10n
  libgl-dev libvulkan-dev libexpected-dev libvalijson-dev libssl-dev libqrencode-dev pkgconf
)
# Loaded while it runs, so no linker asks for them: the SQLite driver, the Secret Service library, a font.
to_run=(libqt6sql6-sqlite libsecret-1-0 fonts-dejavu-core)
# qt6-svg-plugins exists from Debian 13 on; without it icons are missing there, and nothing says so.
to_run_if_known=(qt6-svg-plugins qt6-qpa-plugins)
to_open_a_window=(xdg-utils qt6-wayland)
to_test=(curl python3 poppler-utils xvfb dbus gnome-keyring fonts-noto-core zbar-tools
  at-spi2-core gir1.2-atspi-2.0 gir1.2-secret-1 python3-gi xdotool)
node_needed=20 # by the third-party clients; Debian 12 has 18, so there they are skipped unless somebody brought a newer one
to_test_in_a_browser=(chromium libnss3-tools)

say() { printf '%s\n' "$*"; }

stop() { # what, why and what to do next, in one paragraph
  printf 'bootstrap.sh: %s\n' "$*" >&2
  exit 2
}

usage() {
  sed -n '2,7s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
  exit 64
}

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

known() { apt-cache show --no-all-versions "$1" >/dev/null 2>&1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then
    env DEBIAN_FRONTEND=noninteractive "$@"
  elif command -v sudo >/dev/null; then
    sudo env DEBIAN_FRONTEND=noninteractive "$@"
  else
    stop "packages are missing and this account may not install them, because it is not root and there is no sudo." \
      "Run this as root: $*"
  fi
}

# Ubuntu 22.04 has Qt 6.2; saying so here is kinder than a CMake error after a long download.
new_enough() {
  local version
  version=$(apt-cache policy qt6-base-dev | sed -n 's/^  Candidate: //p')
  [ -n "$version" ] && dpkg --compare-versions "$version" ge 6.4
}

provide() {
  command -v apt-get >/dev/null ||
    stop "this system has no apt-get. The set-up knows Debian 12 or newer and Ubuntu 24.04 or newer;" \
      "elsewhere install the packages named at the top of this file and run: cmake --preset release && cmake --build --preset release"
  local missing=() name
  for name in "$@"; do
    installed "$name" || missing+=("$name")
  done
  if [ ${#missing[@]} -gt 0 ]; then
    say "Installing ${#missing[@]} packages: ${missing[*]}"
    new_enough || as_root apt-get update -q # a fresh image knows no packages at all
    new_enough ||
      stop "this system offers Qt $(apt-cache policy qt6-base-dev | sed -n 's/^  Candidate: //p'), and 6.4 is needed." \
        "Use Debian 12 or newer, or Ubuntu 24.04 or newer."
    # The package lists of an image are often older than the mirror: one refresh, then once more.
    as_root apt-get install -y -q --no-install-recommends "${missing[@]}" ||
      { as_root apt-get update -q && as_root apt-get install -y -q --no-install-recommends "${missing[@]}"; } ||
      stop "apt-get could not install: ${missing[*]}. Its own words are above; mend that, then run this again."
  fi
  local more=()
  for name in "${to_run_if_known[@]}"; do
    installed "$name" || { known "$name" && more+=("$name"); } || true
  done
  [ ${#more[@]} -eq 0 ] || as_root apt-get install -y -q --no-install-recommends "${more[@]}"
}

candidate() { apt-cache policy "$1" 2>/dev/null | sed -n 's/^  Candidate: //p'; }

has_node() { command -v node >/dev/null && [ "$(node -p 'process.versions.node.split(".")[0]')" -ge "$node_needed" ]; }

# A node that is new enough stays as it is; an old one is not worth the 400 MB of a browser either.
provide_clients() {
  [ -n "$(candidate nodejs)" ] || as_root apt-get update -q || true # no package lists here yet
  if ! has_node; then
    dpkg --compare-versions "$(candidate nodejs | grep -v none || echo 0)" ge "$node_needed" || return 0
    provide nodejs npm
  fi
  local missing=() name
  for name in "${to_test_in_a_browser[@]}"; do # Ubuntu's Chromium is a snap: there it is not known
    installed "$name" || known "$name" || missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || provide "${to_test_in_a_browser[@]}"
}

# build [TARGET]: everything, or one target with what it needs.
build() {
  cmake --preset release
  cmake --build --preset release ${1:+--target "$1"}
}

took() {
  local seconds=$((SECONDS - began))
  say "$1 took $((seconds / 60)) min $((seconds % 60)) s."
}

# Qt and D-Bus want a folder of their own for the time of a run; a bare shell has none.
with_runtime_dir() {
  if [ -n "${XDG_RUNTIME_DIR:-}" ]; then
    "$@"
    return
  fi
  local folder status=0
  folder=$(mktemp -d)
  chmod 700 "$folder"
  XDG_RUNTIME_DIR=$folder "$@" || status=$?
  rm -rf "$folder"
  return "$status"
}

build_only() {
  provide "${to_build[@]}" "${to_run[@]}"
  build pimgate
  say "The program is $PWD/build/release/bin/pimgate"
  took "The build"
}

demo() {
  if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    provide "${to_build[@]}" "${to_run[@]}" "${to_open_a_window[@]}"
    build pimgate
    took "Setting up"
    with_runtime_dir build/release/bin/pimgate --demo
    return
  fi
  provide "${to_build[@]}" "${to_run[@]}"
  build pimgate
  say "There is no display, so the wizard plays by itself."
  rm -rf build/tour
  local status=0
  with_runtime_dir build/release/bin/pimgate tour --out build/tour || status=$?
  if [ "$status" = 0 ]; then
    say "A picture of every page: $PWD/build/tour"
    say "The report:              $PWD/build/tour/report.html (also .pdf and .json)"
  else
    say "The tour ended with $status; what it drew so far is in $PWD/build/tour" >&2
  fi
  took "The demo"
  return "$status"
}

run_tests() {
  provide "${to_build[@]}" "${to_run[@]}" "${to_test[@]}"
  provide_clients
  build
  local status=0
  with_runtime_dir ctest --preset release -j4 || status=$?
  took "The test run"
  # What could not be tried on this machine has the last word.
  grep -h '^SKIPPED: ' build/release/Testing/Temporary/LastTest.log | sort -u || true
  return "$status"
}

[ $# -eq 1 ] || usage
case $1 in
  demo) demo ;;
  test) run_tests ;;
  build) build_only ;;
  *) usage ;;
esac
