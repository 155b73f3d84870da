// What commands of the documents need of a deployment is an output of the stack.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { Facts } from "../../support/template.ts";

const facts = new Facts();
const guide = readFileSync(new URL("../../../docs/deploying.md", import.meta.url), "utf8");
const outputs = Object.entries(facts.outputs).map(([name, output]) => ({
  name,
  value: (output as { Value: unknown }).Value,
}));

it("every queue has its URL and its ARN among the outputs", () => {
  const given = outputs.map(({ value }) => JSON.stringify(value));
  for (const [id] of facts.all("AWS::SQS::Queue")) {
    expect(given).toContain(JSON.stringify({ Ref: id }));
    expect(given).toContain(JSON.stringify({ "Fn::GetAtt": [id, "Arn"] }));
  }
});

it("the dashboard's name is an output", () => {
  const { DashboardName } = facts.only("AWS::CloudWatch::Dashboard");
  expect(outputs).toContainEqual({ name: "DashboardName", value: DashboardName });
});

it("the guide to deploying names every output, those of queues by their pattern", () => {
  const ofNoQueue = outputs.filter(({ name }) => !/(Queue|DeadLetters)(Url|Arn)$/.test(name));
  for (const { name } of ofNoQueue) expect(guide).toContain(`\`${name}\``);
  for (const pattern of ["…QueueUrl", "…QueueArn", "…DeadLettersUrl", "…DeadLettersArn"])
    expect(guide).toContain(`\`${pattern}\``);
});
