import { GraphiQL } from "graphiql";

import { examples } from "./examples";
import { fetcher } from "./fetcher";
import { SignIn } from "./SignIn";

/** GraphiQL on this server. What stands in its header editor goes with every request and opens every socket. */
export function Explorer() {
  return (
    <GraphiQL
      fetcher={fetcher}
      defaultTabs={examples}
      defaultEditorToolsVisibility="headers"
      // Headers hold a token, which must not outlive the page.
      shouldPersistHeaders={false}
      showPersistHeadersSettings={false}
    >
      <GraphiQL.Logo>
        <SignIn />
      </GraphiQL.Logo>
    </GraphiQL>
  );
}
