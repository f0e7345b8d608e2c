#!/usr/bin/env bash
# Holds the API's description against a public validator, which knows what a description is.
set -euo pipefail
cd "$(dirname "$0")/.."
source tools/env.sh

tools/setup.sh openapi
"$OPENAPI/bin/openapi-spec-validator" shared/wire/openapi.json
