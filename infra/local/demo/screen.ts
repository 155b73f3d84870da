// The demo's output: numbered steps, each with its expectations and whether they were met.
import { styleText } from "node:util";

const bold = (text: string) => styleText("bold", text);
const dim = (text: string) => styleText("dim", text);

export type Step = {
  /** Prints text, indented below the step. */
  say: (text: string) => void;
  /** Records an expectation. The demo's exit code is 1 if any was not met. */
  expect: (what: string, held: boolean) => void;
};

export class Screen {
  private step = 0;
  private failures: string[] = [];

  title(text: string): void {
    console.log(`\n${bold(text)}`);
  }

  note(text: string): void {
    console.log(dim(text));
  }

  async runStep(title: string, body: (step: Step) => Promise<void>): Promise<void> {
    this.step += 1;
    console.log(`\n${bold(`${this.step}. ${title}`)}`);
    await body({
      say: (text) => console.log(indent(text)),
      expect: (what, held) => this.expect(what, held),
    });
  }

  private expect(what: string, held: boolean): void {
    console.log(`   ${held ? styleText("green", "✓") : styleText("red", "✗ NOT AS EXPECTED:")} ${what}`);
    if (!held) this.failures.push(`step ${this.step}: ${what}`);
  }

  /** Prints the summary. Returns the exit code: 0 only if every expectation was met. */
  finish(): number {
    if (this.failures.length === 0) {
      console.log(`\n${styleText("green", bold(`All ${this.step} steps were as expected.`))}\n`);
      return 0;
    }
    console.log(`\n${styleText("red", bold("Not as expected:"))}\n${indent(this.failures.join("\n"))}\n`);
    return 1;
  }
}

const indent = (text: string) => text.replace(/^/gm, "   ");
