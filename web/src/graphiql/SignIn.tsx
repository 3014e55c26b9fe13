import { useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { useActionState } from "react";

import { developmentToken, ROLE_GROUPS } from "../development";

/** The development sign-in: writes a token into the header editor and reads the schema again. */
export function SignIn() {
  const headerEditor = useGraphiQL((state) => state.headerEditor);
  const { introspect } = useGraphiQLActions();
  const [failure, signIn, isPending] = useActionState(async (_previous: string | null, form: FormData) => {
    try {
      const group = text(form, "group");
      const token = await developmentToken({ user: text(form, "user"), groups: group ? [group] : [] });
      headerEditor?.setValue(JSON.stringify({ Authorization: token }, null, 2));
      await introspect();
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }, null);

  return (
    <form className="sign-in" action={signIn}>
      {failure && <output>{failure}</output>}
      <input name="user" aria-label="User" defaultValue="ada" required />
      <select name="group" aria-label="Group" defaultValue={ROLE_GROUPS[0]}>
        {ROLE_GROUPS.map((group) => (
          <option key={group}>{group}</option>
        ))}
        <option value="">no group</option>
      </select>
      <button disabled={isPending || !headerEditor}>Development sign-in</button>
    </form>
  );
}

function text(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}
