// Publishes audit entries from the table's stream as domain events, in order, at least once.
import type { DynamoDBRecord } from "aws-lambda";
import { type Announcement, toAnnouncement, toRecovered } from "../../domain/announcement.ts";
import type { AuditEntry } from "../../domain/audit.ts";
import { toSourceAnnouncements } from "../../domain/source-announcement.ts";
import { MAX_ENTRIES, publishEvents } from "../../event-bus/publish.ts";
import { logger, toLogFields } from "../../logging/logger.ts";
import { consoleUrl } from "../../step-functions/arns.ts";
import { claimRecovery, noteFailure } from "../../store/recoveries.ts";
import { parseAuditEntry, parseControlChange } from "../../store/stream.ts";
import { writeRunMetrics } from "./run-metrics.ts";

type PendingAnnouncement = { index: number; announcement: Announcement };

/** Returns how many records are done, counted from the first. Records after a failure wait for it. */
export async function publishAnnouncements(records: readonly DynamoDBRecord[]): Promise<number> {
  const { due, readable } = await readAnnouncements(records);
  const published = await publishAll(due);
  writeRunMetrics(due.slice(0, published).map(({ announcement }) => announcement));
  return due[published]?.index ?? readable;
}

/** Returns how many are published, counted from the first. */
async function publishAll(due: readonly PendingAnnouncement[]): Promise<number> {
  for (let i = 0; i < due.length; i += MAX_ENTRIES) {
    const batch = due.slice(i, i + MAX_ENTRIES);
    const taken = await tryPublish(batch);
    if (taken < batch.length) return i + taken;
  }
  return due.length;
}

/** Returns the events to publish, up to the first record whose events cannot be told now. */
async function readAnnouncements(
  records: readonly DynamoDBRecord[],
): Promise<{ due: PendingAnnouncement[]; readable: number }> {
  const due: PendingAnnouncement[] = [];
  for (const [index, record] of records.entries()) {
    const announcements = await tryReadAnnouncements(record);
    if (!announcements) return { due, readable: index };
    due.push(...announcements.map((announcement) => ({ index, announcement })));
  }
  return { due, readable: records.length };
}

/** Returns null if the record cannot be read, or what it means cannot be decided now. */
async function tryReadAnnouncements(record: DynamoDBRecord): Promise<Announcement[] | null> {
  const read = tryRead(record);
  if (!read) return null;
  const { entry, announcements } = read;
  if (!entry || announcements.length === 0) return announcements;
  try {
    const recovered = await findRecovered(entry);
    return recovered ? [...announcements, recovered] : announcements;
  } catch (error) {
    const { executionId } = entry;
    logger.error("A recovery could not be decided", { executionId, failure: toLogFields(error) });
    return null;
  }
}

/** Returns null if the record cannot be read, which is a defect of the service. `entry` null: of a control, or none. */
function tryRead(record: DynamoDBRecord): { entry: AuditEntry | null; announcements: Announcement[] } | null {
  try {
    const change = parseControlChange(record);
    if (change) return { entry: null, announcements: toSourceAnnouncements(change) };
    const entry = parseAuditEntry(record);
    const announcement = entry && toAnnouncement(entry, consoleUrl);
    return { entry, announcements: announcement ? [announcement] : [] };
  } catch (error) {
    logger.error("An audit entry could not be read", {
      record: record.eventID,
      failure: toLogFields(error),
    });
    return null;
  }
}

/**
 * Returns the recovery that a success is. What it needs is written before anything is published, so a repetition
 * publishes the same events.
 */
async function findRecovered(entry: AuditEntry): Promise<Announcement | null> {
  if (entry.action === "execution.failed") await noteFailure(entry);
  if (entry.action !== "execution.succeeded") return null;
  const failure = await claimRecovery(entry);
  return failure && toRecovered(entry, failure, consoleUrl);
}

async function tryPublish(batch: readonly PendingAnnouncement[]): Promise<number> {
  try {
    const { taken, refusal } = await publishEvents(batch.map(({ announcement }) => announcement));
    if (refusal !== null) logger.error("The bus refused an event", { code: refusal, taken });
    return taken;
  } catch (error) {
    logger.error("The bus did not answer", { failure: toLogFields(error) });
    return 0;
  }
}
