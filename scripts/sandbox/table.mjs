/** One line per operation; what fails is told below, step by step. */
export function summarize(service, operations, rows) {
  return operations.map(operation => {
    const own = rows.filter(row => row.operation === operation);
    const cli = own.filter(row => row.cli);
    const open = own.flatMap(row => row.open ?? []);
    const differs = own.filter(row => row.moto === 'differs');
    const because = [
      ...new Set(differs.map(row => row.because).filter(Boolean)),
    ];
    let moto = 'same';
    if (own.length === 0) moto = '';
    else if (own.every(row => row.moto === 'not in moto')) moto = 'not in moto';
    else if (open.length > 0) moto = 'DIFFERS, and nobody says why';
    else if (because.length > 0) moto = `differs because ${because.join('; ')}`;
    const more = Math.max(0, ...own.map(row => row.more ?? 0));
    if (moto === 'same' && more > 0) moto = `same, leaves out ${more} members`;
    return {
      service,
      operation,
      steps: own.length,
      cli: own.length === 0 ? 'NO SCENARIO' : cli.length > 0 ? 'NO' : 'ok',
      moto,
      holds: own.length > 0 && cli.length === 0 && open.length === 0,
    };
  });
}

export function printTable(lines) {
  const width = Math.max(...lines.map(line => line.operation.length));
  let service;
  for (const line of lines) {
    if (line.service !== service) {
      service = line.service;
      console.log(
        `\n${service}\n${'operation'.padEnd(width)} | steps | CLI | moto`,
      );
    }
    console.log(
      `${line.operation.padEnd(width)} | ${String(line.steps).padStart(5)} | ${
        line.cli
      }  | ${line.moto}`,
    );
  }
}

/** Each step that fails, with its command. */
export function printFailures(service, rows) {
  for (const row of rows) {
    const open = row.open ?? [];
    if (!row.cli && open.length === 0) continue;
    console.log(`\n${service}, ${row.title}\n  $ aws ${row.command}`);
    if (row.cli) console.log(`  CLI: ${row.cli}`);
    for (const difference of open) console.log(`  moto: ${difference}`);
  }
}
