// Finds the tests of a source file: those that import it, name it, or mirror its path; else those of what imports it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";

const FOLDERS = ["clients", "functions", "infra", "shared", "test"];
const SPECIFIER = /(?:\bfrom|\bimport|\bimport\(|new URL\()\s*["'](\.{1,2}\/[^"']+)["']/g;
const isTest = (file: string) => file.endsWith(".test.ts");

/** File → the files that reach for it. */
type Users = ReadonlyMap<string, ReadonlySet<string>>;

/** Who reaches for whom, over all sources under `root`; paths are relative to it. */
export function readUsers(root: string): Users {
  const users = new Map<string, Set<string>>();
  const functions = namesOfFunctions(root);
  for (const file of sourcesOf(root)) {
    const text = readFileSync(join(root, file), "utf8");
    const named = isTest(file) ? functions.filter(({ name }) => name.test(text)).map((f) => f.file) : [];
    for (const used of [...importsOf(root, file, text), ...named])
      users.set(used, (users.get(used) ?? new Set()).add(file));
  }
  return users;
}

const sourcesOf = (root: string) =>
  FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !file.includes("node_modules"))
      .map((file) => join(folder, file)),
  );

function importsOf(root: string, file: string, text: string): string[] {
  const specifiers = [...text.matchAll(SPECIFIER)].map(([, specifier = ""]) => specifier);
  return specifiers.map((specifier) => relative(root, resolve(root, dirname(file), specifier)));
}

/** Called by their names, and not imported. */
const CALLED = ["functions", "infra/tools"];

/** A file that contains `"api/start-execution"` or `"start-execution"` uses the function of that name. */
function namesOfFunctions(root: string): { file: string; name: RegExp }[] {
  return CALLED.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => {
        const path = file.slice(0, -".ts".length);
        return { file: join(folder, file), name: new RegExp(`["'\`](${path}|${basename(path)})["'\`]`) };
      }),
  );
}

/** The nearest tests of a file; with `all`, every test that depends on it, however far. */
export function testsOf(root: string, users: Users, file: string, { all = false } = {}): string[] {
  if (isTest(file)) return [file];
  const found = new Set(mirrorOf(root, file));
  if (!file.endsWith(".ts")) for (const test of namingTests(root, file)) found.add(test);
  const seen = new Set([file]);
  for (let near = [file]; near.length > 0 && (all || found.size === 0); ) {
    near = near.flatMap((each) => [...(users.get(each) ?? [])]).filter((user) => !seen.has(user));
    for (const user of near) seen.add(user);
    for (const user of near) if (isTest(user)) found.add(user);
  }
  // A mirror is not all: a file that imports it directly counts as much.
  for (const user of users.get(file) ?? []) if (isTest(user)) found.add(user);
  return [...(found.size > 0 ? found : namesakesOf(root, file))].sort();
}

/** A file that calls another in a way that no text shows is at least named after it. */
const namesakesOf = (root: string, file: string) =>
  sourcesOf(root).filter((test) => basename(test) === `${basename(file, ".ts")}.test.ts`);

/** `shared/a/b.ts` has its promises in `test/shared/a/b.test.ts`. */
function mirrorOf(root: string, file: string): string[] {
  const mirror = join("test", file.replace(/\.ts$/, ".test.ts"));
  return file.endsWith(".ts") && existsSync(join(root, mirror)) ? [mirror] : [];
}

/** A file that is no source is matched by its name. */
const namingTests = (root: string, file: string) =>
  sourcesOf(root).filter(
    (test) => isTest(test) && readFileSync(join(root, test), "utf8").includes(basename(file)),
  );
