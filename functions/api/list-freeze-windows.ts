// GET /freeze-windows
import { callersOwn } from "../../shared/application/request/access.ts";
import { listFreezes, toFreezeWindowView } from "../../shared/domain/freeze/freeze.ts";
import { isAllowed } from "../../shared/domain/permissions.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";
import { getFreezeWindows } from "../../shared/store/freeze-windows.ts";

export const handler = apiHandler("list-freeze-windows", callersOwn, async ({ caller, now }) => {
  const { windows } = await getFreezeWindows();
  const visible = windows.filter(({ scope }) => isAllowed(caller, "view", scope));
  return {
    body: {
      windows: visible.map((window) => toFreezeWindowView(window, now)),
      frozen: listFreezes(visible, now),
    },
  };
});
