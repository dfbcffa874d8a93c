/**
 * What looks like a person's number: a Social Security number, or a medical
 * record number with its label (identifiers of 45 CFR 164.514(b)(2)(i)).
 */
const IDENTIFIERS = [
  /\b\d{3}[-\s.]\d{2}[-\s.]\d{4}\b/,
  /\b(?:MRN|SSN|medical record(?: number)?)\b\W*(?:(?:is|was|no\.?|nr\.?|number)\W*)*[A-Z]*\d{4,}/i,
  /\b(?:patient|member)(?:\W?id)?\b\W+(?:(?:is|was|no\.?|nr\.?|number|id)\W*)*[A-Z]*\d{4,}/i,
];

/** Whether a text holds what looks like an identifier of a patient. */
export function holdsIdentifier(text: string): boolean {
  return IDENTIFIERS.some(pattern => pattern.test(text));
}

/** Replaces what looks like an identifier of a patient. */
export function withoutIdentifiers(text: string): string {
  return IDENTIFIERS.reduce(
    (result, pattern) =>
      result.replace(new RegExp(pattern, `${pattern.flags}g`), '[removed]'),
    text,
  );
}

/**
 * JSON in which no text holds what looks like an identifier of a patient.
 * ARNs stay as they are: they are names that AWS compares.
 */
export function toSafeJson(value: unknown): string {
  return JSON.stringify(value, (_key, part) =>
    typeof part === 'string' && !part.startsWith('arn:')
      ? withoutIdentifiers(part)
      : part,
  );
}
