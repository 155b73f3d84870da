// A use of each option of updates.
import { expect } from "vitest";
import type { Use } from "./use.ts";

export const UPDATES: Record<string, Use> = {
  gradualUpdates: {
    value: "canary",
    shows: (facts) => {
      const moved = facts.all("AWS::CodeDeploy::DeploymentGroup").length;
      expect(moved).toBeGreaterThan(0);
      expect(facts.all("AWS::Lambda::Alias")).toHaveLength(moved);
    },
  },
  updateLabel: {
    value: "second",
    needs: { gradualUpdates: "canary" },
    shows: (facts) => {
      const labels = facts.all("AWS::Lambda::Function").map(([, { Description }]) => Description);
      expect(labels).toContain("Update second");
    },
  },
  deletionProtection: {
    value: false,
    shows: (facts) => {
      const all = JSON.stringify(facts.resources);
      for (const protection of ['"DeletionProtectionEnabled":true', '"DeletionProtection":"ACTIVE"'])
        expect(all).not.toContain(protection);
    },
  },
};
