import type { ProtocolId } from '../ServiceModel';
import type { Protocol } from './Protocol';
import { awsJson } from './awsJson';

export const protocols: Record<ProtocolId, Protocol> = {
  awsJson1_0: awsJson('1.0'),
  awsJson1_1: awsJson('1.1'),
  restJson1: awsJson('1.1'),
  restXml: awsJson('1.1'),
  awsQuery: awsJson('1.1'),
  rpcv2Cbor: awsJson('1.1'),
};

export type { Members, Protocol, WireError } from './Protocol';
