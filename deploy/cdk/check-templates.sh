#!/usr/bin/env bash
# Synthesizes both sizes as `cdk` does, without credentials, and gives the templates to cfn-lint and checkov. Findings that stay are explained
# in .cfnlintrc.yaml and, at the resource, in src/acknowledged.ts.
set -euo pipefail
cd "$(dirname "$0")"

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

for size in small event; do
    env -u AWS_PROFILE AWS_ACCESS_KEY_ID= AWS_SECRET_ACCESS_KEY= AWS_EC2_METADATA_DISABLED=true CDK_DISABLE_VERSION_CHECK=1 \
        npx cdk synth --quiet --context "size=$size" --output "$out/$size" >"$out/$size.log" 2>&1 ||
        { cat "$out/$size.log" >&2; exit 1; }
    "$TOOLS/cfn-lint" --config-file .cfnlintrc.yaml -- "$out/$size"/*.template.json
    "$TOOLS/checkov" --quiet --compact --skip-download --framework cloudformation --directory "$out/$size"
    echo "size $size: cdk-nag, cfn-lint and checkov find nothing unexplained in $(find "$out/$size" -name '*.template.json' | wc -l) templates"
done
