#!/usr/bin/env bash
# Writes behind each tag of an image, in the Dockerfiles and in the compose file, the digest that the tag has now. Needs skopeo and a
# registry that can be reached. Run it again, and look at the difference, to take in newer images.
set -euo pipefail
cd "$(dirname "$0")/../.."

files=(deploy/Dockerfile deploy/compose/cognito/Dockerfile deploy/compose/compose.yaml)

main() {
    local image digest
    images | sort --unique | while read -r image; do
        digest=$(skopeo inspect --raw "docker://$image" | skopeo manifest-digest /dev/stdin)
        echo "$image@$digest"
        sed --in-place --regexp-extended "s#(${image//./\\.})(@sha256:[0-9a-f]+)?\$#\1@$digest#" "${files[@]}"
    done
}

# Every image of a registry that the files name, without its digest.
images() {
    sed -nE 's#^(ARG [A-Z]+_IMAGE=| +image: )((docker|gcr)\.io/[^@ ]+)(@.*)?$#\2#p' "${files[@]}"
}

main
