// `runbooks approve`: approves the version that was reviewed, or renews the approval of the live one.
import { buildCommand } from "@stricli/core";
import type { OutputOf } from "../../api-client/types.ts";
import { RUNBOOK_ARGUMENT, textFlag, VERSION_FLAG } from "../session/arguments.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { UsageError } from "../session/failures.ts";
import { givenOf } from "../session/given.ts";
import { findRunbook } from "../session/names.ts";
import { clean } from "../terminal/text.ts";

type Flags = GlobalFlags & { version?: number; hash?: string; note?: string };

export const command = (brief: string) =>
  buildCommand<Flags, [string], Cli>({
    docs: { brief },
    parameters: {
      flags: {
        ...GLOBAL_FLAGS,
        version: { ...VERSION_FLAG, brief: "The version that was reviewed" },
        hash: textFlag("Hash of the definition that was reviewed, 12 or more of its digits", "hex"),
        note: textFlag("A note about the approval"),
      },
      positional: RUNBOOK_ARGUMENT,
    },
    async func(flags, name) {
      if (flags.version === undefined && flags.hash === undefined)
        throw new UsageError("Say what was reviewed: --version or --hash. `runbooks versions` lists both.");
      const { client, print } = this.open(flags);
      const runbookId = await findRunbook(client, name);
      const current = (await client.getRunbook({ runbookId })).version;
      const version = flags.version ?? current;
      if (flags.hash !== undefined) {
        const { definitionHash } = await client.getVersion({ runbookId, version });
        requireHash(flags.hash, definitionHash, version);
      }
      const body = { version, ...givenOf({ note: flags.note }) };
      print.value(await client.approveRunbook({ runbookId, body }), (runbook) =>
        [
          `${clean(runbook.name)}: ${runbook.approvalStatus}, version ${runbook.version}${votesOf(runbook)}${termOf(runbook)}`,
          ...brokenBy(runbook),
        ].join("\n"),
      );
    },
  });

/** With too few approvals the runbook is still a draft. */
const votesOf = ({ approvalsRequired, approvals }: OutputOf<"approve-runbook">) =>
  approvalsRequired === null ? "" : `, ${approvals.length} of ${approvalsRequired} approvals`;

/** Of the live version: what was approved, or renewed. */
const termOf = ({ liveVersion, approvalExpiresAt }: OutputOf<"approve-runbook">) =>
  approvalExpiresAt === null ? "" : `; version ${liveVersion} is approved until ${approvalExpiresAt}`;

/** What it breaks was found now; the reviewer has seen the other warnings. */
const brokenBy = ({ warnings }: OutputOf<"approve-runbook">) =>
  warnings.filter(({ automation }) => automation).map(({ message }) => `warning  ${clean(message)}`);

function requireHash(given: string, actual: string, version: number): void {
  if (!/^[0-9a-f]{12,64}$/.test(given)) throw new UsageError("--hash is 12 to 64 digits of hex, lower case.");
  if (!actual.startsWith(given))
    throw new UsageError(
      `Version ${version} has the hash ${actual}, not the one that was reviewed. Nothing was approved.`,
    );
}
