// What secrets are sealed for, and who may read referenced ones: said to KMS, to Secrets Manager and to the roles.

/** Part of the encryption context: a role can be allowed to open secrets of one purpose alone. */
export const PURPOSES = ["webhook-auth", "signing-secret", "parameter", "callback-masks"] as const;
export type Purpose = (typeof PURPOSES)[number];

/** The tag of a secret in Secrets Manager that says whose runbooks may use it: a team's, or as `ANY_SCOPE` has it. */
export const TEAM_TAG = "runbooks:team";
/**
 * `global`: runbooks that belong to no team. `@all`: all runbooks. AWS takes letters, digits, spaces and `+-=._:/@` in
 * tags; with an `@` in it the word that opens most can be no team's id.
 */
export const ANY_SCOPE = { global: "global", everybody: "@all" } as const;
/** The tag that, where it is set, names the one host that the secret may be sent to. */
export const HOST_TAG = "runbooks:host";
