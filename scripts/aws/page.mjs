import prettier from 'prettier';

const HEAD = `# What a real AWS says

\`npm run prove:aws\` asks a disposable account what AWS's documentation leaves open, and the sandbox the same. It says before it starts what it makes, needs and costs, asks for the account by its number, and removes what it made, also when it is interrupted:

    npm run prove:aws -- --disposable-account=<12 digits> --role=<execution role ARN> --record
`;

/** The page with the last result; without rows it was never run. */
export async function pageOf(rows, notAsked, { region, endpoint } = {}) {
  const when = new Date().toISOString().slice(0, 10);
  const last = rows
    ? [
        `${when}, ${region}${
          endpoint ? `, at ${new URL(endpoint).host}` : ''
        }.`,
        '',
        '| rule | question | AWS | sandbox |',
        '| --- | --- | --- | --- |',
        ...rows.map(
          ({ id, question, aws, sandbox }) =>
            `| ${id} | ${question} | ${aws} | ${
              aws === sandbox ? 'the same' : sandbox
            } |`,
        ),
      ]
    : ['Never run.'];
  return prettier.format(
    [
      HEAD,
      '## Last result',
      '',
      ...last,
      '',
      '## Not asked',
      '',
      ...notAsked.map(([id, why]) => `- ${id}: ${why}`),
      '',
    ].join('\n'),
    { parser: 'markdown' },
  );
}
