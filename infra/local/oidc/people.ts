// The people that the sign-in page offers: those of the demo and the tutorial, one for each role.

export type Person = { user: string; groups: readonly string[] };

/** `about`: who the person is, for whoever chooses one. */
export const PEOPLE: readonly (Person & { about: string })[] = [
  { user: "boss", groups: ["platform-admin"], about: "Platform admin: approves, and may do everything" },
  { user: "pat", groups: ["platform-admin"], about: "Second platform admin: for what two must approve" },
  { user: "ana", groups: ["team:payments:admin"], about: "Admin of the team payments: writes runbooks" },
  { user: "rob", groups: ["team:payments:responder"], about: "On call for the team payments: runs them" },
  { user: "sam", groups: ["team:search:admin"], about: "Admin of the team search" },
  { user: "olga", groups: ["team:payments:observer"], about: "Observer of the team payments: only looks" },
  { user: "ada", groups: ["platform-auditor"], about: "Auditor: reads everything, changes nothing" },
];
