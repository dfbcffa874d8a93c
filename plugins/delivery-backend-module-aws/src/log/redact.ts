/** What stands for everything that is taken out of a line. */
export const REDACTED = '[redacted]';

/** Longer lines are cut: minified code helps nobody and hides secrets. */
const MAX_LINE = 500;

const SECRET_NAME =
  'pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|access[_-]?key(?:[_-]?id)?|private[_-]?key|client[_-]?secret|authorization|credentials?|session[_-]?id|cookie';

/**
 * What never leaves the backend, first match first. Two aims: credentials, and
 * identifiers of persons (45 CFR 164.514(b)(2): record, account and beneficiary
 * numbers, telephone and social security numbers, e-mail addresses, birth
 * dates). Rather too much is taken out than too little.
 */
const RULES: [pattern: RegExp, replacement: string][] = [
  // Terminal colours and cursor movements.
  [new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[A-Za-z]`, 'g'), ''],
  // `env`, `export` and `set -x` print environment values.
  [
    /^(\s*(?:\+\s*)?(?:export\s+|declare -x\s+)?[A-Z][A-Z0-9_]{2,}=).+$/g,
    `$1${REDACTED}`,
  ],
  [/:\/\/[^\s:/@]+:[^\s@]+@/g, `://${REDACTED}@`],
  [
    /\b(Bearer|Basic|Digest|Negotiate)\s+[A-Za-z0-9._~+/=-]{8,}/gi,
    `$1 ${REDACTED}`,
  ],
  [
    new RegExp(
      `((?:[\\w-]*(?:${SECRET_NAME})[\\w-]*)["']?\\s*(?:[:=]|=>)\\s*)(?:"[^"]*"|'[^']*'|[^\\s,;}\\])]+)`,
      'gi',
    ),
    `$1${REDACTED}`,
  ],
  [
    new RegExp(`(--?[\\w-]*(?:${SECRET_NAME})[\\w-]*\\s+)[^\\s-][^\\s]*`, 'gi'),
    `$1${REDACTED}`,
  ],
  [/\b(?:AKIA|ASIA|AIDA|AROA|ABIA|ACCA)[A-Z0-9]{12,}\b/g, REDACTED],
  [/\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]*\.?[A-Za-z0-9_-]*/g, REDACTED],
  [
    /\b(?:gh[pousr]_|github_pat_|glpat-|xox[abprs]-|npm_|sq[apu]_|sk[-_](?:live|test)[-_])[A-Za-z0-9_-]{8,}/g,
    REDACTED,
  ],
  // npm's `visit-api@1.0.0` names a package, not a person.
  [
    /[A-Za-z0-9._%+-]+@(?!\d+\.\d+\.\d+(?![.\w]))[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+/g,
    REDACTED,
  ],
  // A name or a record number next to a word that announces it.
  [
    /\b((?:MRN|SSN|NPI|DOB|(?:date of )?birth(?: ?date)?|patient|member|subscriber|beneficiary|medical record|health plan|account)(?:[ _-]?(?:name|id|no|nr|number))?\b\s*[#:=]\s*)(?:"[^"]*"|'[^']*'|[^\s,;}\])]+)/gi,
    `$1${REDACTED}`,
  ],
  [/\b(?:MRN|SSN|PAT|MBR)[ _#:-]*[A-Z]?\d[\d-]{3,}/gi, REDACTED],
  [/\b\d{3}-\d{2}-\d{4}\b/g, REDACTED],
  [/(?:\+?\d{1,2}[ .-]?)?\(?\b\d{3}\)?[ .-]\d{3}[ .-]\d{3,4}\b/g, REDACTED],
];

/** An account number inside an ARN names an AWS account, not a person. */
const DIGITS = /arn:aws[\w-]*:[\w-]*:[\w-]*:\d{12}(?=:)|\d{7,}/g;
/** Commit ids and digests are no secrets, whatever digits they hold. */
const HASH = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const OPAQUE = /[A-Za-z0-9+/=_-]{32,}/g;

function opaque(word: string): string {
  if (HASH.test(word)) return word;
  const mixed = /[a-z]/.test(word) && /[A-Z]/.test(word) && /[0-9]/.test(word);
  const path = (word.match(/\//g) ?? []).length > 2;
  return mixed && !path ? REDACTED : word;
}

/** Takes secrets and identifiers of persons out of one line. */
export function redactLine(line: string): string {
  let text = line.replace(/\r/g, '');
  if (text.length > MAX_LINE) text = `${text.slice(0, MAX_LINE)}…`;
  for (const [pattern, replacement] of RULES) {
    text = text.replace(pattern, replacement);
  }
  const hashes: string[] = [];
  text = text
    .replace(OPAQUE, opaque)
    .replace(/\b(?:[0-9a-f]{64}|[0-9a-f]{40})\b/g, hash => {
      hashes.push(hash);
      return `\u0000${hashes.length - 1}\u0000`;
    })
    .replace(DIGITS, match => (match.startsWith('arn:') ? match : REDACTED));
  for (const [index, hash] of hashes.entries()) {
    text = text.replace(`\u0000${index}\u0000`, hash);
  }
  return text;
}

/** Redacts a log; the body of a private key is left out altogether. */
export function redactLines(lines: string[]): string[] {
  const result: string[] = [];
  let inKey = false;
  for (const line of lines) {
    if (/-----BEGIN [A-Z ]*(?:PRIVATE KEY|CERTIFICATE)/.test(line)) {
      inKey = true;
      result.push(REDACTED);
    }
    if (!inKey) result.push(redactLine(line));
    if (/-----END [A-Z ]*(?:PRIVATE KEY|CERTIFICATE)/.test(line)) inKey = false;
  }
  return result;
}

/** One redacted line of at most 300 characters, for messages of AWS. */
export function redactMessage(text: string | undefined): string | undefined {
  const line = text
    ?.split('\n')
    .map(part => part.trim())
    .find(Boolean);
  if (!line) return undefined;
  const clean = redactLine(line);
  return clean.length > 300 ? `${clean.slice(0, 300)}…` : clean;
}
