/** A node of a cluster. */
export interface Node {
  /** Where its pages are, without a path. */
  page: string;
  /** Where its API is. */
  http: string;
}

/** Asks the API of a node, and fails where it refuses. */
export async function ask<T>(node: Node, token: string, query: string, variables: Record<string, unknown>): Promise<T> {
  const response = await fetch(node.http, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: token },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: T; errors?: unknown };
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}

/** A token for somebody of that name, from the development sign-in. The user's id is the name in small letters. */
export async function tokenOf(node: Node, name: string, ...groups: string[]): Promise<string> {
  const response = await fetch(`${node.page}/dev/token`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-plenary-development": "sign-in" },
    body: JSON.stringify({ user: name.toLowerCase().replaceAll(" ", "-"), name, groups }),
  });
  const { token } = (await response.json()) as { token: string };
  return token;
}

/** Makes a room and gives its id. */
export async function createRoom(node: Node, token: string, name: string, more: Record<string, unknown> = {}): Promise<string> {
  const query = "mutation ($input: CreateRoomInput!) { createRoom(input: $input) { id } }";
  const { createRoom: room } = await ask<{ createRoom: { id: string } }>(node, token, query, { input: { name, ...more } });
  return room.id;
}

/** Changes a room: its name, its status, its settings. */
export async function updateRoom(node: Node, token: string, roomId: string, change: Record<string, unknown>): Promise<void> {
  await ask(node, token, "mutation ($input: UpdateRoomInput!) { updateRoom(input: $input) { id } }", { input: { roomId, ...change } });
}

/** Sends a message as another client would, and gives its id. */
export async function send(node: Node, token: string, roomId: string, content: string, more: Record<string, unknown> = {}): Promise<string> {
  const query = "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { id } }";
  const { sendMessage } = await ask<{ sendMessage: { id: string } }>(node, token, query, { input: { roomId, content, ...more } });
  return sendMessage.id;
}

/** Answers a message. */
export async function reply(node: Node, token: string, messageId: string, content: string): Promise<void> {
  await ask(node, token, "mutation ($input: SendReplyInput!) { sendReply(input: $input) { id } }", { input: { messageId, content } });
}

/** Gives a message an upvote. */
export async function upvote(node: Node, token: string, messageId: string): Promise<void> {
  await ask(node, token, "mutation ($input: SetUpvoteInput!) { setUpvote(input: $input) { id } }", { input: { messageId, upvoted: true } });
}

/** Gives a message a reaction. */
export async function react(node: Node, token: string, messageId: string, name: string): Promise<void> {
  await ask(node, token, "mutation ($input: SetReactionInput!) { setReaction(input: $input) { id } }", { input: { messageId, name, on: true } });
}

/** What the newest messages of a room say, as the table knows them. */
export async function contents(node: Node, token: string, roomId: string): Promise<(string | null)[]> {
  const query = "query ($roomId: ID!) { room(id: $roomId) { messages(last: 100) { nodes { content } } } }";
  const { room } = await ask<{ room: { messages: { nodes: { content: string | null }[] } } }>(node, token, query, { roomId });
  return room.messages.nodes.map(({ content }) => content);
}
