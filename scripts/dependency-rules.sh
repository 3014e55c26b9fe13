#!/usr/bin/env bash
# Fails when a crate depends on something that its place in the workspace forbids.
set -euo pipefail
cd "$(dirname "$0")/.."

broken=0

main() {
    # The schema is plain types: no runtime, no network, no store.
    forbid schema anywhere tokio hyper axum tokio-tungstenite aws-sdk-dynamodb redis resolvers api

    # Resolvers know no socket. What the embedded table and the clients of the stores and of the hook use inside is theirs.
    forbid resolvers outside_of_what_speaks_http axum tokio-tungstenite tower-http api
    forbid resolvers directly clap
    forbid_outside_of resolvers/src/source/embedded hyper hyper_util http_body_util

    # One data source is a service behind HTTP.
    forbid_outside_of resolvers/src/source/review reqwest

    # The server reaches a store through the resolvers alone.
    forbid api directly aws-sdk-dynamodb aws-config aws-sigv4 serde_dynamo dynoxide-rs redis

    # The load generator knows the public protocol alone.
    if [[ -f loadtest/Cargo.toml ]]; then
        forbid loadtest anywhere resolvers api
    fi

    exit "$broken"
}

# forbid CRATE REACH DEPENDENCY...: REACH is one of the three functions below.
forbid() {
    local crate=$1 reach=$2 name found
    shift 2
    found=$("$reach" "$crate")
    for name in "$@"; do
        if grep --quiet --line-regexp --fixed-strings -- "$name" <<<"$found"; then
            echo "$crate must not depend on $name" >&2
            broken=1
        fi
    done
}

# forbid_outside_of FOLDER CRATE...: in the crate that holds the folder.
forbid_outside_of() {
    local folder=$1 name found
    shift
    for name in "$@"; do
        found=$(grep --recursive --files-with-matches --word-regexp -- "$name" "${folder%%/*}/src" | grep --invert-match -- "^$folder" || true)
        if [[ -n $found ]]; then
            echo "only $folder may use $name, not" $found >&2
            broken=1
        fi
    done
}

directly() {
    dependencies "$1" --depth 1
}

outside_of_what_speaks_http() {
    dependencies "$1" --prune dynoxide-rs --prune reqwest
}

anywhere() {
    dependencies "$1"
}

dependencies() {
    local crate=$1
    shift
    cargo tree --locked --package "$crate" --edges normal --prefix none --format '{p}' "$@" | tail -n +2 | cut -d ' ' -f 1
}

main
