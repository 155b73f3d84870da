// The CDK app: bundles the functions, builds the stack and checks it with cdk-nag's AWS Solutions rules.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { App, Validations } from "aws-cdk-lib";
import { Code } from "aws-cdk-lib/aws-lambda";
import { AwsSolutionsChecks } from "cdk-nag";
import { writeZips } from "./bundle/zips.ts";
import { requireWithinLimits } from "./limits/check.ts";
import { readOptions } from "./options/options.ts";
import { Refusal } from "./options/refusal.ts";
import { RunbookStack } from "./stack.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const bundles = join(root, "cdk.out", "bundles");

/** @throws Refusal if the options would make no deployment */
async function synthesize(): Promise<void> {
  const app = new App();
  const options = readOptions(app.node, process.env["AWS_REGION"]);
  await writeZips(root, bundles, options.caBundle);
  const codeOf = (name: string) => Code.fromAsset(join(bundles, `${name}.zip`));
  const stack = new RunbookStack(app, { options, codeOf });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  requireWithinLimits(app.synth().getStackByName(stack.stackName).template, options);
}

try {
  await synthesize();
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
