import type { FieldPolicy, Reference } from "@apollo/client";
import type { FieldFunctionOptions } from "@apollo/client/cache";

/** Reads a field of a message in the cache. */
export type ReadField = FieldFunctionOptions["readField"];
/** Where a message stands in its list, the first lowest: numbers that are compared one after the other. */
export type Rank = (message: Reference, readField: ReadField) => readonly number[];

/** Where a list lies in the whole, as far as a document asked for it. */
export interface StoredPageInfo {
  hasNextPage?: boolean;
  hasPreviousPage?: boolean;
  startCursor?: string | null;
  endCursor?: string | null;
}

/** A list of messages as the cache keeps it: by id, so that nothing is there twice and order is a matter of reading. */
export interface StoredList {
  __typename: "MessageConnection";
  rows: Readonly<Record<string, Row>>;
  pageInfo: StoredPageInfo;
  /** The arguments that chose the list, without those that chose the page. */
  filter: Readonly<Record<string, unknown>>;
  /** How many of the rows somebody has scrolled back to; none when it is left out. */
  readBack?: number;
  /** Whether whoever reads it is known to be at its newest message. */
  isAtEnd?: boolean;
}

/** One message of a list, with its cursor where a document asked for it. */
export interface Row {
  node: Reference;
  cursor?: string;
}

/** A page as it comes from a result. */
export interface IncomingPage {
  edges?: readonly Row[];
  nodes?: readonly Reference[];
  pageInfo?: StoredPageInfo;
}

/** How a list of messages is kept. */
export interface ListRules {
  /** The arguments that choose the list. */
  filters: string[];
  /** The order that these arguments ask for. */
  rank: (filter: StoredList["filter"]) => Rank;
  /** The cursor of a message, where it follows from the message. */
  cursorOf?: (message: Reference, readField: ReadField) => string | undefined;
  /** Whether a message still belongs to the list that these arguments choose. */
  belongs?: (message: Reference, filter: StoredList["filter"], readField: ReadField) => boolean;
}

/** The policy of a field that pages through messages. Documents that use it select `id` and `seq` of each. */
export function messageList(rules: ListRules): FieldPolicy<StoredList, IncomingPage> {
  return {
    keyArgs: (args) => JSON.stringify(filterOf(rules, args ?? {})),
    merge: (existing, incoming, { args, readField }) => merge(rules, existing, incoming, args ?? {}, readField),
    read: (list, options) => list && read(rules, list, options),
  };
}

function merge(
  rules: ListRules,
  existing: StoredList | undefined,
  incoming: IncomingPage,
  args: Record<string, unknown>,
  readField: ReadField,
): StoredList {
  const page = listOf(rules, incoming, args, readField);
  const isFromAnEnd = args["after"] == null && args["before"] == null;
  if (!existing || Object.keys(existing.rows).length === 0) return page;
  if (!isConnected(existing, page, args)) return isFromAnEnd ? page : existing;

  const [known, here] = [ends(rules, existing, readField), ends(rules, page, readField)];
  // At the same row the page is the fresher one.
  const reachesBack = isSame(args["before"], existing.pageInfo.startCursor) || (known && here && compare(here.first, known.first) <= 0);
  const reachesOn = isSame(args["after"], existing.pageInfo.endCursor) || (known && here && compare(here.last, known.last) >= 0);
  const { startCursor, hasPreviousPage } = reachesBack ? page.pageInfo : existing.pageInfo;
  const { endCursor, hasNextPage } = reachesOn ? page.pageInfo : existing.pageInfo;
  const pageInfo = { startCursor, hasPreviousPage, endCursor, hasNextPage };
  const rows = { ...existing.rows, ...page.rows };
  const grownBy = isSame(args["before"], existing.pageInfo.startCursor) ? Object.keys(rows).length - Object.keys(existing.rows).length : 0;
  return { ...existing, rows, pageInfo: withoutUndefined(pageInfo), readBack: (existing.readBack ?? 0) + grownBy };
}

/** Whether nothing can be missing between a page and the list: it goes on where the list ends, or they overlap. */
function isConnected(list: StoredList, page: StoredList, args: Record<string, unknown>): boolean {
  return (
    isSame(args["before"], list.pageInfo.startCursor) ||
    isSame(args["after"], list.pageInfo.endCursor) ||
    Object.keys(page.rows).some((id) => id in list.rows)
  );
}

function isSame(argument: unknown, cursor: string | null | undefined): boolean {
  return argument != null && argument === cursor;
}

/** The arguments that choose a list; null is the same as left out. */
function filterOf({ filters }: ListRules, args: Record<string, unknown>): StoredList["filter"] {
  return Object.fromEntries(filters.filter((name) => args[name] != null).map((name) => [name, args[name]]));
}

function listOf(
  rules: ListRules,
  { edges, nodes, pageInfo }: IncomingPage,
  args: Record<string, unknown>,
  readField: ReadField,
): StoredList {
  const rows = edges ?? nodes?.map((node) => ({ node })) ?? [];
  return {
    __typename: "MessageConnection",
    rows: Object.fromEntries(rows.map((row): [string, Row] => [readField<string>("id", row.node) ?? "", row])),
    pageInfo: { ...pageInfo },
    filter: filterOf(rules, args),
  };
}

function read(rules: ListRules, list: StoredList, { canRead, readField }: Pick<FieldFunctionOptions, "canRead" | "readField">) {
  const rows = inOrder(rules, list, readField).filter(
    ({ node }) => canRead(node) && (rules.belongs?.(node, list.filter, readField) ?? true),
  );
  return {
    __typename: list.__typename,
    edges: rows.map((row) => ({ __typename: "MessageEdge", ...row })),
    nodes: rows.map(({ node }) => node),
    pageInfo: { __typename: "PageInfo", ...list.pageInfo },
  } as unknown as StoredList;
}

/** The rows of a list, the first first. */
export function inOrder(rules: ListRules, list: StoredList, readField: ReadField): Row[] {
  const rank = rules.rank(list.filter);
  return Object.values(list.rows)
    .map((row) => ({ row, at: rank(row.node, readField) }))
    .sort((a, b) => compare(a.at, b.at))
    .map(({ row }) => row);
}

/** The places of the first and the last message of a list. */
export function ends(rules: ListRules, list: StoredList, readField: ReadField): { first: readonly number[]; last: readonly number[] } | undefined {
  const rank = rules.rank(list.filter);
  const places = Object.values(list.rows).map(({ node }) => rank(node, readField));
  const [some, ...others] = places;
  if (!some) return undefined;
  return others.reduce(
    ({ first, last }, place) => ({
      first: compare(place, first) < 0 ? place : first,
      last: compare(place, last) > 0 ? place : last,
    }),
    { first: some, last: some },
  );
}

/** Whether `a` stands before (negative) or behind `b` (positive). */
export function compare(a: readonly number[], b: readonly number[]): number {
  for (const [at, number] of a.entries()) {
    const difference = number - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function withoutUndefined<T extends object>(object: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}
