#!/usr/bin/env bash
# Docker Compose, or podman-compose where there is no Docker, with the compose file beside it: compose.sh up --detach
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=deploy/image/engine.sh
source deploy/image/engine.sh

# Containers cannot have more open files than this machine allows.
most=$(ulimit -Hn)
if [[ $most != unlimited ]] && ((most < 65535)); then export NOFILE=$most; fi

if [[ $engine == docker ]]; then
    exec docker compose --file deploy/compose/compose.yaml "$@"
fi
is_real "$(sed -n 's/^ *image: \(docker.io.library.haproxy.*\)/\1/p' deploy/compose/compose.yaml | head -n 1)" || deploy/image/offline-bases.sh services
exec podman-compose --file deploy/compose/compose.yaml "$@"
