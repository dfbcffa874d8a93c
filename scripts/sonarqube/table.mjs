const WIDTH = 46;

/** Prints `endpoint | field | real | sandbox | same`, with a heading for each state. */
export function printTable(rows) {
  const cells = rows.map(({ endpoint, field, real, sandbox, same }) => [
    endpoint,
    field,
    ...shortened(real, sandbox),
    same ? 'same' : 'DIFFERS',
  ]);
  const head = ['endpoint', 'field', 'real', 'sandbox', 'same'];
  const widths = head.map((name, column) =>
    Math.max(name.length, ...cells.map(row => row[column].length)),
  );
  const line = row =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join(' | ')
      .trimEnd();
  let state;
  rows.forEach((row, index) => {
    if (row.state !== state) {
      state = row.state;
      console.log(
        `\n${state}\n${line(head)}\n${widths
          .map(width => '-'.repeat(width))
          .join('-|-')}`,
      );
    }
    console.log(line(cells[index]));
  });
}

/** Long values are cut so that what differs stays in sight. */
function shortened(real, sandbox) {
  let start = 0;
  if (real !== sandbox) {
    while (real[start] !== undefined && real[start] === sandbox[start])
      start += 1;
    start = Math.max(0, start - WIDTH / 2);
  }
  return [real, sandbox].map(value => {
    const from = value.length > WIDTH ? start : 0;
    const cut = value.slice(from, from + WIDTH);
    return `${from > 0 ? '…' : ''}${cut}${
      from + WIDTH < value.length ? '…' : ''
    }`;
  });
}
