import { createHash } from "node:crypto";

import type { Plugin } from "vite";

const DATA_URL = /url\((["']?)data:([a-z]+)\/([a-z0-9]+)[^,)]*;base64,([A-Za-z0-9+/=]+)\1\)/g;

/**
 * Moves the fonts and images that style sheets carry as data: URLs into files of their own.
 *
 * The style sheet of GraphiQL has its fonts inside. A page under `default-src 'self'` may not load those.
 */
export function extractDataUrls(): Plugin {
  return {
    name: "extract-data-urls",
    apply: "build",
    generateBundle(_options, bundle) {
      for (const asset of Object.values(bundle)) {
        if (asset.type !== "asset" || !asset.fileName.endsWith(".css")) continue;
        asset.source = asset.source.toString().replace(DATA_URL, (_url, _quote, kind: string, type: string, base64: string) => {
          const source = Buffer.from(base64, "base64");
          const hash = createHash("sha256").update(source).digest("hex").slice(0, 8);
          const fileName = `assets/${kind}-${hash}.${type}`;
          if (!(fileName in bundle)) this.emitFile({ type: "asset", fileName, source });
          return `url(/${fileName})`;
        });
      }
    },
  };
}
