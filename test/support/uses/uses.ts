// Every option of a deployment in use, and how uses come together to whole deployments.
import { type Options, Options as Schema } from "../../../infra/aws/options/options.ts";
import { DOOR } from "./door.ts";
import { PEOPLE } from "./people.ts";
import { SERVICE } from "./service.ts";
import { STORAGE } from "./storage.ts";
import { UPDATES } from "./updates.ts";
import { type Given, KINDS, type Kind, type Use } from "./use.ts";

export type Named = readonly [name: keyof Options & string, use: Use];

export const USES = Object.entries({
  ...SERVICE,
  ...PEOPLE,
  ...DOOR,
  ...STORAGE,
  ...UPDATES,
}) as unknown as Named[];

/** The option with what it needs, for the first kind of API that can have it. */
export const givenOf = ([name, { of, needs = {}, value }]: Named): Given => ({
  ...(of && KINDS[of[0]]),
  ...needs,
  [name]: value,
});

/** What the use adds to a deployment whose kind of API is given. */
const additionOf = ([name, { needs = {}, value }]: Named): Given => ({ ...needs, [name]: value });

/** Both, or null where they name an option differently, or contradict each other. */
export function joined(one: Given, other: Given): Given | null {
  const differs = Object.entries(other).some(([name, value]) => name in one && one[name] !== value);
  const both = { ...one, ...other };
  return !differs && Schema.safeParse(both).success ? both : null;
}

/** Uses that a kind of API can have. The kind is a use itself. */
const usesOf = (kind: Kind): readonly Named[] =>
  USES.filter(([name, { of }]) => name !== "apiKind" && (of ?? [kind]).includes(kind));

type Deployment = { given: Given; uses: readonly Named[] };
type Pair = readonly [Named, Named];

/** Returns deployments of as many uses as go together, in which each pair is that goes together. */
export function combineAll(kind: Kind): Deployment[] {
  const made: Deployment[] = [];
  let left = pairsOf(kind);
  while (left.length > 0) {
    const deployment = combine(KINDS[kind], inOrderOf(left, usesOf(kind)));
    made.push(deployment);
    left = left.filter((pair) => !pair.every((use) => deployment.uses.includes(use)));
  }
  return made;
}

/** A use is a pair with itself, so that none is left out. */
function pairsOf(kind: Kind): Pair[] {
  const base = KINDS[kind];
  return usesOf(kind).flatMap((one, at, all) => {
    const withOne = joined(base, additionOf(one));
    if (!withOne) throw new Error(`No API of the kind ${kind} can have ${one[0]}`);
    return all
      .slice(at)
      .flatMap((other): Pair[] => (joined(withOne, additionOf(other)) ? [[one, other]] : []));
  });
}

/** The first pair that is left, then what is in most of the others. */
function inOrderOf(left: readonly Pair[], all: readonly Named[]): Named[] {
  const count = new Map(all.map((use) => [use, left.filter((pair) => pair.includes(use)).length]));
  const byCount = [...all].sort((a, b) => (count.get(b) ?? 0) - (count.get(a) ?? 0));
  return [...(left[0] ?? []), ...byCount];
}

function combine(base: Given, inOrder: readonly Named[]): Deployment {
  const uses = new Set<Named>();
  let given = base;
  for (const use of inOrder) {
    const more = joined(given, additionOf(use));
    if (!more) continue;
    given = more;
    uses.add(use);
  }
  return { given, uses: [...uses] };
}
