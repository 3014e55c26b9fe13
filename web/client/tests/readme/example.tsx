import { ApolloClient } from "@apollo/client";
import { ApolloProvider } from "@apollo/client/react";
import { createPlenaryLink, PlenaryCache } from "@plenary/apollo";
import { useRoom, useSendMessage } from "@plenary/apollo/react";

const link = createPlenaryLink({ url: "https://chat.example/graphql", token: () => localStorage["token"] as string });
const client = new ApolloClient({ link, cache: new PlenaryCache() });

export function Hall() {
  const { messages, pending, hasOlder, loadOlder } = useRoom("hall");
  const send = useSendMessage("hall");
  return (
    <main>
      {hasOlder && <button onClick={() => void loadOlder()}>Older</button>}
      {messages.map(({ id, author, content }) => <p key={id}>{author?.displayName}: {content ?? "deleted"}</p>)}
      {pending.map(({ clientMessageId, input, state, retry }) => (
        <p key={clientMessageId}>{input.content} {state === "failed" ? <button onClick={retry}>Retry</button> : "…"}</p>
      ))}
      <form action={(form) => void send(form.get("text") as string)}><input name="text" /></form>
    </main>
  );
}

export const App = () => <ApolloProvider client={client}><Hall /></ApolloProvider>;
