// Where every server of this folder listens. The backlog is as long as Plenary's, for joins by the thousand.

export const address = { host: "127.0.0.1", port: Number(process.argv[2] ?? 4000), backlog: 4096 };
