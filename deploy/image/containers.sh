#!/usr/bin/env bash
# Docker, or Podman where there is no Docker: containers.sh ps
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=deploy/image/engine.sh
source deploy/image/engine.sh
exec "$engine" "$@"
