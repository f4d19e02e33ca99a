#!/bin/bash
# Clients that we did not write, unmodified from npm, against the demo tenant over TLS; and PIM Gate itself against an
# authorization server that we did not write, beside a keychain that they share.
#   run.sh PIMGATE FOLDER    FOLDER is made: the clients are installed there, pictures of the pages end up there
# 0: all of them work; 1: one does not, or they could not be installed; 77: there is no node to run them with.
set -u
program=$1
folder=$2
here=$(cd "$(dirname "$0")" && pwd)

if ! command -v node >/dev/null || [ "$(node -p 'process.versions.node.split(".")[0]')" -lt 20 ]; then
  echo "SKIPPED: third-party clients (node >= 20 not found)"
  exit 77
fi

install() { # once for a lock file; the source tree never gets a node_modules
  cmp -s "$here/package-lock.json" node_modules/.installed-lock && return 0
  rm -rf node_modules
  cp "$here/package.json" "$here/package-lock.json" . || return 1
  if ! npm ci --ignore-scripts --no-audit --no-fund; then
    rm -rf node_modules
    echo "npm could not install the third-party clients that $here/package-lock.json names." >&2
    echo "They come from $(npm config get registry 2>/dev/null || echo 'the npm registry'): look whether it can be reached from here." >&2
    return 1
  fi
  cp "$here/package-lock.json" node_modules/.installed-lock
}

mkdir -p "$folder" && cd "$folder" || exit 1
exec 9>install.lock
flock 9
install || exit 1
rm -f ./*.mjs
cp "$here"/*.mjs "$here"/keychain.py . || exit 1
exec 9>&-
export PIMGATE_WITH_KEYRING=$here/../identity/with_keyring.sh
exec node run.mjs "$program"
