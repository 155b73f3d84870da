// What callers of a function name: the function itself or, where updates are gradual, its alias or one of its versions.
import { RemovalPolicy } from "aws-cdk-lib";
import {
  Alias,
  type IFunction,
  type IVersion,
  type Function as LambdaFunction,
} from "aws-cdk-lib/aws-lambda";
import { WORKFLOW_FUNCTIONS } from "../../../shared/contract/workflow.ts";
import type { Entry } from "../bundle/entries.ts";
import { ALIAS, type UpdateOptions } from "../options/update-options.ts";

const TASKS: ReadonlySet<string> = new Set(Object.values(WORKFLOW_FUNCTIONS));

/**
 * Runs call their versions to the end, so no update deletes those, nor does one that is taken back. Lambda publishes the
 * same function only once: the label makes it another one for the next try.
 */
export const versionsOf = ({ name }: Entry, { updateLabel }: Pick<UpdateOptions, "updateLabel">) =>
  TASKS.has(name)
    ? {
        ...(updateLabel !== undefined && { description: `Update ${updateLabel}` }),
        currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
      }
    : {};

/**
 * `callable`: what callers name. `version`: what this deployment publishes. `alias`: what moves to it; without one, callers
 * name the version, and runs that have begun go on calling theirs.
 */
export type Called = { callable: IFunction; version?: IVersion; alias?: Alias };

/**
 * A task of the workflow is called as the version that its definition was deployed with: a run is carried out by one
 * release to its end. Everything else is called by an alias. The dashboard names its function itself: a widget that
 * fails says so, and harms nobody.
 */
export function publish(
  built: LambdaFunction,
  entry: Entry,
  { gradualUpdates }: Pick<UpdateOptions, "gradualUpdates">,
): Called {
  if (gradualUpdates === "none" || entry.kind === "widgets") return { callable: built };
  // The CDK declares an optional role where its interface has a role or none: the same to all who read it.
  const version = built.currentVersion as IVersion;
  if (TASKS.has(entry.name)) return { callable: version, version };
  const alias = new Alias(built, "Live", { aliasName: ALIAS, version });
  return { callable: alias as IFunction, version, alias };
}
