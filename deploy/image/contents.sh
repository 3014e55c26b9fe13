#!/usr/bin/env bash
# Lists what is in the server's image: target/image/plenary.cdx.json, a software bill of materials in CycloneDX's form. The crates are
# found because `cargo auditable` writes them into the binary.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=deploy/image/engine.sh
source deploy/image/engine.sh

archive=$(mktemp --directory)
trap 'rm -rf "$archive"' EXIT
mkdir -p target/image
"$engine" save --output "$archive/plenary.tar" localhost/plenary:latest
"$(deploy/image/setup.sh checks)/syft" scan --quiet "docker-archive:$archive/plenary.tar" \
    --output cyclonedx-json=target/image/plenary.cdx.json
