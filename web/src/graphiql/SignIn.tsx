import { use, useActionState } from "react";

import { loadConfig } from "../app/config";
import { developmentToken } from "../development";

/** The groups that give a role in all rooms, the most powerful first, as the server names them; none makes a participant. */
const roleGroups = loadConfig().then(
  ({ roleGroups: { HOST, MODERATOR, SPEAKER } }) => [...new Set([...HOST, ...MODERATOR, ...SPEAKER])],
  () => [],
);

/** The development sign-in. It stays, so that one window can become somebody else. */
export function SignIn({ onToken }: { onToken: (token: string) => void }) {
  const groups = use(roleGroups);
  const [outcome, signIn, isPending] = useActionState(async (_previous: string, form: FormData) => {
    const [user, group] = [text(form, "user"), text(form, "group")];
    try {
      onToken(await developmentToken({ user, groups: group ? [group] : [] }));
      return `signed in as ${user}`;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }, "");

  return (
    <form className="sign-in" action={signIn}>
      <output>{outcome}</output>
      <input name="user" aria-label="User" defaultValue="ada" required />
      <select name="group" aria-label="Group" defaultValue={groups[0]}>
        {groups.map((group) => (
          <option key={group}>{group}</option>
        ))}
        <option value="">no group</option>
      </select>
      <button disabled={isPending}>Development sign-in</button>
    </form>
  );
}

function text(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}
