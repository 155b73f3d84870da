// The report: a row for each step, printed as soon as it is known.
import { describe } from "./failures.ts";

/** Something was not as expected. The message says what was seen instead. */
export class Unexpected extends Error {
  override readonly name = "Unexpected";
}

type Outcome = "ok" | "FAILED" | "not shown";

export class Report {
  private readonly counts: Record<Outcome, number> = { ok: 0, FAILED: 0, "not shown": 0 };
  private interrupted = false;
  private readonly print: (line: string) => void;

  constructor(print: (line: string) => void) {
    this.print = print;
  }

  title(text: string): void {
    this.print(`\n${text}`);
  }

  /** Plays a step. Returns its value, or null: it failed, and what depends on it is not played. */
  async step<T>(name: string, play: () => Promise<{ saw: string; value: T }>): Promise<T | null> {
    if (this.interrupted) return null;
    try {
      const { saw, value } = await play();
      this.ok(name, saw);
      return value;
    } catch (error) {
      this.failed(name, describe(error));
      return null;
    }
  }

  ok(name: string, saw: string): void {
    this.row("ok", name, saw);
  }

  failed(name: string, why: string): void {
    this.row("FAILED", name, why);
  }

  notShown(name: string, why: string): void {
    this.row("not shown", name, why);
  }

  /** The steps that are left are not played. */
  interrupt(): void {
    this.interrupted = true;
    this.failed("interrupted", "the steps that are left are not played; what was made is removed");
  }

  /** Prints the sum. Returns the exit code. */
  finish(): number {
    const { ok, FAILED: failed, "not shown": notShown } = this.counts;
    this.print(`\n${ok} as expected, ${failed} not as expected, ${notShown} not shown here.`);
    return failed === 0 ? 0 : 1;
  }

  private row(outcome: Outcome, name: string, detail: string): void {
    this.counts[outcome] += 1;
    this.print(`${outcome.padEnd(9)} ${name}: ${detail}`);
  }
}

export function expectThat(held: boolean, seen: string): void {
  if (!held) throw new Unexpected(seen);
}
