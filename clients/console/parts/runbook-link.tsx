// A runbook by its name, where only its id is known.
import { client } from "../data/client.ts";
import { useQuery } from "../data/query.ts";
import { takeTurn } from "../data/turns.ts";
import { runbookPath } from "../navigation/page-paths.ts";
import { Link } from "./button.tsx";
import { Outside } from "./text.tsx";

export function RunbookLink({ id }: { id: string }) {
  const { data, error } = useQuery(`runbook name ${id}`, (signal) =>
    takeTurn(async () => (await client.getRunbook({ runbookId: id }, { signal })).name),
  );
  if (error !== undefined && data === undefined) return <span class="muted">a runbook that is gone</span>;
  return <Link to={runbookPath(id)}>{data === undefined ? "its runbook" : <Outside text={data} />}</Link>;
}
