/** Who to become by the development sign-in. */
export interface DevelopmentUser {
  user: string;
  /** The name that others see, else the user name. */
  name?: string;
  groups: readonly string[];
}

/** Asks a server in development mode for a token. Throws where the server has no development sign-in. */
export async function developmentToken(user: DevelopmentUser): Promise<string> {
  const response = await fetch("/dev/token", {
    method: "POST",
    // The header of our own keeps other sites' forms and simple requests out.
    headers: { "content-type": "application/json", "x-plenary-development": "sign-in" },
    body: JSON.stringify(user),
  });
  if (response.status === 404) throw new Error("this server has no development sign-in: paste a token into the headers");
  if (!response.ok) throw new Error(`the server refused the sign-in with status ${response.status}`);
  return tokenOf(await response.json());
}

function tokenOf(answer: unknown): string {
  if (typeof answer === "object" && answer !== null && "token" in answer && typeof answer.token === "string") {
    return answer.token;
  }
  throw new Error("the server answered the sign-in without a token");
}
