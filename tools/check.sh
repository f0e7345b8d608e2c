#!/usr/bin/env bash
# The quick loop: formatting, lints, native tests. One of them: tools/check.sh format|lint|native
set -euo pipefail
cd "$(dirname "$0")/.."
source tools/env.sh

format() {
  cargo fmt --all --check
  cargo fmt --manifest-path tools/bindgen/Cargo.toml --check
}

lint() {
  if rustup_has_wasm; then
    # The Worker as what it is built for. In the profile of its build, whose macros and build scripts are shared then.
    cargo clippy --locked --all-targets -- -D warnings
    cargo clippy --locked -p tributary-worker --all-targets --release --target wasm32-unknown-unknown -- -D warnings
  else
    # The linter needs its own compiler's library for wasm32, which the distribution's packages do not have.
    cargo clippy --locked --workspace --all-targets -- -D warnings
  fi
}

native() {
  if cargo nextest --version >/dev/null 2>&1; then
    cargo nextest run --locked --workspace --no-fail-fast --no-tests=pass
    cargo test --locked --doc --quiet
  else
    cargo test --locked --workspace --no-fail-fast --quiet
  fi
}

case ${1:-all} in
  format) format ;;
  lint) lint ;;
  native) native ;;
  all) format; lint; native ;;
  *) stop "usage: tools/check.sh [format|lint|native]" ;;
esac
