// When schedules are set: as the stream tells of a change of a source, and as the sweep finds a difference.
import type { DynamoDBRecord } from "aws-lambda";
import { logger, toLogFields } from "../../logging/logger.ts";
import { listScheduleNames } from "../../scheduler/schedules.ts";
import { listSourcesOfKind } from "../../store/sources.ts";
import { parseControlChange } from "../../store/stream.ts";
import { setSchedule, toWanted } from "./set-schedule.ts";

const KIND = "schedule";
/** Sources of which one pass sets the schedules. The next one goes on. */
const MOST = 50;

/** Returns how many records are done: all. What fails is left to the sweep, so that no change waits for another one. */
export async function setChangedSchedules(records: readonly DynamoDBRecord[]): Promise<number> {
  const sources = records.flatMap((record) => parseControlChange(record)?.source ?? []);
  const ids = sources.filter(({ kind }) => kind === KIND).map(({ id }) => id);
  await setAll([...new Set(ids)], new Date());
  return records.length;
}

/**
 * Finds schedules that are not as the sources say, and sets them. The list of sources lags, so the table decides again
 * about each. Returns how many could not be set.
 */
export async function setDifferingSchedules(now: Date): Promise<number> {
  const [sources, there] = [await listSourcesOfKind(KIND), new Set(await listScheduleNames())];
  const wanted = new Set(sources.flatMap((source) => toWanted(source)?.name ?? []));
  const differing = [...new Set([...wanted, ...there])].filter(
    (name) => wanted.has(name) !== there.has(name),
  );
  return setAll([...new Set(differing.map(ownerOf))].slice(0, MOST), now);
}

/** Returns the id of the source in the name of a schedule. */
const ownerOf = (name: string) => name.slice(0, name.indexOf("."));

async function setAll(ids: readonly string[], now: Date): Promise<number> {
  let failed = 0;
  for (const sourceId of ids) {
    try {
      await setSchedule(sourceId, now);
    } catch (error) {
      failed++;
      logger.error("A schedule could not be set", { sourceId, failure: toLogFields(error) });
    }
  }
  return failed;
}
