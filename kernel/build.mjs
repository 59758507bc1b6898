// Builds assets/chart/kernel.wasm (AssemblyScript) and its plain JavaScript twin from the same source.
// The twin is the source without types over `portable_memory.mjs`. Usage: node build.mjs [folder]; see `make kernel`.
import { mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] || join(here, "..", "assets", "chart"));
mkdirSync(out, { recursive: true });
process.chdir(here);

const flags = ["-O3", "--noAssert", "--runtime", "stub", "--use", "abort=", "--outFile", join(out, "kernel.wasm")];
const { error, stderr } = await asc.main(["assembly/index.ts", ...flags]);
if (error) {
  console.error(error.message, stderr.toString());
  process.exit(1);
}
const portable = {
  name: "portable",
  setup: (made) => made.onResolve({ filter: /^\.\/memory$/ }, () => ({ path: join(here, "portable_memory.mjs") })),
};
const primitives = 'const i32 = (value) => value | 0, f64 = Number, usize = Number;';
await build({
  stdin: { contents: 'export * from "./index.ts"; export { memory } from "./memory";', resolveDir: join(here, "assembly"), loader: "ts" },
  absWorkingDir: here,
  bundle: true,
  format: "esm",
  target: "es2020",
  legalComments: "none",
  charset: "utf8",
  plugins: [portable],
  banner: { js: `// The plain JavaScript twin of kernel.wasm, written by kernel/build.mjs. Do not edit.\n"use strict";\n${primitives}` },
  outfile: join(out, "kernel_twin.mjs"),
});
