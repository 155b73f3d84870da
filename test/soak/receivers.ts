// Receivers of every temper: quick, slow, failing at first, failing always, refusing, hanging up, and calling back later.
import { setTimeout as pause } from "node:timers/promises";
import { CALLBACK_TOKEN_HEADER } from "../../shared/domain/executions/callback.ts";
import { type ReceivedRequest, startReceiver } from "../support/receiver.ts";

const header = ({ headers }: ReceivedRequest, name: string) => String(headers[name] ?? "");

/** One receiver; the path of a request says how it is answered. */
export async function startReceivers(api: () => string) {
  const calls = new Map<string, number>();
  const countOf = (id: string) => {
    calls.set(id, (calls.get(id) ?? 0) + 1);
    return calls.get(id) ?? 0;
  };
  return startReceiver(async (request, response) => {
    const id = header(request, "webhook-id");
    const call = countOf(id);
    switch (request.path) {
      case "/slow":
        await pause(Math.random() * 3_000);
        return { status: 200 };
      case "/flaky":
        return { status: call === 1 ? 503 : 200 };
      case "/broken":
        return { status: 500 };
      case "/refusing":
        return { status: 403 };
      case "/gone":
        response.destroy();
        return undefined;
      case "/later":
        callBack(api(), request).catch(() => undefined);
        return { status: 202 };
      default:
        return { status: 200 };
    }
  });
}

/** Reports the result some seconds after the call; tries again while the API is down. */
async function callBack(api: string, request: ReceivedRequest): Promise<void> {
  const url = `${api}/executions/${header(request, "webhook-id")}/callback`;
  const token = header(request, CALLBACK_TOKEN_HEADER);
  const headers = { "content-type": "application/json", [CALLBACK_TOKEN_HEADER]: token };
  const body = JSON.stringify({ status: "SUCCESS" });
  for (let tries = 0; tries < 20; tries++) {
    await pause(2_000);
    const answer = await fetch(url, { method: "POST", headers, body }).catch(() => null);
    if (answer && answer.status < 500) return;
  }
}
