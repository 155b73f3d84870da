// The environment of the functions on the local stack.
import { devNull } from "node:os";
import { expect, test } from "vitest";
import { buildFunctionEnvironment } from "../../../../infra/local/host/environment.ts";
import { buildArns } from "../../../../infra/local/platform/arns.ts";
import { ENVIRONMENT, readEnvironment } from "../../../../shared/contract/env.ts";

const endpoints = {
  aws: "http://127.0.0.1:1",
  api: "http://127.0.0.1:2",
  dynamoDb: "http://127.0.0.1:3",
  issuer: "http://127.0.0.1:4",
  pages: "/tmp/pages",
  rules: ["incidents"],
};
const environment = (given: Record<string, string | undefined> = {}) =>
  buildFunctionEnvironment(given, endpoints, buildArns("eu-central-1"));

test("every variable of the contract can be read, with the defaults of this host", () => {
  const read = readEnvironment(Object.keys(ENVIRONMENT) as Array<keyof typeof ENVIRONMENT>, environment());
  expect(read).toMatchObject({
    TABLE_NAME: "runbooks",
    WEBHOOK_EGRESS_ALLOW: ["127.0.0.0/8", "::1/128"],
    WEBHOOK_ALLOW_HTTP: true,
    WEBHOOK_PORTS: ["*"],
    PUBLIC_API_URL: endpoints.api,
    DEAD_LETTER_QUEUES: ["incidents=http://127.0.0.1:1/000000000000/incidents-dead-letters"],
    EVENT_QUEUES: ["incidents=http://127.0.0.1:1/000000000000/incidents"],
    CONSOLE_ASSETS: endpoints.pages,
    CONSOLE_SIGN_IN: expect.objectContaining({ issuer: endpoints.issuer, origins: [endpoints.issuer] }),
  });
});

test("clients of every service find the local stack, whatever profile or endpoint the terminal names", () => {
  const variables = environment({
    AWS_PROFILE: "production",
    AWS_SESSION_TOKEN: "real",
    AWS_ACCESS_KEY_ID: "real",
    AWS_ENDPOINT_URL_KMS: "https://kms.eu-central-1.amazonaws.com",
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true",
  });
  for (const name of ["SFN", "KMS", "SECRETS_MANAGER", "EVENTBRIDGE", "SQS"]) {
    expect(variables[`AWS_ENDPOINT_URL_${name}`]).toBe(endpoints.aws);
  }
  expect(variables).toMatchObject({
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamoDb,
    AWS_ACCESS_KEY_ID: "local",
    AWS_PROFILE: undefined,
    AWS_SESSION_TOKEN: undefined,
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: undefined,
  });
});

test("settings of the user are kept, an empty list of ranges too", () => {
  const variables = environment({
    WEBHOOK_EGRESS_ALLOW: "",
    FOUR_EYES: "true",
    PUBLIC_API_URL: "https://api.example",
  });
  expect(variables).toMatchObject({
    WEBHOOK_EGRESS_ALLOW: "",
    FOUR_EYES: "true",
    PUBLIC_API_URL: "https://api.example",
  });
});

test("variables for other programs change nothing", () => {
  const others = {
    AWS_MAX_ATTEMPTS: "many",
    AWS_RETRY_MODE: "bad",
    AWS_ENDPOINT_URL: "https://elsewhere.example",
    POWERTOOLS_LOGGER_LOG_EVENT: "true",
    POWERTOOLS_LOGGER_SAMPLE_RATE: "x",
    EVENT_BUS_NAME: "other",
    TABLE_NAME: "other",
  };
  const variables = environment(others);
  for (const name of Object.keys(others).slice(0, 5)) expect(variables[name]).toBeUndefined();
  expect(variables).toMatchObject({
    EVENT_BUS_NAME: "runbooks",
    TABLE_NAME: "runbooks",
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    TZ: "UTC",
  });
});
