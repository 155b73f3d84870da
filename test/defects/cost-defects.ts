// Requests that cost more than they may before their caller is known, each as the change that brings it back.

const COSTS = "test/shared/domain/matching-costs.test.ts";
const BEFORE = "test/security/before-the-body.test.ts";

export const COST_DEFECTS = [
  {
    defect: "A callback's body is read before its sender is known",
    known: "242 KB without a token: 400 after 47 s",
    file: "shared/application/callbacks/callback-token.ts",
    find: "if (!CALLBACK_TOKEN.test(token)) throw",
    replace: "if (token !== undefined) return; throw",
    test: BEFORE,
    name: "is read only with a token of this execution",
  },
  {
    defect: "A body is judged by the limit of all routes, not by that of its own",
    known: "242 KB where 16 KiB are kept",
    file: "shared/contract/route.ts",
    find: "route.maxBodyBytes ?? MAX_BODY_BYTES",
    replace: "Math.max(route.maxBodyBytes ?? 0, MAX_BODY_BYTES)",
    test: BEFORE,
    name: "has room for the largest body that its schema accepts",
  },
  {
    defect: "Every member of a body costs the pointer to it",
    known: "14,500 members under 30 long names: 47 s",
    file: "shared/http/json-location.ts",
    find: "return { name, depth: inside.depth + 1, parent: inside };",
    replace: "toPointer(inside);\n  return { name, depth: inside.depth + 1, parent: inside };",
    test: "test/shared/http/storable-json.test.ts",
    name: "costs no pointer where nothing is wrong",
  },
  {
    defect: "What would be created is judged before it is asked whether the caller creates anything",
    known: "a template by a caller without groups: 13 s",
    file: "shared/application/request/access.ts",
    find: "authorizeSomewhere(caller, action);",
    replace: 'if (caller.subject === "") authorizeSomewhere(caller, action);',
    test: BEFORE,
    name: "reads no body of an observer",
  },
  {
    defect: "Telling whether an event matches has no end",
    known: "110 cidr conditions and 3,000 addresses: 24 s, while all other events wait",
    file: "shared/domain/event-pattern/steps.ts",
    find: "if (this.total > this.limit) throw",
    replace: "if (this.total < this.limit - this.limit) throw",
    test: COSTS,
    name: "are given up at the same number of steps",
  },
  {
    defect: "The blocks of a pattern are read again for each address",
    known: "110 cidr conditions and 3,000 addresses: 24 s",
    file: "shared/domain/event-pattern/leaf.ts",
    find: "cache.set(conditions, compiled);",
    replace: "",
    test: COSTS,
    name: "reads each block of a pattern once",
  },
  {
    defect: "Looking for pasted secrets is quadratic",
    known: "`-eyJ` × 32,000 in a template: 13 s",
    file: "shared/webhook/pasted-secrets.ts",
    find: "\\.eyJ(?<=\\beyJ[A-Za-z0-9_-]{8,}\\.eyJ)[A-Za-z0-9_-]{8,}/",
    replace: "\\beyJ[A-Za-z0-9_-]{8,}\\.eyJ[A-Za-z0-9_-]{8,}/",
    test: "test/security/linear-work.test.ts",
    name: "looks for pasted secrets at a linear cost",
  },
  {
    defect: "The environment is parsed again at each call",
    known: "schemas that are run where a value is needed",
    file: "shared/contract/env.ts",
    find: "last.text === text",
    replace: "last.text === null",
    test: "test/shared/contract/env.test.ts",
    name: "a variable is parsed once",
  },
] as const;
