// DELETE /freeze-windows/{freezeWindowId}
import { removeFreezeWindow } from "../../shared/application/change-freeze-windows.ts";
import { freezeWindowInPath } from "../../shared/application/request/access.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";

export const handler = apiHandler("delete-freeze-window", freezeWindowInPath, async ({ act }, { id }) => {
  await removeFreezeWindow(id, act);
  return {};
});
