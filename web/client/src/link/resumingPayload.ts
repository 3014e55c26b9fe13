import { type DocumentNode, type FieldNode, Kind, type SelectionSetNode } from "graphql";

/** What a subscription sends. */
export interface Payload {
  query: string;
  operationName?: string | undefined;
  variables?: Record<string, unknown> | undefined;
  extensions?: Record<string, unknown> | undefined;
}

/**
 * The payload of a subscription that goes on where it was cut off.
 *
 * After a reconnect graphql-ws sends the payload of an operation again. Of this one it then sends `after` with the cursor
 * that was received last: what was delivered before the cut does not come again, and what was missed does.
 *
 * That takes a document with `roomEvents(after: $variable) { cursor }`, under whatever names.
 */
export class ResumingPayload implements Payload {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly extensions: Record<string, unknown> | undefined;
  readonly #names: Names | undefined;
  #variables: Record<string, unknown>;

  constructor(document: DocumentNode, { query, operationName, variables, extensions }: Payload) {
    this.query = query;
    this.operationName = operationName;
    this.extensions = extensions;
    this.#names = namesIn(document);
    this.#variables = { ...variables };
  }

  /** As they are to be sent now. */
  get variables(): Record<string, unknown> {
    return this.#variables;
  }

  /** For `JSON.stringify`, which sees own properties alone. */
  toJSON(): Payload {
    const { query, operationName, variables, extensions } = this;
    return { query, operationName, variables, extensions };
  }

  /** Takes notice of what was delivered. Returns its `resume`, if it is a batch of a room that has one. */
  received(data: Record<string, unknown> | null | undefined): unknown {
    if (!this.#names) return undefined;
    const { batch, cursor, resume, after } = this.#names;
    const received = data?.[batch] as Record<string, unknown> | null | undefined;
    const position = received?.[cursor];
    if (typeof position === "string") this.#variables = { ...this.#variables, [after]: position };
    return received?.[resume];
  }
}

/** Under which names a document has what a resumption needs. */
interface Names {
  batch: string;
  cursor: string;
  resume: string;
  /** The variable given to `after`. */
  after: string;
}

function namesIn(document: DocumentNode): Names | undefined {
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const field = operation && fieldNamed("roomEvents", operation.selectionSet, document);
  const after = field?.arguments?.find(({ name }) => name.value === "after")?.value;
  if (!field?.selectionSet || after?.kind !== Kind.VARIABLE) return undefined;
  const cursor = fieldNamed("cursor", field.selectionSet, document);
  const resume = fieldNamed("resume", field.selectionSet, document);
  if (!cursor) return undefined;
  return { batch: keyOf(field), cursor: keyOf(cursor), resume: resume ? keyOf(resume) : "resume", after: after.name.value };
}

/** The first field of that name, wherever fragments have put it. */
function fieldNamed(name: string, { selections }: SelectionSetNode, document: DocumentNode): FieldNode | undefined {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      if (selection.name.value === name) return selection;
      continue;
    }
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragmentNamed(selection.name.value, document);
    const found = fragment && fieldNamed(name, fragment.selectionSet, document);
    if (found) return found;
  }
  return undefined;
}

function fragmentNamed(name: string, document: DocumentNode) {
  return document.definitions.find(
    (definition) => definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name,
  ) as { selectionSet: SelectionSetNode } | undefined;
}

function keyOf({ alias, name }: FieldNode): string {
  return (alias ?? name).value;
}
