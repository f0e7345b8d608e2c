/** tools/build.sh in a tree of a few files, with stand-ins for the compilers that note how they were called. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { unstable_readConfig as readConfig } from "wrangler";
import { requireRelease } from "../built.ts";
import { root } from "../runtime.ts";

const folder = mkdtempSync(join(tmpdir(), "tributary-build-"));
const built = join(folder, "workers/build");
const calls = join(folder, "calls");

const write = (path: string, text: string) => {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  if (text.startsWith("#!")) chmodSync(file, 0o755);
};

/** An empty module of wasm, in the escapes of `printf`. */
const wasm = "\\0asm\\1\\0\\0\\0";

const cargo = `#!/bin/sh
while [ $# -gt 0 ]; do
  case $1 in
    --manifest-path) tool=yes ;;
    --profile) profile=$2 ;;
    --target-dir) target=$2 ;;
  esac
  shift
done
if [ -n "$tool" ]; then
  mkdir -p "$target/release"
  cp "${folder}/bin/bindgen" "$target/release/tributary-bindgen"
elif [ -n "$profile" ]; then
  echo "compile $profile" >>"${calls}"
  mkdir -p "$target/wasm32-unknown-unknown/$profile"
  printf '${wasm}' >"$target/wasm32-unknown-unknown/$profile/tributary_worker.wasm"
fi
`;

/** Builds, and returns what was compiled and optimised for it. */
const build = (...given: string[]): string[] => {
  writeFileSync(calls, "");
  const env = {
    ...process.env,
    PATH: `${join(folder, "bin")}:${process.env.PATH}`,
    TRIBUTARY_CACHE: join(folder, "cache"),
    CARGO_TARGET_DIR: join(folder, "target"),
    TRIBUTARY_WASM: "",
  };
  execFileSync(join(folder, "tools/build.sh"), [...given, "worker"], { env, stdio: ["ignore", "ignore", "pipe"] });
  return readFileSync(calls, "utf8").split("\n").filter(Boolean);
};

before(() => {
  for (const file of ["build.sh", "env.sh", "setup.sh", "strip.mjs", "size.mjs", "lock-in-sync.mjs"]) {
    cpSync(join(root, "tools", file), join(folder, "tools", file));
  }
  for (const file of [
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    "workers/entry.js",
    "tools/bindgen/Cargo.toml",
    "tools/bindgen/Cargo.lock",
    "tools/bindgen/src/main.rs",
    "tools/openapi/requirements.txt",
    "tools/openapi/schemathesis.txt",
  ]) {
    write(file, "");
  }
  for (const file of ["ui/index.html", "shared/wire/openapi.json"]) write(file, "");
  for (const file of ["package-lock.json", "node_modules/.package-lock.json"]) write(file, '{ "packages": {} }');
  write("bin/cargo", cargo);
  write("bin/cc", "#!/bin/sh\n");
  write("bin/rustc", `#!/bin/sh\necho "${folder}/sysroot"\n`);
  mkdirSync(join(folder, "sysroot/lib/rustlib/wasm32-unknown-unknown/lib"), { recursive: true });
  write(
    "bin/bindgen",
    '#!/bin/sh\ncp "$1" "$2/index_bg.wasm"\necho "import source wasm from \'./index_bg.wasm\';" >"$2/index.js"\n',
  );
  write("node_modules/.bin/wasm-opt", `#!/bin/sh\necho optimise >>"${calls}"\n`);
  write("node_modules/.bin/esbuild", "#!/bin/sh\ncat index.js entry.js >build/entry.js\n");
});
beforeEach(() => {
  rmSync(built, { recursive: true, force: true });
  write("shared/lib.rs", "");
});
after(() => rmSync(folder, { recursive: true, force: true }));

describe("a build of the Worker", () => {
  it("has the same version of wasm-bindgen in the Worker and in the tool", () => {
    const version = (file: string, name: string) =>
      new RegExp(`^name = "${name}"\nversion = "(.*)"$`, "m").exec(readFileSync(join(root, file), "utf8"))?.[1] ?? name;
    assert.equal(
      version("tools/bindgen/Cargo.lock", "wasm-bindgen-cli-support"),
      version("Cargo.lock", "wasm-bindgen"),
    );
  });

  it("is for release unless a quick one is asked for, and is not made again from the same sources", () => {
    assert.deepEqual([build(), build()], [["compile release", "optimise"], []]);
    assert.match(readFileSync(join(built, "entry.js"), "utf8"), /^import wasm from/);
  });

  it("is taken by make dev when it is for release already", () => {
    build();
    assert.deepEqual(build("--quick"), []);
    requireRelease(built);
  });

  it("that is quick serves make dev, and is made anew for everything else", () => {
    assert.deepEqual([build("--quick"), build("--quick")], [["compile quick"], []]);
    assert.deepEqual([build(), build("--quick")], [["compile release", "optimise"], []]);
  });

  it("is made anew when a source has changed, in the profile that is asked for", () => {
    build();
    write("shared/lib.rs", "pub fn new() {}");
    assert.deepEqual(build("--quick"), ["compile quick"]);
    write("shared/lib.rs", "pub fn newer() {}");
    assert.deepEqual(build(), ["compile release", "optimise"]);
  });
});

describe("a deployment", () => {
  it("refuses a quick build, and where there is none", () => {
    assert.throws(() => requireRelease(built), /holds no finished build.*make build/);
    build("--quick");
    assert.throws(() => requireRelease(built), /profile "quick".*make build/);
  });

  it("has wrangler build for release itself, whatever lies there", () => {
    const { build: own } = readConfig({ config: join(root, "wrangler.toml") });
    assert.equal(own.command, "tools/build.sh");
    assert.match(
      readFileSync(join(root, "Makefile"), "utf8"),
      /^build: ##.*\n\t@tools\/build\.sh\n[\s\S]*^deploy: build /m,
    );
  });
});
