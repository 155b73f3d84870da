// POST /runbooks
import { authorizeAnyCreation, authorizeCreation } from "../../shared/domain/permissions.ts";
import { createRunbook } from "../../shared/domain/runbook-changes.ts";
import { runbookAnswer } from "../../shared/http/answers.ts";
import { handleGuarded } from "../../shared/http/handle.ts";
import { prepareDefinition } from "../../shared/operations/definition.ts";
import { newSigningSecret } from "../../shared/operations/signing-secret.ts";
import { saveRunbook } from "../../shared/store/runbooks.ts";
import { signingSecretWrite } from "../../shared/store/signing-secrets.ts";

export const handler = handleGuarded(
  "create-runbook",
  ({ caller }) => authorizeAnyCreation(caller),
  async ({ body: { teamId, ...given }, caller, newId, act, at }) => {
    authorizeCreation(caller, teamId);
    const id = newId("runbook");
    const definition = await prepareDefinition(id, given, null);
    const change = createRunbook(id, teamId, definition, act());
    await saveRunbook(change, { also: [signingSecretWrite(await newSigningSecret(id, at))] });
    const { body, headers } = runbookAnswer(change);
    return { body, headers: { ...headers, location: `/runbooks/${id}` } };
  },
);
