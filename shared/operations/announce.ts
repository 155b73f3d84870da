// Announcing: audit entries leave the table's stream as domain events, in order, at least once.
import type { DynamoDBRecord } from "aws-lambda";
import { type Announcement, announcementOf } from "../domain/announcement.ts";
import { MOST_ENTRIES, publish } from "../engine/bus.ts";
import { loggable, logger } from "../observe/logger.ts";
import { auditEntryOf } from "../store/stream.ts";

type Due = { at: number; announcement: Announcement };

/** How many records, from the first on, are dealt with. What follows a failure waits for it. */
export async function announce(records: readonly DynamoDBRecord[]): Promise<number> {
  const { due, readable } = read(records);
  for (let i = 0; i < due.length; i += MOST_ENTRIES) {
    const batch = due.slice(i, i + MOST_ENTRIES);
    const taken = await publishOrNone(batch);
    const refused = batch[taken];
    if (refused) return refused.at;
  }
  return readable;
}

/** The announcements that are due, up to the first record that cannot be read: a defect of ours. */
function read(records: readonly DynamoDBRecord[]): { due: Due[]; readable: number } {
  const due: Due[] = [];
  for (const [at, record] of records.entries()) {
    try {
      const entry = auditEntryOf(record);
      const announcement = entry && announcementOf(entry);
      if (announcement) due.push({ at, announcement });
    } catch (error) {
      logger.error("An audit entry could not be read", { record: record.eventID, failure: loggable(error) });
      return { due, readable: at };
    }
  }
  return { due, readable: records.length };
}

async function publishOrNone(batch: readonly Due[]): Promise<number> {
  try {
    const { taken, refusal } = await publish(batch.map(({ announcement }) => announcement));
    if (refusal !== null) logger.error("The bus refused an event", { code: refusal, taken });
    return taken;
  } catch (error) {
    logger.error("The bus did not answer", { failure: loggable(error) });
    return 0;
  }
}
