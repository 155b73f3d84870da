// Names of files from names of things: unique, the same each time, and good on every file system.
import { type Scope, scopeName } from "./kinds.ts";

type Named = { id: string; scope: Scope; name: string };

const MAX_CHARACTERS = 60;

/** Returns id → name of its file. Of those whose names would be equal, the oldest has it; ids sort by age. */
export function nameFiles(things: readonly Named[]): Map<string, string> {
  const taken = new Set<string>();
  const names = new Map<string, string>();
  for (const thing of [...things].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const plain = `${scopeName(thing.scope)}.${slugOf(thing.name)}`;
    const short = `${plain}-${thing.id.slice(-8)}`;
    const candidates = [plain, short, `${plain}-${thing.id.replace("_", "-")}`];
    const name = candidates.find((each) => !taken.has(each.toLowerCase())) ?? short;
    taken.add(name.toLowerCase());
    names.set(thing.id, `${name}.yaml`);
  }
  return names;
}

/** The team stands in front, so that no name is one that Windows keeps for devices. */
function slugOf(name: string): string {
  const plain = name.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
  const slug = plain
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, MAX_CHARACTERS)
    .replaceAll(/^-|-$/g, "");
  return slug === "" ? "unnamed" : slug;
}
