#!/usr/bin/env bash
# Builds the images localhost/plenary, localhost/plenary-loadtest and localhost/plenary-cognito.
#
#   deploy/image/build.sh             for the architecture of this machine
#   deploy/image/build.sh ARCH        for amd64 or arm64, tagged with it; nothing else is built
#
# With Docker, or without it by buildah. Where base images cannot be pulled, stand-ins are made of Debian's packages.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=deploy/image/engine.sh
source deploy/image/engine.sh

label=org.opencontainers.image
arguments=(--label "$label.revision=$(git rev-parse HEAD)"
    --label "$label.version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)")
[[ -z ${SOURCE-} ]] || arguments+=(--label "$label.source=$SOURCE")

main() {
    choose_bases
    if [[ -n ${1-} ]]; then
        build "localhost/plenary:$1" --file "$dockerfile" --target plenary --platform "linux/$1" .
        return
    fi
    build localhost/plenary:latest --file "$dockerfile" --target plenary .
    build localhost/plenary-loadtest:latest --file "$dockerfile" --target loadtest .
    build localhost/plenary-cognito:latest deploy/compose/cognito
}

choose_bases() {
    local name
    is_real "$(base_image RUNTIME_IMAGE)" && return
    echo "no registry of images can be reached: stand-ins take the places of the base images" >&2
    deploy/image/offline-bases.sh build
    for name in NODE_IMAGE RUST_IMAGE RUNTIME_IMAGE; do
        arguments+=(--build-arg "$name=$(tag_of "$(base_image "$name")")")
    done
}

# build TAG ARGUMENT...
build() {
    local tag=$1
    shift
    if [[ $engine == docker ]]; then
        docker buildx build --load "${arguments[@]}" --tag "$tag" "$@"
    else
        # Only Docker's format has health checks; and buildah's own limit of open files is low.
        buildah bud --format docker --network host --layers --ulimit "nofile=$(ulimit -Hn)" "${arguments[@]}" --tag "$tag" "$@"
    fi
}

main "$@"
