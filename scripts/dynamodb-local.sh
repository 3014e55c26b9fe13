#!/usr/bin/env bash
# Runs AWS's own DynamoDB Local in memory.
#
#   scripts/dynamodb-local.sh PORT             prints its endpoint when it answers, and runs until a signal or its
#                                              parent's end
#   scripts/dynamodb-local.sh PORT COMMAND...  runs the command with DYNAMODB_ENDPOINT set, then ends with its status
#   scripts/dynamodb-local.sh --install        prints the folder of the program, and starts nothing
#
# It needs Java 17, npm, curl and openssl. AWS's command-line tool for Amplify brings the program in an npm package,
# which is kept under the user's cache folder. It is licensed for development and testing (LICENSE.txt beside it).
set -euo pipefail

package=amplify-dynamodb-simulator
version=2.9.30 # DynamoDB Local 1.25.1
sha512=xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ==
home="${XDG_CACHE_HOME:-$HOME/.cache}/plenary/$package-$version"

main() {
    if [[ ${1-} == --install ]]; then
        [[ -d $home ]] || install
        echo "$home"
        return
    fi
    [[ ${1-} =~ ^[0-9]+$ ]] || { echo "usage: $0 PORT [COMMAND...] | --install" >&2; exit 2; }
    local port=$1 endpoint="http://127.0.0.1:$1"
    shift
    [[ -d $home ]] || install
    if answers "$endpoint"; then
        echo "port $port is taken" >&2
        exit 1
    fi
    start "$port"
    until answers "$endpoint"; do
        kill -0 "$server" 2>/dev/null || { cat "$log" >&2; exit 1; }
        sleep 0.1
    done
    if (($# > 0)); then
        DYNAMODB_ENDPOINT="$endpoint" "$@"
    else
        echo "$endpoint"
        while kill -0 "$PPID" 2>/dev/null && kill -0 "$server" 2>/dev/null; do sleep 0.5; done
    fi
}

install() {
    local download
    download=$(mktemp -d)
    (
        cd "$download"
        npm pack --silent "$package@$version" >/dev/null
        [[ $(openssl dgst -sha512 -binary "$package-$version.tgz" | openssl base64 -A) == "$sha512" ]] ||
            { echo "$package $version is not the file that was pinned" >&2; exit 1; }
        tar -xzf "$package-$version.tgz"
    )
    mkdir -p "$(dirname "$home")"
    # Another run may have been faster.
    [[ -d $home ]] || mv "$download/package/emulator" "$home"
    rm -rf "$download"
}

start() {
    log=$(mktemp)
    # It leaves a file about itself in the directory where it starts.
    (cd "$home" && exec java -Djava.library.path=DynamoDBLocal_lib -jar DynamoDBLocal.jar \
        -inMemory -sharedDb -disableTelemetry -port "$1") >"$log" 2>&1 &
    server=$!
    trap 'kill "$server" 2>/dev/null || true; rm -f "$log"' EXIT
    trap 'exit 143' INT TERM HUP
}

answers() {
    curl --silent --output /dev/null --max-time 2 "$1"
}

main "$@"
