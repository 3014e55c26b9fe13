import { parseArgs } from "node:util";

/** What a rehearsal is asked to do. */
export interface Options {
  readonly installation: string;
  readonly region: string;
  readonly participants: number;
  /** Machines that make load; one has files, ports and processors for some 15,000 participants. */
  readonly machines: number;
  /** Nodes that are to run while it lasts. */
  readonly nodes: number;
  /** Different accounts; each may have 20 sockets a node. */
  readonly users: number;
  readonly messagesPerSecond: number;
  readonly scenario: string;
  /** Times in the load generator's spelling: `90s`, `10m`. */
  readonly ramp: string;
  readonly settle: string;
  readonly drain: string;
  readonly duration: string;
  /** Where the report is written. */
  readonly into: string;
  /** The load generator here, which merges the reports. */
  readonly loadtest: string;
}

export const USAGE = `npm run rehearse -- [OPTIONS]
  --installation Plenary     whose stacks
  --region us-east-1         where they are
  --participants 250000
  --machines 25              that make load
  --nodes 24                 that run while it lasts
  --users 2500               different accounts, made and deleted
  --messages-per-second 5
  --scenario steady          or join-storm, reconnect-storm, slow-consumers, qa-burst
  --ramp 300s --settle 60s --duration 600s --drain 30s
  --into rehearsal-report    folder of the report
  --loadtest plenary-loadtest`;

export function options(args: readonly string[]): Options {
  const text = (value: string) => ({ type: "string" as const, default: value });
  const { values } = parseArgs({
    args: [...args],
    options: {
      installation: text("Plenary"), region: text("us-east-1"), participants: text("250000"), machines: text("25"), nodes: text("24"),
      users: text("2500"), "messages-per-second": text("5"), scenario: text("steady"), ramp: text("300s"), settle: text("60s"), duration: text("600s"), drain: text("30s"),
      into: text("rehearsal-report"), loadtest: text("plenary-loadtest"),
    },
  });
  const asked: Options = {
    ...values,
    participants: count("participants", values.participants),
    machines: count("machines", values.machines),
    nodes: count("nodes", values.nodes),
    users: count("users", values.users),
    messagesPerSecond: Number(values["messages-per-second"]),
  };
  if (!(asked.messagesPerSecond > 0)) throw new Error("--messages-per-second is no rate");
  const perMachine = asked.participants / asked.machines;
  if (perMachine > 30_000) throw new Error(`${Math.ceil(perMachine)} participants a machine: --machines must be at least ${Math.ceil(asked.participants / 30_000)}`);
  // Twice the mean, because which node gets whom is chance.
  const perUserAndNode = (2 * asked.participants) / asked.users / asked.nodes;
  if (perUserAndNode > 20) throw new Error(`--users must be at least ${Math.ceil((2 * asked.participants) / asked.nodes / 20)}: a user may have 20 sockets a node`);
  return asked;
}

function count(name: string, value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${name} is no count: ${value}`);
  return number;
}
