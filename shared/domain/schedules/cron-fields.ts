// The six fields of a cron expression as Amazon EventBridge Scheduler documents them: what is wrong with them, and the
// same in the form of croner. Pure.

type Field = {
  name: string;
  least: number;
  most: number;
  /** Names of the values, from `least` on. */
  names?: readonly string[];
  /** Forms that stand alone in the field, beside lists, ranges and steps. */
  alone?: RegExp;
  example: string;
};

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

const FIELDS: readonly Field[] = [
  { name: "minutes", least: 0, most: 59, example: "30, 0/15 or *" },
  { name: "hours", least: 0, most: 23, example: "9, 8-18 or *" },
  {
    name: "day of month",
    least: 1,
    most: 31,
    alone: /^(\?|L|([1-9]|[12]\d|3[01])W)$/,
    example: "1, L (the last day), 15W (the weekday nearest to the 15th), * or ?",
  },
  { name: "month", least: 1, most: 12, names: MONTHS, example: "1, JAN-MAR or *" },
  {
    name: "day of week",
    least: 1,
    most: 7,
    names: WEEKDAYS,
    alone: /^(\?|L|[1-7]L|[1-7]#[1-5])$/,
    example: "MON-FRI, 1 (Sunday), 6L (the last Friday), 3#2 (the second Tuesday), * or ?",
  },
  { name: "year", least: 1970, most: 2199, example: "2027, 2027-2030 or *" },
];

/** A field has at most this many values in its list. */
const LONGEST_LIST = 60;

/** Returns what is wrong, all of it; empty: nothing is. */
export function findCronFaults(text: string): string[] {
  const given = splitFields(text);
  if (given.length !== FIELDS.length) {
    return [
      `has ${given.length} fields, but needs six: minutes hours day-of-month month day-of-week year, like cron(30 9 ? * MON-FRI *)`,
    ];
  }
  const faults = FIELDS.flatMap((field, index) => findFieldFault(field, given[index] ?? "") ?? []);
  return [...faults, ...findDayFault(given[2] ?? "", given[4] ?? "")];
}

function findDayFault(dayOfMonth: string, dayOfWeek: string): string[] {
  if ((dayOfMonth === "?") !== (dayOfWeek === "?")) return [];
  return [
    "needs ? in exactly one of day of month and day of week: the other one says which days, like cron(0 9 * * ? *) or cron(0 9 ? * MON *)",
  ];
}

function findFieldFault(field: Field, given: string): string | null {
  if (field.alone?.test(given)) return null;
  const items = given.split(",");
  const isWrong = items.length > LONGEST_LIST || items.some((item) => readItem(field, item) === null);
  if (!isWrong) return null;
  const { name, least, most, names, example } = field;
  const values = `${least} to ${most}${names ? ` or ${names[0]} to ${names.at(-1)}` : ""}`;
  return `has a wrong ${name}: values are ${values}, like ${example}`;
}

/** `*`, a value, a range that does not go backwards, and each of them with a step. Null: none of these. */
function readItem(field: Field, item: string): string | null {
  const [, base = "", step] = /^([^/]+)(?:\/(\d{1,4}))?$/.exec(item) ?? [];
  if (step !== undefined && (Number(step) < 1 || Number(step) > field.most)) return null;
  const range = readRange(field, base);
  if (range === null) return null;
  const [from, to] = range;
  if (step === undefined) return base === "*" ? "*" : from === to ? `${from}` : `${from}-${to}`;
  // `5/10` goes on to the end of the field.
  const end = base.includes("-") ? to : field.most;
  return `${from}-${end}/${Math.min(Number(step), end - from + 1)}`;
}

function readRange(field: Field, base: string): readonly [number, number] | null {
  if (base === "*") return [field.least, field.most];
  const [, first = "", last = first] = /^([A-Z0-9]+)(?:-([A-Z0-9]+))?$/.exec(base) ?? [];
  const [from, to] = [readValue(field, first), readValue(field, last)];
  return from === null || to === null || from > to ? null : [from, to];
}

function readValue({ least, most, names = [] }: Field, text: string): number | null {
  const named = names.indexOf(text);
  if (named >= 0) return least + named;
  const value = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : null;
}

const splitFields = (text: string) => text.trim().toUpperCase().split(/\s+/);

/** Returns valid fields as AWS takes them: in upper case, one space between them. */
export const normalizeCron = (text: string): string => splitFields(text).join(" ");

/** Returns valid fields in the seven-part form of croner, weekdays from 1 for Sunday. */
export function toCronerPattern(text: string): string {
  const parts = FIELDS.map((field, index) => toCronerField(field, splitFields(text)[index] ?? ""));
  return `0 ${parts.join(" ")}`;
}

function toCronerField(field: Field, given: string): string {
  if (given === "?") return "*";
  // The last day of a week is Saturday.
  if (given === "L" && field.names) return String(field.most);
  if (field.alone?.test(given)) return given;
  return given
    .split(",")
    .map((item) => readItem(field, item))
    .join(",");
}
