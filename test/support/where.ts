// Which test files run where, by their paths: read by the configurations and by npm run test:related.

/** Files without their own table and variables: they share processes, and what is loaded there. */
export const PURE = [
  "test/shared/{contract,domain,parameters}/**/*.test.ts",
  "test/shared/webhook/template/**/*.test.ts",
  "test/infra/{aws,docs}/**/*.test.ts",
  "test/clients/{api-client,as-code,console}/**/*.test.ts",
  "test/releases/{changelog,forms,indexes,kinds,payloads}.test.ts",
];

/** What is outside of a decision (table, receivers, state machines, keys) is in memory. */
export const DECISIONS = ["test/decisions/**/*.test.ts"];

/** What they measure is the CPU time of their process, so nothing else may work in it, or has left garbage there. */
export const ALONE = ["test/security/linear-*.test.ts"];

/**
 * The service as a whole, in `npm run test:system`: the local stack and the commands as processes, runs through the state
 * machine, killed processes, races and random histories, every route with every wrong input or role.
 */
export const SYSTEM = [
  "test/docs/{commands,data-model,examples}.test.ts",
  "test/infra/{local,tools}/*.test.ts",
  "test/infra/local/{dynamodb,scheduler,step-functions}/*.test.ts",
  "test/examples/*.test.ts",
  "test/clients/*.test.ts",
  "test/{workflow,faults,model}/**/*.test.ts",
  "test/releases/compatibility.test.ts",
  "test/bench/*.test.ts",
  "test/security/**/*.test.ts",
  "test/functions/api/{automations,every-route,recertification,refused-from-a-read,repeated-changes,wired-rules}.test.ts",
  "test/functions/events/{costly-events,deleted-runbooks,exactly-once,on-incident,skips}.test.ts",
  "test/shared/application/admission.test.ts",
  "test/shared/store/{runbooks,contention}.test.ts",
];

/** Every pair of actors at every border takes an hour: in `npm run test:faults` alone. */
export const LONG_ONLY = ["test/faults/interleaved-*.test.ts"];

/** CDK, esbuild, redocly and the compiler at work on the whole: in `npm run test:build`. */
export const BUILD = [
  "test/infra/aws/{bundle,callers,deployments,door,limits,reach,reach-options,rules,taken-back,updates}.test.ts",
  "test/infra/release/*.test.ts",
  "test/openapi/*.test.ts",
  "test/clients/**/bundle.test.ts",
];

/** A real browser over the whole local stack: in `npm run test:browser` alone. */
export const BROWSER = ["test/browser/*.test.ts"];
