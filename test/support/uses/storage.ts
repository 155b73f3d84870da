// A use of each option of keys, of how long things are kept, of backups, and of who hears of alarms.
import { expect } from "vitest";
import type { Facts } from "../template.ts";
import { arnOf, type Use } from "./use.ts";

const KEY = arnOf("kms", "key/1234abcd-12ab-34cd-56ef-1234567890ab");
const STREAM = arnOf("dynamodb", "table/restored/stream/2026-11-27T13:00:00.000");
const BACKUPS = { backupPlan: "daily=35,weekly=90" };

const logGroups = (facts: Facts) => facts.all("AWS::Logs::LogGroup").map(([, group]) => group);
const alarms = (facts: Facts) => JSON.stringify(facts.all("AWS::CloudWatch::Alarm"));
const mails = (address: string): Use => ({
  value: address,
  shows: (facts) =>
    expect(facts.all("AWS::SNS::Subscription").map(([, p]) => p["Endpoint"])).toContain(address),
});
const tells = (topic: string): Use => ({
  value: topic,
  shows: (facts) => expect(alarms(facts)).toContain(topic),
});

export const STORAGE: Record<string, Use> = {
  customerKeys: {
    value: true,
    shows: (facts) =>
      expect(new Set(logGroups(facts).map(({ KmsKeyId }) => JSON.stringify(KmsKeyId)))).toEqual(
        new Set([expect.stringMatching(/"CustomerKey\w+","Arn"/)]),
      ),
  },
  customerKeyArn: {
    value: KEY,
    shows: (facts) =>
      expect(new Set(logGroups(facts).map(({ KmsKeyId }) => KmsKeyId))).toEqual(new Set([KEY])),
  },
  multiRegionKey: {
    value: true,
    shows: (facts) =>
      expect(facts.all("AWS::KMS::Key").filter(([, key]) => key["MultiRegion"])).toHaveLength(1),
  },
  logDays: {
    value: 365,
    shows: (facts) =>
      expect(new Set(logGroups(facts).map(({ RetentionInDays: days }) => days))).toEqual(new Set([365])),
  },
  tableStreamArn: {
    value: STREAM,
    shows: (facts) => expect(facts.outputs["TableName"]).toMatchObject({ Value: "restored" }),
  },
  backupPlan: {
    value: BACKUPS.backupPlan,
    shows: (facts) =>
      expect(facts.only("AWS::Backup::BackupPlan")).toMatchObject({
        BackupPlan: { BackupPlanRule: [{ RuleName: "daily" }, { RuleName: "weekly" }] },
      }),
  },
  backupVault: {
    value: "central",
    needs: BACKUPS,
    shows: (facts) => {
      expect(facts.all("AWS::Backup::BackupVault")).toEqual([]);
      expect(JSON.stringify(facts.only("AWS::Backup::BackupPlan"))).toContain('"central"');
    },
  },
  backupRoleArn: {
    value: "arn:aws:iam::111122223333:role/central/backups",
    needs: BACKUPS,
    shows: (facts) =>
      expect(facts.only("AWS::Backup::BackupSelection")).toMatchObject({
        BackupSelection: { IamRoleArn: "arn:aws:iam::111122223333:role/central/backups" },
      }),
  },
  alarmTopicArn: tells(arnOf("sns", "on-call")),
  alarmEmail: mails("on-call@bank.example"),
  noticeTopicArn: tells(arnOf("sns", "mornings")),
  noticeEmail: mails("mornings@bank.example"),
};
