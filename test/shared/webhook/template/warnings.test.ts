// What can be saved and will surprise: each warning names its place and the way out, and goes when that is taken.
import { describe, expect, it } from "vitest";
import { templateShape } from "../../../../shared/application/request/template-context.ts";
import { checkTemplate, type TemplateKind } from "../../../../shared/webhook/template/check.ts";
import { findTemplateWarnings } from "../../../../shared/webhook/template/warnings.ts";

const shape = templateShape({
  type: "object",
  properties: {
    host: { type: "string", minLength: 1 },
    note: { type: "string", minLength: 1 },
    size: { type: "integer", default: 1 },
    count: { type: "integer", minimum: 1 },
  },
  required: ["host"],
});
const warnings = (source: string, kind: TemplateKind = "json") =>
  findTemplateWarnings(source, kind, shape).map(({ code, line, column }) => `${line}:${column} ${code}`);

describe("a warning", () => {
  it.each<[string, TemplateKind, string[]]>([
    ['"{{params.note}}"', "json", ["1:2 optional_in_text"]],
    ['"{{uppercase params.note}}"', "json", ["1:2 optional_in_text"]],
    ["{{params.note}}", "header", ["1:1 optional_in_text"]],
    [
      "https://h.example/{{params.note}}?n={{params.count}}",
      "url",
      ["1:19 optional_in_text", "1:37 optional_in_text"],
    ],
    ["a={{params.note}}", "form", ["1:3 optional_in_text"]],
    ['{"{{params.note}}":1}', "json", ["1:3 optional_in_text"]],
    ['"{{incident.title}}"', "json", ["1:2 unguarded_incident"]],
    ["{{incident.metadata}}", "json", ["1:1 unguarded_incident"]],
    ['"{{team.id}}"', "json", ["1:2 optional_in_text"]],
    [
      '\n  "cost: ${AMOUNT} {% if x %}<%= y %>"',
      "json",
      ["2:10 foreign_placeholder", "2:20 foreign_placeholder", "2:30 foreign_placeholder"],
    ],
    [
      '{{#if incident.metadata.n}}{"n":{{incident.metadata.n}}}{{else}}{}{{/if}}',
      "json",
      ["1:1 empty_left_out"],
    ],
    ['{{#if params.note}}1{{else}}"{{params.note}}"{{/if}}', "json", ["1:30 optional_in_text"]],
    ['{{#if params.host}}"{{params.note}}"{{else}}1{{/if}}', "json", ["1:21 optional_in_text"]],
  ])("stands at what can be missing or is no expression: %s as %s", (source, kind, expected) => {
    expect(checkTemplate(source, kind, shape)).toEqual([]);
    expect(warnings(source, kind)).toEqual(expected);
  });

  it.each([
    '"{{params.host}} {{params.size}} {{execution.id}} {{runbook.version}}"',
    '"{{default params.note "none"}}"',
    '"{{default incident.title "none"}}"',
    "{{params.note}}",
    '{{#if params.note}}"{{params.note}}"{{else}}1{{/if}}',
    '{{#unless params.note}}1{{else}}"{{params.note}}"{{/unless}}',
    '{{#with params.note}}"{{this}} {{../params.note}}"{{else}}1{{/with}}',
    '{{#if incident}}"{{incident.title}}"{{else}}1{{/if}}',
    '{{#if incident.id}}"{{incident.title}}"{{else}}1{{/if}}',
    '{{#with incident}}"{{title}} {{@root.incident.status}}"{{else}}1{{/with}}',
    '{{#if incident}}{{#if params.host}}"{{incident.title}}"{{else}}1{{/if}}{{else}}1{{/if}}',
    '"costs 5$ {x} %"',
  ])("is not given where there is always a value: %s", (source) => {
    expect(checkTemplate(source, "json", shape)).toEqual([]);
    expect(warnings(source)).toEqual([]);
  });

  it("says what to write instead", () => {
    const [first] = findTemplateWarnings('"{{params.note}}"', "json", shape);
    expect(first?.message).toBe(
      'a run without params.note fails here: write {{default params.note "…"}}, or put it into {{#if (isSet params.note)}}',
    );
  });

  it("is not given for a template that is refused anyway, or for no template at all", () => {
    expect(findTemplateWarnings('"{{params.nope}} ${x}"', "json", shape)).toEqual([]);
    expect(findTemplateWarnings(null, "json", shape)).toEqual([]);
  });
});
