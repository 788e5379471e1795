// Bundle the app into newsletter/web/static: one script, one style sheet, one page.
import { build, context } from "esbuild";
import { compile, compileModule } from "svelte/compiler";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import path from "node:path";
import { transform } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const output = path.join(here, "..", "static");

const svelte = {
  name: "svelte",
  setup(builder) {
    builder.onLoad({ filter: /\.svelte$/ }, async ({ path: file }) => {
      const source = await readFile(file, "utf8");
      const { js, warnings } = compile(source, { filename: path.relative(here, file), css: "injected", dev: false });
      return { contents: js.code, loader: "js", resolveDir: path.dirname(file), warnings: warnings.map(asMessage(file)) };
    });
    builder.onLoad({ filter: /\.svelte\.ts$/ }, async ({ path: file }) => {
      const { code } = await transform(await readFile(file, "utf8"), { loader: "ts", target: "esnext" });
      const { js } = compileModule(code, { filename: path.relative(here, file), dev: false });
      return { contents: js.code, loader: "js", resolveDir: path.dirname(file) };
    });
  },
};

const asMessage = (file) => (warning) => ({
  text: `${warning.code}: ${warning.message}`,
  location: { file, line: warning.start?.line ?? 1, column: warning.start?.column ?? 0 },
});

const options = {
  entryPoints: { app: path.join(here, "src/main.ts") },
  outdir: output,
  entryNames: "assets/[name]-[hash]",
  metafile: true,
  bundle: true,
  minify: !process.argv.includes("--watch"),
  format: "esm",
  splitting: true,
  chunkNames: "assets/[name]-[hash]",
  target: ["es2022"],
  conditions: ["svelte", "browser"],
  mainFields: ["svelte", "browser", "module", "main"],
  legalComments: "none",
  logLevel: "warning",
  plugins: [svelte, { name: "page", setup: (builder) => builder.onEnd(writePage) }],
};

async function writePage({ metafile, errors }) {
  if (errors.length) return;
  const files = Object.keys(metafile.outputs).map((file) => path.relative(output, path.resolve(file)).replaceAll("\\", "/"));
  const named = (ending) => files.find((file) => file.startsWith("assets/app-") && file.endsWith(ending));
  const page = await readFile(path.join(here, "index.html"), "utf8");
  const app = metafile.outputs[Object.keys(metafile.outputs).find((file) => path.basename(file) === path.basename(named(".js")))];
  // what the app's script imports is asked for together with it
  const imported = app.imports.filter((one) => one.kind === "import-statement" && !one.external);
  const preloads = imported.map((one) => `<link rel="modulepreload" href="/assets/${path.basename(one.path)}">\n    `).join("");
  const filled = page.replace("/app.css", `/${named(".css")}`).replace("/app.js", `/${named(".js")}`);
  await writeFile(path.join(output, "index.html"), filled.replace("<script ", `${preloads}<script `));
  await writeFile(path.join(output, "LICENSES.txt"), await licences(Object.keys(metafile.inputs)));
}

// the licences of what is bundled, which ask to be passed on with it
async function licences(inputs) {
  const names = new Set(inputs.map((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1]).filter(Boolean));
  const texts = [];
  for (const name of [...names].sort()) {
    const folder = path.join(here, "node_modules", name);
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? await readFile(path.join(folder, file), "utf8") : "";
    texts.push(`${name}\n${"=".repeat(name.length)}\n\n${text.trim()}\n`);
  }
  return texts.join("\n\n");
}

await rm(output, { recursive: true, force: true });
await mkdir(output, { recursive: true });
if (process.argv.includes("--watch")) await (await context(options)).watch();
else await build(options);
