// @vitest-environment happy-dom
import { ApolloProvider } from "@apollo/client/react";
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { readFile } from "node:fs/promises";
import { afterEach, expect, it } from "vitest";

import { FakeServer, macrotask } from "../support/fakeLink.ts";
import { batch, message, room, sent } from "../support/messages.ts";
import { Hall } from "./example.tsx";

afterEach(cleanup);

it("the README shows what is checked here", async () => {
  const [readme, example] = await Promise.all(["README.md", "tests/readme/example.tsx"].map((path) => readFile(path, "utf8")));
  expect(/```tsx\n([^]*?)```/.exec(readme!)?.[1]).toBe(example);
});

it("the example shows the room, what happens in it, and what is on its way", async () => {
  const server = new FakeServer(() => room([message(1)]));
  render(
    <ApolloProvider client={server.client}>
      <Hall />
    </ApolloProvider>,
  );
  await act(macrotask);
  act(() => server.batches.next(batch([sent(message(2))])));
  expect(texts()).toEqual(["Ada: m1", "Ada: m2"]);

  fireEvent.change(screen.getByRole("textbox"), { target: { value: "hello" } });
  await act(async () => {
    fireEvent.submit(screen.getByRole("textbox").closest("form")!);
    await macrotask();
  });
  expect(texts()).toEqual(["Ada: m1", "Ada: m2", "hello …"]);
  await act(() => server.fail(new TypeError("fetch failed")));
  expect(texts().at(-1)).toBe("hello Retry");

  fireEvent.click(screen.getByText("Retry"));
  await act(macrotask);
  const { clientMessageId } = server.variablesOf("SendMessage")[0]!["input"] as { clientMessageId: string };
  await act(() => server.succeed(message(3, { content: "hello", clientMessageId })));
  expect(texts()).toEqual(["Ada: m1", "Ada: m2", "Ada: hello"]);
});

function texts(): (string | null)[] {
  return [...document.querySelectorAll("p")].map(({ textContent }) => textContent);
}
