// Encryption purposes and the tags of referenced secrets, as KMS, Secrets Manager and IAM roles use them.

/** Part of the KMS encryption context. An IAM policy can allow a role to decrypt secrets of one purpose only. */
const PURPOSES = ["webhook-auth", "signing-secret", "parameter", "callback-masks", "source"] as const;
export type Purpose = (typeof PURPOSES)[number];

/** Tag of a secret in Secrets Manager: the team whose runbooks may use it, or a value of `ANY_SCOPE`. */
export const TEAM_TAG = "runbooks:team";
/**
 * `global`: runbooks without a team. `@all`: all runbooks. AWS allows letters, digits, spaces and `+-=._:/@` in tag
 * values. No team id contains `@`, so no team can have the name of the widest scope.
 */
export const ANY_SCOPE = { global: "global", everybody: "@all" } as const;
/** Optional tag: the only host that may receive the secret. */
export const HOST_TAG = "runbooks:host";
