// Secrets Manager as far as the service's own keys need it: returns every secret, or refuses.
import { createServer } from "node:http";
import { LOOPBACK, listen } from "../../infra/local/platform/ports.ts";

export type KeyServer = { asked: string[]; refuses: boolean; stop: () => Promise<void> };

/** Sets the environment that the functions find it by. `asked`: the secrets that were read, in order. */
export async function startKeyServer(): Promise<KeyServer> {
  const server = createServer(async (request, response) => {
    const { SecretId } = JSON.parse(Buffer.concat(await request.toArray()).toString()) as {
      SecretId: string;
    };
    keys.asked.push(SecretId);
    response.statusCode = keys.refuses ? 400 : 200;
    const refusal = { __type: "AccessDeniedException", message: "not authorized" };
    response.end(JSON.stringify(keys.refuses ? refusal : { SecretString: `the key in ${SecretId}` }));
  });
  const port = await listen(server, 0, "AWS_PORT");
  const keys: KeyServer = {
    asked: [],
    refuses: false,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://${LOOPBACK}:${port}`,
    CURSOR_ENCRYPTION_KEY_ARN: "arn:aws:secretsmanager:eu-central-1:000000000000:secret:cursor-key",
    FINGERPRINT_KEY_ARN: "arn:aws:secretsmanager:eu-central-1:000000000000:secret:fingerprint-key",
  });
  return keys;
}
