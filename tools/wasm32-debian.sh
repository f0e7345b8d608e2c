#!/usr/bin/env bash
# Rust's wasm32 standard library where rustup reaches no server: built from Debian's packaged source with
# Debian's compiler, into a sysroot of the project's own.
#   has | ready | newest-lld | build
set -euo pipefail
source "$(dirname "$0")/env.sh"
RUSTC=/usr/bin/rustc

# The newest linker that has a wasm flavour: an older one may not read what a newer compiler writes.
installed_linker() { ls /usr/bin/wasm-ld-* 2>/dev/null | sort -t- -k3 -n | tail -n 1; }
compiler_version() { "$RUSTC" -vV 2>/dev/null; }

case $1 in
  has) # The sysroot is there and was built by the compiler that is installed now.
    [ -e "$DEBIAN_WASM/version" ] && [ "$(cat "$DEBIAN_WASM/version")" = "$(compiler_version)" ]
    ;;
  ready) # Compiler, source and linker are installed.
    [ -x "$RUSTC" ] && [ -f /usr/lib/rustlib/src/rust/library/std/Cargo.toml ] && [ -n "$(installed_linker)" ]
    ;;
  newest-lld)
    apt-cache search -n '^lld-[0-9]+$' 2>/dev/null | cut -d' ' -f1 | sort -t- -k2 -n | tail -n 1 | grep . || echo lld-22
    ;;
  build)
    host=$("$RUSTC" -vV | sed -n 's/^host: //p')
    sysroot=$DEBIAN_WASM/sysroot
    target=$sysroot/lib/rustlib/wasm32-unknown-unknown/lib
    rm -rf "$DEBIAN_WASM"
    mkdir -p "$target" "$DEBIAN_WASM/empty/src"
    ln -s "/usr/lib/rustlib/$host" "$sysroot/lib/rustlib/$host"
    ln -s /usr/lib/rustlib/src "$sysroot/lib/rustlib/src"
    printf '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n' >"$DEBIAN_WASM/empty/Cargo.toml"
    : >"$DEBIAN_WASM/empty/src/lib.rs"
    cp "$ROOT/rust-toolchain.toml" "$DEBIAN_WASM/empty/" # which cargo
    # Embedded bitcode is what link-time optimisation of the release build reads.
    (cd "$DEBIAN_WASM/empty" && RUSTC=$RUSTC RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Cembed-bitcode=yes CARGO_TARGET_DIR=target \
      cargo build --release --target wasm32-unknown-unknown -Zbuild-std=std,panic_abort >"$CACHE/wasm32-debian.log" 2>&1) ||
      { tail -n 20 "$CACHE/wasm32-debian.log" >&2; stop "the wasm32 standard library did not build (all of it: $CACHE/wasm32-debian.log)"; }
    cp "$DEBIAN_WASM"/empty/target/wasm32-unknown-unknown/release/deps/*.rlib "$target/"
    rm -rf "$target"/libempty-*.rlib "$DEBIAN_WASM/empty"
    printf '#!/bin/sh\nexec %s --sysroot "%s" "$@"\n' "$RUSTC" "$sysroot" >"$DEBIAN_WASM/rustc"
    chmod +x "$DEBIAN_WASM/rustc"
    installed_linker >"$DEBIAN_WASM/linker"
    compiler_version >"$DEBIAN_WASM/version"
    ;;
esac
