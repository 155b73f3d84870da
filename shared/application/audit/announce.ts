// Publishes audit entries from the table's stream as domain events, in order, at least once.
import type { DynamoDBRecord } from "aws-lambda";
import { type Announcement, toAnnouncement } from "../../domain/announcement.ts";
import { MAX_ENTRIES, publishEvents } from "../../event-bus/publish.ts";
import { logger, toLogFields } from "../../logging/logger.ts";
import { consoleUrl } from "../../step-functions/arns.ts";
import { parseAuditEntry } from "../../store/stream.ts";

type PendingAnnouncement = { index: number; announcement: Announcement };

/** Returns how many records are done, counted from the first. Records after a failure wait for it. */
export async function publishAnnouncements(records: readonly DynamoDBRecord[]): Promise<number> {
  const { due, readable } = readAnnouncements(records);
  for (let i = 0; i < due.length; i += MAX_ENTRIES) {
    const batch = due.slice(i, i + MAX_ENTRIES);
    const taken = await tryPublish(batch);
    const firstRefused = batch[taken];
    if (firstRefused) return firstRefused.index;
  }
  return readable;
}

/**
 * Returns the events to publish, up to the first record that cannot be read. Such a record is a defect of the service.
 */
function readAnnouncements(records: readonly DynamoDBRecord[]): {
  due: PendingAnnouncement[];
  readable: number;
} {
  const due: PendingAnnouncement[] = [];
  for (const [at, record] of records.entries()) {
    try {
      const entry = parseAuditEntry(record);
      const announcement = entry && toAnnouncement(entry, consoleUrl);
      if (announcement) due.push({ index: at, announcement });
    } catch (error) {
      logger.error("An audit entry could not be read", {
        record: record.eventID,
        failure: toLogFields(error),
      });
      return { due, readable: at };
    }
  }
  return { due, readable: records.length };
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
