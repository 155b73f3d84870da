// `runbooks request-review`: asks for a review of a draft.
import { givenOf } from "../session/given.ts";
import { reviewCommand } from "../session/review-command.ts";

export const command = (brief: string) =>
  reviewCommand(brief, {
    note: "What reviewers should know",
    read: (note) => givenOf({ note }),
    send: (client, runbookId, version, note) =>
      client.requestReview({ runbookId, body: { version, ...note } }),
    describe: ({ version, reviewRequested }) =>
      `version ${version} waits for a review, risk ${reviewRequested?.risk}.`,
  });
