#!/usr/bin/env bash
# Runs the Autobahn suite against the frames of api/src/ws/frame, which api/examples/websocket_echo.rs sends back.
# The suite is a program for Python 2.7. Arguments are the cases to run, such as '1.*'; without any, all.
set -euo pipefail
cd "$(dirname "$0")/.."

suite=autobahntestsuite==25.10.1
cache=${XDG_CACHE_HOME:-$HOME/.cache}/plenary/autobahn
wstest=$cache/suite/bin/wstest

main() {
    [[ -x $wstest ]] || install_suite
    cargo build --package api --example websocket_echo
    # Of its own, as another run may be under way.
    run=$(mktemp --directory)
    serve
    specify "$@" >"$run/spec.json"
    if ! (cd "$run" && "$wstest" --mode fuzzingclient --spec spec.json >wstest.log 2>&1); then
        tail "$run/wstest.log" >&2
        exit 1
    fi
    judge || { echo "what was sent and received: $run/report/index.html" >&2; exit 1; }
    rm -r "$run"
}

install_suite() {
    local python
    python=$(python2) || {
        echo "the Autobahn suite needs Python 2.7, for example by 'pyenv install 2.7.18'" >&2
        exit 2
    }
    mkdir -p "$cache"
    python3 -m venv "$cache/virtualenv"
    # The last versions that make environments for Python 2.
    "$cache/virtualenv/bin/pip" install --quiet 'virtualenv<20.22'
    "$cache/virtualenv/bin/virtualenv" --quiet --python "$python" "$cache/suite"
    "$cache/suite/bin/pip" install --quiet --no-python-version-warning --disable-pip-version-check "$suite"
}

python2() {
    local pyenv=${PYENV_ROOT:-$HOME/.pyenv}/versions/2.7.18/bin/python2.7
    if [[ -x $pyenv ]]; then echo "$pyenv"; else command -v python2.7; fi
}

# Starts the server on a free port and waits until it says which.
serve() {
    local line
    exec {output}< <(exec "${CARGO_TARGET_DIR:-target}/debug/examples/websocket_echo" 0)
    server=$!
    trap 'kill "$server"' EXIT
    read -r line <&"$output"
    address=${line##* }
}

specify() {
    local cases
    cases=$(printf ', "%s"' "${@:-*}")
    cat <<EOF
{
  "outdir": "$run/report",
  "servers": [{"agent": "plenary", "url": "ws://$address"}],
  "cases": [${cases:2}],
  "exclude-cases": [],
  "exclude-agent-cases": {}
}
EOF
}

# Prints what is not simply right, and how many cases came out how. Fails if one failed, in its behavior or its close.
judge() {
    python3 - "$run/report/index.json" <<'EOF'
import collections, json, sys

with open(sys.argv[1]) as index:
    cases = json.load(index)["plenary"]
counts = collections.Counter()
for name in sorted(cases, key=lambda name: [int(part) for part in name.split(".")]):
    behavior, close = cases[name]["behavior"], cases[name]["behaviorClose"]
    counts[behavior] += 1
    if {behavior, close} != {"OK"}:
        print(f"{name}: {behavior}, close {close}")
print(", ".join(f"{count} {behavior}" for behavior, count in counts.most_common()))
fine = {"OK", "NON-STRICT", "INFORMATIONAL", "UNIMPLEMENTED"}
sys.exit(not cases or any({case["behavior"], case["behaviorClose"]} - fine for case in cases.values()))
EOF
}

main "$@"
