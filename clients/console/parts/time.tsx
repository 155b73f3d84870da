// Times as people say them: how long ago, with the exact time here and in UTC behind it.
const UNITS = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });
const exact = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });

function sayHowLongAgo(ms: number): string {
  const seconds = ms / 1000;
  const [unit, size] = UNITS.find(([, each]) => Math.abs(seconds) >= each) ?? ["second", 1];
  if (unit === "second" && Math.abs(seconds) < 10) return "just now";
  return relative.format(-Math.round(seconds / size), unit);
}

/** `at`: ISO 8601 in UTC. */
export function Time({ at }: { at: string }) {
  const date = new Date(at);
  const utc = `${at.slice(0, 19).replace("T", " ")} UTC`;
  return (
    <time class="nowrap" dateTime={at} title={`${exact.format(date)} here · ${utc}`}>
      {sayHowLongAgo(Date.now() - date.getTime())}
    </time>
  );
}

/** The exact time here; in UTC behind it. */
export function ExactTime({ at }: { at: string }) {
  return (
    <time class="nowrap" dateTime={at} title={`${at.slice(0, 23).replace("T", " ")} UTC`}>
      {exact.format(new Date(at))}
    </time>
  );
}
