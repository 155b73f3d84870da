// A bill in words: amounts and shares by service, and what of it is paid when nothing runs.
import { billOf, type Line, totalOf } from "./bill.ts";
import { monthOf } from "./month.ts";

type Row = { service: string; usd: number; share: number; idleUsd: number };

const IDLE = { runs: 0, reads: 0, failed: 0, incidents: 0, attempts: 1 };
export const idleBill = (): Line[] => billOf(monthOf(IDLE));

/** By service, the dearest first; each with what it costs when nothing runs. */
export function rowsOf(lines: readonly Line[]): Row[] {
  const total = totalOf(lines);
  const idle = idleBill();
  const services = [...new Set(lines.map(({ service }) => service))];
  const rows = services.map((service) => {
    const of = (bill: readonly Line[]) => totalOf(bill.filter((line) => line.service === service));
    return { service, usd: of(lines), share: of(lines) / total, idleUsd: of(idle) };
  });
  return rows.toSorted((a, b) => b.usd - a.usd);
}

export const dollars = (usd: number) => usd.toFixed(2);
export const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

/** The services that cost nothing when nothing runs: less than a cent. */
export const freeWhenIdle = (rows: readonly Row[]) =>
  rows.filter(({ idleUsd }) => dollars(idleUsd) === "0.00").map(({ service }) => service);

export function report(lines: readonly Line[], heading: string): string {
  const rows = rowsOf(lines);
  const idle = idleBill();
  return [
    heading,
    "",
    row("service", "USD", "share"),
    ...rows.map(({ service, usd, share }) => row(service, dollars(usd), percent(share))),
    row("total", dollars(totalOf(lines)), percent(1)),
    "",
    `When nothing runs it is ${dollars(totalOf(idle))}: ${itemsOf(idle)}.`,
    `When nothing runs, nobody pays for ${freeWhenIdle(rows).join(", ")}.`,
    "",
  ].join("\n");
}

const row = (service: string, usd: string, share: string) =>
  `${service.padEnd(16)} ${usd.padStart(12)} ${share.padStart(8)}`;

/** The services, each with its amount, the dearest first. */
const itemsOf = (idle: readonly Line[]) =>
  rowsOf(idle)
    .filter(({ usd }) => dollars(usd) !== "0.00")
    .map(({ service, usd }) => `${service} ${dollars(usd)}`)
    .join(", ");
