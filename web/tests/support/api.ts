/** Asks the API of a node, and fails where it refuses. */
export async function ask<T>(node: { http: string }, token: string, query: string, variables: Record<string, unknown>): Promise<T> {
  const response = await fetch(node.http, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: token },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: T; errors?: unknown };
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}

/** Makes a room and gives its id. */
export async function createRoom(node: { http: string }, token: string, name: string): Promise<string> {
  const query = "mutation ($name: String!) { createRoom(input: { name: $name }) { id } }";
  const { createRoom: room } = await ask<{ createRoom: { id: string } }>(node, token, query, { name });
  return room.id;
}

/** Sends a message, as another client would. */
export async function send(node: { http: string }, token: string, roomId: string, content: string): Promise<void> {
  const query = "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { id } }";
  await ask(node, token, query, { input: { roomId, content } });
}
