// Who may do what, written down once more and on its own: the tests compare the service with this, not with itself.
import type { Access } from "../../shared/contract/access.ts";
import type { Route } from "../../shared/contract/route.ts";
import type { Scope } from "../../shared/domain/scopes.ts";
import { type Person, person } from "./api.ts";

export const OWN = "payments";
export const OTHER = "search";

/** Whose the thing is that is asked about, seen from a caller whose team is OWN. */
const SCOPES = { own: OWN, other: OTHER, global: null } as const satisfies Record<string, Scope>;
type ScopeName = keyof typeof SCOPES;

/** A run has two scopes: that of its runbook, and the team that it was run for. All pairs that there can be. */
export const RELATIONS = {
  own: ["own", "own"],
  other: ["other", "other"],
  global: ["global", "global"],
  "global, run for the own team": ["global", "own"],
  "global, run for another team": ["global", "other"],
} as const satisfies Record<string, readonly [ScopeName, ScopeName]>;
export type Relation = keyof typeof RELATIONS;

/** The scope of the runbook, and the team that a run of it is for. */
export function scopesIn(relation: Relation): [scope: Scope, ranFor: Scope] {
  const [scope, ranFor] = RELATIONS[relation];
  return [SCOPES[scope], SCOPES[ranFor]];
}

/** Callers: every role in OWN and nowhere else, none at all, and the platform's two. */
export const CALLERS = {
  "platform admin": person("platform-admin"),
  "platform auditor": person("platform-auditor"),
  admin: person(`team:${OWN}:admin`),
  responder: person(`team:${OWN}:responder`),
  observer: person(`team:${OWN}:observer`),
  nobody: person(),
  "a group that only looks like one": person(
    "not-platform-admin",
    "platform-auditors",
    `xteam:${OWN}:admin`,
    `team:${OWN}:owner`,
  ),
} as const satisfies Record<string, Person>;
export type CallerName = keyof typeof CALLERS;

/** `yes`: the good answer · `no`: 403, it is seen but not allowed · `unseen`: 404, as if it did not exist. */
export type Verdict = "yes" | "no" | "unseen";

/** The role of the caller → what it gets, by what is done and whose the thing is. */
type Line = Record<Exclude<CallerName, `platform ${string}` | "a group that only looks like one">, Verdict>;
const line = (admin: Verdict, responder: Verdict, observer: Verdict, nobody: Verdict): Line => ({
  admin,
  responder,
  observer,
  nobody,
});

const UNSEEN = line("unseen", "unseen", "unseen", "unseen");
const NO = line("no", "no", "no", "no");

const SPEC: Record<string, Record<ScopeName, Line>> = {
  view: {
    own: line("yes", "yes", "yes", "unseen"),
    other: UNSEEN,
    global: line("yes", "yes", "yes", "yes"),
  },
  manage: { own: line("yes", "no", "no", "unseen"), other: UNSEEN, global: NO },
  approve: { own: line("no", "no", "no", "unseen"), other: UNSEEN, global: NO },
  execute: {
    own: line("yes", "yes", "no", "unseen"),
    other: UNSEEN,
    global: line("yes", "yes", "no", "no"),
  },
};

/** What a caller names in a body, it names itself: there is nothing to hide. */
const NAMED_IN_BODY: Record<string, Record<ScopeName, Line>> = {
  manage: { own: line("yes", "no", "no", "no"), other: NO, global: NO },
  approve: { own: NO, other: NO, global: NO },
  // Each of the executions has a result of its own: the request is for everybody who may run anything.
  execute: {
    own: line("yes", "yes", "no", "no"),
    other: line("yes", "yes", "no", "no"),
    global: line("yes", "yes", "no", "no"),
  },
};

/** From the best to the worst: where two scopes are asked, the worse answer counts. */
const BADNESS: readonly Verdict[] = ["yes", "no", "unseen"];

/** Break-glass is for who manages the team of the run, and sees its runbook. Anything else must be allowed in both. */
function asked({ action, on }: Exclude<Access, "public">, relation: Relation): [string, ScopeName][] {
  const [scope, ranFor] = RELATIONS[relation];
  const first = on === "execution-team" ? "view" : action;
  return [
    [first, scope],
    [action, ranFor],
  ];
}

/** The rule of the specification for a route; throws where a route says nothing about access. */
export function expected(route: Route, caller: CallerName, relation: Relation): Verdict {
  const { access } = route;
  if (access === undefined) throw new Error(`${route.path} says nothing about who may use it`);
  if (access === "public" || caller === "platform admin" || access.on === "own") return "yes";
  if (caller === "platform auditor") return access.action === "view" ? "yes" : "no";
  const table = access.on === "body" ? NAMED_IN_BODY : SPEC;
  const role = caller === "a group that only looks like one" ? "nobody" : caller;
  const verdicts = asked(access, relation).map(([action, scope]) => {
    const rules = table[action]?.[scope];
    if (!rules) throw new Error(`The specification has no rule for ${action} of a ${scope} thing`);
    return BADNESS.indexOf(rules[role]);
  });
  return BADNESS[Math.max(...verdicts)] ?? "unseen";
}
