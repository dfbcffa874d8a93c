/**
 * What tests put where a person's data or a secret would be. None of it may
 * come out in a line that a function writes; `test-functions.mjs` looks.
 */
export const RECORD_NUMBER = 'MRN-8842-1907';
export const PATIENT = 'Jordan Q. Example';
export const PASSWORD = 'planted-password-4711';
export const TOKEN = 'planted-token-0815';

export const PLANTED = [RECORD_NUMBER, PATIENT, PASSWORD, TOKEN];
