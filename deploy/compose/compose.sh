#!/usr/bin/env bash
# Docker Compose, or podman-compose where there is no Docker, with the compose file beside it: compose.sh up --detach
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=deploy/image/engine.sh
source deploy/image/engine.sh

# Containers cannot have more open files than this machine allows.
most=$(ulimit -Hn)
if [[ $most != unlimited ]] && ((most < 65535)); then export NOFILE=$most; fi

file=deploy/compose/compose.yaml
if [[ $engine == docker ]]; then
    exec docker compose --file "$file" "$@"
fi
balancer=$(sed -n 's/^ *image: \(.*haproxy.*\)/\1/p' "$file" | head -n 1)
if ! is_real "$balancer"; then
    deploy/image/offline-bases.sh services
    # Stand-ins have no digests.
    sed 's/@sha256:[0-9a-f]*$//' "$file" >deploy/compose/.offline.yaml
    file=deploy/compose/.offline.yaml
fi

# Without systemd nobody watches the health of containers, so what nodes need is started, and waited for, beforehand.
if [[ " $* " == *" up "* && ! -d /run/systemd/system ]]; then
    podman-compose --file "$file" up --detach --no-build dynamodb cognito
    for name in plenary_dynamodb_1 plenary_cognito_1; do
        until podman healthcheck run "$name" >/dev/null; do sleep 0.2; done
    done
fi
exec podman-compose --file "$file" "$@"
