import { parseArgs } from "node:util";
import { event, EVENT_DEFAULTS, line, month, type EventAsked, type Row } from "./src/costs.ts";
import { sizes } from "./settings.ts";

const USAGE = `npm run cost -- [OPTIONS]
  --participants ${EVENT_DEFAULTS.participants}
  --hours ${EVENT_DEFAULTS.hours}              of the event
  --warm-up ${EVENT_DEFAULTS.warmUp}            hours before, with all tasks
  --frames-per-second ${EVENT_DEFAULTS.framesPerSecond}  to each participant
  --bytes ${EVENT_DEFAULTS.bytes}            of a frame, TLS included
  --messages-per-second ${EVENT_DEFAULTS.messagesPerSecond}
  --accounts            each participant has an account of Cognito, else they are guests`;

const names = { "participants": "participants", "hours": "hours", "warm-up": "warmUp", "frames-per-second": "framesPerSecond", "bytes": "bytes", "messages-per-second": "messagesPerSecond" } as const;

const { values } = parseArgs({
  options: {
    ...Object.fromEntries(Object.keys(names).map((name) => [name, { type: "string" as const }])),
    accounts: { type: "boolean" as const },
    help: { type: "boolean" as const },
  },
});

if (values.help) {
  console.log(USAGE);
} else {
  const numbers = Object.entries(names).flatMap(([flag, name]) => {
    const text = (values as Record<string, string | undefined>)[flag];
    if (text === undefined) return [];
    const number = Number(text);
    if (!(number >= 0)) throw new Error(`--${flag} is no number: ${text}`);
    return [[name, number] as const];
  });
  const asked: EventAsked = { ...EVENT_DEFAULTS, ...Object.fromEntries(numbers), accounts: values.accounts ?? false };
  console.log(`One event: ${asked.participants} participants, ${asked.hours} hours and ${asked.warmUp} before\n`);
  console.log(table(event(sizes.event, asked)));
  console.log("\nA month of the size `small`, some thousand participants a day\n");
  console.log(table(month(sizes.small)));
}

function table(rows: readonly Row[]): string {
  const total = rows.reduce((sum, { dollars }) => sum + dollars, 0);
  return ["| item | arithmetic | US dollars |", "|---|---|---:|", ...rows.map(line), `| **all** | | **${total.toFixed(2)}** |`].join("\n");
}
