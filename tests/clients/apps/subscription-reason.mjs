const PREFIX = "Connection failed: ";

/** The code in what AWS's clients say of a subscription: a word, or the errors of the node as JSON. */
export function subscriptionReason(message) {
  if (!message.startsWith(`${PREFIX}{`)) return message;
  return JSON.parse(message.slice(PREFIX.length)).errors[0].extensions.code;
}
