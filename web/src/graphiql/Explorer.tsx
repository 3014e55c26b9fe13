import { GraphiQL } from "graphiql";
import { Suspense, useMemo, useState } from "react";

import { examples } from "./examples";
import { fetcherWith } from "./fetcher";
import { SignIn } from "./SignIn";

/** GraphiQL on this server. A token comes from the sign-in, or from the header editor of a tab, which goes first. */
export function Explorer() {
  const [token, setToken] = useState<string | null>(null);
  // A new fetcher makes GraphiQL read the schema again, now with the token.
  const fetcher = useMemo(() => fetcherWith(token), [token]);

  return (
    <GraphiQL
      fetcher={fetcher}
      defaultTabs={examples}
      defaultEditorToolsVisibility="headers"
      // Headers hold tokens, which must not outlive the page.
      shouldPersistHeaders={false}
      showPersistHeadersSettings={false}
    >
      <GraphiQL.Logo>
        <Suspense>
          <SignIn onToken={setToken} />
        </Suspense>
      </GraphiQL.Logo>
    </GraphiQL>
  );
}
