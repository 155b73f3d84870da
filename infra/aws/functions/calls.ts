// What callers of a function name: the function itself or, where updates are gradual, its alias or one of its versions.
import { RemovalPolicy } from "aws-cdk-lib";
import {
  Alias,
  type IFunction,
  type IVersion,
  type Function as LambdaFunction,
  type VersionOptions,
} from "aws-cdk-lib/aws-lambda";
import { WORKFLOW_FUNCTIONS } from "../../../shared/contract/workflow.ts";
import type { Entry } from "../bundle/entries.ts";
import { ALIAS, type UpdateOptions } from "../options/update-options.ts";

const TASKS: ReadonlySet<string> = new Set(Object.values(WORKFLOW_FUNCTIONS));

/**
 * A run calls its versions to its end, so no update deletes them. One whose update is taken back goes: Lambda publishes
 * the same code only once, and the next try would find it in its way.
 */
export const versionsOf = ({ name }: Entry): { currentVersionOptions?: VersionOptions } =>
  TASKS.has(name)
    ? { currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE } }
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
