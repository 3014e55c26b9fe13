# Makes a cluster of three primaries, which are told apart by address: valkey-cli knows no names when it joins them.
set -eu

addresses=
for name in valkey-1 valkey-2 valkey-3; do
    until valkey-cli -h "$name" ping >/dev/null 2>&1; do sleep 0.2; done
    address=$(getent hosts "$name" | cut -d ' ' -f 1)
    addresses="$addresses $address:6379"
done

is_whole() {
    valkey-cli -h valkey-1 cluster info | grep -q cluster_state:ok
}

# shellcheck disable=SC2086 # They are words.
is_whole || valkey-cli --cluster create $addresses --cluster-yes
until is_whole; do sleep 0.2; done
