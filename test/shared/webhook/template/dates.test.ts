// Dates: a pattern either writes what it says, or is refused with the way that works.
import { describe, expect, it } from "vitest";
import { templateShape } from "../../../../shared/application/request/template-context.ts";
import { checkTemplate } from "../../../../shared/webhook/template/check.ts";
import { renderTemplate } from "../../../../shared/webhook/template/render.ts";
import { ANY } from "../../../../shared/webhook/template/shape.ts";

const shape = templateShape({
  type: "object",
  properties: {
    day: { type: "string", format: "date" },
    at: { type: "string", format: "date-time" },
    pattern: { type: "string", minLength: 1 },
    zone: { type: "string", minLength: 1 },
  },
  required: ["day", "at", "pattern", "zone"],
});
const AT = "2026-07-01T22:30:05.678Z";
const data = (more: object = {}) => ({
  params: { day: "2026-03-01", at: AT, pattern: "yyyy", zone: "UTC", ...more },
});
const issues = (expression: string) =>
  checkTemplate(expression, "text", shape).map(({ message, line, column }) => `${line}:${column} ${message}`);
const render = (expression: string, more: object = {}) =>
  renderTemplate(expression, "text", data(more), shape);

describe("a date pattern", () => {
  it.each([
    ["{{dateFormat params.at}}", "2026-07-01T22:30:05.678Z"],
    ['{{dateFormat params.at "yyyy-MM-ddTHH:mm:ssZ"}}', "2026-07-01T22:30:05Z"],
    ['{{dateFormat params.at "yyyy-MM-ddTHH:mm:ssZ" "Etc/UTC"}}', "2026-07-01T22:30:05Z"],
    [`{{dateFormat params.at "yyyy-MM-dd'T'HH:mm:ssXXX" "Europe/Berlin"}}`, "2026-07-02T00:30:05+02:00"],
    ['{{dateFormat params.at "HH:mmXXX" "Asia/Kolkata"}}', "04:00+05:30"],
    ['{{dateFormat params.at "HH:mmXXX" "America/St_Johns"}}', "20:00-02:30"],
    ['{{dateFormat params.at "yyyyMMddTHHmmssXXX"}}', "20260701T223005Z"],
    [`{{dateFormat params.at "'day' dd 'of' MM, 'at' HH 'o''clock' ''"}}`, "day 01 of 07, at 22 o'clock '"],
    ["{{dateFormat params.day}}", "2026-03-01"],
    ['{{dateFormat params.day "dd.MM.yyyy"}}', "01.03.2026"],
    ["{{addSeconds params.at 3600}}", "2026-07-01T23:30:05.678Z"],
    ["{{addSeconds params.at -0.5}}", "2026-07-01T22:30:05.178Z"],
    ['{{dateFormat (addSeconds params.at 5400) "HH:mm" "Europe/Berlin"}}', "02:00"],
    ["{{epochSeconds params.at}}", "1782945005"],
    ["{{epochMillis params.at}}", "1782945005678"],
  ])("writes what it says: %s", (expression, expected) => {
    expect(issues(expression)).toEqual([]);
    expect(render(expression)).toBe(expected);
  });

  it.each([
    [
      '{{dateFormat params.at "YYYY-MM-DD"}}',
      "1:1 dateFormat does not know YYYY, DD (did you mean yyyy, dd?): it knows yyyy MM dd",
    ],
    ['{{dateFormat params.at "dd MMM yy"}}', "dateFormat does not know MMM, yy"],
    ['{{dateFormat params.at "hh:mm a"}}', "dateFormat does not know hh, a (did you mean HH?)"],
    ['{{dateFormat params.at "HH:mm at"}}', "dateFormat does not know a, t"],
    ['{{dateFormat params.at "yyyy-mm-dd"}}', "mm is minutes, and this pattern has no hours: months are MM"],
    ['{{dateFormat params.at "HH:MM"}}', "MM is months: minutes are mm"],
    [`{{dateFormat params.at "HH 'o"}}`, "a quote in dateFormat's pattern is not closed"],
    ['{{dateFormat params.at ""}}', "dateFormat's pattern is empty"],
    ["{{dateFormat params.at 5}}", "dateFormat's pattern must be a text"],
    [
      '{{dateFormat params.at "yyyy-MM-ddTHH:mm:ssZ" "Europe/Berlin"}}',
      "Z says UTC, and the time zone is Europe/Berlin: write XXX",
    ],
    [`{{dateFormat params.at "HH:mm'Z'" "Europe/Berlin"}}`, "Z says UTC"],
    ['{{dateFormat params.at "HH:mm" "Mars/Base"}}', "time zone must be an IANA name"],
    ['{{dateFormat params.day "yyyy-MM-dd HH:mm"}}', "leave HH, mm out of the pattern, or pass a date-time"],
    ['{{dateFormat "2026-03-01" "yyyy-MM-ddZ"}}', "leave Z out of the pattern"],
    [
      '{{dateFormat params.day "dd.MM." "Europe/Berlin"}}',
      "a date without a time is in no time zone: leave the zone out",
    ],
    ["{{addSeconds params.day 5}}", "addSeconds params.day is a date without a time"],
    ["{{epochSeconds params.day}}", "epochSeconds params.day is a date without a time"],
    ["{{epochMillis params.day}}", "epochMillis params.day is a date without a time"],
  ])("is refused at save where it would not: %s", (expression, expected) => {
    expect(issues(expression).join()).toContain(expected);
  });

  it.each([
    ["{{dateFormat params.at params.pattern}}", { pattern: "YYYY" }, "does not know YYYY"],
    ["{{dateFormat params.at 'HH:mmZ' params.zone}}", { zone: "Europe/Berlin" }, "Z says UTC"],
    ["{{dateFormat params.at params.pattern params.zone}}", { zone: "Nowhere" }, "must be an IANA name"],
    ["{{dateFormat params.zone 'HH'}}", { zone: "2026-03-01" }, "leave HH out"],
    ["{{dateFormat params.zone 'yyyy' 'UTC'}}", { zone: "2026-03-01" }, "in no time zone"],
    ["{{epochSeconds params.zone}}", { zone: "2026-03-01" }, "a date without a time"],
    ["{{epochSeconds params.zone}}", { zone: "now" }, "not an ISO 8601 time"],
    ["{{addSeconds params.zone 999999999999999}}", { zone: AT }, "beyond the year 9999"],
  ])("is refused at render where only that can tell: %s", (expression, more, expected) => {
    expect(issues(expression)).toEqual([]);
    expect(() => render(expression, more)).toThrow(expected);
  });

  it("writes an offset that leads back to the same instant, in any zone", () => {
    for (const zone of Intl.supportedValuesOf("timeZone")) {
      const text = renderTemplate(
        "{{dateFormat at 'yyyy-MM-ddTHH:mm:ss.SSSXXX' zone}}",
        "text",
        { at: AT, zone },
        ANY,
      );
      expect(new Date(text).toISOString(), zone).toBe(AT);
    }
  });
});
