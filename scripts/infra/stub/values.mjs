// Values on the wire: msgpack, with an extension for what is not known yet.
import { decode, encode, ExtensionCodec } from '@msgpack/msgpack';

/** A value that only an apply would tell. */
export const UNKNOWN = Object.freeze({ unknown: true });

const codec = new ExtensionCodec();
codec.register({
  type: 0,
  encode: value => (value === UNKNOWN ? new Uint8Array([0]) : null),
  decode: () => UNKNOWN,
});
/** An unknown that something is known of, such as "not null". */
codec.register({ type: 12, encode: () => null, decode: () => UNKNOWN });

export function fromWire(value) {
  if (!value) return null;
  if (value.msgpack?.length) {
    return decode(value.msgpack, { extensionCodec: codec });
  }
  return value.json?.length ? JSON.parse(value.json.toString()) : null;
}

export function toWire(value) {
  return { msgpack: Buffer.from(encode(value, { extensionCodec: codec })) };
}
