// Saves sources: checks that their settings fit their kind, encrypts their secrets, and appends to the audit chain.
import type { Caller } from "../../domain/caller.ts";
import type { Act } from "../../domain/context.ts";
import { notFound, ServiceError } from "../../domain/errors.ts";
import { authorizeCreation } from "../../domain/permissions.ts";
import { findNeverDue } from "../../domain/sources/schedule-checks.ts";
import type { Source, SourceChanges, SourceInput } from "../../domain/sources/source.ts";
import {
  createSource,
  deleteSource,
  type SourceChange,
  type StoredVerification,
  updateSource,
} from "../../domain/sources/source-changes.ts";
import { type CheckedSource, checkSource, ownerOf } from "../../domain/sources/source-checks.ts";
import { encrypt } from "../../secrets/encrypt.ts";
import { getKillSwitchChainHead } from "../../store/controls.ts";
import { type IdempotencyRecord, idempotencyWrites } from "../../store/idempotency.ts";
import { retryOnConflict } from "../../store/retry-on-conflict.ts";
import { getSource, requireSourceMatch, saveSource } from "../../store/sources.ts";
import { bindingOf } from "./verification-secret.ts";

/** Another change that was appended to the chain, or made to the source, first. */
const CHANGED_MEANWHILE = {
  tries: 5,
  isConflict: ({ labels }: { labels: readonly string[] }) => !labels.includes("idempotency"),
  giveUp: (cause: unknown) =>
    new ServiceError("version_conflict", "Sources changed at the same time: read it again, then decide.", {
      cause,
    }),
};

/** Creates a source. @throws `malformed_request` with all that its kind needs; `not_permitted` for another's team. */
export async function addSource(
  id: string,
  input: SourceInput,
  caller: Caller,
  act: () => Act,
  record: IdempotencyRecord | null,
): Promise<Source> {
  requireFit(input, input.schedule, act());
  authorizeCreation(caller, ownerOf(input));
  const verification = input.verification && {
    ...(await encryptSecret(id, input.verification)),
    previous: null,
  };
  return retryOnConflict(async () => {
    const chain = await getKillSwitchChainHead();
    const change = createSource(id, input, verification, chain, act());
    await saveSource(change, idempotencyWrites(record));
    return change.source;
  }, CHANGED_MEANWHILE);
}

type SourceUpdate = { changes: SourceChanges; ifMatch: number | undefined };

/** Changes a source. A new secret stands beside the one before for as long as is asked. */
export async function changeSource(
  id: string,
  { changes, ifMatch }: SourceUpdate,
  caller: Caller,
  act: () => Act,
): Promise<Source> {
  const { verification: given, ...settings } = changes;
  const secret = given && (await encryptSecret(id, given));
  return changeStored(id, ifMatch, act, (before, chain, asked) => {
    const defined = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
    const scheme = before.verification && { scheme: before.verification.scheme };
    const changed: CheckedSource = { ...before, ...defined, verification: given ?? scheme };
    requireFit(changed, settings.schedule ?? null, asked);
    authorizeCreation(caller, ownerOf(changed));
    const verification = given && secret && toRotated(before, secret, given.keepPreviousHours, asked.at);
    return updateSource(before, changed, verification, chain, asked);
  });
}

/** Deletes a source, with its secrets. */
export async function removeSource(id: string, ifMatch: number | undefined, act: () => Act): Promise<void> {
  await changeStored(id, ifMatch, act, deleteSource);
}

type Decide = (before: Source, chain: SourceChange["control"]["before"], act: Act) => SourceChange | null;

async function changeStored(
  id: string,
  ifMatch: number | undefined,
  act: () => Act,
  decide: Decide,
): Promise<Source> {
  return retryOnConflict(async () => {
    const before = await getSource(id);
    if (!before) throw notFound("source");
    requireSourceMatch(ifMatch, before);
    const change = decide(before, await getKillSwitchChainHead(), act());
    if (!change) return before;
    await saveSource(change);
    return change.source;
  }, CHANGED_MEANWHILE);
}

/** `schedule`: one that is new has to be due some time. */
function requireFit(source: CheckedSource, schedule: Source["schedule"], { at }: Pick<Act, "at">): void {
  const unfit = checkSource(source);
  const issues = unfit.length === 0 && schedule ? findNeverDue(schedule, new Date(at)) : unfit;
  if (issues.length > 0) throw new ServiceError("malformed_request", "The source is not valid.", { issues });
}

type Verification = NonNullable<SourceInput["verification"]>;

async function encryptSecret(id: string, { scheme, secret }: Verification) {
  return { scheme, secret: await encrypt(secret, bindingOf(id)) };
}

function toRotated(
  { verification: before }: Source,
  verification: Awaited<ReturnType<typeof encryptSecret>>,
  keepHours: number,
  at: string,
): StoredVerification {
  if (!before || keepHours === 0) return { ...verification, previous: null };
  const until = new Date(Date.parse(at) + keepHours * 3_600_000).toISOString();
  return { ...verification, previous: { scheme: before.scheme, secret: before.secret, until } };
}
