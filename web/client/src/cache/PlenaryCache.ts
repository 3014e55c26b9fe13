import { type Cache, InMemoryCache, type InMemoryCacheConfig } from "@apollo/client/cache";
import type { Reference, StoreObject } from "@apollo/client";

import { plenaryTypePolicies } from "./typePolicies.ts";

/**
 * Apollo's cache with Plenary's policies, which keeps the newest version of each message.
 *
 * An answer that was on its way while an event overtook it, and an event that comes again, do not take a message back.
 */
export class PlenaryCache extends InMemoryCache {
  constructor(config: InMemoryCacheConfig = {}) {
    super(config);
    // Each call adds: what the application says of the same fields counts.
    this.policies.addTypePolicies(plenaryTypePolicies());
    if (config.typePolicies) this.policies.addTypePolicies(config.typePolicies);
  }

  override write<TData = unknown, TVariables extends Record<string, unknown> = Record<string, unknown>>(
    options: Cache.WriteOptions<TData, TVariables>,
  ): Reference | undefined {
    const overtaken = this.#overtaken(options.result);
    if (overtaken.length === 0) return super.write(options);
    let written: Reference | undefined;
    // The listeners see the outcome alone.
    this.batch({
      optimistic: false,
      update: () => {
        const kept = overtaken.map((id) => ({ id, fields: this.#fieldsOf(id) }));
        written = super.write(options);
        for (const { id, fields } of kept) this.#restore(id, fields);
      },
    });
    return written;
  }

  /** The messages in a result of which the cache has a higher version. */
  #overtaken(result: unknown): string[] {
    const ids: string[] = [];
    forEachMessage(result, (message) => {
      const id = this.identify(message);
      const known = id === undefined ? undefined : this.#versionOf(id);
      if (id !== undefined && known !== undefined && known > message.version) ids.push(id);
    });
    return ids;
  }

  #versionOf(id: string): number | undefined {
    let version: number | undefined;
    this.modify({
      id,
      broadcast: false,
      fields: { version: (value: number) => (version = value) },
    });
    return version;
  }

  #fieldsOf(id: string): Map<string, unknown> {
    const fields = new Map<string, unknown>();
    this.modify({
      id,
      broadcast: false,
      fields: (value: unknown, { storeFieldName }) => {
        fields.set(storeFieldName, value);
        return value;
      },
    });
    return fields;
  }

  /** Puts back what there was. Replies stay as merged: they are messages with versions of their own. */
  #restore(id: string, fields: Map<string, unknown>): void {
    this.modify({
      id,
      broadcast: false,
      fields: (value: unknown, { fieldName, storeFieldName }) =>
        fieldName !== "replies" && fields.has(storeFieldName) ? fields.get(storeFieldName) : value,
    });
  }
}

interface Versioned extends StoreObject {
  __typename: "Message";
  version: number;
}

function forEachMessage(value: unknown, visit: (message: Versioned) => void): void {
  if (typeof value !== "object" || value === null) return;
  if (isMessage(value)) visit(value);
  for (const child of Object.values(value)) forEachMessage(child, visit);
}

function isMessage(value: object): value is Versioned {
  return "__typename" in value && value.__typename === "Message" && "version" in value && typeof value.version === "number";
}
