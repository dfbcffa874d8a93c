/** Prints rows under a title, columns aligned. */
export function printTable(title, header, rows) {
  const all = [header, ...rows.map(row => row.map(cell => String(cell ?? '')))];
  const widths = header.map((_, at) =>
    Math.max(...all.map(row => row[at].length)),
  );
  const line = row =>
    row
      .map((cell, at) => cell.padEnd(widths[at]))
      .join('  ')
      .trimEnd();
  console.log(`\n${title}\n`);
  console.log(line(header));
  console.log(widths.map(width => '-'.repeat(width)).join('  '));
  for (const row of all.slice(1)) console.log(line(row));
  console.log('');
}
