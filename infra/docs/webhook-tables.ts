// Tables of docs/webhooks.md: template helpers, context and limits, parameter keywords, retry rules.
import { CONTEXT_FIELDS } from "../../shared/contract/context.ts";
import { FORMATS } from "../../shared/parameters/formats.ts";
import { KEYWORDS } from "../../shared/parameters/keywords.ts";
import { LIMITS, PARAMETER_TYPES, SCALAR_TYPES } from "../../shared/parameters/schema.ts";
import { STORED_BODY_BYTES, STORED_HEADER_CHARACTERS } from "../../shared/webhook/capture-answer.ts";
import { CLIENT_LIMITS } from "../../shared/webhook/egress/client.ts";
import { HEADER_LIMITS } from "../../shared/webhook/headers.ts";
import { STATUS_RULES } from "../../shared/webhook/retry.ts";
import { HELPERS } from "../../shared/webhook/template/functions.ts";
import { TEMPLATE_LIMITS } from "../../shared/webhook/template/limits.ts";
import { renderTemplate } from "../../shared/webhook/template/render.ts";
import { ANY } from "../../shared/webhook/template/shape.ts";
import { code, kibibytes, table } from "./markdown.ts";

/** One call of each helper. Its result is rendered from the data below. */
const HELPER_CALLS: Record<string, string> = {
  json: "{{json incident.metadata}}",
  default: '{{default incident.assignee "nobody"}}',
  uppercase: "{{uppercase params.region}}",
  lowercase: "{{lowercase params.name}}",
  shortId: "{{shortId execution.id}}",
  urlEncode: "{{urlEncode params.path}}",
  trim: "{{trim params.note}}",
  base64: "{{base64 params.name}}",
  path: "https://files.example.com/{{path params.path}}",
  concat: '{{concat params.region "-" params.count}}',
  replace: '{{replace params.name "-" "_"}}',
  split: '{{json (split params.names ",")}}',
  join: '{{join params.hosts ", "}}',
  number: "{{number params.amount}}",
  dateFormat: '{{dateFormat execution.createdAt "yyyy-MM-dd HH:mm" "Europe/Berlin"}}',
  addSeconds: "{{addSeconds execution.createdAt 3600}}",
  epochSeconds: "{{epochSeconds execution.createdAt}}",
  epochMillis: "{{epochMillis execution.createdAt}}",
  isSet: "{{isSet params.count}}",
  eq: '{{eq params.region "eu"}}',
  ne: '{{ne params.region "eu"}}',
  lt: "{{lt params.count 10}}",
  lte: "{{lte params.count 0}}",
  gt: "{{gt params.count 0}}",
  gte: "{{gte params.count 0}}",
  and: '{{and (isSet params.count) (eq params.region "us")}}',
  or: '{{or (gt params.count 5) (eq params.region "eu")}}',
  not: "{{not (isSet incident.assignee)}}",
  lookup: "{{lookup incident.metadata params.field}}",
  choose: '{{choose params.region eu="Europe" us="America"}}',
};
const HELPER_DATA = {
  incident: { metadata: { region: "eu" }, assignee: null },
  params: {
    ...{ region: "eu", name: "DB-1", path: "a/b c", note: " text ", names: "a,b", amount: "0.50" },
    ...{ hosts: ["db-1", "db-2"], count: 0, field: "region" },
  },
  execution: { id: "execution_01h455vb4pex5vsknk084sn02q", createdAt: "2026-03-01T03:00:00.000Z" },
};

const NULL_WORDS = { taken: "takes it", "passed on": "passes it on", refused: "refuses it" };

export function helperTable(): string {
  const rows = Object.entries(HELPERS).map(([name, { usage, nulls }]) => {
    const call = HELPER_CALLS[name];
    if (call === undefined) throw new Error(`The helper ${name} has no example in the docs`);
    const result = renderTemplate(call, name === "path" ? "url" : "header", HELPER_DATA, ANY);
    return [code(usage), code(call), code(result), NULL_WORDS[nulls]];
  });
  return table(["usage", "example", "gives", "null"], rows);
}

export function contextTable(): string {
  const rows = Object.entries(CONTEXT_FIELDS).map(([group, fields]) => {
    const names = Object.entries(fields).map(
      ([name, kind]) => code(`${group}.${name}`) + (kind === "any" ? " (any JSON)" : ""),
    );
    return [code(group), names.join(", ")];
  });
  return table(
    ["group", "fields"],
    [[code("params"), "each parameter of the schema, null where not given"], ...rows],
  );
}

export function templateLimitTable(): string {
  const rows = Object.entries(TEMPLATE_LIMITS).map(([name, value]) => [
    words(name),
    name.endsWith("Bytes") ? kibibytes(value) : value.toLocaleString("en"),
  ]);
  return table(["limit of a template", "value"], rows);
}

export function keywordTable(): string {
  const rows = [...KEYWORDS].map(([keyword, { types }]) => [
    code(keyword),
    types.length === PARAMETER_TYPES.length
      ? "every type"
      : types.length === SCALAR_TYPES.length
        ? "every type but `array`"
        : types.map(code).join(", "),
  ]);
  return table(
    ["keyword", "goes with"],
    [
      [code("type"), `required: ${PARAMETER_TYPES.map(code).join(", ")}`],
      [code("default"), "every type"],
      [code("items"), "`array`, required: what each item is, one of the other types with its keywords"],
      ...rows,
    ],
  );
}

export function formatTable(): string {
  return table(
    ["`format`", "example"],
    [...FORMATS].map(([name, { example }]) => [code(name), code(example)]),
  );
}

export function parameterLimitTable(): string {
  const rows = Object.entries(LIMITS).map(([name, value]) => [
    words(name),
    name.endsWith("Bytes") ? kibibytes(value) : value.toLocaleString("en"),
  ]);
  return table(["limit of parameters", "value"], rows);
}

export function statusTable(): string {
  const words = { always: "yes", "if asked": "with `Retry-After`", never: "no" } as const;
  const rows = STATUS_RULES.map(({ from, to, retried, unsafe }) => {
    const range = from === to ? from : `${from}–${to}`;
    return [from === 200 ? `${range} that is no success` : range, words[retried], words[unsafe]];
  });
  return table(
    ["answer", "retried", "with `safeToRepeat: false`"],
    [...rows, ["any other, redirects too", "no", "no"]],
  );
}

export function callLimitTable(): string {
  return table(
    ["limit of a call", "value"],
    [
      ["headers of a runbook", HEADER_LIMITS.count],
      ["one header value", `${HEADER_LIMITS.valueCharacters} characters`],
      ["all headers together", `${HEADER_LIMITS.allCharacters} characters`],
      ["headers of an answer", kibibytes(CLIENT_LIMITS.headerBytes)],
      ["header of an answer that is kept", `${STORED_HEADER_CHARACTERS} characters`],
      ["body of an answer that is read", kibibytes(CLIENT_LIMITS.bodyBytes)],
      ["body of an answer that is kept", kibibytes(STORED_BODY_BYTES)],
    ],
  );
}

/** `allExpressionsCharacters` → `all expressions characters`. */
const words = (name: string) =>
  name
    .replace(/([A-Z])/g, " $1")
    .toLowerCase()
    .replace(/ (bytes|characters)$/, ", $1");
