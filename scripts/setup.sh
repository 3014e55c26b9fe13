#!/usr/bin/env bash
# Installs what the tests start as programs of their own, where it is missing and may be installed.
set -euo pipefail

missing=()

main() {
    need redis-server redis-server
    need openssl openssl
    [[ -x ${CHROMIUM_BIN:-} ]] || need chromium chromium
    [[ ${#missing[@]} -eq 0 ]] || install
}

# need COMMAND PACKAGE
need() {
    command -v "$1" >/dev/null || missing+=("$2")
}

install() {
    local -a root=()
    [[ $EUID -eq 0 ]] || root=(sudo -n)
    if ! command -v apt-get >/dev/null || ! "${root[@]}" true 2>/dev/null; then
        echo "The tests need ${missing[*]}, which only you can install here." >&2
        echo "On Debian and Ubuntu: sudo apt-get install ${missing[*]}" >&2
        echo "A Chromium elsewhere than on the path: set CHROMIUM_BIN." >&2
        exit 1
    fi
    "${root[@]}" apt-get update --quiet
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --quiet --yes --no-install-recommends "${missing[@]}"
}

main
