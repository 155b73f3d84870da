// How executions and audit entries are stored: nothing twice, so that they stay below 1 KB, where a write costs double.
import { idOfSort, timeOfSort } from "../contract/lists.ts";
import { AUDIT_PREFIX, KEYS, SORT_PREFIXES } from "../contract/table.ts";
import { automationActor } from "../domain/automations/automation-actor.ts";

type Item = Record<string, unknown>;

/** Returns the item as it is stored: without the attributes that the others say, and with short hashes. */
export function toStored(item: Item): Item {
  const facts = factsOf(item);
  if (facts === null) return item;
  const own = Object.entries(item).filter(([name, value]) => !(name in facts) || facts[name] !== value);
  return mapHashes(Object.fromEntries(own), shorten);
}

/** Returns a stored item with all its attributes. What is stored stands, whatever the others say. */
export function fromStored(item: Item): Item {
  const facts = factsOf(item);
  return facts === null ? item : { ...facts, ...mapHashes(item, lengthen) };
}

/** Returns what the keys, and what is not there, say of the rest. Null: the item is of another kind. */
function factsOf(item: Item): Item | null {
  const { pk, sk } = item;
  if (typeof pk !== "string" || typeof sk !== "string") return null;
  if (sk === EXECUTION_SK && pk.startsWith(EXECUTION)) return executionFacts(pk, item);
  if (sk.startsWith(SORT_PREFIXES.audit) && pk.startsWith(AUDIT_PREFIX)) return auditFacts(pk, item);
  return null;
}

const { sk: EXECUTION_SK } = KEYS.execution("any");
const EXECUTION = "execution#";
const AUTOMATION = "automation#";
const EXECUTIONS = "executions#";

function executionFacts(pk: string, item: Item): Item {
  const { listSort, runbookList, incidentList, teamList, trigger } = item;
  const automationId: unknown = Object(trigger)["automationId"];
  return {
    id: after(EXECUTION, pk),
    ...(typeof listSort === "string" && { createdAt: timeOfSort(listSort) }),
    ...(typeof runbookList === "string" && { runbookId: after(EXECUTIONS, runbookList) }),
    incidentId: typeof incidentList === "string" ? after(EXECUTIONS, incidentList) : null,
    ...teamFacts(teamList),
    ...(typeof automationId === "string" && { executedBy: automationActor(automationId) }),
    executedByName: null,
    error: null,
    callDeadlineAt: null,
  };
}

function auditFacts(pk: string, { listSort, runbookList, teamList }: Item): Item {
  const chain = after(AUDIT_PREFIX, pk);
  return {
    ...(typeof listSort === "string" && { id: idOfSort(listSort), at: timeOfSort(listSort) }),
    ...(typeof runbookList === "string" && { runbookId: after(AUDIT_PREFIX, runbookList) }),
    ...teamFacts(teamList),
    executionId: chain.startsWith(EXECUTION) ? after(EXECUTION, chain) : null,
    automationId: chain.startsWith(AUTOMATION) ? after(AUTOMATION, chain) : null,
    eventId: null,
    actorName: null,
  };
}

/** The list is `<kind>#global` or `<kind>#team#<id>`. A team's runbook runs for its team, so one says both. */
function teamFacts(teamList: unknown): Item {
  if (typeof teamList !== "string") return {};
  const [, , teamId = null] = teamList.split("#");
  return { teamId, ranForTeamId: teamId };
}

const after = (prefix: string, text: string) => text.slice(prefix.length);

/** No condition names them. */
const HASHES: ReadonlySet<string> = new Set(["auditHash", "definitionHash", "hash", "previousHash"]);

const mapHashes = (item: Item, change: (hash: string) => string): Item =>
  Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      name,
      HASHES.has(name) && typeof value === "string" ? change(value) : value,
    ]),
  );

/** SHA-256: 64 hex digits are 43 characters of base64url. */
const shorten = (hash: string) =>
  /^[0-9a-f]{64}$/.test(hash) ? Buffer.from(hash, "hex").toString("base64url") : hash;
const lengthen = (hash: string) =>
  /^[\w-]{43}$/.test(hash) ? Buffer.from(hash, "base64url").toString("hex") : hash;
