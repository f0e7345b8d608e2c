#!/usr/bin/env bash
# Every test there is; see tools/test.ts.
set -euo pipefail
cd "$(dirname "$0")/.."
source tools/env.sh
tools/setup.sh --browser
CHROMIUM_BIN=$(find_chromium)
export CHROMIUM_BIN
# The lanes leave a test less than two cores of its own: what is promised in seconds is given so many times as long.
export SLOWER=${SLOWER:-4}
exec node_modules/.bin/tsx tools/test.ts "$@"
