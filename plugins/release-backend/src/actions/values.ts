export { entityRefOf } from '../entityRef';

/** Wire types have no index signature; JSON has. */
export const plain = (value: object) => JSON.parse(JSON.stringify(value));
