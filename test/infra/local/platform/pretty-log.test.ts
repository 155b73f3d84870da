// LOG_FORMAT=pretty: what a person reads of a log line.
import { stripVTControlCharacters as plain } from "node:util";
import { describe, expect, test } from "vitest";
import { formatForPerson } from "../../../../infra/local/platform/pretty-log.ts";

const line = (fields: object) =>
  JSON.stringify({
    level: "INFO",
    message: "done",
    timestamp: "2026-03-01T03:00:00.123Z",
    service: "runbooks",
    ...fields,
  });

describe("a line of the log", () => {
  test.each<[string, object, string]>([
    [
      "its facts",
      { task: "deliver-webhook", durationMs: 3 },
      "03:00:00.123 INFO  done task=deliver-webhook durationMs=3",
    ],
    ["its ids by their own names", { ids: { runbookId: "r" } }, "03:00:00.123 INFO  done runbookId=r"],
    [
      "lists and flags",
      { fields: ["/a"], dryRun: true },
      '03:00:00.123 INFO  done fields=["/a"] dryRun=true',
    ],
    ["nothing that is not there", { caller: null }, "03:00:00.123 INFO  done"],
    ["nothing that each line has", { cold_start: true, function_name: "x" }, "03:00:00.123 INFO  done"],
    [
      "an error by name and text, without its places",
      { level: "ERROR", message: "failed", failure: { name: "TypeError", message: "no", places: ["at x"] } },
      "03:00:00.123 ERROR failed failure.name=TypeError failure.message=no",
    ],
  ])("shows %s", (_, fields, text) => {
    expect(plain(formatForPerson(`${line(fields)}\n`))).toBe(`${text}\n`);
  });

  test("that is no log line is unchanged, and metrics are left out", () => {
    const written = `ready\n{"a":1}\n{broken\n${line({ _aws: {} })}\n${line({})}\n`;
    expect(plain(formatForPerson(written))).toBe('ready\n{"a":1}\n{broken\n03:00:00.123 INFO  done\n');
    expect(formatForPerson(line({ _aws: {} }))).toBe("");
  });
});
