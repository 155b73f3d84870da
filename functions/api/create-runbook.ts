// POST /runbooks
import { authorizeCreation } from "../../shared/domain/permissions.ts";
import { runbookAnswer } from "../../shared/http/answers.ts";
import { apiHandler } from "../../shared/lambda/api-handler.ts";
import { addedRunbook, addRunbook } from "../../shared/operations/add-runbook.ts";
import { otherIssues } from "../../shared/operations/definition.ts";
import { once } from "../../shared/operations/once.ts";

export const handler = apiHandler(
  "create-runbook",
  async ({ body, caller, newId, act, keyed }) => {
    authorizeCreation(caller, body.teamId);
    const id = newId("runbook");
    const created = await once(keyed, id, {
      again: addedRunbook,
      act: (record) => addRunbook(id, body, act(), record),
    });
    const { body: answer, headers } = runbookAnswer(created, caller);
    return { body: answer, headers: { ...headers, location: `/runbooks/${answer.id}` } };
  },
  { issues: (data) => otherIssues(data, null) },
);
