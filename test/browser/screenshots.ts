// `npm run screenshots`: the pictures of README and documents, of a world that is made for them.
import { mkdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { reportIncidents } from "./incidents.ts";
import { type Stack, startStack } from "./stack.ts";
import { FAILING, fillWorld, type World } from "./world.ts";

const FOLDER = fileURLToPath(new URL("../../docs/images/", import.meta.url));
/** A picture that is larger is too much for a README. */
const MOST_BYTES = 150_000;

/** `wait`: words that are there when all is; `top`: the heading that is at the top of the picture. */
type Shot = {
  name: string;
  person: string;
  path: (world: World) => string;
  wait: string;
  top?: string;
  theme?: "dark";
};

const SHOTS: readonly Shot[] = [
  { name: "console-runbooks", person: "rob", path: () => "/", wait: "never run" },
  {
    name: "console-review",
    person: "boss",
    path: ({ restart }) => `/runbooks/${restart}/review`,
    wait: "High risk",
  },
  {
    ...{
      name: "console-edit",
      person: "ana",
      path: ({ restart }) => `/runbooks/${restart}/edit`,
      wait: "webhook-id",
    },
    ...{ theme: "dark", top: "Body" },
  },
  {
    ...{ name: "console-run", person: "rob", wait: '"service": "checkout"' },
    path: ({ restart }) => `/runbooks/${restart}/run?incidentId=INC-4711`,
  },
  {
    ...{ name: "console-execution", person: "rob", wait: "Attempts" },
    path: ({ failed }) => `/executions/${failed}`,
  },
];

async function takeShot(stack: Stack, world: World, { name, person, path, wait, top, theme }: Shot) {
  const { page } = await stack.visit(person, path(world), {
    viewport: { width: 1200, height: 780 },
    colorScheme: theme ?? "light",
  });
  await page.locator("#page").getByText(wait).first().waitFor();
  await page.waitForLoadState("networkidle");
  if (top !== undefined)
    await page.getByRole("heading", { name: top }).evaluate((heading) => heading.scrollIntoView());
  const file = `${FOLDER}${name}.png`;
  await page.screenshot({ path: file });
  const { size } = statSync(file);
  if (size > MOST_BYTES) throw new Error(`${name}.png has ${size} bytes; at most ${MOST_BYTES} are wanted`);
  process.stdout.write(`docs/images/${name}.png ${Math.round(size / 1024)} KB\n`);
}

mkdirSync(FOLDER, { recursive: true });
await using stack = await startStack(
  ({ body }) => ({ status: body.includes(FAILING) ? 503 : 200, body: '{"ok": true}' }),
  { APPROVALS_REQUIRED: "low=1,medium=1,high=2" },
);
await reportIncidents(stack.aws);
const world = await fillWorld(stack.callers, stack.receiver.url);
for (const shot of SHOTS) await takeShot(stack, world, shot);
