// The arrows between our packages and features, as lint errors. "The server cannot decrypt" begins here: a file under
// apps/server that reaches @sotto/e2ee in any way (static, dynamic, type-only, re-export, `new URL`, relative path) fails.
import { dirname, join, relative, resolve, sep } from "node:path";

const root = resolve(import.meta.dirname, "..", "..");

/** Workspace folder by package name. */
const workspaces = new Map([
  ["@sotto/protocol", "packages/protocol"],
  ["@sotto/e2ee", "packages/e2ee"],
  ["@sotto/client", "packages/client"],
  ["@sotto/dev-env", "packages/dev-env"],
  ["@sotto/worker", "packages/worker"],
  ["@sotto/server", "apps/server"],
  ["@sotto/recorder", "apps/recorder"],
  ["@sotto/web", "apps/web"],
  ["@sotto/e2e", "e2e"],
  ["@sotto/proof", "proof"],
  ["@sotto/bench", "bench"],
]);

/** What a workspace may import of ours. An entry with a path allows that entry point only. */
const arrows = new Map([
  ["@sotto/protocol", []],
  ["@sotto/e2ee", []],
  ["@sotto/client", ["@sotto/protocol", "@sotto/e2ee"]],
  ["@sotto/server", ["@sotto/protocol"]],
  ["@sotto/worker", ["@sotto/protocol"]],
  // What it hears and sees is the page's: the process that writes it down has no key either.
  ["@sotto/recorder", ["@sotto/protocol", "@sotto/worker"]],
  // The bundler needs the worker's literal address in the application; everything else of e2ee comes through the client.
  [
    "@sotto/web",
    [
      "@sotto/client",
      "@sotto/protocol",
      "@sotto/e2ee/worker",
      "@sotto/e2ee/passphrase-worker",
      "@sotto/e2ee/history-keeper",
    ],
  ],
  ["@sotto/dev-env", ["@sotto/client", "@sotto/protocol"]],
  ["@sotto/e2e", ["@sotto/client", "@sotto/protocol", "@sotto/e2ee", "@sotto/dev-env"]],
  ["@sotto/proof", ["@sotto/client", "@sotto/protocol", "@sotto/e2ee", "@sotto/dev-env"]],
  ["@sotto/bench", ["@sotto/client", "@sotto/protocol", "@sotto/e2ee", "@sotto/dev-env"]],
]);

/** Tests may also boot the whole stack; what they test keeps its own arrows. */
const arrowsOfTests = ["@sotto/dev-env"];

/** Where the features of an application are put together; nothing else outside of a feature may import one. */
const compositionRoots = [/^apps\/server\/src\/[^/]+$/, /^apps\/web\/src\/[^/]+$/, /^apps\/web\/src\/app\//];

/** @param {string} path an absolute path @returns {string} relative to the repository, with forward slashes */
const fromRoot = (path) => relative(root, path).split(sep).join("/");

/** @param {string} path relative to the repository @returns {string | undefined} name of the workspace that holds it */
function workspaceOf(path) {
  for (const [name, folder] of workspaces) if (path.startsWith(`${folder}/`)) return name;
  return undefined;
}

/** @param {string} path relative to the repository @returns {string | undefined} `apps/web/src/features/chat`, say */
const featureOf = (path) => /^apps\/[^/]+\/src\/features\/[^/]+/.exec(path)?.[0].replace(/\.tsx?$/, "");

/**
 * What a file may not import, as a sentence; undefined when the import is fine.
 *
 * @param {string} file the importing file, relative to the repository
 * @param {string} specifier as written in the file
 * @returns {string | undefined}
 */
export function findForbiddenArrow(file, specifier) {
  const bare = specifier.replace(/[?#].*$/, "");
  const from = workspaceOf(file);
  if (from === undefined) return undefined;
  const isTest = /\.test\.tsx?$/.test(file) || file.includes("/test/");
  const target = bare.startsWith(".") ? fromRoot(resolve(join(root, dirname(file)), bare)) : undefined;
  const to = target === undefined ? /^@sotto\/[^/]+/.exec(bare)?.[0] : workspaceOf(target);
  if (to === undefined) return undefined;

  if (to !== from) {
    if (target !== undefined) return `Import ${to} by its package name: a path into another package hides the arrow.`;
    const allowed = [...(arrows.get(from) ?? []), ...(isTest ? arrowsOfTests : [])];
    if (allowed.some((arrow) => bare === arrow || (arrow === to && bare.startsWith(`${arrow}/`)))) return undefined;
    return `${from} may import ${allowed.length === 0 ? "no package of ours" : `only ${allowed.join(", ")}`}, not ${bare}.`;
  }

  const feature = target === undefined ? undefined : featureOf(target);
  if (feature === undefined || isTest || feature === featureOf(file)) return undefined;
  if (featureOf(file) !== undefined)
    return `Features never import each other: move what both need down, or compose them in the application.`;
  if (compositionRoots.some((pattern) => pattern.test(file))) return undefined;
  return `Only the application's own files put features together; ${file} is below them.`;
}

/** @param {any} node @returns {boolean} */
const isImportMeta = (node) => node?.type === "MetaProperty" && node.meta?.name === "import";

const arrowsRule = {
  meta: {
    type: "problem",
    docs: { description: "Packages and features import only along the arrows of docs/architecture.md" },
  },
  /** @param {any} context */
  create(context) {
    const file = fromRoot(context.filename);
    /** @param {any} source */
    const check = (source) => {
      if (typeof source?.value !== "string") return;
      const message = findForbiddenArrow(file, source.value);
      if (message !== undefined) context.report({ node: source, message });
    };
    return {
      ImportDeclaration: (/** @type {any} */ node) => check(node.source),
      ExportNamedDeclaration: (/** @type {any} */ node) => check(node.source),
      ExportAllDeclaration: (/** @type {any} */ node) => check(node.source),
      ImportExpression: (/** @type {any} */ node) => check(node.source),
      TSImportType: (/** @type {any} */ node) => check(node.source ?? node.argument?.literal ?? node.argument),
      NewExpression(/** @type {any} */ node) {
        if (node.callee.name === "URL" && isImportMeta(node.arguments[1]?.object)) check(node.arguments[0]);
      },
      CallExpression(/** @type {any} */ node) {
        if (node.callee.property?.name === "resolve" && isImportMeta(node.callee.object)) check(node.arguments[0]);
      },
    };
  },
};

// oxlint's plugin format asks for a default export.
export default { meta: { name: "sotto" }, rules: { arrows: arrowsRule } };
