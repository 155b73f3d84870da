// Bodies, templates and schemas of the largest size that is read, in the shapes that cost careless readers most.
import * as z from "zod";

type HostileBody = { what: string; body: string };

const listOf = (bytes: number, element: string) =>
  `[${Array(Math.floor((bytes - 2) / (element.length + 1)))
    .fill(element)
    .join(",")}]`;

function membersOf(bytes: number, value: string, prefix = ""): string {
  const members: string[] = [];
  for (let left = bytes - 2, i = 0; ; i++) {
    const member = `"${prefix}${i.toString(36)}":${value}`;
    left -= member.length + 1;
    if (left < 0) return `{${members.join(",")}}`;
    members.push(member);
  }
}

const LONG_NAME = "~".repeat(4_233);

/** 27 long names around it: every pointer to what is inside is as long as half of the body. */
function underLongNames(bytes: number, inside: (bytes: number) => string): string {
  const around = 27 * (LONG_NAME.length + 5);
  if (bytes < 2 * around) return inside(bytes);
  return `{"${LONG_NAME}":`.repeat(27) + inside(bytes - around) + "}".repeat(27);
}

const SHAPES: Record<string, (bytes: number) => string> = {
  numbers: (n) => listOf(n, "0"),
  "empty lists": (n) => listOf(n, "[]"),
  "empty objects": (n) => listOf(n, "{}"),
  texts: (n) => listOf(n, '"a"'),
  "NUL characters": (n) => listOf(n, '"\\u0000"'),
  members: (n) => membersOf(n, "0"),
  "members with objects": (n) => membersOf(n, "{}"),
  "names near __proto__": (n) => membersOf(n, "0", "__proto_"),
  "one long text": (n) => `"${"a".repeat(n - 2)}"`,
  escapes: (n) => `"${"\\u0041".repeat(Math.floor((n - 2) / 6))}"`,
  "members under long names": (n) => underLongNames(n, (left) => membersOf(left, "0")),
  "faults under long names": (n) => underLongNames(n, (left) => listOf(left, '"\\u0000"')),
  "lists in lists": (n) => listOf(n, "[".repeat(28) + "]".repeat(28)),
  "objects in objects": (n) => listOf(n, `${'{"a":'.repeat(27)}0${"}".repeat(27)}`),
  "nesting without end": (n) => "[".repeat(n / 2) + "]".repeat(n / 2),
  "one name again and again": (n) =>
    `{${Array(Math.floor((n - 2) / 6))
      .fill('"a":0')
      .join(",")}}`,
};

/** Each shape as the whole body, in a field that the route does not know, and in one that it knows: all, one after the other. */
export function hostileBodies(bytes: number, schema: z.ZodType | undefined): HostileBody[] {
  const known = schema ? z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }).properties : {};
  const fields = Object.keys(known ?? {});
  return Object.entries(SHAPES).flatMap(([shape, make], i) => {
    const places = ["unknown", fields[i % fields.length] ?? "other"];
    const within = places.map((place) => {
      const start = `{"${place}":`;
      return { what: `${shape} in ${place}`, body: `${start}${make(bytes - start.length - 1)}}` };
    });
    return [{ what: shape, body: make(bytes) }, ...within];
  });
}

/** What the credentials that issuers made recognizable begin with. */
const BEGINNINGS = [
  ...[
    "AKIA",
    "ghp_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "sk_live_",
    "whsec_",
    "AIza",
    "ya29.",
    "sk-",
    "sk-proj-",
  ],
  ...["SG.", "SG.aaaaaaaaaaaaaaaa.", "SK", "npm_", "pypi-", "hf_", "dop_v1_", "hvs.", "shpat_"],
  ...[
    "hooks.slack.com/services/T",
    "hooks.slack.com/services/Ta/B",
    "eyJ",
    "eyJaaaaaaaa.",
    "eyJaaaaaaaa.eyJ",
  ],
  ...["-----BEGIN ", "PRIVATE KEY", "Bearer ", "Bearer a", "Basic ", "Basic a"],
];

