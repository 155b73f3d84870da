// When an incident begins a new episode: a start after an end, and nothing else.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Episode, nextEpisode } from "../../../../shared/domain/incidents/episode.ts";
import { INCIDENT_REPORTS } from "../../../../shared/domain/incidents/incident.ts";

type Report = Parameters<typeof nextEpisode>[1];
type Words = `${(typeof INCIDENT_REPORTS)[number]} ${string}`;

function report(words: Words): Report {
  const kind = INCIDENT_REPORTS.find((one) => words.startsWith(`${one} `)) ?? "Updated";
  return { kind, status: words.slice(kind.length + 1) };
}

function episodesOf(reports: readonly Report[]): Episode[] {
  let before: Episode | null = null;
  return reports.map((one) => {
    before = nextEpisode(before, one);
    return before;
  });
}

const numbersOf = (...reports: Words[]) => episodesOf(reports.map(report)).map(({ number }) => number);

describe("an incident", () => {
  it.each<[string, number[], Words[]]>([
    ["that only goes on has one", [1, 1, 1], ["Created open", "Acknowledged open", "Escalated open"]],
    ["that ends is in its episode still", [1, 1, 1], ["Created open", "Resolved resolved", "Updated closed"]],
    [
      "that is reopened has another",
      [1, 1, 2, 2],
      ["Created open", "Resolved resolved", "Updated open", "Updated open"],
    ],
    [
      "that is closed by an update, and reopened, too",
      [1, 1, 2],
      ["Created open", "Updated Closed", "Updated open"],
    ],
    [
      "that is created again after its end, too",
      [1, 1, 2],
      ["Created firing", "Resolved firing", "Created firing"],
    ],
    ["that is created again before its end has one", [1, 1], ["Created open", "Created open"]],
    [
      "that is acknowledged after its end goes on",
      [1, 1, 2],
      ["Created open", "Resolved resolved", "Acknowledged acked"],
    ],
    [
      "that is resolved twice has ended once",
      [1, 1, 1, 2],
      ["Created open", "Resolved resolved", "Resolved resolved", "Created open"],
    ],
    [
      "whose status does not change at its end is not reopened by a note",
      [1, 1, 1],
      ["Created firing", "Resolved firing", "Updated firing"],
    ],
    [
      "that has ended by other words is reopened by others",
      [1, 1, 2],
      ["Created new", "Resolved declined", "Updated active"],
    ],
    ["that is first known as ended starts afterwards", [1, 2], ["Resolved resolved", "Created open"]],
    [
      "that is created as resolved has not started",
      [1, 1, 1],
      ["Created open", "Resolved resolved", "Created resolved"],
    ],
  ])("%s", (_, numbers, reports) => {
    expect(numbersOf(...reports)).toEqual(numbers);
  });

  it("has as many episodes as ends that a start follows, whatever it reports", () => {
    const status = fc.constantFrom("open", "OPEN", "acked", "resolved", "Closed");
    const any = fc.record({ kind: fc.constantFrom(...INCIDENT_REPORTS), status });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 12 }), (reports) => {
        const episodes = episodesOf(reports);
        for (const [i, { number, ended }] of episodes.entries()) {
          const before = episodes[i - 1];
          expect(number - (before?.number ?? 1)).toBe(number > (before?.number ?? 1) ? 1 : 0);
          if (before && number > before.number) expect([before.ended, ended]).toEqual([true, false]);
          if (before && !before.ended) expect(number).toBe(before.number);
        }
      }),
    );
  });
});
