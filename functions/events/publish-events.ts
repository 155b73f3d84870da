// The table's stream: audit entries leave as domain events.
import { follow } from "../../shared/lambda/follow.ts";
import { announce } from "../../shared/operations/announce.ts";

export const handler = follow("publish-events", announce);
