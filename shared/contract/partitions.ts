// All kinds of table partitions, as key patterns that IAM policies can distinguish.

export const PARTITIONS = {
  runbook: "runbook#*",
  version: "version#*",
  approval: "approval#*",
  "signing-secret": "signing-secret#*",
  execution: "execution#*",
  "callback-masks": "callback-masks#*",
  automation: "automation#*",
  "automation-version": "automation-version#*",
  decision: "decision#*",
  claim: "claim#*",
  source: "source#*",
  incident: "incident#*",
  "incident-events": "incident-events#*",
  rejections: "rejections#*",
  concurrency: "concurrency#*",
  "delivery-slots": "delivery-slots#*",
  recovery: "recovery#*",
  "rate-limit": "rate-limit#*",
  idempotency: "idempotency#*",
  reconciler: "reconciler",
  "kill-switches": "kill-switches",
  "paused-scopes": "paused-scopes#*",
  "audit-of-runbooks": "audit#runbook#*",
  "audit-of-executions": "audit#execution#*",
  "audit-of-automations": "audit#automation#*",
  "audit-of-decisions": "audit#decision#*",
  "audit-of-refusals": "audit#refusal#*",
  "audit-of-kill-switches": "audit#kill-switches",
} as const;
export type PartitionName = keyof typeof PARTITIONS;

/** Returns the kind of a partition key. @throws Error if `PARTITIONS` lacks its kind. */
export function partitionNameOf(pk: string): PartitionName {
  const isLike = (pattern: string) =>
    pattern.endsWith("*") ? pk.startsWith(pattern.slice(0, -1)) : pk === pattern;
  const names = Object.keys(PARTITIONS) as PartitionName[];
  const name = names.find((candidate) => isLike(PARTITIONS[candidate]));
  if (name) return name;
  throw new Error(`No kind of partition has the key ${pk}: add it to shared/contract/partitions.ts`);
}
