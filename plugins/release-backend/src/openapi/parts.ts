/** The words that the schemas of the OpenAPI document are made of. */

export const string = { type: 'string' } as const;
export const boolean = { type: 'boolean' } as const;
export const number = { type: 'number' } as const;
export const free = { type: 'object', additionalProperties: true } as const;
export const list = (items: unknown) => ({ type: 'array', items });
export const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
export const oneOf = (...values: string[]) => ({
  type: 'string',
  enum: values,
});
export const text = (maxLength: number) => ({
  type: 'string',
  minLength: 1,
  maxLength,
});

/** A text that says something: blanks alone are no reason. */
export const sentence = (maxLength: number) => ({
  ...text(maxLength),
  pattern: '\\S',
});

/** Requests are closed: an unknown field is a mistake worth telling. */
export const closed = (
  properties: Record<string, unknown>,
  ...required: string[]
) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
/** Answers are open: a later version may add to them. */
export const opened = (
  properties: Record<string, unknown>,
  ...required: string[]
) => ({
  type: 'object',
  properties,
  required,
});
