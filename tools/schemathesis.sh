#!/usr/bin/env bash
# Tries the running product by its own description: requests that fit it, requests that do not, and a look at each answer.
# What is accepted is listed in tests/description, with the reasons. More arguments go to Schemathesis.
set -euo pipefail
cd "$(dirname "$0")/.."
source tools/env.sh

tools/setup.sh schemathesis
exec node_modules/.bin/tsx tests/description/run.ts "$SCHEMATHESIS/bin/schemathesis" "$@"
