// What secrets are sealed for, and who may read referenced ones: said to KMS, to Secrets Manager and to the roles.

/** Part of the encryption context: a role can be allowed to open secrets of one purpose alone. */
export const PURPOSES = ["webhook-auth", "signing-secret", "parameter"] as const;
export type Purpose = (typeof PURPOSES)[number];

/** The tag of a secret in Secrets Manager whose value is the team that may use it; `global` is every team. */
export const TEAM_TAG = "runbooks:team";
