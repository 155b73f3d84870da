// POST /freeze-windows
import { createFreezeWindow } from "../../shared/application/change-freeze-windows.ts";
import { requireFreezeWindow, scopeInBody } from "../../shared/application/request/access.ts";
import { withIdempotency } from "../../shared/application/request/once.ts";
import { toFreezeWindowView } from "../../shared/domain/freeze/freeze.ts";
import { authorizeCreation } from "../../shared/domain/permissions.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";

export const handler = apiHandler(
  "create-freeze-window",
  scopeInBody,
  async ({ body, caller, newId, now, act, keyed }) => {
    authorizeCreation(caller, body.scope);
    const id = newId("freezewindow");
    const window = await withIdempotency(keyed, id, {
      load: (known) => requireFreezeWindow(caller, "manage", known),
      create: (record) => createFreezeWindow({ ...body, id }, act, record),
    });
    return { body: toFreezeWindowView(window, now) };
  },
);
