import { fromBase64, fromUtf8, toBase64, toUtf8 } from '@smithy/core/serde';
import type { SerdeFunctions } from '@smithy/types';

/** The SDK's codecs ask for their text codecs by this context. */
export const serdeContext = {
  base64Decoder: fromBase64,
  base64Encoder: toBase64,
  utf8Decoder: fromUtf8,
  utf8Encoder: toUtf8,
} as unknown as SerdeFunctions;

/** Keys of `timestampFormat.default` in the SDK's codec settings. */
export const TIMESTAMP = { dateTime: 5, httpDate: 6, epochSeconds: 7 } as const;
