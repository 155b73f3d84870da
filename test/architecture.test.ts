// The house rules that a compiler does not check: who imports whom, one file for each route, sizes, openings.
import { readdirSync, readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { transformSync } from "esbuild";
import { describe, expect, it } from "vitest";
import { AUTHORIZER_FUNCTION } from "../shared/contract/authorizer.ts";
import { RULES, SCHEDULES, STREAM_TARGETS } from "../shared/contract/events.ts";
import { POOL_TRIGGERS } from "../shared/contract/identity.ts";
import { PAGES_FUNCTION } from "../shared/contract/pages.ts";
import { ROUTES } from "../shared/contract/routes.ts";
import { UNKNOWN_ROUTE } from "../shared/contract/unknown-route.ts";
import { WIDGETS_FUNCTION } from "../shared/contract/widgets.ts";
import { RECORD_CALLBACK, WORKFLOW_FUNCTIONS } from "../shared/contract/workflow.ts";
import { readSource } from "./support/source.ts";

const root = resolve(import.meta.dirname, "..");
const text = (file: string) => readFileSync(join(root, file), "utf8");
const langOf = (file: string) => (file.endsWith(".tsx") ? "tsx" : "ts");
const linesOf = (file: string) => text(file).split("\n");
const FOLDERS = ["clients", "functions", "infra", "shared", "test"];

/** Layer → the layers it may import. A layer is a folder of `shared`, of `infra`, or a top folder. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  "shared/domain": [],
  "shared/contract": ["shared/domain"],
  "shared/parameters": ["shared/domain"],
  "shared/webhook": ["shared/contract", "shared/domain"],
  "shared/store": ["shared/contract", "shared/domain"],
  "shared/event-bus": ["shared/contract", "shared/domain"],
  "shared/assets": ["shared/contract"],
  "shared/widgets": ["shared/contract", "shared/domain"],
  "shared/lambda": ["shared/contract", "shared/domain"],
  "shared/tokens": ["shared/contract"],
  "shared/queues": ["shared/contract", "shared/domain"],
  "shared/step-functions": ["shared/contract", "shared/domain"],
  "shared/scheduler": ["shared/contract", "shared/domain"],
  "shared/secrets": ["shared/contract", "shared/domain"],
  "shared/logging": ["shared/contract", "shared/domain"],
  "shared/http": ["shared/contract", "shared/domain", "shared/logging", "shared/secrets"],
  "shared/handlers": [
    "shared/contract",
    "shared/domain",
    "shared/http",
    "shared/logging",
    "shared/queues",
    "shared/widgets",
    "shared/application",
  ],
  "shared/application": [
    "shared/assets",
    "shared/contract",
    "shared/domain",
    "shared/event-bus",
    "shared/lambda",
    "shared/logging",
    "shared/parameters",
    "shared/queues",
    "shared/scheduler",
    "shared/secrets",
    "shared/step-functions",
    "shared/store",
    "shared/webhook",
    "shared/widgets",
  ],
  functions: ["shared/*"],
  "clients/api-client": ["shared/contract"],
  "clients/console": ["clients/api-client"],
  "clients/mcp": ["clients/api-client"],
  "clients/cli": ["clients/api-client", "clients/mcp", "shared/contract"],
  "infra/console": ["shared/contract"],
  "infra/aws": ["shared/contract", "infra/console"],
  "infra/local": ["clients/api-client", "shared/contract", "infra/console"],
  "infra/docs": ["clients/api-client", "shared/*", "infra/local", "infra/tools"],
  "infra/tools": ["clients/api-client", "shared/application", "shared/contract"],
  "infra/release": ["shared/contract", "infra/aws", "infra/console"],
  test: ["clients/*", "shared/*", "functions", "infra/*"],
};

/** Beyond its layers: what one layer may take of another, file by file, and why. */
const EXCEPTIONS: readonly { from: string; to: RegExp; why: string }[] = [
  {
    from: "infra/local",
    to: /^shared\/domain\/(event-pattern|json\.ts)/,
    why: "the local bus matches rules as EventBridge does",
  },
  {
    from: "infra/local",
    to: /^shared\/domain\/schedules\//,
    why: "the local scheduler reads expressions as EventBridge Scheduler does",
  },
  {
    from: "infra/local",
    to: /^shared\/domain\/(caller|machine)\.ts$/,
    why: "the token command warns of groups that give no role, and the issuer's scopes are roles",
  },
  {
    from: "infra/aws",
    to: /^shared\/domain\/(caller|machine)\.ts$/,
    why: "options and scopes name roles as tokens do",
  },
  {
    from: "infra/aws",
    to: /^shared\/domain\/nearest-name\.ts$/,
    why: "a misspelt option is told the name that was meant",
  },
  {
    from: "infra/tools",
    to: /^shared\/http\/new-id\.ts$/,
    why: "what a command writes has ids and salts as all else",
  },
  {
    from: "infra/docs",
    to: /^infra\/aws\/monitoring\/(alarm|graph)-texts\.ts$/,
    why: "alarms and graphs are described by the data that they are made from",
  },
  {
    from: "functions",
    to: /^docs\/openapi\.json$/,
    why: "the API answers the document that is published",
  },
];

/** Within what a layer may import: files that it does without, and why. */
const REFUSED: readonly { from: string; to: string; why: string }[] = [
  {
    from: "shared/store",
    to: "shared/domain/permissions.ts",
    why: "the caller's rights come in as scopes and as a test of each row",
  },
];

/** Packages that a layer may import; a layer that is not named may import any. */
const PACKAGES: Record<string, readonly RegExp[]> = {
  "clients/api-client": [/^zod$/],
  "clients/cli": [/^node:/, /^@stricli\/core$/, /^oauth4webapi$/, /^yaml$/, /^ajv\/dist\/2020\.js$/],
  "clients/console": [
    /^preact(\/hooks)?$/,
    /^@preact\/signals$/,
    /^oauth4webapi$/,
    /^diff$/,
    /^@codemirror\/|^@lezer\/highlight$/,
    /^openapi-explorer\//,
  ],
  "clients/mcp": [/^@modelcontextprotocol\/server(\/stdio)?$/],
  "shared/domain": [/^zod$/, /^node:crypto$/, /^ipaddr\.js$/, /^fastest-levenshtein$/, /^croner$/],
  "shared/contract": [/^zod$/, /^node:crypto$/],
  "shared/parameters": [/^quick-lru$/, /^re2js$/, /^node:(buffer|net)$/],
  "shared/webhook": [/^node:/, /^ipaddr\.js$/, /^@handlebars\/parser$/, /^quick-lru$/, /^zod$/],
  "shared/assets": [/^node:(fs\/promises|path)$/],
  "shared/widgets": [],
  "shared/event-bus": [/^@aws-sdk\/client-eventbridge$/],
  "shared/lambda": [/^@aws-sdk\/client-lambda$/],
  "shared/queues": [/^@aws-sdk\/client-sqs$/],
  "shared/scheduler": [/^@aws-sdk\/client-scheduler$/],
  "shared/tokens": [/^jose$/, /^zod$/],
  "shared/step-functions": [/^@aws-sdk\/client-sfn$/],
  "shared/secrets": [/^@aws-sdk\/client-(kms|secrets-manager)$/, /^node:crypto$/],
};

/** What clients take of the contract, and of zod, are types: nothing of it is in their bundles. */
const TYPES_ONLY = { from: /^clients\//, target: /\/shared\/|^zod$/ };

/** The SDK package of a service → the only layers that import it. */
const SDK_OWNERS: readonly { sdk: RegExp; layers: readonly string[] }[] = [
  {
    sdk: /^@aws-sdk\/(client-dynamodb|lib-dynamodb)$/,
    layers: ["shared/store", "infra/local", "infra/tools", "test"],
  },
];

/** Files whose exports others reach by a path that is no literal: Lambda, vitest, and the benches' list. */
const ENTRIES = /^(functions|test\/bench)\/|^test\/(support\/(global-setup|retried)|browser\/chromium)\.ts$/;

type Import = { file: string; target: string };
const files = FOLDERS.flatMap((folder) => walk(join(root, folder))).map((f) => relative(root, f));
const imports: Import[] = files.flatMap((file) => importsOf(file));
const sources = new Map(files.map((file) => [file, readSource(text(file), langOf(file))]));

describe("the house rules", () => {
  it("imports go one way", () => {
    const wrong = imports.filter(({ target }) => target.startsWith(".")).filter((i) => !isAllowed(i));
    expect(wrong.map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
  });

  it("no code of the service starts a process", () => {
    const starts = /^(node:)?(child_process|cluster|worker_threads)$/;
    const ofService = imports.filter(({ file }) => /^(functions|shared)\//.test(file));
    expect(ofService.length).toBeGreaterThan(500);
    expect(ofService.filter(({ target }) => starts.test(target))).toEqual([]);
  });

  it("layers import only the packages that are theirs", () => {
    const wrong = imports.filter(({ file, target }) => {
      if (target.startsWith(".")) return false;
      const allowed = PACKAGES[layerOf(file)];
      const owner = SDK_OWNERS.find(({ sdk }) => sdk.test(target));
      return (
        (allowed && !allowed.some((a) => a.test(target))) || (owner && !owner.layers.includes(layerOf(file)))
      );
    });
    expect(wrong.map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
  });

  it("clients take types alone of the contract", () => {
    const loaded = files
      .filter((file) => TYPES_ONLY.from.test(file))
      .flatMap((file) => valueImportsOf(file).map((target) => ({ file, target })));
    expect(loaded.filter(({ target }) => TYPES_ONLY.target.test(target))).toEqual([]);
  });

  it("infra/aws names functions by path and never imports one, and infra/local imports them dynamically", () => {
    const wrong = imports.filter(
      ({ file, target }) => file.startsWith("infra/") && resolveFrom(file, target).startsWith("functions/"),
    );
    expect(wrong).toEqual([]);
  });

  it("each route, and the handler of all other requests, has exactly one file of the same name", () => {
    expect(namesIn("functions/api")).toEqual([...Object.keys(ROUTES), UNKNOWN_ROUTE.name].sort());
  });

  it("each state of the workflow that is a task has exactly one file", () => {
    const called = [...Object.values(WORKFLOW_FUNCTIONS), RECORD_CALLBACK];
    expect(namesIn("functions/workflow")).toEqual(called.sort());
  });

  it("each rule, schedule and stream target has exactly one file", () => {
    const targets = [
      ...Object.values(RULES),
      ...Object.values(SCHEDULES),
      ...Object.values<{ target: string }>(STREAM_TARGETS),
    ];
    expect(namesIn("functions/events")).toEqual(targets.map(({ target }) => target).sort());
  });

  it("each trigger of the user pool has exactly one file", () => {
    const targets = Object.values(POOL_TRIGGERS).map(({ target }) => target);
    expect(namesIn("functions/identity")).toEqual(targets.sort());
  });

  it("what verifies tokens, and what browsers and the AWS console show, has exactly one file for each function", () => {
    expect(namesIn("functions/authorizer")).toEqual([AUTHORIZER_FUNCTION]);
    expect(namesIn("functions/console")).toEqual([PAGES_FUNCTION]);
    expect(namesIn("functions/widgets")).toEqual([WIDGETS_FUNCTION]);
  });

  it("no file, and no room of files, is reached from itself by imports", () => {
    expect(circlesIn(graphOf((file) => file))).toEqual([]);
    expect(circlesIn(graphOf(roomOf))).toEqual([]);
  });

  it("no file is longer than 220 lines, tests aside", () => {
    const long = files.filter((f) => !f.startsWith("test/")).map((f) => ({ f, lines: linesOf(f).length }));
    expect(long.filter(({ lines }) => lines > 220)).toEqual([]);
  });

  it("no function is longer than 40 lines, tests aside", () => {
    const own = [...sources].filter(([file]) => !file.startsWith("test/"));
    const long = own.flatMap(([file, { functions }]) =>
      functions.filter(({ lines }) => lines > 40).map(({ lines }) => `${file}: ${lines}`),
    );
    expect(long).toEqual([]);
  });

  it("nothing is exported that no other file imports", () => {
    const taken = new Set<string>();
    const configurations = readdirSync(root).filter((name) => /^vitest.*\.config\.ts$/.test(name));
    const users = [...sources, ...configurations.map((name) => [name, readSource(text(name))] as const)];
    for (const [file, source] of users) {
      for (const { target, names } of source.imports) {
        const from = resolveFrom(file, target);
        for (const name of names ?? sources.get(from)?.exports ?? []) taken.add(`${from}: ${name}`);
      }
    }
    const given = [...sources].filter(([file]) => !ENTRIES.test(file));
    const all = given.flatMap(([file, { exports }]) => exports.map((name) => `${file}: ${name}`));
    expect(all.filter((each) => !taken.has(each))).toEqual([]);
  });

  it("each file opens with one line on its job", () => {
    expect(files.filter((f) => !/^\/\/ \S/.test(linesOf(f)[0] ?? ""))).toEqual([]);
  });

  it("no file is called utils, helpers, common, manager or index", () => {
    expect(files.filter((f) => /(^|\/)(utils?|helpers?|common|manager|index)\.tsx?$/.test(f))).toEqual([]);
  });

  it("no code asks on which host it runs", () => {
    const asks = files.filter(
      (f) => /^(functions|shared)\//.test(f) && /\b(isLocal|IS_LOCAL|LOCALSTACK|NODE_ENV)\b/.test(text(f)),
    );
    expect(asks).toEqual([]);
  });
});

function isAllowed({ file, target }: Import): boolean {
  const from = layerOf(file);
  const path = resolveFrom(file, target);
  const to = layerOf(path);
  if (from === to) return true;
  if (REFUSED.some((r) => r.from === from && r.to === path)) return false;
  if (EXCEPTIONS.some((e) => e.from === from && e.to.test(path))) return true;
  return (MAY_IMPORT[from] ?? []).some(
    (a) => a === to || (a.endsWith("/*") && to.startsWith(a.slice(0, -1))),
  );
}

function layerOf(path: string): string {
  const [top = "", second = ""] = path.split("/");
  return ["clients", "infra", "shared"].includes(top) ? `${top}/${second}` : top;
}

/** Node → the nodes that its files import. Tests are left out: nothing imports them. */
function graphOf(nodeOf: (file: string) => string): Map<string, Set<string>> {
  const graph = new Map<string, Set<string>>();
  for (const { file, target } of imports) {
    const [from, to] = [nodeOf(file), nodeOf(resolveFrom(file, target))];
    if (file.startsWith("test/") || !target.startsWith(".")) continue;
    const targets = graph.get(from) ?? new Set();
    graph.set(from, from === to && nodeOf === roomOf ? targets : targets.add(to));
  }
  return graph;
}

/** A folder; each file on top of `shared/domain` and `infra/docs` is a room of its own, below or above the folders. */
const roomOf = (file: string) => (/^(shared\/domain|infra\/docs)\/[^/]+$/.test(file) ? file : dirname(file));

/** Nodes that lead back to themselves. */
function circlesIn(graph: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const reached = (from: string) => {
    const found = new Set<string>();
    const open = [...(graph.get(from) ?? [])];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (found.has(next)) continue;
      found.add(next);
      open.push(...(graph.get(next) ?? []));
    }
    return found;
  };
  return [...graph.keys()].filter((node) => reached(node).has(node));
}

const resolveFrom = (file: string, target: string) =>
  target.startsWith(".") ? relative(root, resolve(root, dirname(file), target)) : target;

function importsOf(file: string): Import[] {
  const found = text(file).matchAll(/^(?:import|export)\b[^;]*?from\s+"([^"]+)"|^import\s+"([^"]+)"/gm);
  return [...found].map(([, from, bare]) => ({ file, target: from ?? bare ?? "" }));
}

/** The imports that are left when types are stripped. */
function valueImportsOf(file: string): string[] {
  const code = stripTypes(file);
  const found = code.matchAll(
    /^(?:import|export)\b[^;]*?from\s+"([^"]+)"|^import\s+"([^"]+)"|import\("([^"]+)"\)/gm,
  );
  return [...found].map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? "");
}

/** Node strips types of files without elements alone. */
function stripTypes(file: string): string {
  if (langOf(file) === "ts") return stripTypeScriptTypes(text(file));
  const tsconfigRaw = { compilerOptions: { verbatimModuleSyntax: true } };
  return transformSync(text(file), { loader: "tsx", jsx: "preserve", tsconfigRaw }).code;
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((e) => e.isFile() && /\.tsx?$/.test(e.name) && !e.name.endsWith(".d.ts"))
    .map((e) => join(e.parentPath, e.name))
    .filter((file) => !file.includes("/node_modules/"));
}

const namesIn = (folder: string) =>
  readdirSync(join(root, folder))
    .map((f) => f.replace(/\.ts$/, ""))
    .sort();
