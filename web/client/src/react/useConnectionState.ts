import { useApolloClient } from "@apollo/client/react";

import type { ConnectionState } from "../link/connection.ts";
import { PlenaryLink } from "../link/PlenaryLink.ts";
import { useSubject } from "./useSubject.ts";

/** How the socket stands. Give it the link where that of the client is more than the link itself. */
export function useConnectionState(link?: PlenaryLink): ConnectionState {
  const client = useApolloClient();
  const own = link ?? client.link;
  if (!(own instanceof PlenaryLink)) throw new Error("useConnectionState needs the link: useConnectionState(plenaryLink)");
  return useSubject(own.connection);
}
