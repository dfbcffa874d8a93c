import { REDACTED, redactLine, redactLines, redactMessage } from './redact';

describe('redactLine', () => {
  it.each([
    ['AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG', 'wJalr'],
    ['+ export DATABASE_URL=postgres://localhost/claims', 'postgres'],
    ['using key AKIAIOSFODNN7EXAMPLE for upload', 'AKIA'],
    ['{"password": "hunter2", "user": "app"}', 'hunter2'],
    ["apiKey: 'abc def'", 'abc def'],
    ['curl -H "Authorization: Bearer abcdefghijk.lmn"', 'abcdefghijk'],
    ['docker login --password s3cr3t registry', 's3cr3t'],
    ['cloning https://oauth2:tok123@git.example/x.git', 'tok123'],
    ['token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig seen', 'eyJ'],
    ['sonar.token=squ_0123456789abcdef', '0123456789'],
    ['ghp_abcdefghijklmnop1234 is not valid', 'ghp_'],
    ['opaque Zk3l9QmT7xWp2VbN8cRy4DhJ6sFg1AeU here', 'Zk3l'],
  ])('takes the credential out of %p', (line, secret) => {
    expect(redactLine(line)).not.toContain(secret);
    expect(redactLine(line)).toContain(REDACTED);
  });

  it.each([
    ['sent mail to jane.doe+x@mail.example.org', 'jane'],
    ['denied for jane@10.0.0.1', 'jane'],
    ['MRN-00482913 has no claim', '00482913'],
    ['mrn: A-9917 not found', '9917'],
    ['SSN 123-45-6789', '6789'],
    ['expected patient name: "Jane Doe" to match', 'Jane'],
    ['member_id=XYZ-77 rejected', 'XYZ-77'],
    ['call 555-867-5309 or (555) 867-5309', '5309'],
    ['claim 00019283746 rejected', '00019283746'],
    ['DOB: 1971-02-03', '1971'],
  ])('takes the identifier of a person out of %p', (line, secret) => {
    expect(redactLine(line)).not.toContain(secret);
    expect(redactLine(line)).toContain(REDACTED);
  });

  it.each([
    'src/claims/handler.ts(41,7): error TS2322: Type string is not assignable.',
    'HEAD is now at 0123456789abcdef0123456789abcdef01234567',
    'User: arn:aws:sts::111111111111:assumed-role/build/x is not authorized to perform: s3:PutObject',
    '    at Object.<anonymous> (/codebuild/output/src123/src/claims/handler.test.ts:12:5)',
    '> visit-api@1.0.0 test:coverage',
    'npm error in visit-api@2.0.0-rc1',
    'Tests:       1 failed, 41 passed, 42 total',
    '#12 ERROR: process "/bin/sh -c npm ci" did not complete successfully: exit code: 1',
  ])('leaves what helps in %p', line => {
    expect(redactLine(line)).toBe(line);
  });

  it('takes colours and the rest of endless lines away', () => {
    const red = `${String.fromCharCode(27)}[31mError${String.fromCharCode(
      27,
    )}[0m`;
    expect(redactLine(red)).toBe('Error');
    expect(redactLine('x '.repeat(5000)).length).toBeLessThan(520);
  });
});

describe('redactLines', () => {
  it('leaves out the body of a private key', () => {
    expect(
      redactLines([
        'before',
        '-----BEGIN RSA PRIVATE KEY-----',
        'MIIEow',
        '-----END RSA PRIVATE KEY-----',
        'after',
      ]),
    ).toEqual(['before', REDACTED, 'after']);
  });
});

describe('redactMessage', () => {
  it('keeps one bounded, redacted line', () => {
    expect(redactMessage('\n  first token=abc \n second')).toBe(
      `first token=${REDACTED}`,
    );
    expect(redactMessage('  ')).toBeUndefined();
  });
});
