// Formats an exchange for readers: compact JSON, and fixed values for everything that differs between recordings.
import { ALL_ROUTES } from "../../shared/contract/routes.ts";
import { CAST, type Examples, type Exchange } from "./examples.ts";

const WIDTH = 100;

/** Formats JSON with each object or array on one line if it fits. Everything below `levels` is always on one line. */
export function compactJson(value: unknown, levels = Number.POSITIVE_INFINITY, indent = ""): string {
  if (levels === 0) return JSON.stringify(value);
  const flat = oneLine(value);
  if (indent.length + flat.length <= WIDTH || typeof value !== "object" || value === null) return flat;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    return `[\n${value.map((item) => inner + compactJson(item, levels - 1, inner)).join(",\n")}\n${indent}]`;
  }
  const members = Object.entries(value).map(
    ([name, member]) => `${inner}${JSON.stringify(name)}: ${compactJson(member, levels - 1, inner)}`,
  );
  return `{\n${members.join(",\n")}\n${indent}}`;
}

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}: ${oneLine(member)}`,
  );
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

/** Replaces long content that is shown elsewhere: definitions in versions and runs, and the OpenAPI document. */
function dropRepetition(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dropRepetition);
  if (typeof value !== "object" || value === null) return value;
  const repeated = ["definition", "definitionSnapshot", "paths", "components"];
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      repeated.includes(name) ? { "…": "…" } : dropRepetition(member),
    ]),
  );
}

/** Returns all examples, in the order of the contract. */
export function examplesText(examples: Examples): string {
  return ALL_ROUTES.map(
    ([name, { summary, access }]) =>
      `### ${name}\n\n${summary}.${access === "public" ? "" : askedBy(examples[name])}\n\n${exampleText(examples[name])}`,
  ).join("\n\n");
}

const askedBy = ({ as }: Exchange) => ` Asked by ${as}, \`${CAST[as].join(", ")}\`.`;

function exampleText({ method, path, headers, body, answer }: Exchange): string {
  const given = Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`);
  const asked = body === undefined ? "" : `\n${compactJson(body)}\n`;
  const shown = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}\n`);
  const answered = answer.body === null ? "" : `\n${compactJson(dropRepetition(answer.body))}\n`;
  return `\`\`\`http\n${method} ${path}\n${given.join("")}${asked}\`\`\`\n\n\`\`\`http\n${answer.status}\n${shown.join("")}${answered}\`\`\``;
}

const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  [/http:\/\/127\.0\.0\.1:\d+/g, "https://hooks.example.com"],
  [
    /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g,
    "6f9a3c0e-5d1b-4c2a-9e7f-0b8d4a1c2e3f",
  ],
  [/\b[0-9a-f]{64}\b/g, "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"],
  [/"00-[0-9a-f]{32}-/g, '"00-4bf92f3577b34da6a3ce929d0e0e4736-'],
  [/whsec_[A-Za-z0-9+/=]+/g, "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"],
  [/("x-runbook-callback-token":)"[^"]+"/g, '$1"iLCbO0bMzGWsQ0rwCpGRCIBMUsCHCYBBm1H9WlBDXmI"'],
  [/("etag":"\\")[0-9a-f]{32}(\\"")/g, "$1f2a06c1b94e53a0c6d7e8f9b01234c5d$2"],
  [/"durationMs":\d+/g, '"durationMs":12'],
  [/"salt":"[\w-]{22}"/g, '"salt":"q3Zt8mW1xKc0vR5uJd7LhA"'],
  [/"nextCursor":"[^"]+"/g, '"nextCursor":"kx3-Vn0Yw1uQ8rTzLb5cGdMeHfJa2sPo"'],
];

/** Times of day that the session sends. All other times depend on the recording. */
const FIXED_TIMES = ["00:00:00.000", "02:58:00.000", "23:59:59.000"];
const normalizeTime = (_text: string, time: string) =>
  `2026-03-01T${FIXED_TIMES.includes(time) ? time : "03:00:00.000"}Z`;

/** Expects JSON without white space. Ids keep their kind and are numbered in order of appearance. */
export function normalizeExample(text: string): string {
  const known = new Map<string, string>();
  const numbered = text.replace(
    /(?<![a-z])(runbook|execution|automation|audit|freezewindow|source)_[0-7][0-9a-hjkmnp-tv-z]{25}\b/g,
    (id, kind) => {
      const number = String(known.get(id) ?? [...known.keys()].filter((k) => k.startsWith(kind)).length + 1);
      known.set(id, number);
      return /^[a-z]+_0{26}$/.test(id) ? id : `${kind}_01k${number.padStart(23, "0")}`;
    },
  );
  const timed = numbered.replace(/\d{4}-\d\d-\d\dT(\d\d:\d\d:\d\d\.\d{3})Z/g, normalizeTime);
  return REPLACEMENTS.reduce((same, [what, instead]) => same.replace(what, instead), timed);
}
