// A canary for every helper of templates in every position of a request, made from the helpers' table: a new helper is
// covered automatically.
import { randomBytes, randomInt } from "node:crypto";
import { CALLBACK_LIMITS } from "../../shared/domain/executions/callback.ts";
import type { JsonValue } from "../../shared/domain/json.ts";
import { HELPERS } from "../../shared/webhook/template/functions.ts";
import { textOf } from "../../shared/webhook/template/helper-types.ts";
import { canary, SPELLINGS } from "./canaries.ts";

const POSITIONS = ["body string", "body value", "body key", "URL path", "query", "header"] as const;
type Position = (typeof POSITIONS)[number];

/** `form`: what the helper makes of the secret. */
export type Cell = {
  name: string;
  position: Position;
  parameter: string;
  expression: string;
  secret: string;
  form: string;
};

/** For helpers that do not accept any text: a secret that they accept, and their further arguments. */
const randomTime = () => new Date(randomInt(4e12, 2e14)).toISOString();
const SAMPLES: Record<string, { secret?: () => string; more?: readonly JsonValue[] }> = {
  dateFormat: { secret: randomTime, more: ["yyyy-MM-dd HH:mm"] },
  addSeconds: { secret: randomTime, more: [3600] },
  epochSeconds: { secret: randomTime },
  epochMillis: { secret: randomTime },
  number: { secret: () => String(randomInt(1e14, 2e14)) },
};

/** Helpers of texts whose result is a secret where their argument is one. */
const helpersOfSecrets = () =>
  Object.entries(HELPERS).flatMap(([name, { secrets, takes }]) =>
    secrets === undefined && (takes[0] === "text" || takes[0] === "any") && name !== "choose" ? [name] : [],
  );

/** So many parameters a run: less than a schema may have, and headers than a request may. */
const CELLS_OF_A_RUN = 24;

/** The cells of each run. */
export function helperCells(): Cell[][] {
  const helpers = [null, ...helpersOfSecrets()];
  const cells = helpers
    .flatMap((helper) => POSITIONS.map((position) => ({ helper, position })))
    .filter(({ helper, position }) => helper !== "path" || position === "URL path")
    .map(cellOf);
  return Array.from({ length: Math.ceil(cells.length / CELLS_OF_A_RUN) }, (_, run) =>
    cells.slice(run * CELLS_OF_A_RUN, (run + 1) * CELLS_OF_A_RUN),
  );
}

function cellOf({ helper, position }: { helper: string | null; position: Position }, index: number): Cell {
  const name = `${helper ?? "no helper"} in ${position}`;
  const parameter = `c${index}`;
  const path = `params.${parameter}`;
  const row = helper === null ? undefined : HELPERS[helper];
  const sample = SAMPLES[helper ?? ""];
  // Random at its end too: some helpers leave nothing else.
  const secret = sample?.secret?.() ?? canary(parameter) + randomBytes(4).toString("hex");
  if (!row) return { name, position, parameter, expression: `{{${path}}}`, secret, form: secret };
  const more = sample?.more ?? Array.from({ length: row.arguments.least - 1 }, () => "fallback");
  const outcome = row.run([secret, ...more]);
  if ("problem" in outcome) throw new Error(`${name}: give it a secret that it takes, in SAMPLES`);
  const call = [helper, path, ...more.map((value) => JSON.stringify(value))].join(" ");
  return { name, position, parameter, expression: `{{${call}}}`, secret, form: textOf(outcome.value) };
}

/** The parts of a definition that write each cell in its position. */
export function definitionOf(cells: readonly Cell[], url: string): Record<string, unknown> {
  const at = (position: Position) => cells.filter((cell) => cell.position === position);
  const path = at("URL path").map(({ expression }) => expression);
  const query = at("query").map(({ parameter, expression }) => `${parameter}=${expression}`);
  const members = [
    ...at("body string").map(({ parameter, expression }) => `"${parameter}":"${expression}"`),
    ...at("body value").map(({ parameter, expression }) => `"${parameter}":${expression}`),
    ...at("body key").map(({ expression }) => `"${expression}":true`),
  ];
  return {
    webhookUrl: `${url}/${path.join("/")}?${query.join("&")}`,
    webhookHeaders: Object.fromEntries(at("header").map((c) => [`X-${c.parameter}`, c.expression])),
    payloadTemplate: `{${members.join(",")}}`,
    parameters: {
      type: "object",
      properties: Object.fromEntries(cells.map((c) => [c.parameter, { type: "string", writeOnly: true }])),
    },
  };
}

export const parametersOf = (cells: readonly Cell[]) =>
  Object.fromEntries(cells.map(({ parameter, secret }) => [parameter, secret]));

/** Secrets and forms, to be looked for. */
export function secretsOf(cells: readonly Cell[]): Record<string, string> {
  return Object.fromEntries(
    cells.flatMap(({ name, secret, form }) => [
      [name, secret],
      [`${name}, as written`, form],
    ]),
  );
}

const WAYS = Object.values(SPELLINGS);

/** What a careless receiver answers to its n-th call, the first being 0: every cell, in some of the spellings. */
export function echoOf(cells: readonly Cell[], call: number, calls: number): string {
  const ways = WAYS.filter((_, index) => index % calls === call);
  return cells
    .flatMap(({ parameter, form }) => ways.map((spell) => `${parameter}: ${spell(form)}`))
    .join("\n");
}

/** Each cell in one spelling, another for each: with `turn` in another one. */
function spelt(cells: readonly Cell[], turn: number): string[] {
  return cells.map(({ form }, index) => WAYS[(index + turn) % WAYS.length]?.(form) ?? form);
}

/** What it calls back with: notes that hold each cell, then a failure whose message and output hold them too. */
export function callbacksOf(cells: readonly Cell[]): Record<string, unknown>[] {
  const notes = messagesOf(spelt(cells, 0)).map((message) => ({ status: "RUNNING", message }));
  const [message] = messagesOf(spelt(cells, 5));
  const members = spelt(cells, 10).map((text, index) => [`m${index}`, [text]] as const);
  const names = cells.map(({ form }) => [form, true] as const);
  const output = { ...Object.fromEntries(members), names: Object.fromEntries(names) };
  return [...notes, { status: "FAILED", message, output }];
}

/** As few messages as hold all of the texts, except for those that are longer than a message. */
function messagesOf(texts: readonly string[]): string[] {
  const messages: string[] = [];
  for (const text of texts) {
    const longer = `${messages.at(-1) ?? ""} ${text}`.trim();
    if (messages.length > 0 && longer.length <= CALLBACK_LIMITS.messageCharacters)
      messages.splice(-1, 1, longer);
    else if (text.length <= CALLBACK_LIMITS.messageCharacters) messages.push(text);
  }
  return messages;
}
