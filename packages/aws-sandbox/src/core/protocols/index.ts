import type { ProtocolId } from '../ServiceModel';
import { awsJson } from './awsJson';
import { awsQuery } from './awsQuery';
import type { Protocol } from './Protocol';
import { restJson } from './restJson';
import { restXml } from './restXml';
import { rpcCbor } from './rpcCbor';

/** The server's side of every protocol that AWS's services here speak. */
export const protocols: Record<ProtocolId, Protocol> = {
  awsJson1_0: awsJson('1.0'),
  awsJson1_1: awsJson('1.1'),
  restJson1: restJson,
  restXml,
  awsQuery,
  rpcv2Cbor: rpcCbor,
};

export type { Members, Protocol, WireError } from './Protocol';
