import type { Role } from "../schema.generated";

/** How people sign in, as the server's `/config.json` says. */
export type SignInConfig =
  | { kind: "development" }
  /** `endpoint` is where its API is, if that is not at AWS. */
  | { kind: "cognito"; userPoolId: string; clientId: string; region: string; endpoint?: string }
  | { kind: "token" };

/** What the server says of itself before anybody has signed in. */
export interface ServerConfig {
  version: string;
  signIn: SignInConfig;
  /** The groups that give a role in all rooms; hosts may create rooms. */
  roleGroups: Record<Exclude<Role, "PARTICIPANT">, string[]>;
  /** Whether `/graphiql` is there. */
  graphiql: boolean;
}

/** Asks the server that this page came from; one build serves every installation. */
export async function loadConfig(): Promise<ServerConfig> {
  const response = await fetch("/config.json");
  if (!response.ok) throw new Error(`/config.json was answered with status ${response.status}`);
  return (await response.json()) as ServerConfig;
}
