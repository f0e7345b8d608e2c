#!/usr/bin/env bash
# The quick loop: formatting, lints, native tests. One of them: tools/check.sh format|lint|native
# `tools/check.sh write` lays the sources out.
set -euo pipefail
cd "$(dirname "$0")/.."
source tools/env.sh

# The folders whose TypeScript and Svelte are laid out and looked through (prettier.config.js, eslint.config.js).
TYPESCRIPT=(ui tests tools)

format() {
  cargo fmt --all --check
  cargo fmt --manifest-path tools/bindgen/Cargo.toml --check
  node_modules/.bin/prettier --check --log-level warn --cache --cache-location target/.prettier "${TYPESCRIPT[@]}"
}

# Lays everything out as `format` wants it.
write() {
  cargo fmt --all
  cargo fmt --manifest-path tools/bindgen/Cargo.toml
  node_modules/.bin/prettier --write --log-level warn "${TYPESCRIPT[@]}"
}

lint() {
  # Beside the other linter, which mostly waits for its own compiler. What did not change is not looked at again.
  begin node_modules/.bin/eslint --cache --cache-strategy content --cache-location target/.eslint "${TYPESCRIPT[@]}"
  local eslint=$BEGUN
  if rustup_has_wasm; then
    # The Worker as what it is built for. In the profile of its build, whose macros and build scripts are shared then.
    cargo clippy --locked --all-targets -- -D warnings
    cargo clippy --locked -p tributary-worker --all-targets --release --target wasm32-unknown-unknown -- -D warnings
  else
    # The linter needs its own compiler's library for wasm32, which the distribution's packages do not have.
    cargo clippy --locked --workspace --all-targets -- -D warnings
  fi
  await "$eslint"
}

native() {
  if cargo nextest --version >/dev/null 2>&1; then
    cargo nextest run --locked --workspace --no-fail-fast --no-tests=pass
    # The whole workspace, so that nothing is compiled anew with other features.
    cargo test --locked --workspace --doc --quiet
  else
    cargo test --locked --workspace --no-fail-fast --quiet
  fi
}

tools/setup.sh npm

case ${1:-all} in
  write) write ;;
  format) format ;;
  lint) lint ;;
  native) native ;;
  all) format; lint; native ;;
  *) stop "usage: tools/check.sh [format|lint|native|write]" ;;
esac
