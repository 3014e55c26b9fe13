import { Aws } from "./aws.ts";
import { options, USAGE } from "./options.ts";
import { rehearse } from "./rehearse.ts";

const args = process.argv.slice(2);
if (args.includes("--help")) {
  console.log(USAGE);
  process.exit(0);
}
const asked = options(args);
const end = new AbortController();
// The first Ctrl-C ends the load and changes back what was changed.
process.once("SIGINT", () => { end.abort(new Error("ended by you")); });
const id = `rehearsal-${new Date().toISOString().replaceAll(/[^0-9]/g, "").slice(0, 14)}`;
try {
  const cloud = await Aws.of(asked.installation, asked.region);
  const say = (line: string) => { console.error(`${new Date().toISOString().slice(11, 19)} ${line}`); };
  console.log(await rehearse({ id, cloud, asked, signal: end.signal, say }));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
