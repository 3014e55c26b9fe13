# For scripts to source: which programs build and run containers here, and how they are told what this machine needs.
# shellcheck shell=bash

dockerfile=deploy/Dockerfile

# Docker where its daemon answers, else Podman.
if docker info >/dev/null 2>&1; then
    engine=docker
else
    engine=podman
    PATH="$(deploy/image/setup.sh):$PATH"
    # Without systemd, Podman's own defaults do not fit.
    [[ -d /run/systemd/system ]] || export CONTAINERS_CONF=$PWD/deploy/image/containers.conf
    export BUILDAH_ISOLATION=chroot
fi

# The default of one of the Dockerfile's arguments.
base_image() {
    sed -n "s/^ARG $1=//p" "$dockerfile"
}

# An image's name without its digest.
tag_of() {
    echo "${1%%@*}"
}

is_here() {
    "$engine" image inspect "$1" >/dev/null 2>&1
}

# Whether an image can be pulled, or is here already and is no stand-in.
is_real() {
    if is_here "$1"; then
        [[ $("$engine" image inspect --format '{{index .Config.Labels "plenary.stand-in"}}' "$1") != true ]]
    else
        timeout 60 "$engine" pull --quiet "$1" >/dev/null 2>&1
    fi
}
