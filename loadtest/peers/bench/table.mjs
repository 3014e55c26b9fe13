// The table: one row for each server and size.

const HEAD = [
  "subscribers",
  "server",
  "CPU us / delivery",
  "deliveries / s",
  "p50 ms",
  "p99 ms",
  "KiB / idle connection",
  "burst: CPU us / delivery",
  "burst: deliveries / s",
];

/** In Markdown. In parentheses: how many times Plenary's. */
export function table(rows) {
  const lines = [HEAD, HEAD.map((_, column) => (column === 1 ? "---" : "---:"))];
  for (const row of rows) {
    const base = rows.find(({ server, subscribers }) => server === "Plenary" && subscribers === row.subscribers);
    lines.push(cells(row, base));
  }
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function cells(row, base) {
  const cell = (read, digits) => {
    const value = read(row);
    if (value === undefined) return "-";
    const own = grouped(value, digits);
    return base === undefined || base === row ? own : `${own} (${ratio(value / read(base))})`;
  };
  return [
    grouped(row.subscribers, 0),
    row.failures?.length ? `${row.server} *` : row.server,
    cell(({ single }) => single?.cpuMicroseconds, 2),
    cell(({ single }) => single?.deliveriesPerSecond, 0),
    cell(({ single }) => single?.p50, 1),
    cell(({ single }) => single?.p99, 1),
    cell(({ idleBytes }) => idleBytes && idleBytes / 1024, 1),
    cell(({ burst }) => burst?.cpuMicroseconds, 2),
    cell(({ burst }) => burst?.deliveriesPerSecond, 0),
  ];
}

function grouped(value, digits) {
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function ratio(value) {
  return Number.isFinite(value) ? `${value.toPrecision(value < 100 ? 2 : 3)}x` : "-";
}