/** Each beginning again and again, and once before a text without end. */
export function nearSecrets(characters: number): string[] {
  const fill = (unit: string) => unit.repeat(Math.floor(characters / unit.length));
  const repeated = BEGINNINGS.flatMap((start) => ["", "-", " ", "."].map((before) => fill(before + start)));
  const endless = BEGINNINGS.flatMap((start) => ["a", "A", "0", "-", " "].map((more) => start + fill(more)));
  return [...repeated, ...endless];
}

export function hostileTemplates(characters: number): Record<string, string> {
  const fill = (unit: string, most = characters) => unit.repeat(Math.floor(most / unit.length));
  return {
    openings: fill("{{"),
    "triple openings": fill("{{{"),
    braces: fill("{"),
    brackets: fill("["),
    quotes: fill('"'),
    backslashes: fill("\\"),
    "escaped openings": fill("\\{{"),
    "quotes in expressions": fill("{{'"),
    "brackets in expressions": fill("{{["),
    "comments without end": fill("{{!--"),
    "a large JSON text": `{"a":[${fill("0,", 60_000)}0]}`,
    "blocks in blocks": `"${"{{#if params.a}}".repeat(499)}`,
    "else after else": `"{{#if params.a}}${"{{else if params.b}}x".repeat(480)}{{/if}}"`,
    "unknown names": `"${`{{params.${"q".repeat(60)}}}`.repeat(480)}"`,
    "long paths": `"${`{{${"a.".repeat(500)}a}}`.repeat(30)}"`,
    "short expressions": `"${"{{a}}".repeat(499)}"`,
    "blocks without commas": `[${"{{#if params.a}}1{{/if}}".repeat(160)}]`,
    "blocks with quotes in a text": `"${'{{#if params.a}}\\"{{/if}}'.repeat(160)}"`,
    "keys of inner JSON": `"${'\\"a\\":{{json params.a}}'.repeat(400)}"`,
    "guards in guards": `"${"{{#if (isSet params.a)}}".repeat(30)}${"{{json params.a}}".repeat(400)}${"{{/if}}".repeat(30)}"`,
    "many arguments": `"${`{{concat ${"params.a ".repeat(16)}}}`.repeat(200)}"`,
    "many entries": `"${`{{choose params.a ${"k=params.a ".repeat(60)}}}`.repeat(40)}"`,
    "quotes in a date pattern": `"${`{{dateFormat params.a "${"'".repeat(900)}"}}`.repeat(30)}"`,
    "foreign placeholders": `"${fill("${{%<%", 60_000)}"`,
    "calls in calls": `"{{json ${"(json ".repeat(160)}}}`,
    "blanks before blocks": `${fill("\n", 60_000)}{{~params.a~}}`,
  };
}

export function hostileSchemas(): Record<string, object> {
  const many = <T>(count: number, make: (i: number) => T) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`${"k".repeat(58)}${i}`, make(i)]));
  const all = (parameter: object, count = 50) => ({
    type: "object",
    properties: many(count, () => parameter),
  });
  return {
    "unknown keywords": { type: "object", ...many(4_000, () => 0) },
    "parameters with unknown keywords": all(many(70, () => 0)),
    "names in required": {
      ...all({ type: "string" }),
      required: Array.from({ length: 4_000 }, (_, i) => `${"k".repeat(57)}${i}`),
    },
    "long enums": all({ type: "string", enum: Array.from({ length: 200 }, (_, i) => `value ${i}`) }),
    "groups in patterns": all({ type: "string", pattern: "(a|b)*".repeat(80) }),
    "brackets in patterns": all({ type: "string", pattern: "(".repeat(250) + ")".repeat(250) }, 25),
    "counts in patterns": all({ type: "string", pattern: "a{1,50}".repeat(60), default: "a" }),
    "defaults for patterns": all({
      type: "string",
      pattern: "(a|b)*c".repeat(60),
      default: "a".repeat(4_000),
    }),
  };
}
