// POST /runbooks
import { scopeInBody } from "../../shared/application/request/access.ts";
import { withIdempotency } from "../../shared/application/request/once.ts";
import { addRunbook, requireCreatedRunbook } from "../../shared/application/runbooks/add-runbook.ts";
import { countRequiredApprovals } from "../../shared/application/runbooks/approval-rules.ts";
import { inspectDefinition } from "../../shared/application/runbooks/definition.ts";
import { authorizeCreation } from "../../shared/domain/permissions.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { toRunbookResponse } from "../../shared/http/responses.ts";

export const handler = apiHandler(
  "create-runbook",
  scopeInBody,
  async ({ body, caller, newId, act, keyed }) => {
    authorizeCreation(caller, body.teamId);
    const id = newId("runbook");
    const created = await withIdempotency(keyed, id, {
      load: requireCreatedRunbook,
      create: (record) => addRunbook(id, body, act(), record),
    });
    const { body: answer, headers } = toRunbookResponse(
      created,
      await countRequiredApprovals(created),
      caller,
    );
    return { body: answer, headers: { ...headers, location: `/runbooks/${answer.id}` } };
  },
  { issues: (data) => inspectDefinition(data, null) },
);
