// The lines with which options are refused, as whoever deploys sees them.
import { App } from "aws-cdk-lib";
import { readOptions } from "../../infra/aws/options/options.ts";
import { Refusal } from "../../infra/aws/options/refusal.ts";

/** None where the options are taken. @throws what is no refusal */
export function refusalsOf(context: Readonly<Record<string, unknown>>, region?: string): string[] {
  try {
    readOptions(new App({ context: { ...context } }).node, region);
    return [];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.message.replace(/^Bad deployment options:\s/, "").split("\n");
  }
}
