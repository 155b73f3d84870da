// Suggests next commands on stderr once the local stack is ready.
import { readSettings, type Settings } from "./settings.ts";

/** Commands for this stack. They set the data folder and port if these are not the defaults. */
export function describeNextSteps(settings: Settings, { api, aws }: { api: string; aws: string }): string {
  const usual = readSettings({});
  const folder = settings.dataDir === usual.dataDir ? "" : `DATA_DIR=${quote(settings.dataDir)} `;
  const port = Number(new URL(aws).port);
  const bus = port === usual.awsPort ? "" : `AWS_PORT=${port} `;
  return `The local stack is running, until Ctrl-C.
  console   ${api}/console (sign in as one of the people that it offers)
  API       ${api}/docs
Next, in another terminal and in this folder:
  token     ${folder}npm run -s token -- --user ana --group platform-admin
  call      curl -H "authorization: Bearer $TOKEN" ${api}/runbooks
  event     ${bus}npm run -s emit -- FILE
  read      docs/tutorial.md (a first runbook), docs/api.md, docs/local-host.md
  data      ${settings.dataDir} (stop, then delete it to start over)
`;
}

const quote = (text: string) => (/^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
